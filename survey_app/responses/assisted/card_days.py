"""On which days a card may have been written that staff enter now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from survey_app.kernel.periods import in_words

OLDEST_CARD_DAYS = 90


@dataclass(frozen=True)
class CardDays:
    """From `first` to `last`, both included. `closed_on` is the last day on which it could be answered, if it is
    over; a card written in time counts, however late somebody types it in."""

    first: date
    last: date
    closed_on: date | None = None

    def what_is_wrong(self, day: date) -> str | None:
        """Words for the person who typed the day; None where it may be."""
        if self.first <= day <= self.last:
            return None
        if day < self.first:
            return f"A card from before {in_words(self.first)} is not entered any more"
        if self.closed_on is not None and day > self.closed_on:
            return f"This survey was open until {in_words(self.closed_on)}. A card written later does not count"
        return "Enter a day that is not in the future"


def card_days(today: date, *, closed_on: date | None = None, contact_on: date | None = None) -> CardDays | None:
    """The days that count today: none from before the contact, after the closing, or further back than
    OLDEST_CARD_DAYS. None where no day is left."""
    oldest = today - timedelta(days=OLDEST_CARD_DAYS)
    first = max(oldest, contact_on) if contact_on else oldest
    last = min(today, closed_on) if closed_on else today
    return CardDays(first, last, closed_on) if first <= last else None
