"""By when a complaint about data is acknowledged, how it stands, and what can be taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

# Data Protection Act 2018, section 164A: within 30 days that begin when it is received, so its own day is the first.
ACKNOWLEDGE_DAYS = 30
KEEP_DAYS = 730  # the words of an answered complaint: somebody may go on to the regulator, or complain again
UNDO_FOR = timedelta(hours=1)


class Standing(StrEnum):
    """What is next with a complaint."""

    LATE = "late"
    TO_ACKNOWLEDGE = "to_acknowledge"
    TO_ANSWER = "to_answer"
    ANSWERED = "answered"


def acknowledge_by(received_on: date) -> date:
    """The last day on which it is in time."""
    return received_on + timedelta(days=ACKNOWLEDGE_DAYS - 1)


def standing(*, by: date, is_acknowledged: bool, is_answered: bool, today: date) -> Standing:
    if is_answered:
        return Standing.ANSWERED
    if is_acknowledged:
        return Standing.TO_ANSWER
    return Standing.LATE if today > by else Standing.TO_ACKNOWLEDGE


def days_left(by: date, today: date) -> str:
    """In words, the day itself included."""
    left = (by - today).days
    if left < 0:
        return "1 day late" if left == -1 else f"{-left} days late"
    if left == 0:
        return "today is the last day"
    return "1 day left" if left == 1 else f"{left} days left"


def can_undo(done_at: datetime, now: datetime, *, is_told: bool) -> bool:
    """What an e-mail has told them stays done."""
    return not is_told and now - done_at < UNDO_FOR
