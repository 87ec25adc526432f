"""Where a text names somebody, and which rows of a file are about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.contacts.people import People, PersonKeys
from survey_app.privacy.people.folders import files_about, letters_to, without_person
from survey_app.privacy.people.naming import Details, NamedBy, is_theirs, readings
from survey_app.privacy.people.rows import without_rows

ASHA = Details({"asha@example.org"}, {"+447700900111"}, {"CRM-4711"})


@pytest.mark.parametrize(
    "text",
    [
        "Write to Asha@Example.org.",
        "07700 900111",
        "+44 7700 900 111, or at home",
        "+44 (0)7700 900111",
        "0044 7700-900111",
        "my number is 07700900111!",
        "customer CRM-4711 again",
        '{"email": "asha@example.org"}',
    ],
)
def test_each_way_to_write_it_is_seen_and_taken_out(text: str) -> None:
    assert ASHA.stand_in(text)
    left = ASHA.without(text)
    assert not ASHA.stand_in(left)
    assert "[removed]" in left


@pytest.mark.parametrize(
    "text",
    [
        "natasha@example.org",
        "asha@example.org.uk",
        "asha@example.organic",
        "077009001112",
        "1107700900111",
        "CRM-47112",
        "XCRM-4711",
        "",
        None,
    ],
)
def test_what_only_looks_like_it_is_somebody_else(text: str | None) -> None:
    assert not ASHA.stand_in(text)


def test_a_short_reference_is_not_looked_for_in_texts() -> None:
    assert not Details(customer_refs={"12"}).stand_in("I waited 12 weeks")
    assert Details(customer_refs={"12"}).name_a_row(["12", "phone"])


def test_nobody_is_named_by_nothing() -> None:
    assert not Details().stand_in("anything")
    assert Details().without("anything") == "anything"
    assert readings("  ", b"key") == {}


def test_a_text_may_name_in_several_ways() -> None:
    assert set(readings("07700 900111", b"key")) == {NamedBy.PHONE, NamedBy.CUSTOMER_REF}
    assert set(readings("Asha@Example.org", b"key")) == {NamedBy.EMAIL, NamedBy.CUSTOMER_REF}


@pytest.mark.parametrize(
    ("found", "theirs"),
    [
        (PersonKeys("e", "p", None), True),
        (PersonKeys(None, "p", None), True),
        (PersonKeys("other", "p", None), False),
        (PersonKeys("e", None, "other"), False),
        (PersonKeys("other", "other", "r"), True),  # the council itself says that it is the same customer
    ],
)
def test_a_shared_key_is_no_proof_where_the_rest_speaks_of_somebody_else(found: PersonKeys, theirs: bool) -> None:
    assert is_theirs(found, People({"e"}, {"p"}, {"r"})) is theirs


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_rows_about_somebody_leave_a_file_and_the_others_stay_as_they_are(separator: str) -> None:
    rows = [
        ["reference", "email", "phone"],
        ["1", "ASHA@example.org", ""],
        ["2", "b@example.org", ""],
        ["3", "", "+44 7700 900111"],
    ]
    content = "\r\n".join(separator.join(row) for row in rows).encode()
    left, gone = without_rows(content, ASHA)
    assert gone == 2
    assert left.decode().splitlines() == [separator.join(rows[0]), separator.join(rows[2])]
    assert without_rows(left, ASHA) == (left, 0)


def test_a_file_that_is_no_table_loses_its_lines() -> None:
    assert without_rows(b"\nsee asha@example.org\nothers\n", ASHA) == (b"\nothers\n", 1)


def test_files_of_the_drop_folder_lose_rows_and_those_that_wait_are_their_owners(tmp_path: Path) -> None:
    for name in ("done", "failed", "working", "."):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "calls.csv").write_text("reference,email\n1,asha@example.org\n2,b@example.org\n")
    assert len(files_about(tmp_path, ASHA)) == 3
    assert without_person(tmp_path, ASHA) == 3
    assert (tmp_path / "done" / "calls.csv").read_text().split() == ["reference,email", "2,b@example.org"]
    assert "asha" in (tmp_path / "calls.csv").read_text()
    assert without_person(None, ASHA) == 0


def test_letters_in_the_outbox_are_known_by_reference_and_by_address(tmp_path: Path) -> None:
    (tmp_path / "7KQ4M3HDRT.invitation.eml").write_text("To: somebody\n\nHello")
    (tmp_path / "ACDEFGHJKM.invitation.eml").write_text("To: asha@example.org\n\nHello")
    (tmp_path / "NPQRTUVWXY.invitation.eml").write_text("To: b@example.org\n\nHello")
    found = [path.name for path in letters_to(tmp_path, ["7KQ4M3HDRT"], ASHA)]
    assert found == ["7KQ4M3HDRT.invitation.eml", "ACDEFGHJKM.invitation.eml"]
