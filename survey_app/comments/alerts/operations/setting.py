"""Changing kinds of alert: their phrases, who is told, and how long somebody has."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from survey_app.audit.operations import record_act_by
from survey_app.comments.alerts.finding import read_phrases
from survey_app.comments.alerts.models import Alert, AlertKind
from survey_app.comments.alerts.operations.raising import ensure_kinds
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.work.jobs import wake

MOST_MINUTES = 7 * 24 * 60
LONGEST_CODE = 40


@dataclass(frozen=True)
class KindFacts:
    """What can be changed of a kind. `inbox_service_id` is the service whose inbox the first one is."""

    name: str
    phrases: str
    exceptions: str
    inbox: str
    inbox_service_id: int | None
    other_inbox: str
    answer_within_minutes: int
    is_active: bool


def set_kind(code: str, facts: KindFacts, *, now: datetime, by: int) -> AlertKind:
    """Change a kind; what it was is kept once, for undo. What comes from now on is searched by the new phrases."""
    kind = _locked(code)
    before = facts_of(kind)
    if before != facts:
        _apply(kind, facts)
        kind.earlier, kind.edited_at = asdict(before), now
        _record("alerts.kind changed", kind, before, now=now, by=by)
        _tell_of_those_untold(kind, now)
    return kind


def add_kind(facts: KindFacts, *, now: datetime, by: int) -> AlertKind:
    """A kind of the council's own."""
    known = {kind.code for kind in ensure_kinds()}
    begin = re.sub(r"[^a-z0-9]+", "_", facts.name.casefold()).strip("_")[: LONGEST_CODE - 4] or "kind"
    code = next(each for n in range(1, 1000) if (each := begin if n == 1 else f"{begin}_{n}") not in known)
    kind = AlertKind(code=code, edited_at=now)
    _apply(kind, facts)
    db.session.add(kind)
    _record("alerts.kind added", kind, None, now=now, by=by)
    return kind


def undo_kind(code: str, *, now: datetime, by: int) -> AlertKind:
    """As it was before the last change; done again, that is undone too. Refused where nothing was changed."""
    kind = _locked(code)
    if kind.earlier is None:
        raise Refused("Nothing was changed yet.")
    return set_kind(code, KindFacts(**kind.earlier), now=now, by=by)


def facts_of(kind: AlertKind) -> KindFacts:
    return KindFacts(
        name=kind.name,
        phrases=kind.phrases,
        exceptions=kind.exceptions,
        inbox=kind.inbox,
        inbox_service_id=kind.inbox_service_id,
        other_inbox=kind.other_inbox,
        answer_within_minutes=kind.answer_within_minutes,
        is_active=kind.is_active,
    )


def _apply(kind: AlertKind, facts: KindFacts) -> None:
    if not read_phrases(facts.phrases):
        raise InvalidInput("Without a phrase nothing is found.")
    read_phrases(facts.exceptions)
    if not 1 <= facts.answer_within_minutes <= MOST_MINUTES:
        raise InvalidInput(f"Somebody has 1 to {MOST_MINUTES:,} minutes.")
    for name, value in asdict(facts).items():
        setattr(kind, name, value)
    db.session.flush()


def _tell_of_those_untold(kind: AlertKind, now: datetime) -> None:
    """Alerts that nobody was told of, for want of an inbox, are told now that there is one."""
    if kind.inbox or kind.other_inbox:
        untold = Alert.kind_id == kind.id, Alert.sent_at.is_(None), Alert.acknowledged_at.is_(None)
        db.session.execute(update(Alert).where(*untold, Alert.letter_due_at.is_(None)).values(letter_due_at=now))
        wake("send_alerts")


def _locked(code: str) -> AlertKind:
    ensure_kinds()
    found = db.session.scalar(select(AlertKind).where(AlertKind.code == code).with_for_update())
    if found is None:
        raise NotFound("There is no such kind of alert.")
    return found


def _record(action: str, kind: AlertKind, before: KindFacts | None, *, now: datetime, by: int) -> None:
    """Whether there is an inbox stands in the audit, and not which."""
    was = None if before is None else _audited(before)
    record_act_by(action, kind.code, at=now, by=by, before=was, after=_audited(facts_of(kind)))


def _audited(facts: KindFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "phrases": facts.phrases,
        "exceptions": facts.exceptions,
        "has_inbox": bool(facts.inbox),
        "inbox_service": facts.inbox_service_id,
        "has_other_inbox": bool(facts.other_inbox),
        "minutes": facts.answer_within_minutes,
        "is_active": facts.is_active,
    }
