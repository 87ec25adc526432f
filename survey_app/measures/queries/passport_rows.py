"""The rows behind a figure, as its passport lists them: no name, the day only."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.comments.models import Comment
from survey_app.extensions import UtcDateTime, db
from survey_app.invitations.models import Invitation
from survey_app.measures.address import FigureQuery
from survey_app.measures.definitions import Source
from survey_app.measures.queries.cells import counted_responses, fact, left_empty
from survey_app.measures.queries.cuts import Cut, of_customers, valid_invitations
from survey_app.measures.queries.subjects import invitation_outcome, sentiment_label
from survey_app.responses.digests import row_digest
from survey_app.responses.models import Answer, ResponseState, SurveyResponse
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyItem, SurveyVersion

STREAMED = {"yield_per": 10_000}  # rows fetched at once: a passport may stand on millions


class Considered(NamedTuple):
    """One answer, comment or invitation considered, as it is stored. `id` is its response's or invitation's."""

    id: int
    stored_at: datetime
    reference: str
    salt: str
    day: date
    service: int
    channel: str
    survey: str
    label: str
    question: str
    version: int
    value: str

    @property
    def digest(self) -> str:
        return row_digest(self.salt, self.reference, self.question, self.value)


def considered(query: FigureQuery, cut: Cut, versions: Collection[int], now: datetime) -> Select[Any] | None:
    """All rows that a figure looks at; None for what is only counted. `versions` are those of its questions."""
    match query.definition.source:
        case Source.ANSWERS:
            return _rows_of_answers(query, cut, versions)
        case Source.COMMENTS:
            return _rows_of_comments(query, cut)
        case Source.INVITATIONS:
            return _rows_of_invitations(query, cut, now)
        case _:
            return None


def held_references(query: FigureQuery) -> frozenset[str]:
    """Those of the responses of these days that are held in quarantine, where the rules let them count."""
    if not query.rules.quarantined:
        return frozenset()
    held = select(SurveyResponse.reference).where(
        SurveyResponse.counts_on.between(query.first, query.last),
        SurveyResponse.state == ResponseState.QUARANTINED,
    )
    return frozenset(db.session.scalars(held))


def stream(rows: Select[Any] | None) -> Iterator[Considered]:
    """One after the other, in no order, and never all at once in memory."""
    if rows is not None:
        for row in db.session.execute(rows, execution_options=STREAMED):
            yield Considered(*row)


def newest_first(rows: Select[Any], *, most: int, skip: int) -> list[Considered]:
    """One page of them. The database sorts and cuts."""
    listed = rows.subquery("listed")
    page = select(listed).order_by(listed.c.day.desc(), listed.c.reference.desc(), listed.c.question)
    return [Considered(*row) for row in db.session.execute(page.limit(most).offset(skip))]


def newest_id(query: FigureQuery) -> int:
    """The number of the newest response, or invitation, that is stored; 0 where there is none."""
    facts = Invitation if query.definition.source is Source.INVITATIONS else SurveyResponse
    return db.session.scalar(select(func.max(facts.id))) or 0


def _row_facts(
    facts: type[SurveyResponse] | type[Invitation], stored_at: ColumnElement[Any] | InstrumentedAttribute[datetime]
) -> list[ColumnElement[Any]]:
    return [
        type_coerce(facts.id, Integer),
        type_coerce(stored_at, UtcDateTime),
        type_coerce(facts.reference, String).label("reference"),
        type_coerce(facts.salt, String),
        type_coerce(facts.counts_on, Date).label("day"),
        fact(facts, "service"),
        fact(facts, "channel"),
        type_coerce(Survey.code, String),
        type_coerce(SurveyVersion.label, String),
    ]


def _rows_of_answers(query: FigureQuery, cut: Cut, versions: Collection[int]) -> Select[Any]:
    of_figure = [
        SurveyResponse.counts_on.between(query.first, query.last),
        *counted_responses(query.rules),
        *of_customers(cut),
    ]
    of_response = _row_facts(SurveyResponse, SurveyResponse.submitted_at)
    answered = (
        select(*of_response, Question.code.label("question"), QuestionVersion.id, Option.code)
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(versions), *of_figure)
    )
    blank = (
        select(*of_response, Question.code.label("question"), QuestionVersion.id, literal("", String))
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyResponse.survey_version_id)
        .join(QuestionVersion, QuestionVersion.id == SurveyItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(versions), left_empty(), *of_figure)
    )
    return select(union_all(answered, blank).subquery("considered"))


def _rows_of_comments(query: FigureQuery, cut: Cut) -> Select[Any]:
    return (
        select(
            *_row_facts(SurveyResponse, Comment.analysed_at),
            Question.code.label("question"),
            QuestionVersion.id,
            sentiment_label(),
        )
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(Comment, Comment.response_id == SurveyResponse.id)
        .join(QuestionVersion, QuestionVersion.id == Comment.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(SurveyResponse.counts_on.between(query.first, query.last), *counted_responses(), *of_customers(cut))
    )


def _rows_of_invitations(query: FigureQuery, cut: Cut, now: datetime) -> Select[Any]:
    return (
        select(
            *_row_facts(Invitation, Invitation.drawn_at),
            literal("invitation", String).label("question"),
            literal(0, Integer),
            invitation_outcome(now),
        )
        .join(SurveyVersion, SurveyVersion.id == Invitation.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Invitation.counts_on.between(query.first, query.last), *valid_invitations(cut))
    )
