"""How long a contact took until it was closed. Source: MEASURES.md 1.4."""

from __future__ import annotations

from datetime import datetime

from survey_app.kernel.clock import london_day
from survey_app.kernel.working_days import working_days


def processing_days(occurred_at: datetime, closed_at: datetime | None, nation: str) -> int | None:
    """Working days from the London day of a contact to the one it was closed on; None while it is open."""
    return None if closed_at is None else working_days(london_day(occurred_at), london_day(closed_at), nation)
