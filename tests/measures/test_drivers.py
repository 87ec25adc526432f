"""What goes with satisfaction: answers are counted as they were given, and places claim no more than intervals do."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from flask import Flask

from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.counting import Counted
from survey_app.measures.drivers import (
    DRIVERS,
    MORI_2004,
    Area,
    importances,
    means,
    mori_importances,
    study_drivers,
)
from survey_app.measures.figures import Cell, Figure, make_figures
from survey_app.measures.queries import drivers_study
from survey_app.measures.sentences.drivers import drivers_headline, drivers_warnings
from survey_app.organisation.scope import Scope
from survey_app.responses.models import ResponseState
from survey_app.statistics.drivers import DriverAnalysis, RelativeWeights
from survey_app.statistics.intervals import Interval
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_answers, make_new_wording, make_service, make_survey

YEAR = Period.parse("2025/26")
LABELS = {name: name.replace("_", " ").capitalize() for name in DRIVERS}


def figure(name: str, numerator: int, base: int = 100) -> Figure:
    query = make_query(name, YEAR.first, YEAR.last)
    cell = Cell(query, YEAR, (), Counted(numerator, base), Counted(), None, provisional=False)
    return make_figures(query.definition, [cell], "answers")[0]


FIGURES = {name: figure(name, 95 - 5 * place) for place, name in enumerate(DRIVERS)}


def analysis(
    shares: tuple[float, ...],
    half_width: float,
    *,
    base: int = 1000,
    left_out: int = 0,
    dropped: tuple[str, ...] = (),
    r_squared: float = 0.5,
    closest: float = 0.4,
    negative: int | None = None,
) -> DriverAnalysis:
    """As it would come out with these shares of R squared; every interval has the same width."""
    raw = tuple(share * r_squared for share in shares)
    correlations = tuple(-0.2 if place == negative else 0.5 for place in range(len(shares)))
    return DriverAnalysis(
        drivers=DRIVERS[: len(shares)],
        weights=RelativeWeights(r_squared, raw, correlations, (1.2,) * len(shares), closest),
        intervals=tuple(Interval(share - half_width, share + half_width) for share in shares),
        base=base,
        left_out=left_out,
        dropped=dropped,
    )


class TestPlaces:
    def test_areas_follow_from_the_means(self) -> None:
        # shares 95, 90, 85: their mean is 90; importance .2, .5, .3: its mean a third
        found = {each.driver: each.area for each in importances(analysis((0.2, 0.5, 0.3), 0.02), FIGURES)}
        assert found == {"delivery": Area.MAINTAIN, "timeliness": Area.KEEP_UP, "information": Area.WATCH}
        other = {each.driver: each.area for each in importances(analysis((0.2, 0.3, 0.5), 0.02), FIGURES)}
        assert other["information"] is Area.IMPROVE_FIRST

    def test_the_most_important_stands_first(self) -> None:
        found = importances(analysis((0.2, 0.5, 0.3), 0.02), FIGURES)
        assert [each.driver for each in found] == ["timeliness", "information", "delivery"]
        assert means(found) == pytest.approx((1 / 3, 0.9))

    def test_without_two_that_can_be_told_apart_there_are_no_areas(self) -> None:
        assert {each.area for each in importances(analysis((0.3, 0.4, 0.3), 0.1), FIGURES)} == {None}

    def test_a_hidden_driver_has_no_place(self) -> None:
        figures = FIGURES | {"delivery": figure("delivery", 9, 9)}
        found = {each.driver: each for each in importances(analysis((0.2, 0.5, 0.3), 0.02), figures)}
        assert found["delivery"].area is None and found["timeliness"].area is not None
        assert means([found["delivery"]]) is None

    def test_the_weights_of_2004_have_no_intervals_and_stand_alone(self) -> None:
        found = mori_importances(FIGURES)
        assert {each.driver: each.share for each in found} == MORI_2004
        assert sum(MORI_2004.values()) == pytest.approx(1)
        assert {(each.interval, each.correlation) for each in found} == {(None, None)}


class TestWords:
    @pytest.mark.parametrize(
        ("found", "words"),
        [
            (
                analysis((0.2, 0.5, 0.3), 0.05),
                "Timeliness goes with satisfaction most: | 50.0% of what these questions explain (95% interval 45.0% "
                "to 55.0%). From 1,000 complete answers. It goes with satisfaction; not proof that it causes it.",
            ),
            (
                analysis((0.3, 0.4, 0.3), 0.1),
                "No driver stands out. | The intervals overlap, so we do not say which goes with satisfaction most. "
                "From 1,000 complete answers.",
            ),
            (  # the first is apart from one and not from the other
                analysis((0.1, 0.46, 0.44), 0.05, base=399),
                "No driver stands out. | The intervals overlap, so we do not say which goes with satisfaction most. "
                "Indicative: 399 complete answers, and we rely on it from 400.",
            ),
        ],
    )
    def test_only_a_driver_apart_from_all_others_is_named(self, found: DriverAnalysis, words: str) -> None:
        headline = drivers_headline(found, LABELS)
        assert f"{headline.claim} | {headline.rest}" == words

    @pytest.mark.parametrize(
        ("found", "words"),
        [
            (analysis((0.2, 0.5, 0.3), 0.05), []),
            (
                analysis((0.2, 0.5, 0.3), 0.05, r_squared=0.0999),
                ["These items explain little: 10.0% of how satisfaction differs."],
            ),
            (
                analysis((0.2, 0.5, 0.3), 0.05, closest=0.91),
                ["These questions say nearly the same; read them together."],
            ),
            (
                analysis((0.2, 0.5, 0.3), 0.05, negative=1),
                ["Better answers on Timeliness go with lower satisfaction here."],
            ),
            (
                analysis((0.2, 0.5, 0.3), 0.05, dropped=("access", "staff_attitude")),
                ["Left out, because over 30% gave no opinion or were not asked: Access and Staff attitude."],
            ),
            (
                analysis((0.2, 0.5, 0.3), 0.05, left_out=1),
                ["1 response is left out: only those with an answer to every question count."],
            ),
        ],
    )
    def test_what_must_be_read_with_it(self, found: DriverAnalysis, words: list[str]) -> None:
        assert drivers_warnings(found, LABELS) == words


class TestStudy:
    def test_the_same_figures_give_the_same_intervals_and_other_days_others(self) -> None:
        patterns = made_up(600)
        one, again = study_drivers(patterns, YEAR, {}), study_drivers(patterns, YEAR, {})
        other = study_drivers(patterns, YEAR, {"service": ["housing"]})
        assert one == again
        assert one.analysis is not None and other.analysis is not None
        assert one.analysis.weights == other.analysis.weights and one.analysis.intervals != other.analysis.intervals

    def test_too_few_answers_are_a_problem_in_words(self) -> None:
        found = study_drivers(made_up(150), YEAR, {})
        assert (found.analysis, found.problem) == (None, "150 complete answers; at least 200 are needed")

    def test_no_answers_at_all(self) -> None:
        assert study_drivers({}, YEAR, {}).problem == "0 complete answers; at least 200 are needed"


def made_up(n: int) -> Counter[tuple[float | None, ...]]:
    """Responses in which everything goes a little with everything, timeliness most with satisfaction."""
    dice = Random(5)
    patterns: Counter[tuple[float | None, ...]] = Counter()
    for _ in range(n):
        drivers = [float(dice.choice((2, 3, 4, 4, 5, 5, 5))) for _ in DRIVERS]
        overall = round(0.6 * drivers[1] + 0.4 * dice.choice(drivers))
        patterns[(float(overall), *drivers)] += 1
    return patterns


def test_answers_are_counted_as_they_were_given(app: Flask) -> None:
    """By the page's own path from rows to analysis: what is in the base, what is left out, and what is not counted."""
    survey = publish_default_survey(NOON)
    housing, waste = make_service("housing"), make_service("waste")
    day = date(2025, 6, 1)
    expected: Counter[tuple[float | None, ...]] = Counter()
    for pattern, n in made_up(220).items():
        answers = dict(zip(("satisfaction", *DRIVERS), (f"{score:.0f}" for score in pattern if score), strict=True))
        make_answers(survey, housing, day, answers, n)
        expected[pattern] += n
    full = dict.fromkeys(("satisfaction", *DRIVERS), "4")
    make_answers(survey, housing, day, full | {"access": "na"}, 3)  # left out
    make_answers(survey, housing, day, {"satisfaction": "4"}, 2)  # left out
    make_answers(survey, housing, day, full, 50, is_test=True)
    make_answers(survey, housing, day, full, 50, state=ResponseState.QUARANTINED)
    make_answers(survey, housing, date(2024, 6, 1), full, 50)
    make_answers(survey, waste, day, full, 50)
    make_answers(make_survey(), housing, day, {"satisfaction": "4", "timeliness": "4"}, 250)  # asks one driver only

    found = drivers_study(YEAR.first, YEAR.last, where={"service": "housing"}, now=NOON).analysis
    assert found is not None
    assert (found.base, found.left_out) == (220, 5)
    direct = study_drivers(expected, YEAR, {}).analysis
    assert direct is not None
    assert found.weights.shares == pytest.approx(direct.weights.shares, rel=1e-9)
    whole = drivers_study(YEAR.first, YEAR.last, now=NOON).analysis
    own = drivers_study(YEAR.first, YEAR.last, scope=Scope(frozenset({housing.id})), now=NOON).analysis
    assert whole is not None and own is not None and (whole.base, own.base) == (270, 220)


