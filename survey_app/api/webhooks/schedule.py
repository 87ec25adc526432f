"""When a delivery that failed is tried again, and when that has been tried for long enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# After the first try, the second, and so on: for about three days in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    *[timedelta(hours=10)] * 6,
)
MOST_TRIES = 1 + len(WAITS)
STOPPED_AFTER = timedelta(days=3)  # of nothing but failures, an address is no longer tried
LONGEST_QUIET = timedelta(minutes=5)  # that we keep by ourselves
LONGEST_ASKED_FOR = timedelta(hours=10)  # whoever asks for more gets as much: our own longest wait


def next_try(tries: int, *, at: datetime, luck: float) -> datetime | None:
    """After so many tries, the last of them at `at`; None when that was the last. `luck`, from 0 to 1, makes a wait up
    to a tenth longer, so that what failed together does not come again together."""
    return None if tries >= MOST_TRIES else at + WAITS[tries - 1] * (1 + luck / 10)


def quiet_until(tries: int, at: datetime) -> datetime:
    """Until then an address that has just failed is left alone, whatever else is due there."""
    return at + min(WAITS[min(tries, len(WAITS)) - 1], LONGEST_QUIET)


def asked_for(retry_after: str, at: datetime) -> timedelta | None:
    """How long an answer's Retry-After asks us to wait, in seconds or as a date (RFC 9110, 10.2.3); None where it asks
    for nothing that can be read."""
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        wait = timedelta(seconds=int(said[:9]))
    else:
        try:
            until = parsedate_to_datetime(said)
            wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
        except (ValueError, OverflowError):
            return None
    return min(wait, LONGEST_ASKED_FOR) if wait > timedelta(0) else None


def is_given_up(failing_since: datetime, at: datetime) -> bool:
    return at - failing_since >= STOPPED_AFTER
