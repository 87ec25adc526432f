"""What the pages of the keys say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.keys.scopes import SCOPES, KeyScope
from survey_app.kernel.clock import london_day

SOON = timedelta(days=30)
_STATES = {"good": ("common", "Works"), "expired": ("neutral", "Ended"), "revoked": ("neutral", "Revoked")}


@dataclass(frozen=True)
class KeyRow:
    """One key of the list; `state` is a kind of tag and its words."""

    public: str
    name: str
    purposes: str
    services: str
    made_on: date
    ends_on: date
    last_used_on: date | None
    state: tuple[str, str]
    may_be_revoked: bool


def key_rows(keys: Sequence[ApiKey], now: datetime) -> list[KeyRow]:
    """All keys, those that work first."""
    rows = [key_row(key, now) for key in keys]
    return sorted(rows, key=lambda row: not row.may_be_revoked)


def key_row(key: ApiKey, now: datetime) -> KeyRow:
    """A key as the list shows it. One that ends soon says so: its system would fall silent."""
    is_good = key.is_good(now)
    ends_soon = is_good and key.expires_at - now < SOON
    return KeyRow(
        public=key.public,
        name=key.name,
        purposes=", ".join(SCOPES[KeyScope(scope)] for scope in key.scopes),
        services=", ".join(sorted(service.name for service in key.services)) or "All",
        made_on=london_day(key.created_at),
        ends_on=london_day(key.expires_at),
        last_used_on=key.last_used_on,
        state=("concern", "Ends soon") if ends_soon else _STATES[key.state(now)],
        may_be_revoked=is_good,
    )


def answer(rows: Sequence[KeyRow]) -> tuple[str, str]:
    """The sentence of the page."""
    working = sum(row.may_be_revoked for row in rows)
    ending = sum(row.state[1] == "Ends soon" for row in rows)
    if not working:
        return "No other system can use the API.", "Make a key for each system that needs one."
    claim = "1 key works." if working == 1 else f"{working} keys work."
    if not ending:
        return claim, "Each lets one system in, and ends by itself."
    return claim, f"{ending} of them {'ends' if ending == 1 else 'end'} within 30 days: make another in time."
