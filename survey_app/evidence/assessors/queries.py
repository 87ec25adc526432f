"""Reading accesses, what they opened, the walk, and the comments at elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import g
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from survey_app.accounts.models import User
from survey_app.accounts.queries import Nobody, current_viewer
from survey_app.evidence.assessors.access import KEPT
from survey_app.evidence.assessors.walk import Mark, Stop, Walk
from survey_app.evidence.models import (
    AccessLine,
    AssessorAccess,
    Document,
    Element,
    ElementComment,
    ElementMark,
    Exhibit,
    Framework,
    element_exhibit,
)
from survey_app.extensions import UtcDateTime, db
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import NotFound

CHANGEABLE_FOR = timedelta(minutes=10)  # of a comment, by who wrote it


def is_outside(viewer: User | Nobody) -> bool:
    """Whether somebody is an assessor and nothing else: they see what their invitation opens, and no more."""
    return viewer.may("assess") and not viewer.may("view_results")


def current_accesses() -> Sequence[AssessorAccess]:
    """What is open to the assessor who made this request, read once a request; nothing for anybody else."""
    if "accesses" not in g:
        viewer = current_viewer()
        is_theirs = isinstance(viewer, User) and is_outside(viewer)
        g.accesses = open_accesses(viewer.id, london_day(utc_now())) if is_theirs else []  # type: ignore[union-attr]
    found: Sequence[AssessorAccess] = g.accesses
    return found


def seen_frameworks() -> frozenset[int] | None:
    """The frameworks that whoever made this request is limited to; None for staff, who see all."""
    return frozenset(access.framework_id for access in current_accesses()) if is_outside(current_viewer()) else None


def open_accesses(user_id: int, today: date) -> Sequence[AssessorAccess]:
    """The accesses that open something on this day, the newest first."""
    return db.session.scalars(
        select(AssessorAccess)
        .where(AssessorAccess.user_id == user_id, AssessorAccess.ended_at.is_(None), AssessorAccess.expires_on >= today)
        .options(joinedload(AssessorAccess.framework), joinedload(AssessorAccess.user))
        .order_by(AssessorAccess.id.desc())
    ).all()


def last_access(user_id: int) -> AssessorAccess | None:
    """The newest, open or not."""
    return db.session.scalar(
        select(AssessorAccess).where(AssessorAccess.user_id == user_id).order_by(AssessorAccess.id.desc()).limit(1)
    )


def inviter_of(access: AssessorAccess | None) -> str:
    """The name of who invited; empty where nobody is known, or has given none."""
    inviter = db.session.get(User, access.invited_by) if access is not None and access.invited_by else None
    return inviter.name if inviter is not None else ""


def access_by_id(access_id: int) -> AssessorAccess:
    found = db.session.get(AssessorAccess, access_id)
    if found is None:
        raise NotFound("There is no such access.")
    return found


@dataclass(frozen=True)
class Use:
    """How an access was used."""

    pages: int
    last_at: datetime | None


def accesses_with_use() -> list[tuple[AssessorAccess, Use]]:
    """Every access with its use, the newest first, in one statement."""
    used = (
        select(
            AccessLine.access_id, func.count().label("pages"), func.max(AccessLine.at, type_=UtcDateTime).label("at")
        )
        .group_by(AccessLine.access_id)
        .subquery()
    )
    rows = db.session.execute(
        select(AssessorAccess, used.c.pages, used.c.at)
        .outerjoin(used, used.c.access_id == AssessorAccess.id)
        .options(joinedload(AssessorAccess.framework), joinedload(AssessorAccess.user))
        .order_by(AssessorAccess.id.desc())
    )
    return [(access, Use(pages or 0, at)) for access, pages, at in rows]


def lines_of(access: AssessorAccess, *, most: int, skip: int = 0) -> Sequence[AccessLine]:
    """What was opened, the newest first."""
    lines = select(AccessLine).where(AccessLine.access_id == access.id).order_by(AccessLine.at.desc(), AccessLine.id)
    return db.session.scalars(lines.limit(most).offset(skip)).all()


def lines_to_forget(now: datetime) -> Select[int]:
    return select(AccessLine.id).where(AccessLine.at < now - KEPT)


def stands_in(exhibit: int, frameworks: frozenset[int]) -> bool:
    """Whether an exhibit is cited by an element of these frameworks."""
    return (
        db.session.scalar(
            select(Element.id)
            .join(element_exhibit, element_exhibit.c.element_id == Element.id)
            .join(Exhibit, Exhibit.id == element_exhibit.c.exhibit_id)
            .where(Exhibit.number == exhibit, Element.framework_id.in_(frameworks))
            .limit(1)
        )
        is not None
    )


def document_stands_in(sha256: str, frameworks: frozenset[int]) -> bool:
    """The same of a document, by the beginning of its digest."""
    return (
        db.session.scalar(
            select(Element.id)
            .join(element_exhibit, element_exhibit.c.element_id == Element.id)
            .join(Exhibit, Exhibit.id == element_exhibit.c.exhibit_id)
            .join(Document, Document.id == Exhibit.document_id)
            .where(Document.sha256.startswith(sha256, autoescape=True), Element.framework_id.in_(frameworks))
            .limit(1)
        )
        is not None
    )


def walk_of(framework: Framework, access: AssessorAccess | None) -> Walk:
    """The elements of a framework in their order, and what this access marked."""
    stops = [
        Stop(*row)
        for row in db.session.execute(
            select(Element.id, Element.number, Element.title, Element.criterion)
            .where(Element.framework_id == framework.id)
            .order_by(Element.position)
        )
    ]
    marks = select(ElementMark.element_id, ElementMark.mark).where(
        ElementMark.access_id == (access.id if access else 0)
    )
    return Walk(stops, {element: Mark(mark) for element, mark in db.session.execute(marks)})


def comments_at(element: Element) -> Sequence[ElementComment]:
    """The thread of an element, the oldest first."""
    return db.session.scalars(
        select(ElementComment)
        .where(ElementComment.element_id == element.id)
        .options(joinedload(ElementComment.author))
        .order_by(ElementComment.id)
    ).all()


def comment_by_id(comment_id: int) -> ElementComment:
    found = db.session.get(ElementComment, comment_id)
    if found is None:
        raise NotFound("There is no such comment.")
    return found


def element_of(comment: ElementComment) -> Element:
    return db.session.get_one(Element, comment.element_id)


def questions(framework_id: int | None = None) -> list[tuple[ElementComment, Element]]:
    """The assessors' questions, those that are open first, then the newest."""
    asked = (
        select(ElementComment, Element)
        .join(Element, Element.id == ElementComment.element_id)
        .where(ElementComment.is_assessors, ElementComment.is_question)
        .options(joinedload(ElementComment.author), joinedload(Element.framework))
        .order_by(ElementComment.closed_at.is_not(None), ElementComment.id.desc())
    )
    if framework_id is not None:
        asked = asked.where(Element.framework_id == framework_id)
    return [(comment, element) for comment, element in db.session.execute(asked)]


