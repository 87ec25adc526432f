"""Sessions as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.accounts.models import StaffSession
from survey_app.accounts.sessions.ways import WORDS
from survey_app.web.sessions import IDLE_LIMIT


@dataclass(frozen=True)
class SessionRow:
    """One signed-in browser. `is_left`: nobody has opened a page with it for longer than the idle limit."""

    reference: str
    device: str
    started_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    way: str
    is_this: bool
    is_left: bool


def session_rows(sessions: Sequence[StaffSession], now: datetime, current: int | None = None) -> list[SessionRow]:
    """This one first, then those in use, then those that were left."""
    rows = [
        SessionRow(
            reference=each.reference,
            device=each.device,
            started_at=each.started_at,
            last_seen_at=now if each.id == current else each.last_seen_at,
            ends_at=each.ends_at,
            way=WORDS[each.signed_in_by],
            is_this=each.id == current,
            is_left=each.id != current and each.last_seen_at < now - IDLE_LIMIT,
        )
        for each in sessions
    ]
    return sorted(rows, key=lambda row: (not row.is_this, row.is_left))
