"""What residents are told of an effect: what may be claimed and nothing more, whatever the answer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from survey_app.actions.improvements.queries import effect_of
from survey_app.actions.public.beside import Out, may_stand
from survey_app.actions.public.helped import Answer, PublicEffect, public_effect
from survey_app.extensions import transaction
from survey_app.measures.subtraction import Printed
from survey_app.surveys.models import SurveyVersion
from tests.actions.public.conftest import NOW, answers, entered
from tests.factories import make_service

AFTER = (date(2025, 10, 15), date(2025, 11, 15), date(2025, 12, 15))


def told(survey: SurveyVersion, before: tuple[int, int], since: tuple[int, int], now: datetime = NOW) -> PublicEffect:
    """Of three months before and three since, each with these many answers yes and no."""
    with transaction():
        service = make_service("housing", "Housing")
        for day in AFTER:
            answers(survey, service, day.replace(year=2024), yes=before[0], no=before[1])
            answers(survey, service, day, yes=since[0], no=since[1])
        improvement = entered("housing")
    return public_effect(effect_of(improvement, now=now))


@pytest.mark.parametrize(
    ("before", "since", "answer", "sentence"),
    [
        (
            (8, 6),
            (13, 1),
            Answer.YES,
            "93 in 100 people told us that it was sorted; in the same months a year earlier it",
        ),
        (
            (13, 1),
            (8, 6),
            Answer.NO,
            "57 in 100 people told us that it was sorted; in the same months a year earlier it",
        ),
        ((11, 3), (12, 2), Answer.CANNOT_TELL, "It may be chance. We will look again in October 2026."),
        ((12, 2), (11, 3), Answer.NOT_SHOWN, "It may be chance."),
        ((6, 1), (6, 1), Answer.CANNOT_TELL, "Too few people have answered. We will look again in October 2026."),
    ],
)
def test_each_verdict_has_its_answer_and_sentence(
    survey: SurveyVersion, before: tuple[int, int], since: tuple[int, int], answer: Answer, sentence: str
) -> None:
    effect = told(survey, before, since)
    assert effect.answer is answer
    assert sentence in effect.sentence
    assert [side.base for side in effect.sides] == [3 * sum(before), 3 * sum(since)]
    assert PublicEffect.read(effect.stored()) == effect
    assert "because" not in effect.sentence


def test_under_ten_answers_there_are_words_and_no_bars(survey: SurveyVersion) -> None:
    effect = told(survey, (14, 0), (3, 0))
    assert (effect.answer, effect.sides, effect.low) == (Answer.CANNOT_TELL, (), None)
    assert "in 100" not in effect.sentence


def test_before_three_months_are_over_it_is_too_early(survey: SurveyVersion) -> None:
    effect = told(survey, (8, 6), (13, 1), now=datetime(2025, 12, 1, tzinfo=UTC))
    assert effect.answer is Answer.CANNOT_TELL
    assert effect.sentence.startswith("It needs answers of three whole months after the change.")
    assert not effect.sides


def test_what_rose_elsewhere_too_is_no_yes(survey: SurveyVersion) -> None:
    with transaction():
        waste = make_service("waste", "Waste")
        for day in AFTER:
            answers(survey, waste, day.replace(year=2024), yes=20, no=20)
            answers(survey, waste, day, yes=39, no=1)
    effect = told(survey, (8, 6), (13, 1))
    assert effect.answer is Answer.CANNOT_TELL
    assert effect.sentence.endswith("But it was much the same elsewhere in the council.")


def test_hidden_counts_are_stored_nowhere(survey: SurveyVersion) -> None:
    hidden = told(survey, (8, 6), (13, 1)).hidden("Too close.")
    assert hidden.sentence == "More people told us that it was sorted. This is unlikely to be chance."
    assert {"before", "since", "low", "high"}.isdisjoint(hidden.stored())


def test_two_counts_of_the_same_answers_differ_by_ten_or_not_at_all() -> None:
    def out(base: int, numerator: int, last: date = date(2026, 3, 31)) -> Out:
        return Out(Printed("resolved", date(2025, 4, 1), last, None, {}, base, "resolved"), numerator)

    assert may_stand([out(40, 30)], [out(40, 30)])
    assert not may_stand([out(40, 30)], [out(40, 31)]), "one answer was changed"
    assert not may_stand([out(40, 30)], [out(44, 34)])
    assert may_stand([out(40, 30)], [out(50, 40)])
    assert not may_stand([out(40, 30, date(2025, 12, 31))], [out(44, 30)]), "part of a year and the year"
    assert not may_stand([out(40, 30), out(44, 34)], [])
