"""When a period may still fill. Source: DESIGN.md 7, MEASURES.md 8.1."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta


def is_provisional(first: date, last: date, *, unsettled: Collection[date], today: date, change_days: int) -> bool:
    """Whether answers of these days may still come or change.

    `unsettled` are the days of contacts that have an invitation which is open, or closed less than `change_days` ago.
    Without invitations (kiosk, open link) the days themselves have to be over for so long.
    """
    return last + timedelta(days=change_days) >= today or any(first <= day <= last for day in unsettled)