def test_a_survey_with_one_driver_weighs_nothing(app: Flask) -> None:
    """The survey of the factories asks timeliness alone: there is nothing to weigh it against."""
    make_answers(
        make_survey(), make_service("housing"), date(2025, 6, 1), {"satisfaction": "4", "timeliness": "4"}, 250
    )
    found = drivers_study(YEAR.first, YEAR.last, now=NOON)
    assert found.problem == "0 complete answers; at least 200 are needed"


def test_answers_to_an_earlier_wording_are_left_out_as_they_are_of_the_figure(app: Flask) -> None:
    """220 people were asked by the old words and were dissatisfied, whatever else they said."""
    survey, service = publish_default_survey(NOON), make_service("housing")
    newer = make_new_wording(survey, "satisfaction", "How satisfied were you?", NOON)
    day = date(2025, 6, 1)
    for pattern, n in made_up(220).items():
        answers = dict(zip(("satisfaction", *DRIVERS), (f"{score:.0f}" for score in pattern if score), strict=True))
        make_answers(newer, service, day, answers, n)
        make_answers(survey, service, day, answers | {"satisfaction": "1"}, n)
    found = drivers_study(YEAR.first, YEAR.last, now=NOON).analysis
    direct = study_drivers(made_up(220), YEAR, {}).analysis
    assert found is not None and direct is not None
    assert (found.base, found.left_out) == (direct.base, direct.left_out)
    assert found.weights.shares == pytest.approx(direct.weights.shares, rel=1e-9)
