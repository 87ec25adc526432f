"""One row of a contacts file."""

from __future__ import annotations

from datetime import UTC, datetime

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from survey_app.contacts.reading import (
    COLUMNS,
    ContactRow,
    Rejected,
    content_digest,
    read_contact,
    read_email,
    read_phone,
)
from survey_app.organisation.channels import Channel, CustomerKind

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
GOOD = {"reference": "C-1", "occurred_at": "31/03/2026 14:30", "channel": "phone", "service": "housing"}


def read(**cells: str) -> ContactRow:
    row = read_contact(GOOD | cells, now=NOW)
    assert isinstance(row, ContactRow), row
    return row


def reasons(**cells: str) -> tuple[str, ...]:
    row = read_contact(GOOD | cells, now=NOW)
    assert isinstance(row, Rejected), row
    return row.reasons


def test_a_row_needs_only_four_cells() -> None:
    row = read()
    assert row.occurred_at == datetime(2026, 3, 31, 13, 30, tzinfo=UTC)
    assert (row.channel, row.customer_kind, row.language) == (Channel.PHONE, CustomerKind.RESIDENT, "en")
    assert (row.resolved_first_time, row.sensitive, row.do_not_survey, row.open_complaint) == (None,) + (False,) * 3


@pytest.mark.parametrize("column", GOOD)
def test_each_of_the_four_is_asked_for_by_name(column: str) -> None:
    assert reasons(**{column: "  "}) == (f"{column} is missing",)


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({"occurred_at": "2026-04-03 10:00"}, "occurred_at is in the future"),
        ({"occurred_at": "1900-01-00 10:00"}, "occurred_at is no time"),
        ({"occurred_at": "01/01/1900 00:00"}, "occurred_at is before 2000"),
        ({"closed_at": "2026-03-30"}, "closed_at is before occurred_at"),
        ({"channel": "pigeon"}, "channel is none of phone, email"),
        ({"customer_kind": "martian"}, "customer_kind is none of resident"),
        ({"sensitive": "perhaps"}, "sensitive is neither yes nor no: perhaps"),
        ({"language": "a language"}, "language is no language code"),
        ({"reference": "x" * 81}, "reference is longer than 80"),
        ({"reason": "x" * 121}, "reason is longer than 120"),
    ],
)
def test_a_row_is_rejected_with_its_reason(cells: dict[str, str], part: str) -> None:
    [reason] = reasons(**cells)
    assert part in reason


def test_all_reasons_are_given_at_once() -> None:
    assert len(reasons(reference="", channel="pigeon", sensitive="perhaps")) == 3


def test_a_case_closed_on_the_day_it_came_may_have_no_time() -> None:
    assert read(closed_at="31/03/2026").closed_at == datetime(2026, 3, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize("yes", ["yes", "Y", "1", "TRUE", "true"])
@pytest.mark.parametrize("no", ["no", "N", "0", "False"])
def test_yes_and_no_are_written_in_many_ways(yes: str, no: str) -> None:
    row = read(do_not_survey=yes, resolved_first_time=no)
    assert (row.do_not_survey, row.resolved_first_time) == (True, False)


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("E-mail", Channel.EMAIL),
        ("Telephone", Channel.PHONE),
        ("Face to face", Channel.FACE_TO_FACE),
        ("face-to-face", Channel.FACE_TO_FACE),
        ("Web chat", Channel.WEBCHAT),
    ],
)
def test_channels_have_a_few_other_names(text: str, channel: Channel) -> None:
    assert read(channel=text).channel is channel


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123",
        "+44 7700 900123",
        "0044 7700 900123",
        "447700900123",
        "7700900123",
        "7700900123.0",
        "+44 (0)7700 900123",
        "(07700) 900-123",
    ],
)
def test_one_number_has_many_spellings(text: str) -> None:
    assert read(phone=text).phone == "+447700900123"


@pytest.mark.parametrize("text", ["123", "none", "4.47701E+11", "+33 6 12 34 56 78", "960123", "ring after 5"])
def test_what_can_be_no_uk_number_is_left_out(text: str) -> None:
    row = read(phone=text)
    assert (row.phone, row.bad_phone) == (None, True)


def test_an_address_is_folded_and_a_bad_one_left_out() -> None:
    assert read(email=" Jo.Bloggs@Example.ORG ").email == "jo.bloggs@example.org"
    assert read_email("jo@anyborough.test") == "jo@anyborough.test"
    row = read(email="jo@@example.org")
    assert (row.email, row.bad_email) == (None, True)
    assert read().bad_email is False


def test_cells_that_we_made_safe_are_taken_as_they_were() -> None:
    assert read(phone="'+447700900123").phone == "+447700900123"


def test_the_digest_tells_content_not_spelling_and_needs_the_key() -> None:
    first = content_digest(read(phone="07700900123", email="JO@example.org"), 1, b"k" * 32)
    same = content_digest(read(phone="+447700900123", email="jo@example.org"), 1, b"k" * 32)
    assert first == same
    assert content_digest(read()._replace(reason="other"), 1, b"k" * 32) != content_digest(read(), 1, b"k" * 32)
    assert content_digest(read(), 1, b"k" * 32) != content_digest(read(), 1, b"o" * 32)


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=60)))
def test_no_row_makes_reading_fail(cells: dict[str, str]) -> None:
    row = read_contact(GOOD | cells, now=NOW)
    assert isinstance(row, ContactRow) or row.reasons


@given(st.text(alphabet="0123456789+-(). exX#/", max_size=40))
def test_a_number_is_in_e164_or_none(text: str) -> None:
    number = read_phone(text)
    assert number is None or (number.startswith("+44") and number[1:].isdigit())


@given(
    st.sampled_from(["", "0", "+44", "0044", "44", "+440", "00", "(0", "+33", "-"]),
    st.text(alphabet="0123456789", min_size=6, max_size=12),
    st.lists(st.tuples(st.integers(0, 16), st.sampled_from(" -.()")), max_size=4),
)
def test_a_number_is_read_as_the_library_for_numbers_reads_it(start: str, digits: str, marks: list) -> None:
    text = start + digits
    for place, mark in marks:
        text = text[:place] + mark + text[place:]
    number = read_phone(text)
    if number is not None:
        parsed = phonenumbers.parse(text, "GB")
        assert phonenumbers.is_possible_number(parsed)
        assert number == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


_locals = st.text(alphabet="aZ9._+-'é \"@", min_size=0, max_size=8) | st.text(alphabet="a.", min_size=60, max_size=70)
_domains = st.sampled_from(
    [
        "example.org",
        "EXAMPLE.org",
        "bücher.example",
        "a-b.test",
        "-a.org",
        "localhost",
        "",
        "[1.2.3.4]",
        "a..b",
        "x y.org",
    ]
) | st.integers(1, 90).map(lambda n: ".".join(["abc"] * n))


@given(_locals, _domains)
def test_plain_addresses_are_judged_as_the_library_judges_them(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    try:
        expected = validate_email(
            address.strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False
        )
    except EmailNotValidError:
        assert read_email(address) is None
    else:
        assert read_email(address) == (expected.ascii_email or "").lower()


@pytest.mark.parametrize("address", ["josé@example.org", "=?utf-8?q?x?=@example.org"])
def test_an_address_that_mail_cannot_carry_is_left_out(address: str) -> None:
    assert read_email(address) is None


def test_a_domain_in_other_letters_is_kept_as_mail_servers_write_it() -> None:
    assert read_email("resident@münchen.example") == "resident@xn--mnchen-3ya.example"
