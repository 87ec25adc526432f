"""Reading the audit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from survey_app.audit.models import CHANGED, AuditLine
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound


@dataclass(frozen=True)
class Head:
    """The newest line of the chain: its place, and the hash that stands for it and for all lines before it."""

    place: int
    seal: str


def newest_head() -> Head | None:
    """The newest sealed line; None while no line is sealed."""
    newest = select(AuditLine).where(AuditLine.sealed_as.is_not(None)).order_by(AuditLine.sealed_as.desc()).limit(1)
    line = db.session.scalar(newest)
    return None if line is None or line.sealed_as is None or line.seal is None else Head(line.sealed_as, line.seal)


def count_changes(kinds: Collection[str]) -> int:
    """How often settings of these kinds were changed."""
    return db.session.scalar(select(func.count(AuditLine.id)).where(_are_changes(kinds))) or 0


def changes(kinds: Collection[str], *, skip: int, most: int) -> Sequence[AuditLine]:
    """Changes of settings of these kinds, the newest first."""
    lines = select(AuditLine).where(_are_changes(kinds)).order_by(AuditLine.id.desc()).offset(skip).limit(most)
    return db.session.scalars(lines).all()


def last_changed(kinds: Collection[str]) -> dict[str, datetime]:
    """When a setting of each kind was last changed; kinds that never were are left out."""
    lines = select(AuditLine.action, func.max(AuditLine.at)).where(_are_changes(kinds)).group_by(AuditLine.action)
    return {action.removesuffix(CHANGED): at for action, at in db.session.execute(lines)}


def changes_since(kinds: Collection[str], line_id: int) -> Sequence[AuditLine]:
    """The changes of settings of these kinds that came after a line, oldest first."""
    lines = select(AuditLine).where(_are_changes(kinds), AuditLine.id > line_id).order_by(AuditLine.id)
    return db.session.scalars(lines).all()


def change_by_id(kinds: Collection[str], line_id: int) -> AuditLine:
    """One change. NotFound for a line that is none, or of another kind."""
    found = db.session.scalar(select(AuditLine).where(_are_changes(kinds), AuditLine.id == line_id))
    if found is None:
        raise NotFound("There is no such change.")
    return found


def _are_changes(kinds: Collection[str]) -> ColumnElement[bool]:
    return AuditLine.action.in_([f"{kind}{CHANGED}" for kind in kinds])
