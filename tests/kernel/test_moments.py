"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from survey_app.kernel.moments import read_day, read_instant


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-15 09:30", utc(2026, 1, 15, 9, 30)),
        ("2026-07-15T09:30:15", utc(2026, 7, 15, 8, 30, 15)),
        ("15/07/2026 09:30", utc(2026, 7, 15, 8, 30)),
        ("5/7/2026 9:30", utc(2026, 7, 5, 8, 30)),
        ("2026-07-15T09:30Z", utc(2026, 7, 15, 9, 30)),
        ("2026-07-15T09:30+02:00", utc(2026, 7, 15, 7, 30)),
        ("15/07/2026 09:30 +0100", utc(2026, 7, 15, 8, 30)),
        ("2026-07-15", utc(2026, 7, 14, 23, 0)),
        ("15/01/2026", utc(2026, 1, 15)),
        ("1 April 2026", utc(2026, 3, 31, 23, 0)),
        ("01-Apr-2026 09:30", utc(2026, 4, 1, 8, 30)),
        ("15 JANUARY 2026 9:30", utc(2026, 1, 15, 9, 30)),
    ],
)
def test_iso_and_uk_times_are_londons_unless_they_have_an_offset(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize("text", ["2026-03-29 01:30", "29/03/2026 01:30"])
def test_a_time_that_does_not_exist_is_an_hour_later(text: str) -> None:
    assert read_instant(text) == utc(2026, 3, 29, 1, 30)  # 02:30 in summer time


@pytest.mark.parametrize("text", ["2026-10-25 01:30", "25/10/2026 01:30"])
def test_a_time_that_occurs_twice_is_the_first(text: str) -> None:
    assert read_instant(text) == utc(2026, 10, 25, 0, 30)
    assert read_instant("2026-10-25T01:30+00:00") == utc(2026, 10, 25, 1, 30)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31/02/2026 10:00",
        "07/15/2026 10:00",
        "2026-01-15 25:00",
        "15/07/26 10:00",
        "1 Apr 26",
        "1 Aprll 2026",
        "31 June 2026",
        "April 1 2026",
        "9999-12-31T23:59-12:00",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_instant(text)


def test_a_day_has_no_time_beside_it() -> None:
    assert read_day("31/03/2026") == read_day("2026-03-31") == date(2026, 3, 31)
    with pytest.raises(ValueError):
        read_day("2026-03-31T10:00")