def comments_to_tell(now: datetime) -> list[tuple[int, bool]]:
    """Framework and direction in which something was said that nobody was told of, and that its author can no longer
    change; where nobody was told within a day."""
    side = (Element.framework_id, ElementComment.is_assessors)
    newest = func.max(ElementComment.told_at, type_=UtcDateTime)
    told = select(*side).join(Element).group_by(*side).having(newest > now - timedelta(days=1))
    waiting = (
        select(*side)
        .join(Element, Element.id == ElementComment.element_id)
        .where(ElementComment.told_at.is_(None), ElementComment.at <= now - CHANGEABLE_FOR)
        .distinct()
    )
    recently = {(framework, is_theirs) for framework, is_theirs in db.session.execute(told.select_from(ElementComment))}
    return [
        pair for framework, is_theirs in db.session.execute(waiting) if (pair := (framework, is_theirs)) not in recently
    ]


def untold(framework_id: int, is_assessors: bool, now: datetime) -> Sequence[ElementComment]:
    """What was said in one direction and waits to be told."""
    return db.session.scalars(
        select(ElementComment)
        .join(Element, Element.id == ElementComment.element_id)
        .where(
            Element.framework_id == framework_id,
            ElementComment.is_assessors == is_assessors,
            ElementComment.told_at.is_(None),
            ElementComment.at <= now - CHANGEABLE_FOR,
        )
    ).all()


def readers_of(framework_id: int, is_assessors: bool, today: date) -> list[str]:
    """The addresses of who is told: of what assessors said those who invited them, of answers the assessors."""
    accesses = db.session.scalars(
        select(AssessorAccess)
        .where(AssessorAccess.framework_id == framework_id)
        .options(joinedload(AssessorAccess.user))
        .order_by(AssessorAccess.id)
    ).all()
    if not is_assessors:
        current = [each for each in accesses if each.ended_at is None and each.expires_on >= today]
        return sorted({access.user.email for access in current if access.user.active})
    ids = {access.invited_by for access in accesses if access.invited_by is not None}
    inviters = db.session.scalars(select(User).where(User.id.in_(ids), User.active)).all()
    return sorted(user.email for user in inviters)
