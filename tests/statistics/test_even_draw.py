"""Whether people were hand-picked: published values, its false alarms, and what it finds."""

from __future__ import annotations

from math import exp
from random import Random

import pytest

from survey_app.statistics.distributions import chi_square_upper_tail, normal_two_sided
from survey_app.statistics.even_draw import Evenness, Stratum, even_draw, uneven_shares


@pytest.mark.parametrize(
    ("x", "df", "tail"),
    [  # upper points of the chi-square distribution as tables print them (NIST/SEMATECH e-Handbook 1.3.6.7.4)
        (3.841, 1, 0.05),
        (6.635, 1, 0.01),
        (18.307, 10, 0.05),
        (2.558, 10, 0.99),
        (29.588, 10, 0.001),
        (43.773, 30, 0.05),
        (124.342, 100, 0.05),
        (77.929, 100, 0.95),
    ],
)
def test_the_tail_is_that_of_the_tables(x: float, df: int, tail: float) -> None:
    assert chi_square_upper_tail(x, df) == pytest.approx(tail, rel=1e-3, abs=2e-5)


@pytest.mark.parametrize("x", [1e-9, 0.3, 1.0, 2.9, 3.1, 17.0, 90.0, 700.0])
def test_the_tail_is_exact_where_a_formula_is_known(x: float) -> None:
    assert chi_square_upper_tail(x, 1) == pytest.approx(normal_two_sided(x**0.5), rel=1e-12)
    assert chi_square_upper_tail(x, 2) == pytest.approx(exp(-x / 2), rel=1e-12)
    assert chi_square_upper_tail(x, 4) == pytest.approx(exp(-x / 2) * (1 + x / 2), rel=1e-12)


def test_nothing_is_the_whole_and_the_tail_falls() -> None:
    assert chi_square_upper_tail(0, 5) == 1
    tails = [chi_square_upper_tail(n / 4, 7.0) for n in range(200)]
    assert tails == sorted(tails, reverse=True)


def test_the_score_is_that_of_the_fractions_in_force() -> None:
    found = even_draw(
        {
            "one": [Stratum(100, 30, 0.2), Stratum(50, 25, 0.5)],  # expected 45, variance 28.5, asked 55
            "two": [Stratum(200, 40, 0.2)],  # as expected
        }
    )
    assert found is not None
    assert (found.groups, found.df) == (2, 2)
    assert found.statistic == pytest.approx(100 / 28.5)
    assert found.largest == pytest.approx(10 / 28.5**0.5)
    assert found.p_value == pytest.approx(exp(-50 / 28.5))


def test_a_two_by_two_table_gives_pearsons_chi_square() -> None:
    # Pearson's statistic of a table is n (ad - bc)^2 / the product of its margins.
    a, b, c, d = 30, 70, 50, 50
    found = uneven_shares({"one": (a, a + b), "two": (c, c + d)})
    assert found is not None
    assert found.statistic == pytest.approx(200 * (a * d - b * c) ** 2 / (80 * 120 * 100 * 100))
    assert found.df == 1


def test_small_groups_stand_together_and_one_alone_is_not_compared() -> None:
    small = {f"small{n}": [Stratum(10, 2, 0.2)] for n in range(4)}
    found = even_draw(small | {"large": [Stratum(100, 20, 0.2)]})
    assert found is not None
    assert (found.groups, found.statistic) == (2, 0)
    assert even_draw({"only": [Stratum(100, 20, 0.2)]}) is None
    assert even_draw({"one": [Stratum(3, 1, 0.2)], "large": [Stratum(100, 20, 0.2)]}) is None
    assert even_draw({}) is None
    assert uneven_shares({"one": (0, 50), "two": (0, 60)}) is None
    assert uneven_shares({}) is None


def _asked(chance: Random, contacts: int, fraction: float) -> Stratum:
    return Stratum(contacts, sum(chance.random() < fraction for _ in range(contacts)), fraction)


def _drawn(chance: Random) -> Evenness:
    groups = {
        str(n): [_asked(chance, chance.randrange(5, 60), 0.2), _asked(chance, chance.randrange(60), 0.5)]
        for n in range(20)
    }
    found = even_draw(groups)
    assert found is not None
    return found


def test_it_cries_wolf_as_rarely_as_it_says() -> None:
    chance = Random(20250401)
    p_values = [_drawn(chance).p_value for _ in range(600)]
    assert 0.025 < sum(p < 0.05 for p in p_values) / 600 < 0.085  # 0.05 and three standard errors, and some for small n
    assert 0.44 < sum(p < 0.5 for p in p_values) / 600 < 0.56


def test_rare_marks_cry_wolf_hardly_more_often() -> None:
    chance = Random(11)
    alarms = 0
    for _ in range(300):
        found = uneven_shares({str(n): (sum(chance.random() < 0.03 for _ in range(80)), 80) for n in range(12)})
        alarms += found is not None and found.p_value < 0.05
    assert alarms < 300 * 0.09


def test_advisers_with_different_work_are_no_alarm_and_one_far_beyond_them_is() -> None:
    chance = Random(7)
    shares = [0.02 + 0.04 * chance.random() for _ in range(30)]  # work differs
    usual = {str(n): (round(400 * share), 400) for n, share in enumerate(shares)}
    found = uneven_shares(usual)
    assert found is not None
    assert found.p_value > 0.05
    picked = uneven_shares(usual | {"picks": (140, 400)})
    assert picked is not None
    assert picked.p_value < 0.001
    assert picked.largest > 10
