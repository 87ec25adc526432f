"""Reading documents, and who may have them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import undefer

from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.models import (
    Accreditation,
    AssessorAccess,
    Document,
    Element,
    Exhibit,
    Visit,
    VisitElement,
    element_exhibit,
)
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound

DIGITS = 16  # of the SHA-256, in an address


def document_at(digest: str) -> Document:
    """A document by the digits in its address. NotFound when there is none."""
    document = None
    if len(digest) == DIGITS and digest.isalnum():
        document = db.session.scalar(select(Document).where(Document.sha256.startswith(digest, autoescape=True)))
    if document is None:
        raise NotFound("There is no such document.")
    return document


def document_by_sha256(sha256: str) -> Document | None:
    """A document with its content."""
    return db.session.scalar(select(Document).where(Document.sha256 == sha256).options(undefer(Document.content)))


def frameworks_open_to(user_id: int, today: date) -> Sequence[int]:
    """The frameworks to which an assessor is invited on a day."""
    return db.session.scalars(
        select(AssessorAccess.framework_id).where(
            AssessorAccess.user_id == user_id, AssessorAccess.expires_on >= today, AssessorAccess.ended_at.is_(None)
        )
    ).all()


def stands_in(document: Document, framework_ids: Collection[int]) -> bool:
    """Whether a document is an exhibit at an element of these frameworks, or was at a visit that was held."""
    if not framework_ids:
        return False
    here = db.session.scalar(
        select(Exhibit.id)
        .join(element_exhibit, element_exhibit.c.exhibit_id == Exhibit.id)
        .join(Element, Element.id == element_exhibit.c.element_id)
        .where(Exhibit.document_id == document.id, Element.framework_id.in_(framework_ids))
        .limit(1)
    )
    return here is not None or _stood_in(document, framework_ids)


def _stood_in(document: Document, framework_ids: Collection[int]) -> bool:
    labels = set(db.session.scalars(select(Exhibit.number).where(Exhibit.document_id == document.id)))
    frozen = db.session.scalars(
        select(VisitElement.frozen)
        .join(Visit, Visit.id == VisitElement.visit_id)
        .join(Accreditation, Accreditation.id == Visit.accreditation_id)
        .where(Accreditation.framework_id.in_(framework_ids), Visit.held_on.is_not(None))
    )
    shown = {exhibit["number"] for element in frozen if element for exhibit in element["exhibits"]}
    return any(exhibit_number(label) in shown for label in labels)
