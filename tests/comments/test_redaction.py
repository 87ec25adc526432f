"""No personal detail of a known form is left to read, and little else is lost."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.comments.redaction import Detail, redact
from survey_app.comments.redaction.numbers import passes_luhn

PIECES = st.sampled_from(
    ["07700 900123", "+44", "(0161)", "4111 1111 1111 1111", "a@b.co.uk", "@", "SW1A 1AA", "QQ123456C", "0", "7",
     "-", ".", " ", "\u200b", "\u200d", "\x00", "[", "phone number removed", "]", "\u202e", "12/03/2024",
     " at ", " dot ", "٣", "é"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "detail"),
    [
        ("07700 900123", Detail.PHONE),
        ("+44 7700 900123", Detail.PHONE),
        ("+44 (0)7700 900123", Detail.PHONE),
        ("0044 20 7946 0018", Detail.PHONE),
        ("(01632) 960 001", Detail.PHONE),
        ("020 7946 0018", Detail.PHONE),
        ("07700-900-123", Detail.PHONE),
        ("7700900123", Detail.PHONE),
        ("07\u200b700 900\x00123", Detail.PHONE),
        ("jo.o'neil+bins@example.co.uk", Detail.EMAIL),
        ("jo (at) example.com", Detail.EMAIL),
        ("jo at example dot com", Detail.EMAIL),
        ("SW1A 1AA", Detail.POSTCODE),
        ("m11aa", Detail.POSTCODE),
        ("QQ 12 34 56 C", Detail.NATIONAL_INSURANCE),
        ("ab123456d", Detail.NATIONAL_INSURANCE),
        ("4111 1111 1111 1111", Detail.CARD),
        ("3782-822463-10005", Detail.CARD),
    ],
)
def test_a_detail_gives_way_to_a_marker_that_names_it(written: str, detail: Detail) -> None:
    redacted = redact(f"Please use {written}, thanks")
    assert redacted.text == f"Please use [{detail.value} removed], thanks"
    assert redacted.removed == ((detail, 1),)


@pytest.mark.parametrize(
    "harmless",
    [
        "I paid £1,234,567.00 on 12/03/2024 at 10:30",
        "bin day 01-02-2024 or 2024-03-12",
        "dated 07.07.2024 09.00",
        "reference number 01234567890",
        "ref: 0161 4960000",
        "UPRN 100012345678",
        "order 1234 5678 9012 3456 was wrong",
        "I waited 45 minutes 3 times in 2023 2024",
        "on the M1 5th of May, near the A1 3pm",
        "tweeted @council about it",
    ],
)
def test_prices_dates_and_references_stay(harmless: str) -> None:
    assert redact(harmless).text == harmless


def test_every_detail_of_a_comment_is_counted() -> None:
    redacted = redact("07700 900123 or 07700 900124, 4111 1111 1111 1111 12/25 me@example.org")
    assert (
        redacted.text
        == "[phone number removed] or [phone number removed], [card number removed] 12/25 [email address removed]"
    )
    assert dict(redacted.removed) == {Detail.CARD: 1, Detail.EMAIL: 1, Detail.PHONE: 2}


def test_what_nobody_sees_is_taken_out_and_line_breaks_stay() -> None:
    assert redact("a\x00b\u202ec\ufeff\r\nd\te\ud800").text == "abc\nd\te\ufffd"


def test_a_joined_emoji_stays_whole() -> None:
    assert redact("👨\u200d👩\u200d👧 happy").text == "👨\u200d👩\u200d👧 happy"


@pytest.mark.parametrize(
    ("digits", "passes"), [("4111111111111111", True), ("4111111111111112", False), ("79927398713", True)]
)
def test_the_check_digit_of_a_card(digits: str, passes: bool) -> None:
    assert passes_luhn(digits) is passes


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
def test_a_second_time_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text
    assert redact(once.text).removed == ()


@pytest.mark.parametrize(
    "piece", ["a", "1", "1 ", "07700 900123 ", "a.", "a@", "a at b dot ", "AB1 ", "077 00-", "(0", "0-", "+", "a@b.cc "]
)
def test_fifty_thousand_characters_do_not_explode(piece: str) -> None:
    started = process_time()
    redact((piece * 50_000)[:50_000])
    assert process_time() - started < 3  # of the processor, whatever else runs: catastrophic patterns take minutes
