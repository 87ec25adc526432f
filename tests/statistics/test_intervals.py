from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.intervals import (
    Interval,
    NetCounts,
    adjusted_net,
    mean_interval,
    median_interval,
    median_ranks,
    mover_interval,
    net_interval,
    newcombe_interval,
    summarise_scores,
    wilson_interval,
)
from tests.oracles import oracle

SHARES = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
NETS = st.builds(NetCounts, st.integers(0, 500), st.integers(1, 500), st.integers(0, 500))
SCORES = st.dictionaries(st.integers(1, 5), st.integers(1, 300), min_size=1)


def near(*values):
    return pytest.approx(tuple(float(value) for value in values), rel=1e-8, abs=1e-8)


def counts_of(text):
    return {int(score): int(count) for score, count in (part.split(":") for part in text.split(";"))}


@pytest.mark.shared
def test_wilson_intervals_are_the_expected_ones():
    for row in oracle("wilson.csv"):
        assert wilson_interval(int(row["numerator"]), int(row["base"])) == near(row["low"], row["high"])


@pytest.mark.shared
def test_the_interval_of_a_response_rate_is_that_of_a_share():
    for row in oracle("response_rate.csv"):
        if row["low"]:
            delivered = int(row["asked"]) - int(row["undelivered"])
            assert wilson_interval(int(row["answered_counted"]), delivered) == near(row["low"], row["high"])


@pytest.mark.shared
def test_wilson_takes_effective_bases():
    for row in oracle("effective_base.csv"):
        n, share = float(row["effective_base"]), float(row["weighted_value"])
        assert wilson_interval(share * n, n) == near(row["low"], row["high"])


@given(SHARES)
def test_a_wilson_interval_holds_its_share_and_mirrors(share):
    x, n = share
    low, high = wilson_interval(x, n)
    assert 0 <= low <= x / n + 1e-12
    assert x / n - 1e-12 <= high <= 1
    assert wilson_interval(n - x, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(st.integers(1, 4999))
def test_one_more_satisfied_answer_raises_both_ends(x):
    assert wilson_interval(x + 1, 5000).low >= wilson_interval(x, 5000).low
    assert wilson_interval(x + 1, 5000).high >= wilson_interval(x, 5000).high


@pytest.mark.parametrize(("x", "n"), [(0, 0), (5, 4), (-1, 4)])
def test_what_is_not_a_share_has_no_interval(x, n):
    with pytest.raises(ValueError, match="is not a share"):
        wilson_interval(x, n)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_the_one_that_newcombe_printed(counts, low, high):
    assert newcombe_interval(*counts) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.shared
def test_intervals_of_differences_are_the_expected_ones():
    for row in oracle("newcombe.csv"):
        x1, n1, x2, n2 = (int(row[key]) for key in ("x1", "n1", "x2", "n2"))
        assert newcombe_interval(x1, n1, x2, n2) == near(row["low"], row["high"])


@given(SHARES, SHARES)
def test_changing_sides_turns_the_interval_of_a_difference_round(now, before):
    low, high = newcombe_interval(*now, *before)
    assert newcombe_interval(*before, *now) == pytest.approx((-high, -low), abs=1e-12)
    assert -1 <= low <= high <= 1


@pytest.mark.shared
def test_mean_intervals_are_the_expected_ones():
    for row in oracle("mean_interval.csv"):
        counts = counts_of(row["value_counts"])
        scores = summarise_scores(counts)
        assert scores.base == int(row["base"])
        assert scores.mean * scores.base == int(row["numerator"])
        assert (float(scores.mean), float(scores.variance) ** 0.5) == near(row["mean"], row["sd"])
        assert mean_interval(counts, 1, 5) == near(row["low"], row["high"])


def test_a_hundred_like_answers_claim_no_certainty():
    assert mean_interval({5: 100}, 1, 5) == pytest.approx((4.8520260072, 5.0), abs=1e-9)


@given(SCORES)
def test_a_mean_lies_in_its_interval_and_that_on_the_scale(counts):
    low, high = mean_interval(counts, 1, 5)
    assert 1 <= low <= summarise_scores(counts).mean + Fraction(1, 10**9)
    assert summarise_scores(counts).mean - Fraction(1, 10**9) <= high <= 5


def test_no_answers_have_no_mean():
    with pytest.raises(ValueError, match="no answers"):
        summarise_scores({})


@pytest.mark.shared
def test_net_intervals_are_the_expected_ones():
    for row in oracle("net_interval.csv"):
        counts = NetCounts(int(row["positive"]), int(row["neutral"]), int(row["negative"]))
        assert (counts.base, counts.value * counts.base) == (int(row["base"]), int(row["numerator"]))
        assert (float(counts.value), *adjusted_net(counts)) == near(
            row["value"], row["adjusted_value"], row["adjusted_se"]
        )
        assert net_interval(counts) == near(row["low"], row["high"])


@given(NETS)
def test_a_net_interval_mirrors_and_stays_between_minus_one_and_one(counts):
    low, high = net_interval(counts)
    assert -1 <= low < high <= 1
    mirrored = NetCounts(counts.negative, counts.neutral, counts.positive)
    assert net_interval(mirrored) == pytest.approx((-high, -low), abs=1e-12)


@pytest.mark.shared
def test_ranks_of_the_median_are_the_expected_ones():
    for row in oracle("median_ranks.csv"):
        assert median_ranks(int(row["base"])) == (int(row["lower_rank"]), int(row["upper_rank"]))


def test_ten_values_give_the_second_and_the_ninth_as_in_textbooks():
    assert median_interval([9, 2, 10, 1, 8, 3, 7, 4, 6, 5]) == (2, 9)


def test_five_values_have_no_interval():
    assert median_ranks(5) is None
    assert median_interval([1, 2, 3, 4, 5]) is None


def test_two_differences_are_compared_by_squaring_and_adding_the_ends_that_lie_that_way():
    """By hand: D = 0.12 - 0.02; below sqrt(0.09^2 + 0.03^2), above sqrt(0.08^2 + 0.04^2)."""
    low, high = mover_interval(0.12, Interval(0.03, 0.20), 0.02, Interval(-0.02, 0.05))
    assert low == pytest.approx(0.10 - 0.0948683298050514, abs=1e-12)
    assert high == pytest.approx(0.10 + 0.0894427190999916, abs=1e-12)


ESTIMATES = st.tuples(*[st.floats(-1, 1)] + [st.floats(0, 1)] * 2).map(
    lambda drawn: (drawn[0], Interval(drawn[0] - drawn[1], drawn[0] + drawn[2]))
)


@given(ESTIMATES, ESTIMATES)
def test_the_interval_of_two_estimates_holds_their_difference_and_turns_round_with_them(first, second):
    low, high = mover_interval(*first, *second)
    assert low <= first[0] - second[0] <= high
    assert mover_interval(*second, *first) == pytest.approx((-high, -low), abs=1e-12)


@given(ESTIMATES, st.floats(-1, 1))
def test_what_is_known_for_certain_only_moves_an_interval(first, certain):
    value, (low, high) = first
    assert mover_interval(value, Interval(low, high), certain, Interval(certain, certain)) == pytest.approx(
        (low - certain, high - certain), abs=1e-12
    )
