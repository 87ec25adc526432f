"""By when the law wants an answer."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def due_on(received_on: date) -> date:
    """One month on: the same day of the next month, or its last where it has none (UK GDPR Article 12(3))."""
    year, month = (received_on.year + 1, 1) if received_on.month == 12 else (received_on.year, received_on.month + 1)
    return date(year, month, min(received_on.day, monthrange(year, month)[1]))
