"""Due days, reminders, complaint stages, the share closed in time: pure rules, held by hand-counted days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey_app.actions.followups.complaints import (
    SCHEMES,
    possible_steps,
    timetable,
    with_extension,
    with_step,
    without_last_step,
)
from survey_app.actions.followups.complaints_system import address_of, check_address
from survey_app.actions.followups.due import due_days, due_words, is_late, next_reminder
from survey_app.actions.followups.in_time import Closing, in_time
from survey_app.actions.followups.owners import owner_of
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.statistics.intervals import wilson_interval

THURSDAY = date(2026, 4, 2)  # before Good Friday; Easter Monday is the 6th, but not a holiday in Scotland
ENGLAND = "England"


def test_days_are_working_days_of_the_nation() -> None:
    found = due_days(THURSDAY, contact_days=2, close_days=10, nation=ENGLAND)
    assert (found.contact_on, found.close_on) == (date(2026, 4, 8), date(2026, 4, 20))
    assert due_days(THURSDAY, contact_days=2, close_days=10, nation="Scotland").contact_on == date(2026, 4, 7)


def test_the_owner_is_reminded_a_working_day_before_and_on_the_first_day_late() -> None:
    due = date(2026, 4, 7)  # the Tuesday after Easter
    assert next_reminder(due, ENGLAND) == THURSDAY
    assert next_reminder(due, ENGLAND, after=THURSDAY) == date(2026, 4, 8)
    assert next_reminder(due, ENGLAND, after=date(2026, 4, 8)) is None


@pytest.mark.parametrize(
    ("today", "late", "words"),
    [
        (date(2026, 3, 30), False, "due in 3 working days, on Thursday 2 April"),
        (date(2026, 4, 1), False, "due tomorrow, Thursday 2 April"),
        (THURSDAY, False, "due today"),
        (date(2026, 4, 4), False, "was due on Thursday 2 April"),  # nobody works on the weekend
        (date(2026, 4, 7), True, "1 working day late: was due on Thursday 2 April"),
        (date(2026, 4, 9), True, "3 working days late: was due on Thursday 2 April"),
    ],
)
def test_what_is_due_is_said_in_words(today: date, late: bool, words: str) -> None:
    assert (is_late(THURSDAY, today, ENGLAND), due_words(THURSDAY, today, ENGLAND)) == (late, words)


def test_the_nearest_service_above_decides_the_owner() -> None:
    assert owner_of([3, 2, 1], {1: 10, 2: 20}) == 20
    assert owner_of([3], {1: 10}) is None


def test_closed_in_time_leaves_out_what_is_open_and_not_late_and_hides_small_numbers() -> None:
    year, today = Period.parse("2025/26"), date(2026, 3, 12)
    in_time_closed, late = Closing(date(2026, 3, 2), date(2026, 3, 2)), Closing(date(2026, 3, 2), date(2026, 3, 3))
    still_late, open_yet = Closing(date(2026, 3, 10), None), Closing(today, None)
    few = in_time(year, [in_time_closed] * 7 + [late, still_late, open_yet], today, ENGLAND)
    assert (few.base, few.is_hidden, few.share, few.interval) == (9, True, None, None)
    enough = in_time(year, [in_time_closed] * 8 + [late, still_late, open_yet], today, ENGLAND)
    assert (enough.base, enough.closed_in_time, enough.interval) == (10, 8, wilson_interval(8, 10))


def test_stage_1_in_england_is_5_days_and_10_after_the_acknowledgement() -> None:
    made = date(2026, 3, 2)  # a Monday
    start = timetable(made, {}, ENGLAND)
    assert [(line.words, line.due_on) for line in start.lines] == [
        ("Acknowledge it", date(2026, 3, 9)),
        ("Reply", date(2026, 3, 23)),  # 10 after the last day for it, while there is none
    ]
    dates = with_step(made, {}, "1.acknowledged", date(2026, 3, 4), nation=ENGLAND, today=date(2026, 3, 5))
    assert timetable(made, dates, ENGLAND).lines[1].due_on == date(2026, 3, 18)
    longer = with_extension(made, dates, 10, ENGLAND)
    assert timetable(made, longer, ENGLAND).lines[1].due_on == date(2026, 4, 1)
    with pytest.raises(InvalidInput, match="any more"):
        with_extension(made, longer, 1, ENGLAND)


def test_stage_2_and_the_ombudsman_follow_when_the_person_asks() -> None:
    made, today = date(2026, 1, 5), date(2026, 3, 31)
    dates: dict[str, object] = {}
    for key, day in (
        ("1.acknowledged", date(2026, 1, 6)),
        ("1.replied", date(2026, 1, 20)),
        ("2.asked", date(2026, 1, 26)),
        ("2.acknowledged", date(2026, 2, 2)),
        ("2.replied", date(2026, 3, 3)),
    ):
        dates = with_step(made, dates, key, day, nation=ENGLAND, today=today)
    found = timetable(made, dates, ENGLAND)
    assert [line.due_on for line in found.lines] == [
        date(2026, 1, 12),
        date(2026, 1, 20),
        None,
        date(2026, 2, 2),
        date(2026, 3, 2),
    ]
    assert [line.is_late(today) for line in found.lines] == [False, False, False, False, True]
    assert possible_steps(found) == [("3.asked", "They went to the Local Government and Social Care Ombudsman")]
    ended = timetable(made, {**dates, "3.asked": "2026-03-10"}, ENGLAND)
    assert (ended.stage, ended.next, possible_steps(ended)) == (3, None, [])
    assert "2.replied" not in without_last_step(made, dates, ENGLAND)


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("2.asked", date(2026, 3, 4)),  # before the reply
        ("9.replied", date(2026, 3, 4)),
        ("1.replied", date(2026, 3, 1)),  # before it was made
        ("1.replied", date(2026, 3, 9)),  # tomorrow
    ],
)
def test_a_step_that_cannot_have_been_is_refused(key: str, day: date) -> None:
    with pytest.raises(InvalidInput):
        with_step(date(2026, 3, 2), {}, key, day, nation=ENGLAND, today=date(2026, 3, 8))


@pytest.mark.parametrize("nation", SCHEMES)
def test_every_nation_has_stages_and_an_ombudsman(nation: str) -> None:
    found = timetable(date(2026, 3, 2), {}, nation)
    assert found.next is not None
    assert "Ombudsman" in found.scheme.ombudsman
    assert all(line.due_on and line.due_on > date(2026, 3, 2) + timedelta(days=4) for line in found.lines)


@pytest.mark.parametrize(
    "address",
    [
        "http://complaints.example",
        "javascript:alert(1)",
        "https://",
        "https://{reference}.example/",
        "https://example.org/{case}",
        "https://example.org/a b",
        "https://[oops",
    ],
)
def test_what_is_no_address_of_a_complaints_system_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput):
        check_address(address)


def test_the_reference_of_a_complaint_cannot_leave_its_place_in_the_address() -> None:
    check_address("https://example.org/cases/{reference}?tab=1")
    assert address_of("https://example.org/{reference}", "A/1 ?x") == "https://example.org/A%2F1%20%3Fx"
    assert address_of("https://example.org/{reference}", "") is None
    assert address_of("", "A1") is None
