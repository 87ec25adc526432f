"""Tests of a difference between two periods or groups (1 = now, 2 = before), and the correction for several of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

from survey_app.statistics.distributions import Z, hypergeometric_tails, normal_two_sided, t_quantile, t_two_sided
from survey_app.statistics.intervals import Interval, NetCounts, Scores, adjusted_net, summarise_scores


class ExactTest(NamedTuple):
    upper_tail: float  # P(X >= x1) with both margins fixed
    lower_tail: float  # P(X <= x1)
    p_value: float  # central: twice the smaller tail


def exact_test(x1: int, n1: int, x2: int, n2: int) -> ExactTest:
    """Fisher's exact test of two shares, central two-sided p.

    It keeps a false "improved" at most 2.5% by proof, at any bases and any true share, which neither the score test nor
    Newcombe's interval alone does; so it is used at every size.
    """
    lower, upper = hypergeometric_tails(x1, n1, x1 + x2, n1 + n2)
    return ExactTest(upper, lower, min(1.0, 2 * min(upper, lower)))


class MeanDifference(NamedTuple):
    difference: Fraction
    standard_error: float
    df: float
    interval: Interval
    p_value: float
    pooled_p_value: float  # of the t test with one variance for both


def mean_difference(counts1: Scores, counts2: Scores) -> MeanDifference | None:
    """Difference of two mean scores with Welch's interval and p. None where no answer of either differs from another.

    Source: Welch 1947. A claim needs the pooled-variance p as well: on skewed scores with very unequal bases Welch
    alone errs too often. Each base is 2 or more, else ValueError.
    """
    first, second = summarise_scores(counts1), summarise_scores(counts2)
    n1, n2 = first.base, second.base
    if min(n1, n2) < 2:
        raise ValueError("a mean of one answer cannot be compared")
    a, b = first.variance / n1, second.variance / n2
    if a + b == 0:
        return None
    difference, error = first.mean - second.mean, sqrt(a + b)
    df = float((a + b) ** 2 / (a * a / (n1 - 1) + b * b / (n2 - 1)))
    reach = t_quantile(df) * error
    pooled = (first.variance * (n1 - 1) + second.variance * (n2 - 1)) / (n1 + n2 - 2)
    pooled_error = sqrt(pooled * (Fraction(1, n1) + Fraction(1, n2)))
    return MeanDifference(
        difference,
        error,
        df,
        Interval(float(difference) - reach, float(difference) + reach),
        t_two_sided(float(difference) / error, df),
        t_two_sided(float(difference) / pooled_error, n1 + n2 - 2),
    )


class NetDifference(NamedTuple):
    difference: Fraction  # of the raw values: the one to show
    adjusted_difference: float
    standard_error: float
    interval: Interval
    p_value: float


def net_difference(counts1: NetCounts, counts2: NetCounts) -> NetDifference:
    """Difference of two net shares; interval and p from the adjusted values. Source: Rocks 2016."""
    first, second = adjusted_net(counts1), adjusted_net(counts2)
    adjusted = first.value - second.value
    error = sqrt(first.standard_error**2 + second.standard_error**2)
    interval = Interval(adjusted - Z * error, adjusted + Z * error)
    return NetDifference(counts1.value - counts2.value, adjusted, error, interval, normal_two_sided(adjusted / error))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given, for claims that are made together. Source: Holm 1979."""
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=lambda index: p_values[index])):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given, where a few of many findings may be chance: of those at or below a level,
    no more than that share in expectation. Source: Benjamini and Hochberg 1995, JRSS B 57(1):289-300."""
    adjusted = [0.0] * len(p_values)
    smallest = 1.0
    for place, index in enumerate(sorted(range(len(p_values)), key=lambda index: -p_values[index])):
        smallest = min(smallest, p_values[index] * len(p_values) / (len(p_values) - place))
        adjusted[index] = smallest
    return adjusted
