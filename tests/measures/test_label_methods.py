"""Labels of two methods are two measurements: no change is claimed across them, and trends mark where they meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from survey_app.comments.methods.operations import adopt, ask_for_judging, judge_again, take_back
from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.measures import operations
from survey_app.measures.address import make_query
from survey_app.measures.figures import Figure
from survey_app.measures.label_methods import MethodTurn, are_of_one_method, method_of, turns
from survey_app.measures.operations import freeze_passport
from survey_app.measures.queries import figures, method_turns, read_standing
from survey_app.measures.queries.run_again import run_again
from survey_app.measures.queries.verifying import verify
from survey_app.measures.rerun import Reason, rerun_sentence
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.models import Question, QuestionVersion, SurveyVersion
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.factories import NOON, make_answers, make_service, make_survey

YEAR = date(2025, 4, 1), date(2026, 3, 31)
LAST, THIS = date(2024, 6, 10), date(2025, 6, 10)
NOW = datetime(2027, 1, 1, 12, tzinfo=UTC)
OLD, NEW = "rules-1+0a1b2c3d", "linear-1+abcdef12+rules-2+88d2ff90"  # as long as a real one


@pytest.mark.parametrize(
    ("now", "before", "are_one"),
    [
        ({OLD: 100}, {OLD: 50}, True),
        ({OLD: 100}, {NEW: 50}, False),
        ({OLD: 95, NEW: 5}, {OLD: 50}, True),
        ({OLD: 94, NEW: 6}, {OLD: 50}, False),
        ({OLD: 50, NEW: 50}, {OLD: 50, NEW: 50}, False),
        ({}, {OLD: 50}, True),
        ({OLD: 50}, {}, True),
    ],
)
def test_two_periods_are_compared_where_one_method_made_nearly_all_labels_of_both(
    now: dict[str, int], before: dict[str, int], are_one: bool
) -> None:
    assert are_of_one_method(now, before) is are_one


def test_the_method_of_a_period_is_the_one_that_made_nearly_all_labels() -> None:
    assert (method_of({OLD: 19, NEW: 1}), method_of({OLD: 9, NEW: 1}), method_of({})) == (OLD, None, None)


def test_a_turn_stands_at_the_first_month_with_most_labels_of_another_method() -> None:
    months = [date(2025, month, 1) for month in range(1, 6)]
    labels: list[dict[str, int]] = [{OLD: 9}, {OLD: 9, NEW: 8}, {}, {NEW: 9, OLD: 1}, {NEW: 9}]
    assert turns(zip(months, labels, strict=True)) == [MethodTurn(date(2025, 4, 1), NEW)]
    assert turns([]) == []


@pytest.fixture
def survey(app: object) -> SurveyVersion:
    why = QuestionVersion(
        question=Question(code="why", asks=None),
        kind=QuestionKind.TEXT,
        wording="Why?",
        short_label="Why",
        text_type=TextType.WHY,
    )
    return make_survey(more=[why])


@pytest.fixture
def service(app: object) -> Service:
    return make_service()


def comments(survey: SurveyVersion, service: Service, day: date, method: str, n: int, **facts: Any) -> list[Comment]:
    question, made = survey.items[-1].question_version_id, []
    for response in make_answers(survey, service, day, {"satisfaction": "5"}, n):
        text = AnswerText(response_id=response.id, question_version_id=question, raw="Very helpful staff")
        db.session.add(text)
        db.session.flush()
        defaults = {"sentiment": "positive", "removed": [], "flags": [], "analysed_at": NOON}
        comment = Comment(
            answer_text_id=text.id,
            response_id=response.id,
            question_version_id=question,
            redacted_text="Very helpful staff",
            method=method,
            **defaults | facts,
        )
        db.session.add(comment)
        made.append(comment)
    recount(Subject.COMMENTS, [(day, service.id)])
    db.session.flush()
    return made


def sentiment() -> Figure:
    (figure,) = figures("comment_sentiment", *YEAR, now=NOW)
    return figure


@pytest.mark.parametrize("is_folded", [False, True])
def test_a_year_is_not_compared_with_one_that_another_method_labelled(
    survey: SurveyVersion, service: Service, is_folded: bool
) -> None:
    comments(survey, service, LAST, OLD, 40, sentiment="negative")
    comments(survey, service, THIS, NEW, 40)
    if is_folded:
        operations.fold_all()
        assert verify() == []
    figure = sentiment()
    assert figure.change is None and figure.not_compared is not None
    assert figure.not_compared_words == "another method labelled the comments"
    assert (figure.value, figure.previous.value) == (1.0, 0.0)


def test_with_one_method_in_both_years_the_change_is_tested(survey: SurveyVersion, service: Service) -> None:
    comments(survey, service, LAST, OLD, 40, sentiment="negative")
    comments(survey, service, THIS, OLD, 40)
    comments(survey, service, THIS, NEW, 5, needs_review=True)
    comments(survey, service, THIS, NEW, 5, person_label="positive")
    figure = sentiment()
    assert figure.not_compared is None and figure.change is not None and figure.change.is_claim


def test_other_measures_are_compared_whatever_labels_comments(survey: SurveyVersion, service: Service) -> None:
    comments(survey, service, LAST, OLD, 40)
    comments(survey, service, THIS, NEW, 40)
    (figure,) = figures("satisfaction", *YEAR, now=NOW)
    assert figure.not_compared is None


def test_turns_are_those_of_the_chosen_service(survey: SurveyVersion, service: Service) -> None:
    other = make_service("waste")
    comments(survey, service, date(2025, 4, 10), OLD, 12)
    comments(survey, service, date(2025, 9, 10), NEW, 12)
    comments(survey, other, date(2025, 4, 10), NEW, 20)
    standing = read_standing(NOW)
    assert method_turns(*YEAR, where={"service": "housing"}, standing=standing) == [MethodTurn(date(2025, 9, 1), NEW)]
    assert method_turns(*YEAR, where={"service": "waste"}, standing=standing) == []


def test_once_one_methods_labels_count_in_both_years_they_are_compared_and_a_frozen_figure_says_why_it_moved(
    survey: SurveyVersion, service: Service
) -> None:
    comments(survey, service, LAST, OLD, 40, sentiment="negative")
    comments(survey, service, THIS, OLD, 40, sentiment="negative")
    query = make_query("comment_sentiment", *YEAR)
    frozen = freeze_passport(query, now=NOW)
    later = NOW + timedelta(days=1)
    judging = ask_for_judging(*YEAR, "New weights.", now=later, by=None)
    while judge_again(later, "test"):
        pass
    assert run_again(frozen, now=later).is_same
    adopt(judging, now=later, by=None)
    while judge_again(later, "test"):
        pass
    assert sentiment().not_compared is not None  # last year's labels are the old ones still
    found = run_again(frozen, now=later)
    assert {move.reason: (move.went, move.came) for move in found.moves} == {Reason.CHANGED: (40, 40)}
    said = rerun_sentence(found)
    assert "40 of 40 comments were written or labelled anew since" in said
    assert f"labelled by another method ({judging.method}) by a decision made since" in said
    before = ask_for_judging(date(2024, 4, 1), date(2025, 3, 31), "Both years.", now=later, by=None)
    while judge_again(later, "test"):
        pass
    adopt(before, now=later, by=None)
    while judge_again(later, "test"):
        pass
    assert sentiment().not_compared is None
    take_back(judging, now=later, by=None)
    while judge_again(later, "test"):
        pass
    assert run_again(frozen, now=later).is_same
    assert len(db.session.scalars(select(Comment.id).where(Comment.method == OLD)).all()) == 40
