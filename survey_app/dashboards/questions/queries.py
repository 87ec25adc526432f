"""Counting what was answered to each question, from the answers themselves, within a scope. No text is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from survey_app.dashboards.questions.counts import AnswerCounts, OptionCount
from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.queries.cells import FirstOfMonth, counted_responses
from survey_app.organisation.channels import Channel
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import Answer, SurveyResponse
from survey_app.surveys.kinds import SEVERAL_OPTIONS, TALLIED, QuestionKind
from survey_app.surveys.models import QuestionVersion, Survey, SurveyItem, SurveyVersion

COUNTED_KINDS = TALLIED | SEVERAL_OPTIONS | {QuestionKind.NUMBER, QuestionKind.DATE}


@dataclass(frozen=True)
class AnsweredSurvey:
    """A survey, and how many answers to it count."""

    id: int
    code: str
    name: str
    responses: int


@dataclass(frozen=True)
class AnsweredQuestion:
    """One wording of a question, and what was answered to it."""

    version: QuestionVersion
    counts: AnswerCounts


def answered_surveys(period: Period, scope: Scope, channel: Channel | None) -> list[AnsweredSurvey]:
    """The surveys with answers in a period, the most answered first."""
    number = func.count(SurveyResponse.id)
    rows = db.session.execute(
        select(Survey.id, Survey.code, Survey.name, number)
        .join(SurveyVersion, SurveyVersion.survey_id == Survey.id)
        .join(SurveyResponse, SurveyResponse.survey_version_id == SurveyVersion.id)
        .where(*_counted(period, scope, channel))
        .group_by(Survey.id, Survey.code, Survey.name)
        .order_by(number.desc(), Survey.id)
    )
    return [AnsweredSurvey(*row) for row in rows]


def answered_questions(
    survey_id: int, period: Period, scope: Scope, channel: Channel | None
) -> Sequence[AnsweredQuestion]:
    """The questions of a survey that were answered in a period, each wording by itself, in the survey's order. The
    number of statements does not depend on how many questions there are."""

    def counted(*columns: Any) -> Select[Any]:
        return (
            select(Answer.question_version_id, *columns)
            .join(SurveyResponse, SurveyResponse.id == Answer.response_id)
            .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
            .where(SurveyVersion.survey_id == survey_id, *_counted(period, scope, channel))
            .group_by(Answer.question_version_id)
        )

    says_something = or_(Answer.option_id.is_not(None), Answer.number.is_not(None), Answer.day.is_not(None))
    people = counted(func.count(Answer.response_id.distinct())).where(says_something)
    answered: dict[int, int] = dict(db.session.execute(people).all())
    options: defaultdict[int, dict[int, OptionCount]] = defaultdict(dict)
    ranks = func.coalesce(func.sum(Answer.rank), 0)
    rows = counted(Answer.option_id, func.count(), ranks).where(Answer.option_id.is_not(None))
    for version, option, chosen, sum_of_ranks in db.session.execute(rows.group_by(Answer.option_id)):
        options[version][option] = OptionCount(chosen, int(sum_of_ranks))
    numbers: defaultdict[int, dict[float, int]] = defaultdict(dict)
    rows = counted(Answer.number, func.count()).where(Answer.number.is_not(None))
    for version, number, times in db.session.execute(rows.group_by(Answer.number)):
        numbers[version][number] = times
    months: defaultdict[int, dict[date, int]] = defaultdict(dict)
    month = FirstOfMonth(Answer.day).label("month")
    rows = counted(month, func.count()).where(Answer.day.is_not(None))
    for version, first, times in db.session.execute(rows.group_by(month)):
        months[version][first] = times
    return [
        AnsweredQuestion(
            version,
            AnswerCounts(answered[version.id], options[version.id], numbers[version.id], months[version.id]),
        )
        for version in _in_order(survey_id)
        if version.id in answered
    ]


def _in_order(survey_id: int) -> Sequence[QuestionVersion]:
    """The wordings that a survey ever had, as its versions have them in order, the newest of a question first."""
    place = (
        select(SurveyItem.question_version_id, func.max(SurveyItem.position).label("position"))
        .join(SurveyVersion, SurveyVersion.id == SurveyItem.survey_version_id)
        .where(SurveyVersion.survey_id == survey_id)
        .group_by(SurveyItem.question_version_id)
        .subquery()
    )
    return db.session.scalars(
        select(QuestionVersion)
        .join(place, place.c.question_version_id == QuestionVersion.id)
        .where(QuestionVersion.kind.in_(COUNTED_KINDS))
        .order_by(place.c.position, QuestionVersion.question_id, QuestionVersion.number.desc())
    ).all()


def _counted(period: Period, scope: Scope, channel: Channel | None) -> list[ColumnElement[bool]]:
    conditions = [SurveyResponse.counts_on.between(period.first, period.last), *counted_responses()]
    conditions += within(scope, SurveyResponse.service_id)
    if channel is not None:
        conditions.append(SurveyResponse.channel == channel)
    return conditions
