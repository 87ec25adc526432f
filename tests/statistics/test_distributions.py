from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.distributions import (
    Z_POWER,
    Z,
    binomial_lower_tail,
    hypergeometric_tails,
    incomplete_beta,
    t_quantile,
    t_two_sided,
)


def test_the_constants_are_the_published_ones():
    assert pytest.approx(1.959963984540054, abs=1e-15) == Z
    assert pytest.approx(0.8416212335729143, abs=1e-15) == Z_POWER


@pytest.mark.parametrize(
    ("df", "published"), [(1, 12.7062), (2, 4.30265), (9, 2.26216), (29, 2.04523), (120, 1.97993), (1e7, 1.95996)]
)
def test_quantiles_of_t_are_those_of_the_printed_tables(df, published):
    assert t_quantile(df) == pytest.approx(published, rel=3e-6)


@given(st.floats(1, 1e6))
def test_a_quantile_of_t_leaves_five_percent_outside(df):
    assert t_two_sided(t_quantile(df), df) == pytest.approx(0.05, abs=1e-9)


@given(st.floats(0.5, 500), st.floats(0.5, 500), st.floats(0, 1))
def test_the_incomplete_beta_function_is_its_own_mirror(a, b, x):
    assert incomplete_beta(a, b, x) + incomplete_beta(b, a, 1 - x) == pytest.approx(1, abs=1e-9)


@given(st.integers(1, 60), st.data())
def test_hypergeometric_tails_agree_with_exact_counting(total, data):
    drawn, marked = (data.draw(st.integers(0, total)) for _ in range(2))
    least, most = max(0, drawn + marked - total), min(drawn, marked)
    x = data.draw(st.integers(least, most))
    ways = {k: comb(marked, k) * comb(total - marked, drawn - k) for k in range(least, most + 1)}
    everything = comb(total, drawn)
    lower, upper = hypergeometric_tails(x, drawn, marked, total)
    assert lower == pytest.approx(sum(ways[k] for k in ways if k <= x) / everything, rel=1e-10, abs=1e-12)
    assert upper == pytest.approx(sum(ways[k] for k in ways if k >= x) / everything, rel=1e-10, abs=1e-12)


@given(st.integers(1, 60), st.data(), st.floats(0.01, 0.99))
def test_the_binomial_tail_agrees_with_exact_counting(n, data, p):
    x = data.draw(st.integers(-1, n))
    exact = sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(x + 1))
    assert binomial_lower_tail(x, n, p) == pytest.approx(exact, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("x", "p", "tail"), [(-1, 0.5, 0.0), (5, 0.5, 1.0), (3, 0.0, 1.0), (3, 1.0, 0.0)])
def test_the_binomial_tail_at_the_edges(x, p, tail):
    assert binomial_lower_tail(x, 5, p) == tail


def test_tails_at_a_million_answers_stay_probabilities():
    lower, upper = hypergeometric_tails(990_500, 1_000_000, 1_981_000, 2_000_000)
    assert 0 < upper <= 1
    assert lower + upper == pytest.approx(1, abs=0.01)
