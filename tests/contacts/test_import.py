"""`flask contacts import`."""

from __future__ import annotations

import csv
import json
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import Contact, OptOut
from survey_app.contacts.operations import import_contacts, opt_out
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.reading import COLUMNS
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.tokens import keyed_hash
from survey_app.organisation.models import Team
from survey_app.settings import Settings
from tests.factories import make_service

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
HEADER = "reference,occurred_at,channel,service,email,phone,reason"


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    with transaction():
        make_service("housing", "Housing Options")
    return tmp_path / "contacts.csv"


def write(file: Path, *rows: str, header: str = HEADER) -> Path:
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def counts(file: Path) -> dict[str, int]:
    result = import_contacts(file, now=NOW)
    assert result.read == result.accepted + result.duplicate + result.rejected
    return {name: getattr(result, name) for name in ("accepted", "duplicate", "changed", "rejected")}


def rejects_of(file: Path) -> list[dict[str, str]]:
    with Path(f"{file}.rejected.csv").open(encoding="utf-8", newline="") as rejects:
        return list(csv.DictReader(rejects))


def contact(reference: str) -> Contact:
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def test_a_contact_comes_in_with_its_details_encrypted_and_keyed(file: Path, settings: Settings) -> None:
    write(file, "C-1,31/03/2026 00:30,phone,housing options,Jo@Example.org,07700 900123,Repairs")
    assert counts(file) == {"accepted": 1, "duplicate": 0, "changed": 0, "rejected": 0}
    found = contact("C-1")
    assert (found.occurred_at, found.occurred_on) == (datetime(2026, 3, 30, 23, 30, tzinfo=UTC), date(2026, 3, 31))
    assert (found.service.code, found.reason, found.draw_outcome) == ("housing", "Repairs", None)
    assert found.detail is not None
    assert (found.detail.email, found.detail.phone) == ("jo@example.org", "+447700900123")
    assert found.detail.email_key == keyed_hash(settings.index_key, "jo@example.org")
    assert found.detail.phone_key == keyed_hash(settings.index_key, "+447700900123")
    assert found.detail.keep_until == date(2026, 4, 30)
    stored = db.session.execute(text("SELECT email, phone FROM contact_detail")).one()
    assert "example" not in stored.email
    assert "7700" not in stored.phone


def test_contacts_at_both_clock_changes_count_on_their_london_day(file: Path) -> None:
    write(
        file,
        "spring,29/03/2026 01:30,phone,housing,,,",
        "autumn,2025-10-26 01:30,phone,housing,,,",
        "late,2025-10-26T01:30+00:00,phone,housing,,,",
    )
    assert counts(file)["accepted"] == 3
    assert contact("spring").occurred_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert contact("autumn").occurred_at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert contact("late").occurred_at == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    assert contact("autumn").occurred_on == contact("late").occurred_on == date(2025, 10, 26)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_file_from_excel_comes_in(encoding: str, file: Path) -> None:
    lines = ["Reference;Occurred At;Channel;Service;Team", "C-1;31/03/2026 10:00;Face to face;housing;Siân’s team"]
    file.write_bytes("\r\n".join(lines).encode(encoding))
    result = import_contacts(file, now=NOW)
    assert (result.accepted, result.new_teams, result.dropped_columns) == (1, ["Siân’s team"], [])


def test_the_same_file_twice_changes_nothing_and_a_row_that_differs_is_told(file: Path) -> None:
    row = "C-{},31/03/2026 10:00,phone,housing,,,{}"
    write(file, row.format(1, "a"), row.format(2, "b"), row.format(1, "a"), row.format(2, "other"))
    assert counts(file) == {"accepted": 2, "duplicate": 2, "changed": 1, "rejected": 0}
    assert counts(file) == {"accepted": 0, "duplicate": 4, "changed": 1, "rejected": 0}
    assert contact("C-2").reason == "b"


