"""How many visitors can have tapped at a kiosk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from survey_app.responses.kiosk.plausible import crowd_of, most_handed_over, most_in_an_hour

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_longer_the_next_visitor_waits_the_fewer_there_are() -> None:
    assert [most_in_an_hour(seconds) for seconds in (0, 3, 60)] == [120, 109, 40]


@pytest.mark.parametrize(("hours", "most"), [(0, 109), (1, 109), (1.5, 218), (9, 981), (10, 1000), (2000, 1000)])
def test_a_device_has_kept_what_was_tapped_since_it_last_handed_over_and_no_more_than_a_thousand(
    hours: float, most: int
) -> None:
    assert most_handed_over(3, hours * HOUR) == most


def test_each_hour_of_taps_and_the_hour_of_receipt_have_an_end() -> None:
    crowd = crowd_of(60, received=0, since_last=2 * HOUR, tapped={NOON - HOUR: 39})
    busy = [crowd.is_one_too_many(NOON - timedelta(minutes=minute)) for minute in (5, 4, 3)]
    assert busy == [False, True, True]
    assert [crowd.is_one_too_many(NOON + n * HOUR) for n in range(78)] == [False] * 77 + [True]
