"""When an address that fails again and again gets nothing for a while."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

MOST_FAILURES = 3
WITHIN = timedelta(days=30)


def last_straw(failed_at: Iterable[datetime]) -> datetime | None:
    """The newest failure that was at least the third within 30 days; None while there is none.

    In whatever order the failures became known: the pause lasts 30 days from this one.
    """
    moments = sorted(failed_at)
    straws = (
        latest for first, latest in zip(moments, moments[MOST_FAILURES - 1 :], strict=False) if latest - first <= WITHIN
    )
    return max(straws, default=None)
