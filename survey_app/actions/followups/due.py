"""By when something is done about a follow-up, in working days of the council's nation, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import in_words
from survey_app.kernel.working_days import (
    after_working_days,
    before_working_day,
    last_working_day,
    working_days,
)


@dataclass(frozen=True)
class DueDays:
    """The last day for the first call or letter, and the last day for closing it."""

    contact_on: date
    close_on: date


def due_days(asked_on: date, *, contact_days: int, close_days: int, nation: str) -> DueDays:
    """Both count from the day on which the person asked to be contacted: that is what they were promised."""
    return DueDays(
        after_working_days(asked_on, contact_days, nation),
        after_working_days(asked_on, max(contact_days, close_days), nation),
    )


def next_reminder(due_on: date, nation: str, *, after: date | None = None) -> date | None:
    """The owner is written to on the working day before something is due, and on the first one on which it is late.

    The next of the two after a day; None when both are over.
    """
    days = (before_working_day(due_on, nation), after_working_days(due_on, 1, nation))
    return next((day for day in days if after is None or day > after), None)


def is_late(due_on: date, today: date, nation: str) -> bool:
    """From the first working day after it was due."""
    return due_on < late_before(today, nation)


def late_before(today: date, nation: str) -> date:
    """What was due before this day is late."""
    return last_working_day(today, nation)


def age_words(opened_on: date, today: date, nation: str) -> str:
    """Opened today, 1 working day, 12 working days."""
    days = working_days(opened_on, today, nation)
    return _days(days) if days else "today"


def due_words(due_on: date, today: date, nation: str) -> str:
    """Due today, due tomorrow, due in 3 working days, 2 working days late; with its day, for nobody counts weekends."""
    if is_late(due_on, today, nation):
        return f"{_days(working_days(due_on, today, nation))} late: was due on {_day(due_on)}"
    if due_on <= today:
        return "due today" if due_on == today else f"was due on {_day(due_on)}"
    left = working_days(today, due_on, nation)
    if (due_on - today).days == 1:
        return f"due tomorrow, {_day(due_on)}"
    return f"due in {_days(left)}, on {_day(due_on)}"


def _days(days: int) -> str:
    return "1 working day" if days == 1 else f"{days:,} working days"


def _day(day: date) -> str:
    return f"{day:%A} {in_words(day).rsplit(' ', 1)[0]}"