def test_another_spelling_of_the_same_row_is_no_change(file: Path) -> None:
    write(file, "C-1,31/03/2026 10:00,phone,housing,jo@example.org,07700900123,")
    assert counts(file)["accepted"] == 1
    write(file, "C-1,2026-03-31T09:00Z,Telephone,Housing Options,JO@example.org,+44 7700 900123,")
    assert counts(file) == {"accepted": 0, "duplicate": 1, "changed": 0, "rejected": 0}


def test_rejected_rows_are_listed_safely_with_line_and_reason(file: Path) -> None:
    write(
        file,
        "C-1,31/03/2026 10:00,phone,housing,,,",
        '=HYPERLINK("x"),soon,phone,housing,,+44,"=1+1"',
        "C-3,31/03/2026 10:00,phone,housing option,,,",
        "C-4,31/03/2026",
    )
    result = import_contacts(file, now=NOW)
    assert (result.accepted, result.rejected) == (1, 3)
    assert result.rejects_file == f"{file}.rejected.csv"
    assert stat.S_IMODE(Path(result.rejects_file).stat().st_mode) == 0o600
    hostile, unknown, short = rejects_of(file)
    assert (hostile["line"], unknown["line"], short["line"]) == ("3", "4", "5")
    assert hostile["reference"].startswith("'=HYPERLINK")
    assert (hostile["phone"], hostile["their reason"]) == ("'+44", "'=1+1")
    assert hostile["reason"].startswith("occurred_at is no time")
    assert "did you mean Housing Options (housing)?" in unknown["reason"]
    assert short["reason"] == "the row has 2 columns, the header has 7 columns"


def test_a_corrected_rejects_file_can_be_imported_itself(file: Path) -> None:
    write(file, "C-1,soon,phone,housing,,+447700900123,Repairs")
    import_contacts(file, now=NOW)
    rejects = Path(f"{file}.rejected.csv")
    rejects.write_text(rejects.read_text().replace(",soon,", ",31/03/2026 10:00,"))
    assert import_contacts(rejects, now=NOW).accepted == 1
    found = contact("C-1")
    assert found.detail is not None
    assert (found.reason, found.detail.phone) == ("Repairs", "+447700900123")


def test_the_rejects_of_an_earlier_run_do_not_stay(file: Path) -> None:
    write(file, "C-1,soon,phone,housing,,,")
    import_contacts(file, now=NOW)
    assert len(rejects_of(file)) == 1
    write(file, "C-1,31/03/2026 10:00,phone,housing,,,")
    assert import_contacts(file, now=NOW).rejects_file is None
    assert not Path(f"{file}.rejected.csv").exists()


def test_a_bad_address_is_left_out_and_counted(file: Path) -> None:
    write(file, "C-1,31/03/2026 10:00,phone,housing,jo@@example,123,")
    result = import_contacts(file, now=NOW)
    assert (result.accepted, result.bad_emails, result.bad_phones) == (1, 1, 1)
    assert contact("C-1").detail is None


def test_batches_meet_in_the_middle(file: Path) -> None:
    rows = [f"C-{n % 8},31/03/2026 10:00,phone,{'housing' if n % 5 else 'nowhere'},,," for n in range(20)]
    seen: list[int] = []
    result = import_contacts(write(file, *rows), now=NOW, batch_rows=3, on_progress=seen.append)
    assert (result.read, result.accepted, result.duplicate, result.rejected) == (20, 8, 8, 4)
    assert [row["line"] for row in rejects_of(file)] == ["2", "7", "12", "17"]
    assert seen == sorted(seen)
    assert seen[-1] == file.stat().st_size


