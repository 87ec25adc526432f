"""Customer groups and teams: what may be shown of them, and that nothing hidden can be had from what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.counting import Counted
from survey_app.measures.definitions import measure_named
from survey_app.measures.figures import Cell, Figure, Previous, make_figures
from survey_app.measures.of_parts import TEAM_BASE, for_group, for_team
from survey_app.measures.two_sides import mix_of
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.statistics.table_suppression import SMALL_BELOW

SATISFACTION = measure_named("satisfaction")
YEAR = Period.financial_year(2025)
COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 60))


def line(*counts: tuple[int, int]) -> list[Figure]:
    """A breakdown by group with so many for and against, as the rule of ten leaves it."""
    nobody = Counted(numerator=0, base=0)
    cells = [
        Cell(
            query=make_query(SATISFACTION, YEAR.first, YEAR.last, {"customer_group": f"g{n}"}),
            period=YEAR,
            group=(f"g{n}",),
            now=Counted(numerator=x, base=x + y),
            before=nobody,
            target=None,
            provisional=False,
        )
        for n, (x, y) in enumerate(counts)
    ]
    return make_figures(SATISFACTION, cells, "tallies")


def shown(figures: list[Figure]) -> list[bool]:
    return [figure.value is not None for figure in figures]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([(50, 10)], [True]),
        ([(50, 0)], [True]),  # all of them, and none: no count of few people
        ([(50, 4)], [False]),
        ([(4, 50)], [False]),
        ([(50, 5)], [True]),
        ([(70, 10), (50, 3), (70, 9)], [True, False, False]),  # the smallest goes with the one that is small
        ([(50, 10), (50, 3), (40, 3)], [True, False, False]),  # two that add up to enough hide each other
        ([(60, 12), (50, 3), (40, 0), (90, 20)], [False, False, False, True]),  # 3 and none are still 3
    ],
)
def test_a_group_is_shown_where_neither_side_is_one_to_four_people(
    counts: list[tuple[int, int]], expected: list[bool]
) -> None:
    assert shown(for_group(line(*counts))) == expected


@given(st.lists(COUNTS, min_size=2, max_size=7))
def test_what_is_hidden_never_adds_up_to_a_small_count(counts: list[tuple[int, int]]) -> None:
    guarded = for_group(line(*counts))
    assert [figure.base for figure in guarded] == [x + y for x, y in counts]
    for figure, (x, y) in zip(guarded, counts, strict=True):
        if figure.value is not None:
            assert x + y >= MINIMUM_BASE and not any(0 < each < SMALL_BELOW for each in (x, y))
    hidden = [pair for pair, figure in zip(counts, guarded, strict=True) if figure.suppressed]
    if hidden and len(hidden) < sum(x + y > 0 for x, y in counts):  # some others are shown to subtract
        assert len(hidden) > 1
        assert sum(x + y for x, y in hidden) >= MINIMUM_BASE
        for side in (0, 1):
            assert not 0 < sum(pair[side] for pair in hidden) < SMALL_BELOW


def test_a_small_count_of_the_year_before_is_not_told_either() -> None:
    (figure,) = line((50, 10))
    before = Previous(48 / 50, 50, YEAR.previous)
    (guarded,) = for_group([replace(figure, previous=before)])
    assert guarded.value is not None and guarded.previous.value is None and guarded.change is None
    kept = Previous(0.5, 50, YEAR.previous)
    assert for_group([replace(figure, previous=kept)])[0].previous.value == 0.5


def test_what_is_hidden_keeps_its_base_alone() -> None:
    (figure,) = for_group(line((50, 2)))
    assert (figure.suppressed, figure.base, figure.status) == (True, 52, "suppressed")
    assert (figure.value, figure.numerator, figure.low, figure.high, figure.change) == (None,) * 5
    assert not figure.by_value and not figure.outside


def test_a_team_has_a_figure_from_thirty_answers() -> None:
    assert TEAM_BASE == 30
    assert shown(for_team(line((29, 0), (30, 0), (25, 5)))) == [False, True, True]
    (empty,) = for_team(line((0, 0)))
    assert not empty.suppressed and empty.value is None  # nobody answered: nothing to hide
    (figure,) = line((40, 5))
    before = Previous(0.9, 20, Period.between(date(2024, 4, 1), date(2025, 3, 31)))
    assert for_team([replace(figure, previous=before)])[0].previous.value is None


def test_a_mix_names_what_has_ten_answers_on_each_side_that_has_any() -> None:
    mix = mix_of({"Phone": 60, "Letter": 20, "Webchat": 9, "": 11}, {"Phone": 50, "Letter": 0, "Webchat": 50})
    assert mix is not None and mix.others is not None
    assert [row.name for row in mix.rows] == ["Phone", "Letter"]
    assert (mix.others.now, mix.others.before) == (Fraction(1, 5), Fraction(1, 2))
    assert [row.name for row in mix.moved] == ["Letter", "Others"]
    assert mix_of({"Phone": 29}, {"Phone": 500}) is None
