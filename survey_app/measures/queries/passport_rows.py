"""The rows behind a figure, as its passport lists them: no name, the day only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    literal,
    select,
    type_coerce,
    union_all,
)

from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.measures.address import FigureQuery
from survey_app.measures.definitions import Choice, Source
from survey_app.measures.passport import PassportRow
from survey_app.measures.queries.cells import counted_responses, fact, left_empty
from survey_app.measures.queries.counts import (
    Cut,
    of_customers,
    valid_invitations,
)
from survey_app.measures.queries.standing import Standing
from survey_app.measures.queries.subjects import invitation_outcome, sentiment_label
from survey_app.responses.digests import row_digest
from survey_app.responses.models import Answer, ResponseState, SurveyResponse
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyItem, SurveyVersion


def passport_rows(
    query: FigureQuery, cut: Cut, now: datetime, standing: Standing
) -> Iterator[tuple[PassportRow, Choice]]:
    measure = query.definition
    choices = standing.choices(measure, query.rules)
    match measure.source:
        case Source.ANSWERS:
            statement = _rows_of_answers(query, cut, {version for version, _ in choices})
        case Source.COMMENTS:
            statement = _rows_of_comments(query, cut)
        case Source.INVITATIONS:
            statement = _rows_of_invitations(query, cut, now)
        case _:
            return
    held = _held(query) if query.rules.quarantined else frozenset[str]()
    for fields in db.session.execute(statement):
        reference, salt, day, service, channel, survey, label, question, version, value = fields
        choice = choices.get((version, value)) or measure.choice(value)
        row = PassportRow(
            reference=reference,
            day=day,
            service=standing.services.code(service),
            channel=channel,
            question=question,
            value=value,
            is_in_base=choice.is_substantive,
            version=f"{survey}@{label}",
            digest=row_digest(salt, reference, question, value),
            is_quarantined=reference in held,
        )
        yield row, choice


def _held(query: FigureQuery) -> frozenset[str]:
    """The references of answers held in quarantine in these days."""
    held = select(SurveyResponse.reference).where(
        SurveyResponse.counts_on.between(query.first, query.last),
        SurveyResponse.state == ResponseState.QUARANTINED,
    )
    return frozenset(db.session.scalars(held))


def _row_facts(facts: type[SurveyResponse] | type[Invitation]) -> list[ColumnElement[Any]]:
    return [
        type_coerce(facts.reference, String),
        type_coerce(facts.salt, String),
        type_coerce(facts.counts_on, Date),
        fact(facts, "service"),
        fact(facts, "channel"),
        type_coerce(Survey.code, String),
        type_coerce(SurveyVersion.label, String),
    ]


def _rows_of_answers(query: FigureQuery, cut: Cut, versions: set[int]) -> Select[Any]:
    of_figure = [
        SurveyResponse.counts_on.between(query.first, query.last),
        *counted_responses(query.rules),
        *of_customers(cut),
    ]
    answered = (
        select(*_row_facts(SurveyResponse), Question.code, QuestionVersion.id, Option.code)
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(versions), *of_figure)
    )
    blank = (
        select(*_row_facts(SurveyResponse), Question.code, QuestionVersion.id, literal("", String))
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyResponse.survey_version_id)
        .join(QuestionVersion, QuestionVersion.id == SurveyItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(versions), left_empty(), *of_figure)
    )
    both = union_all(answered, blank).subquery("considered")
    return select(both).order_by(*both.c)


def _rows_of_comments(query: FigureQuery, cut: Cut) -> Select[Any]:
    return (
        select(*_row_facts(SurveyResponse), Question.code, literal(0, Integer), sentiment_label())
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(Comment, Comment.response_id == SurveyResponse.id)
        .join(QuestionVersion, QuestionVersion.id == Comment.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(SurveyResponse.counts_on.between(query.first, query.last), *counted_responses(), *of_customers(cut))
        .order_by(SurveyResponse.reference, Question.code)
    )


def _rows_of_invitations(query: FigureQuery, cut: Cut, now: datetime) -> Select[Any]:
    return (
        select(*_row_facts(Invitation), literal("invitation", String), literal(0, Integer), invitation_outcome(now))
        .join(SurveyVersion, SurveyVersion.id == Invitation.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Invitation.counts_on.between(query.first, query.last), *valid_invitations(cut))
        .order_by(Invitation.reference)
    )