def test_a_file_that_cannot_be_read_is_refused_whole(file: Path, runner: FlaskCliRunner) -> None:
    file.write_text("reference,occurred_at,service\nC-1,31/03/2026 10:00,housing\n")
    result = runner.invoke(args=["contacts", "import", str(file), "--json"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The header lacks channel." in result.stderr
    file.write_bytes(b"reference\x00")
    with pytest.raises(InvalidInput, match="not text"):
        import_contacts(file, now=NOW)
    assert db.session.scalar(select(func.count(Contact.id))) == 0


def test_the_command_prints_one_json_document_and_is_done_even_with_rejects(file: Path, runner: FlaskCliRunner) -> None:
    write(file, "C-1,31/03/2026 10:00,phone,housing,,", "C-2,,phone,housing,,", header=HEADER.replace("reason", "mood"))
    result = runner.invoke(args=["contacts", "import", str(file), "--json"])
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    assert {"read", "accepted", "duplicate", "changed", "rejected", "rejects_file", "dropped_columns"} <= set(found)
    assert (found["read"], found["rejected"], found["dropped_columns"]) == (2, 2, ["mood"])


def test_the_command_tells_people_what_it_did(file: Path, runner: FlaskCliRunner) -> None:
    write(file, "C-1,31/03/2026 10:00,phone,housing,jo@@example,,Team Nine", header=HEADER.replace("reason", "team"))
    result = runner.invoke(args=["contacts", "import", str(file)])
    assert "1 rows read: 1 accepted, 0 duplicate (0 of them changed), 0 rejected." in result.stdout
    assert "1 e-mail and 0 phone" in result.stdout
    assert "New teams: Team Nine." in result.stdout
    assert runner.invoke(args=["contacts", "import", "no-such-file.csv"]).exit_code == 2


def test_each_import_leaves_one_audit_line_with_counts_and_no_personal_data(file: Path) -> None:
    counts(write(file, "C-1,31/03/2026 10:00,phone,housing,jo@example.org,,"))
    [line] = db.session.scalars(select(AuditLine))
    assert (line.action, line.subject, line.actor_kind) == ("contacts.import", "contacts.csv", "command")
    assert line.after == {"read": 1, "accepted": 1, "duplicate": 0, "changed": 0, "rejected": 0}


def test_a_team_of_rejected_or_repeated_rows_is_not_made(file: Path) -> None:
    header = HEADER.replace("reason", "team")
    counts(write(file, "C-1,31/03/2026 10:00,phone,housing,,,", header=header))
    write(file, "C-1,31/03/2026 10:00,phone,housing,,,Ghosts", "C-2,soon,phone,housing,,,Ghosts", header=header)
    assert counts(file) == {"accepted": 0, "duplicate": 1, "changed": 1, "rejected": 1}
    assert db.session.scalars(select(Team)).all() == []


def test_asking_to_stop_twice_is_asking_once(app: Flask) -> None:
    def stop(source: str = "page", **keys: str) -> bool:
        return bool(opt_out([PersonKeys(**keys)], source=source, now=NOW))

    assert stop(email_key="e", phone_key="p") is True
    assert stop(email_key="e", phone_key="p") is False
    assert stop(phone_key="p") is False
    assert stop(email_key="e", customer_ref="R") is True
    assert stop() is False
    assert stop("staff", email_key="e") is True  # what staff wrote down may be undone; what the person said stays
    assert db.session.scalar(select(func.count(OptOut.id))) == 3


cell = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["C-1", "31/03/2026 10:00", "phone", "housing", "yes", "jo@example.org", "07700900123", '"', "\n", ""]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.lists(st.sampled_from(COLUMNS), unique=True).map(lambda more: list(dict.fromkeys([*COLUMNS[:4], *more]))),
    rows=st.lists(st.lists(cell, max_size=6), max_size=8),
    junk=st.text(max_size=30),
)
def test_no_file_makes_an_import_fail_and_every_row_is_counted(
    file: Path, header: list[str], rows: list[list[str]], junk: str
) -> None:
    lines = [",".join(header), *(",".join(row) for row in rows), junk]
    file.write_bytes("\n".join(lines).encode("utf-8", "replace"))
    try:
        result = import_contacts(file, now=NOW)
    except InvalidInput as refusal:
        assert str(refusal).endswith(".")
    else:
        assert result.read == result.accepted + result.duplicate + result.rejected
        assert (result.rejects_file is not None) == (result.rejected > 0)
