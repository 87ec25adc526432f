"""Reading the audit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db


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
