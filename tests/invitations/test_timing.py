"""When a message may go out, over weekends, bank holidays and both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.invitations.timing import (
    ANY_TIME,
    DECENT_HOURS,
    Window,
    due_at,
    is_open,
    is_too_old,
)
from survey_app.kernel.moments import read_instant
from survey_app.kernel.working_days import SUBDIVISIONS, is_bank_holiday

QUARTER = 15  # minutes; the windows of the property test open and close on quarters
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)


def window(opens: str, closes: str, weekdays: str = "1234567", *, on_bank_holidays: bool = True) -> Window:
    minutes = [int(hour) * 60 + int(minute) for hour, minute in (text.split(":") for text in (opens, closes))]
    return Window(*minutes, weekdays, on_bank_holidays)


def london(text: str) -> datetime:
    """A time on London's clocks, or with an offset where the clocks alone do not say which."""
    return read_instant(text)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-03-10T12:00", "2026-03-10T12:00"),  # inside, at once
        ("2026-03-10T06:59", "2026-03-10T09:00"),
        ("2026-03-10T19:59:59", "2026-03-10T19:59:59"),
        ("2026-03-10T20:00", "2026-03-11T09:00"),  # the last minute is over
        ("2026-03-14T20:30", "2026-03-16T09:00"),  # Saturday evening to Monday
        ("2026-04-02T21:00", "2026-04-04T09:00"),  # over Good Friday to the Saturday
        ("2026-04-04T20:00", "2026-04-07T09:00"),  # over Easter Sunday and Monday
        ("2026-12-24T20:00", "2026-12-29T09:00"),  # Boxing Day is a Saturday, and Monday is off in its stead
    ],
)
def test_a_text_message_waits_for_a_decent_hour(after: str, expected: str) -> None:
    assert due_at(london(after), window=DECENT_HOURS, nation="England") == london(expected)


@pytest.mark.parametrize(
    ("nation", "day", "is_off"),
    [
        ("Scotland", date(2026, 4, 6), False),  # Easter Monday
        ("England", date(2026, 4, 6), True),
        ("Scotland", date(2026, 11, 30), True),  # St Andrew's Day
        ("Wales", date(2026, 11, 30), False),
        ("Northern Ireland", date(2026, 7, 13), True),  # the Twelfth, which is a Sunday
        ("Wales", date(2026, 7, 13), False),
        ("Scotland", date(2026, 8, 3), True),
        ("England", date(2026, 8, 31), True),
    ],
)
def test_the_bank_holidays_are_those_of_the_councils_nation(nation: str, day: date, is_off: bool) -> None:
    morning = london(f"{day}T10:00")
    assert is_open(morning, window=DECENT_HOURS, nation=nation) is not is_off
    assert (due_at(morning, window=DECENT_HOURS, nation=nation) > morning) is is_off
    assert is_open(morning, window=ANY_TIME, nation=nation)


def test_an_email_waits_for_the_delay_alone() -> None:
    sunday_night = london("2026-03-15T03:00")
    assert due_at(sunday_night, window=ANY_TIME, nation="Wales") == sunday_night
    delay = timedelta(minutes=90)
    assert due_at(sunday_night, window=ANY_TIME, nation="Wales", delay=delay) == sunday_night + delay


def test_the_delay_counts_from_the_contact_and_then_the_window_holds() -> None:
    call = london("2026-03-10T17:30")
    assert due_at(call, window=DECENT_HOURS, nation="England", delay=timedelta(hours=2)) == london("2026-03-10T19:30")
    assert due_at(call, window=DECENT_HOURS, nation="England", delay=timedelta(hours=3)) == london("2026-03-11T09:00")


