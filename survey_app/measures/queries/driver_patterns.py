"""How the scores of several questions go together: responses counted by the pattern of their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, Select, String, case, func, literal, null, select, type_coerce

from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import Measure
from survey_app.measures.queries.cells import counted_responses
from survey_app.measures.queries.counts import Cut, of_customers
from survey_app.responses.models import Answer, SurveyResponse
from survey_app.surveys.models import Option, Question, QuestionVersion, SurveyItem

Scores = tuple[float | None, ...]
FEWEST_DRIVERS = 2  # of a survey: one alone cannot be weighed against another


def driver_patterns(measures: Sequence[Measure], period: Period, cut: Cut) -> dict[Scores, int]:
    """Responses of a period by their scores on these measures' questions, None for no substantive answer.

    The first measure is the outcome: surveys that do not ask it, and two of the others, are not counted, nor is a
    response without any of the answers. One statement turns the answers of a response into a row and
    the rows into counts, so that what comes out grows with the patterns and not with the answers.
    """
    versions = _versions([measure.asks for measure in measures if measure.asks])
    asked = [sorted(versions[measure.asks or ""]) for measure in measures]
    scores = [
        func.max(case((Answer.question_version_id.in_(ids), Option.score))).label(f"score_{place}")
        if ids
        else type_coerce(null(), Integer).label(f"score_{place}")
        for place, ids in enumerate(asked)
    ]
    of_response = (
        select(*scores)
        .select_from(SurveyResponse)
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .where(
            SurveyResponse.counts_on.between(period.first, period.last),
            Answer.question_version_id.in_([version for ids in asked for version in ids]),
            Option.is_substantive,
            SurveyResponse.survey_version_id.in_(_surveys_that_ask(asked)),
            *counted_responses(),
            *of_customers(cut),
        )
        .group_by(SurveyResponse.id)
        .subquery("of_response")
    )
    rows = db.session.execute(select(*of_response.c, func.count()).group_by(*of_response.c))
    return {tuple(None if score is None else float(score) for score in row[:-1]): int(row[-1]) for row in rows}


def _surveys_that_ask(asked: Sequence[Sequence[int]]) -> Select[int]:
    """The versions of surveys with a question of the first group and of enough of the others."""

    def asks(ids: Sequence[int]) -> ColumnElement[int]:
        return func.max(case((SurveyItem.question_version_id.in_(ids), 1), else_=0))

    outcome, *drivers = asked
    return (
        select(SurveyItem.survey_version_id)
        .group_by(SurveyItem.survey_version_id)
        .having(asks(outcome) == 1, sum((asks(ids) for ids in drivers), literal(0)) >= FEWEST_DRIVERS)
    )


def _versions(asks: Sequence[str]) -> defaultdict[str, set[int]]:
    """The versions of the questions that ask each of these."""
    rows = db.session.execute(
        select(type_coerce(Question.asks, String), QuestionVersion.id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.asks.in_(asks))
    )
    versions: defaultdict[str, set[int]] = defaultdict(set)
    for name, version in rows:
        versions[name].add(version)
    return versions
