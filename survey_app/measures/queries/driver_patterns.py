"""How the scores of several questions go together: responses counted by the pattern of their answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Integer, Select, case, func, literal, null, select, type_coerce

from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.queries.cells import counted_responses
from survey_app.measures.queries.cuts import Cut, of_customers
from survey_app.responses.models import Answer, SurveyResponse
from survey_app.surveys.models import Option, SurveyItem

Scores = tuple[float | None, ...]
FEWEST_DRIVERS = 2  # of a survey: one alone cannot be weighed against another


def driver_patterns(asked: Sequence[Collection[int]], period: Period, cut: Cut) -> dict[Scores, int]:
    """Responses of a period by their scores on the questions of these versions, None for no substantive answer.

    `asked` are the versions that each measure's figure adds up. The first measure is the outcome: surveys that do not
    ask it, and two of the others, are not counted, nor is a response without any of the answers. One statement turns
    the answers of a response into a row and the rows into counts, so that what comes out grows with the patterns and
    not with the answers.
    """
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


def _surveys_that_ask(asked: Sequence[Collection[int]]) -> Select[int]:
    """The versions of surveys with a question of the first group and of enough of the others."""

    def asks(ids: Collection[int]) -> ColumnElement[int]:
        return func.max(case((SurveyItem.question_version_id.in_(ids), 1), else_=0))

    outcome, *drivers = asked
    return (
        select(SurveyItem.survey_version_id)
        .group_by(SurveyItem.survey_version_id)
        .having(asks(outcome) == 1, sum((asks(ids) for ids in drivers), literal(0)) >= FEWEST_DRIVERS)
    )
