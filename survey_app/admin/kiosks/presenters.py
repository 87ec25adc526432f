"""What the pages of kiosks say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.kernel.clock import london_day
from survey_app.kernel.working_days import ONE_DAY, working_days
from survey_app.responses.kiosk.queries import Kiosk


@dataclass(frozen=True)
class KioskRow:
    """One kiosk of the list; `state` is a kind of tag and its words, `warning` what somebody should look into."""

    kiosk: Kiosk
    state: tuple[str, str]
    warning: str | None
    is_closed: bool


def kiosk_rows(kiosks: Sequence[Kiosk], now: datetime, nation: str) -> list[KioskRow]:
    """Each kiosk with what is the matter with it, open ones first."""
    return [kiosk_row(kiosk, now, nation) for kiosk in kiosks]


def kiosk_row(kiosk: Kiosk, now: datetime, nation: str) -> KioskRow:
    warning = _warning(kiosk, london_day(now), nation)
    is_closed = kiosk.link.closed_at is not None
    state = ("neutral", "Closed") if is_closed else ("concern", "Silent") if warning else ("common", "Open")
    return KioskRow(kiosk, state, warning, is_closed)


def answer(rows: Sequence[KioskRow]) -> tuple[str, str]:
    """The sentence of the list."""
    if not rows:
        return "There is no kiosk yet.", "Make one, and open its address on a tablet at a reception."
    still_open = [row for row in rows if not row.is_closed]
    silent = sum(row.warning is not None for row in still_open)
    came = sum(row.kiosk.today for row in rows)
    claim = "1 kiosk is open." if len(still_open) == 1 else f"{len(still_open)} kiosks are open."
    today = f"{came:,} {'answer was' if came == 1 else 'answers were'} received today."
    return claim, f"From {silent} of them nothing came for a working day or more. {today}" if silent else today


def _warning(kiosk: Kiosk, today: date, nation: str) -> str | None:
    """Why somebody should go and look: a whole working day, or more, without anything. Today may not be over."""
    if kiosk.link.closed_at is not None:
        return None
    since = london_day(kiosk.last_at or kiosk.link.created_at)
    silent = working_days(since, today - ONE_DAY, nation)
    if silent == 0:
        return None
    days = "1 working day" if silent == 1 else f"{silent} working days"
    return f"Nothing came for {days}. Go and look: is the tablet on, does it show the question, has it a network?"
