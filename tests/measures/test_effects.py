"""What became of a measure where something was improved: windows, verdicts, the rest of the council, warnings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.periods import Period
from survey_app.measures.definitions import measure_named
from survey_app.measures.effects import (
    EffectVerdict,
    Named,
    first_month_after,
    months_after,
    windows,
)
from survey_app.measures.queries.effects import read_effect
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from tests.factories import make_answers, make_service, make_survey

DONE = date(2025, 6, 2)
MAY_2026 = datetime(2026, 5, 1, 9, tzinfo=UTC)


def over_by(day: date) -> Any:
    return lambda month: month.last < day


def test_the_months_after_are_whole_settled_and_set_against_the_same_a_year_earlier() -> None:
    found = windows(DONE, months_after(DONE, 14, over_by(date(2026, 1, 1))))
    assert found is not None
    assert (found.after.first, found.after.last) == (date(2025, 7, 1), date(2025, 12, 31))
    assert (found.before.first, found.before.last) == (date(2024, 7, 1), date(2024, 12, 31))
    assert (found.just_before.first, found.just_before.last) == (date(2024, 12, 1), date(2025, 5, 31))
    assert next((span.first, span.last) for span in found.like) == (date(2024, 6, 1), date(2024, 11, 30))


@pytest.mark.parametrize(
    ("done_on", "settling", "first"),
    [
        (date(2025, 9, 1), 0, date(2025, 9, 1)),
        (date(2025, 9, 1), 1, date(2025, 10, 1)),
        (date(2025, 9, 17), 14, date(2025, 10, 1)),
        (date(2025, 12, 20), 14, date(2026, 2, 1)),
    ],
)
def test_a_month_that_began_before_the_change_had_settled_is_left_out(
    done_on: date, settling: int, first: date
) -> None:
    assert first_month_after(done_on, settling).first == first


def test_with_fewer_than_three_whole_months_over_nothing_can_be_told() -> None:
    assert windows(DONE, months_after(DONE, 14, over_by(date(2025, 9, 30)))) is None
    assert windows(DONE, months_after(DONE, 14, over_by(date(2025, 10, 1)))) is not None


@given(st.dates(date(2015, 1, 1), date(2025, 1, 1)), st.integers(0, 180))
def test_no_month_before_ever_had_the_change(done_on: date, settling: int) -> None:
    found = windows(done_on, months_after(done_on, settling, lambda _month: True))
    assert found is not None
    assert 3 <= len(found.after.split("month")) <= 12
    assert found.before.last < done_on < found.after.last
    assert found.just_before.last < done_on
    assert found.before == found.after.previous
    assert len(found.just_before.split("month")) == len(found.after.split("month"))


# ---- counted from answers ----


def named(measure: str = "resolved", **facts: Any) -> Named:
    defaults = {
        "measure": measure_named(measure),
        "where": {"service": ("housing",)},
        "scope": "Housing",
        "what": "Officers at the front desk",
        "done_on": date(2025, 9, 1),
    }
    return Named(**defaults | facts)


def months_of(first: date, n: int) -> list[Period]:
    period = Period.month_of(first)
    found = [period]
    while len(found) < n:
        found.append(Period.month_of(date(found[-1].last.year, found[-1].last.month, 28).replace(day=28)))
        last = found[-2].last
        found[-1] = Period.month(last.year + last.month // 12, last.month % 12 + 1)
    return found


def answer_months(
    survey: SurveyVersion, service: Service, first: date, n: int, *, yes: int, no: int, **facts: Any
) -> None:
    """So many of each answer in the middle of each of `n` months."""
    for month in months_of(first, n):
        day = month.first.replace(day=15)
        for code, count in (("yes", yes), ("no", no)):
            if count:
                make_answers(survey, service, day, {"resolved": code}, count, **facts)


pytestmark_of_the_database = pytest.mark.usefixtures("app")


@pytestmark_of_the_database
def test_an_effect_that_the_rest_of_the_council_does_not_show_is_told_as_such() -> None:
    survey, housing, waste = make_survey(), make_service(), make_service("waste")
    answer_months(survey, housing, date(2024, 10, 1), 6, yes=14, no=6)
    answer_months(survey, housing, date(2025, 10, 1), 6, yes=18, no=2)
    answer_months(survey, waste, date(2024, 10, 1), 6, yes=16, no=4)
    answer_months(survey, waste, date(2025, 10, 1), 6, yes=16, no=4)

    effect = read_effect(named(), now=MAY_2026)

    assert effect.after is not None
    assert effect.before is not None
    assert (effect.after.numerator, effect.after.base) == (108, 120)
    assert (effect.before.numerator, effect.before.base) == (84, 120)
    assert effect.after.passport == "/figures/resolved~2025-10-01~2026-03-31~service.housing"
    assert effect.verdict is EffectVerdict.MORE_THAN_ELSEWHERE
    assert effect.sentence == (
        "The share resolved for Housing rose from 70.0% to 90.0% after “Officers at the front desk”; "
        "elsewhere it did not rise as much."
    )
    assert effect.rest is not None
    assert effect.rest.after.base == 120
    assert effect.rest.difference == pytest.approx(0.2)
