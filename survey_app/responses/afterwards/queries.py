"""Reading what comes after an answer. No page shows what one person told of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.orm import defer, joinedload

from survey_app.contacts.models import ContactDetail
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.organisation.models import Service
from survey_app.organisation.queries import council_nation, with_those_above
from survey_app.responses.afterwards.equality import EqualityItem, standard_items
from survey_app.responses.models import (
    Answer,
    ContactConsent,
    EqualityAnswer,
    EqualityQuestion,
    SupportText,
    SurveyResponse,
)
from survey_app.surveys.kinds import AGREED, QuestionKind
from survey_app.surveys.models import Option, QuestionVersion
from survey_app.work.backlog import Backlog


@dataclass(frozen=True)
class Added:
    """What somebody added to their answer, and what they may still add."""

    consent: ContactConsent | None  # their details stay encrypted
    has_agreed: bool  # they said in the survey that they may be contacted
    has_details: bool  # we still know how to reach whoever was invited; nothing is decrypted
    has_told: bool  # they answered a question about themselves; not which, nor what
    about_you_number: int  # of the questions about the person that the council asks


_ADDED = (
    select(
        ContactConsent,
        exists()
        .where(
            Answer.response_id == SurveyResponse.id,
            Answer.option_id == Option.id,
            Option.code == AGREED,
            Option.question_version_id == QuestionVersion.id,
            QuestionVersion.kind == QuestionKind.CONSENT,
        )
        .correlate(SurveyResponse),
        exists()
        .where(
            Invitation.id == SurveyResponse.invitation_id,
            ContactDetail.contact_id == Invitation.contact_id,
            or_(ContactDetail.email.is_not(None), ContactDetail.phone.is_not(None)),
        )
        .correlate(SurveyResponse),
        exists().where(EqualityAnswer.response_id == SurveyResponse.id),
        select(func.count()).where(EqualityQuestion.is_asked).scalar_subquery(),
    )
    .select_from(SurveyResponse)
    .outerjoin(ContactConsent, ContactConsent.response_id == SurveyResponse.id)
    .where(SurveyResponse.id == bindparam("response_id"))
    .options(defer(ContactConsent.details, raiseload=True))
)


def added_to(response: SurveyResponse) -> Added:
    """In one statement."""
    return Added(*db.session.execute(_ADDED, {"response_id": response.id}).one())


def consents_to_forget(now: datetime) -> Backlog:
    """Details that were given to be contacted by, and kept long enough. Since when they wait is not told."""
    return Backlog(db.session.scalar(select(func.count()).where(*consent_is_over(now))) or 0, None)


def consent_is_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition under which the details of a consent are deleted."""
    return ContactConsent.keep_until < london_day(now), ContactConsent.details.is_not(None)


def questions_about_you() -> list[EqualityItem]:
    """The questions about the person that the council asks, in its words and order."""
    return [item for item, row in all_questions_about_you() if row is not None and row.is_asked]


def all_questions_about_you() -> list[tuple[EqualityItem, EqualityQuestion | None]]:
    """Every standard question in the council's words, in its order, beside what the council set of it."""
    rows = {row.code: row for row in db.session.scalars(select(EqualityQuestion))}
    items = enumerate(standard_items(council_nation()))
    placed = [(row.position if (row := rows.get(item.code)) else place, item) for place, item in items]
    in_order = [item for _, item in sorted(placed, key=lambda pair: pair[0])]
    return [
        (item.worded(row.wording, row.options) if (row := rows.get(item.code)) else item, rows.get(item.code))
        for item in in_order
    ]


def question_about_you(code: str) -> tuple[EqualityItem, EqualityQuestion | None]:
    """One of them. NotFound when there is none of that code."""
    found = next((pair for pair in all_questions_about_you() if pair[0].code == code), None)
    if found is None:
        raise NotFound("There is no such question.")
    return found


_SUPPORT_TEXTS = select(SupportText)


def support_text_for(service_id: int) -> SupportText | None:
    """What is shown with the survey of a service: its own text, else that of the closest service above it that has
    one, else the text for all.
    """
    texts = {text.service_id: text for text in db.session.scalars(_SUPPORT_TEXTS)}
    if not texts.keys() - {None}:
        return texts.get(None)
    return next((texts[place] for place in (*with_those_above(service_id), None) if place in texts), None)


def support_texts() -> Sequence[SupportText]:
    """All of them: the one for all services first, the others by the name of their service."""
    rows = select(SupportText).outerjoin(Service, Service.id == SupportText.service_id)
    in_order = rows.order_by(SupportText.service_id.is_not(None), Service.name, SupportText.id)
    return db.session.scalars(in_order.options(joinedload(SupportText.service))).all()


def support_text_of(service_id: int | None) -> SupportText | None:
    """The text of just this service, or the one for all."""
    return db.session.scalar(select(SupportText).where(SupportText.service_id.is_not_distinct_from(service_id)))


def support_text_by_id(text_id: int) -> SupportText:
    """NotFound when there is none."""
    found = db.session.get(SupportText, text_id)
    if found is None:
        raise NotFound("There is no such text.")
    return found
