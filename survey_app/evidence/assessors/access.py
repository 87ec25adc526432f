"""How long an access lasts, and what it says of itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from survey_app.kernel.periods import in_words

USUAL_DAYS, MOST_DAYS = 30, 180
KEPT = timedelta(days=3 * 365 + 1)  # of the list of pages that were opened


class AccessState(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"
    ENDED = "ended"


def access_state(expires_on: date, ended_at: datetime | None, today: date) -> AccessState:
    """Whether an access opens anything on a London day; its last day is `expires_on`."""
    if ended_at is not None:
        return AccessState.ENDED
    return AccessState.OPEN if today <= expires_on else AccessState.EXPIRED


def usual_last_day(today: date) -> date:
    return today + timedelta(days=USUAL_DAYS)


def wrong_last_day(day: date, today: date) -> str | None:
    """Why an access cannot last until this day; None when it can."""
    if day < today:
        return f"Choose today or a later day: today is {in_words(today)}."
    if day > (longest := today + timedelta(days=MOST_DAYS)):
        return f"{MOST_DAYS} days is the most: {in_words(longest)} at the latest. It can be prolonged later."
    return None


def watermark_words(name: str, body: str, expires_on: date) -> str:
    """Alan Whitfield, Assessing Ltd: read only, until 30 June 2026."""
    return f"{', '.join(part for part in (name, body) if part)}: read only, until {in_words(expires_on)}"
