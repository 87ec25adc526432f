"""How long somebody has, how long they took, and until when a decision can be taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from survey_app.kernel.clock import london_day

UNDO_FOR = timedelta(hours=1)
WATCHED_FOR = timedelta(days=60)  # what counts on an earlier day raises nothing: nobody is told of long ago as if now


def is_recent(counts_on: date, now: datetime) -> bool:
    """Whether what was written about a contact of this day may still raise an alert."""
    return counts_on >= watched_from(now)


def watched_from(now: datetime) -> date:
    return london_day(now) - WATCHED_FOR


def can_undo(done_at: datetime | None, now: datetime) -> bool:
    """A decision can be taken back within the hour."""
    return done_at is not None and now < done_at + UNDO_FOR


def duration_words(span: timedelta) -> str:
    """14 minutes, 3 hours, 2 days: rounded down, so that no wait is made longer than it was."""
    minutes = max(0, int(span.total_seconds() // 60))
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size * (2 if unit == "hour" else 1) or unit == "minute":
            n = minutes // size
            return f"{n:,} {unit}{'' if n == 1 else 's'}"
    raise AssertionError("minutes are the last unit")
