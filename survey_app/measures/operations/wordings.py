"""Declares that two wordings of a question can be compared."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.lineage import cannot_be_bridged
from survey_app.measures.models import (
    LineageBridge,
)
from survey_app.measures.queries.standing import bridges_by_versions, turn_between

LONGEST_REASON = 1_000  # characters of why a bridge is declared


def declare_bridge(earlier: int, later: int, reason: str, *, now: datetime, by: int | None = None) -> LineageBridge:
    """Say that the answers to two wordings of a question, which follow one another, may be compared and added up.

    InvalidInput without a reason. NotFound where there is no such change of wording. Refused where the scales differ,
    and where a bridge stands already.
    """
    turn = turn_between(earlier, later)
    if (problem := cannot_be_bridged(turn)) is not None:
        raise Refused(problem)
    if turn.is_bridged:
        raise Refused("These two wordings are compared already.")
    if not (words := reason.strip()) or len(words) > LONGEST_REASON:
        raise InvalidInput(f"Say in up to {LONGEST_REASON:,} characters why the answers can be compared.")
    bridge = LineageBridge(from_version_id=earlier, to_version_id=later, reason=words, declared_by=by, declared_at=now)
    db.session.add(bridge)
    db.session.flush()
    after = {"from": turn.earlier.number, "to": turn.later.number, "reason": words}
    record_act_by("lineage.bridge declared", turn.later.question, at=now, by=by, after=after)
    return bridge


def take_bridge_back(earlier: int, later: int, *, now: datetime, by: int | None = None) -> None:
    """Compare two wordings no longer. NotFound where no bridge stands between them; the audit keeps that one did."""
    turn, bridge = turn_between(earlier, later), bridges_by_versions().get((earlier, later))
    if bridge is None:
        raise NotFound("No bridge stands between these two wordings.")
    before = {"from": turn.earlier.number, "to": turn.later.number, "reason": bridge.reason}
    db.session.delete(bridge)
    db.session.flush()
    record_act_by("lineage.bridge taken back", turn.later.question, at=now, by=by, before=before)