@pytest.mark.parametrize(
    ("after", "hours", "expected"),
    [
        ("2026-03-29T00:00", ("09:00", "20:00"), "2026-03-29T08:00Z"),  # 09:00 is an hour earlier than the day before
        ("2026-03-28T20:00", ("09:00", "20:00"), "2026-03-29T08:00Z"),
        ("2026-03-29T00:00", ("01:30", "05:00"), "2026-03-29T01:00Z"),  # no clock shows 01:30; 02:00 follows 00:59
        ("2026-03-29T00:00", ("01:15", "01:45"), "2026-03-30T00:15Z"),  # that day has no such minute at all
        ("2026-03-29T00:30Z", ("00:00", "24:00"), "2026-03-29T00:30Z"),
        ("2026-10-24T20:00", ("09:00", "20:00"), "2026-10-25T09:00Z"),
        ("2026-10-25T00:00", ("01:30", "02:00"), "2026-10-25T00:30Z"),  # 01:30 for the first time
        ("2026-10-25T01:00Z", ("01:30", "02:00"), "2026-10-25T01:30Z"),  # and for the second
        ("2026-10-25T00:40Z", ("00:00", "01:30"), "2026-10-25T01:00Z"),  # 01:40, then 01:00 again
        ("2026-10-25T01:30Z", ("00:00", "01:30"), "2026-10-26T00:00Z"),
        ("2026-10-25T23:59", ("00:00", "24:00"), "2026-10-25T23:59Z"),
    ],
)
def test_on_the_days_of_a_clock_change_the_clocks_in_london_decide(
    after: str, hours: tuple[str, str], expected: str
) -> None:
    assert due_at(london(after), window=window(*hours), nation="England") == london(expected)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    opens = draw(st.integers(0, 95))
    closes = draw(st.integers(opens + 1, 96))
    weekdays = "".join(sorted(draw(st.sets(st.sampled_from("1234567"), min_size=1))))
    return Window(opens * QUARTER, closes * QUARTER, weekdays, draw(st.booleans()))


@settings(max_examples=150, deadline=None)
@given(
    start=st.sampled_from([SPRING, AUTUMN, datetime(2026, 12, 25, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)]),
    minutes=st.integers(-4 * 1440, 2 * 1440),
    seconds=st.integers(0, 59),
    delay=st.integers(0, 3 * 1440),
    opening=windows(),
    nation=st.sampled_from(sorted(SUBDIVISIONS)),
)
def test_it_is_never_before_the_delay_always_inside_and_the_first_such_moment(
    *, start: datetime, minutes: int, seconds: int, delay: int, opening: Window, nation: str
) -> None:
    earliest = start + timedelta(minutes=minutes + delay, seconds=seconds)
    due = due_at(earliest - timedelta(minutes=delay), window=opening, nation=nation, delay=timedelta(minutes=delay))
    assert due >= earliest
    assert is_open(due, window=opening, nation=nation)
    assert due_at(due, window=opening, nation=nation) == due
    quarter = timedelta(minutes=QUARTER)
    moment = earliest
    while moment < due:  # windows change on quarters alone, and London is whole hours from UTC
        assert not is_open(moment, window=opening, nation=nation)
        moment = moment.replace(minute=moment.minute // QUARTER * QUARTER, second=0) + quarter


@pytest.mark.parametrize("facts", [(540, 540, "1"), (600, 540, "1"), (0, 1441, "1"), (-1, 60, "1"), (0, 1440, "")])
def test_a_window_that_never_opens_is_refused(facts: tuple[int, int, str]) -> None:
    with pytest.raises(ValueError, match=r"it (closes|is open)"):
        Window(*facts, on_bank_holidays=True)


def test_a_contact_is_too_old_the_day_after_its_last_one() -> None:
    assert not is_too_old(date(2026, 3, 1), on=date(2026, 3, 15), too_old_days=14)
    assert is_too_old(date(2026, 3, 1), on=date(2026, 3, 16), too_old_days=14)


def test_christmas_on_a_weekend_is_a_bank_holiday_too() -> None:
    assert is_bank_holiday(date(2027, 12, 25), "England")  # a Saturday
    assert is_bank_holiday(date(2027, 12, 27), "England")
