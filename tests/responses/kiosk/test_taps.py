"""What a device hands over is read with suspicion, and its taps lie where they happened, as far as we can know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import pbkdf2_hmac
from typing import Any

import pytest

from survey_app.responses.kiosk.pins import hashed_pin, is_pin
from survey_app.responses.kiosk.taps import Moment, Tap, Unreadable, moment_of, read_hand_over

NOW = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
KEY = "0123456789abcdef"


@pytest.mark.parametrize(
    ("back", "clock_is_off", "found"),
    [
        (timedelta(hours=1), timedelta(), Moment(NOW - timedelta(hours=1))),
        (timedelta(days=90), timedelta(), Moment(NOW - timedelta(days=90))),
        (timedelta(days=90, seconds=1), timedelta(), Moment(NOW, is_day_of_receipt=True)),
        (timedelta(seconds=-1), timedelta(), Moment(NOW, is_day_of_receipt=True)),
        (timedelta(hours=1), timedelta(hours=24), Moment(NOW - timedelta(hours=1))),
        (timedelta(hours=1), timedelta(hours=-24), Moment(NOW - timedelta(hours=1))),
        (timedelta(hours=1), timedelta(hours=24, seconds=1), Moment(NOW, is_day_of_receipt=True)),
        (timedelta(hours=1), timedelta(hours=-24, seconds=-1), Moment(NOW, is_day_of_receipt=True)),
        (timedelta(), timedelta(minutes=1), Moment(NOW)),
    ],
)
def test_a_tap_lies_where_the_device_says_unless_its_clock_cannot_be_right(
    back: timedelta, clock_is_off: timedelta, found: Moment
) -> None:
    device_now = NOW + clock_is_off
    assert moment_of(device_now - back, device_now=device_now, now=NOW) == found


def handed(**changes: Any) -> dict[str, Any]:
    answer = {"key": KEY, "version": 1, "at": "2026-03-09T14:00:00.000Z", "answers": {"satisfaction": "4"}}
    return {"nonce": "n", "version": 1, "device_now": "2026-03-10T00:30:00+00:00", "answers": [answer | changes]}


def test_an_answer_is_read() -> None:
    found = read_hand_over(handed(thrown_away=2))
    assert (found.nonce, found.version_id, found.device_now) == ("n", 1, NOW)
    assert found.taps == [Tap(KEY, 1, datetime(2026, 3, 9, 14, tzinfo=UTC), {"satisfaction": "4"}, 2)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "yesterday"},
        {"at": "2026-03-09T14:00:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": 5},
        {"version": "1"},
        {"answers": ["4"]},
        {"answers": {"satisfaction": 4}},
        {"thrown_away": -1},
        {"thrown_away": 1e9},
    ],
    ids=str,
)
def test_one_bad_answer_is_named_and_spoils_no_other(wrong: dict[str, Any]) -> None:
    whole = handed(**wrong)
    whole["answers"] += handed(key=KEY[::-1])["answers"]
    bad, good = read_hand_over(whole).taps
    assert isinstance(bad, Unreadable) and bad.key == KEY and bad.why
    assert isinstance(good, Tap) and good.key == KEY[::-1]


@pytest.mark.parametrize(
    "whole",
    [
        None,
        [],
        {},
        handed() | {"device_now": "now"},
        handed() | {"answers": "all"},
        handed() | {"version": None},
        handed(key="short"),
        handed(key="with a blank inside it"),
        handed(key=None),
        handed() | {"answers": [None]},
        handed() | {"answers": handed()["answers"] * 101},
    ],
    ids=lambda whole: str(whole)[:60],
)
def test_what_no_device_sends_is_refused_as_a_whole(whole: Any) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        read_hand_over(whole)


def test_a_pin_is_hashed_as_browsers_can() -> None:
    iterations, salt, found = hashed_pin("4711", bytes(16)).split("$")
    assert salt == "00" * 16
    assert found == pbkdf2_hmac("sha256", b"4711", bytes(16), int(iterations)).hex()
    assert hashed_pin("4711") != hashed_pin("4711")
    assert [text for text in ("1234", "12345678", "123", "123456789", "12a4", "١٢٣٤", "1234\n") if is_pin(text)] == [
        "1234",
        "12345678",
    ]
