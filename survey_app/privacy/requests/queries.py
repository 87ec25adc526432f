"""Reading requests. None of them says who asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.privacy.models import RequestKind, SubjectRequest

MOST_DONE = 50
SCRUBBED = "database.made anew"  # as the audit calls it
_ERASED = (SubjectRequest.kind == RequestKind.ERASURE, SubjectRequest.done_at.is_not(None))


def open_requests() -> Sequence[SubjectRequest]:
    """Those that wait, the first due first."""
    waiting = select(SubjectRequest).where(SubjectRequest.done_at.is_(None))
    return db.session.scalars(waiting.order_by(SubjectRequest.due_on, SubjectRequest.id)).all()


def done_requests() -> Sequence[SubjectRequest]:
    """The last that were done, the newest first."""
    done = select(SubjectRequest).where(SubjectRequest.done_at.is_not(None))
    return db.session.scalars(
        done.order_by(SubjectRequest.done_at.desc(), SubjectRequest.id.desc()).limit(MOST_DONE)
    ).all()


def request_by_reference(reference: str, *, lock: bool = False) -> SubjectRequest:
    """NotFound when there is none."""
    wanted = select(SubjectRequest).where(SubjectRequest.reference == reference)
    found = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NotFound("There is no such request.")
    return found


def erasures_done() -> int:
    """How many people were erased, ever."""
    return db.session.scalar(select(func.count()).where(*_ERASED)) or 0


def erasures_since_scrub() -> int:
    """How many of them came after the file of the database was last made anew, in one statement."""
    lines = select(AuditLine.after).where(AuditLine.action == SCRUBBED)
    newest = lines.order_by(AuditLine.at.desc(), AuditLine.id.desc()).limit(1).scalar_subquery()
    done, facts = db.session.execute(select(func.count(SubjectRequest.id), newest).where(*_ERASED)).one()
    behind: int = (facts or {}).get("erasures", 0)
    return max(0, int(done) - behind)
