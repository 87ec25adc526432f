"""95% intervals of shares, means, net shares, medians and of the difference of two shares.

Every interval covers chance only, not who chose to answer. A base of 0 has no figure: callers say "no answers" and do
not ask for an interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import hypot, sqrt
from typing import NamedTuple

from survey_app.statistics.distributions import ALPHA, Z, binomial_lower_tail, t_quantile

Scores = Mapping[int, int] | Mapping[Fraction, int]  # how many chose each score


class Interval(NamedTuple):
    low: float
    high: float

    def clipped(self, least: float, most: float) -> Interval:
        return Interval(max(least, self.low), min(most, self.high))


def wilson_interval(numerator: float, base: float) -> Interval:
    """Interval of a share, 0 to 1. Both may be fractions of answers (effective bases). Source: Wilson 1927."""
    if not 0 <= numerator <= base or base == 0:
        raise ValueError(f"{numerator} of {base} is not a share")
    share = numerator / base
    centre = numerator + Z * Z / 2
    reach = Z * sqrt(numerator * (1 - share) + Z * Z / 4)
    low = 0.0 if numerator == 0 else (centre - reach) / (base + Z * Z)  # exactly: rounding may leave a speck
    high = 1.0 if numerator == base else (centre + reach) / (base + Z * Z)
    return Interval(low, high).clipped(0.0, 1.0)


def newcombe_interval(x1: int, n1: int, x2: int, n2: int) -> Interval:
    """Interval of x1/n1 - x2/n2 from the two Wilson intervals.

    Source: Newcombe 1998, Stat Med 17:873-890, method 10.
    """
    found = mover_interval(x1 / n1, wilson_interval(x1, n1), x2 / n2, wilson_interval(x2, n2))
    return found.clipped(-1.0, 1.0)


def mover_interval(first: float, first_interval: Interval, second: float, second_interval: Interval) -> Interval:
    """Interval of first - second, two independent estimates that each have an interval of their own.

    Each side reaches as far as the two ends that lie that way, squared and added, so that lopsided intervals stay
    lopsided. Of two differences it is the interval of their difference. Source: method of variance estimates recovery
    (MOVER), Zou and Donner 2008, Stat Med 27:1693-1702.
    """
    difference = first - second
    below = hypot(first - first_interval.low, second_interval.high - second)
    above = hypot(first_interval.high - first, second - second_interval.low)
    return Interval(difference - below, difference + above)


@dataclass(frozen=True)
class ScoreSummary:
    """Base, mean and variance (of a sample, n - 1 below) of scores, exactly; the variance of one answer alone is 0."""

    base: int
    mean: Fraction
    variance: Fraction


def summarise_scores(counts: Scores) -> ScoreSummary:
    """Pool the counts of each score. Raises ValueError without answers."""
    chosen = [(Fraction(score), count) for score, count in counts.items()]
    base = sum(count for _, count in chosen)
    if base == 0:
        raise ValueError("no answers have no mean")
    mean = Fraction(sum(score * count for score, count in chosen)) / base
    squares = Fraction(sum(count * (score - mean) ** 2 for score, count in chosen))
    return ScoreSummary(base, mean, squares / max(1, base - 1))


def mean_interval(counts: Scores, lowest: int, highest: int) -> Interval:
    """Interval of a mean score, clipped to the scale from `lowest` to `highest`. Source: Student's t.

    Where all answers are alike, t would claim certainty; the interval then reaches towards both ends of the scale as
    far as a Wilson interval of n out of n leaves open.
    """
    scores = summarise_scores(counts)
    n, mean = scores.base, float(scores.mean)
    if scores.variance == 0:
        unsure = Z * Z / (n + Z * Z)
        return Interval(mean - (mean - lowest) * unsure, mean + (highest - mean) * unsure)
    reach = t_quantile(n - 1) * sqrt(scores.variance / n)
    return Interval(mean - reach, mean + reach).clipped(lowest, highest)


@dataclass(frozen=True)
class NetCounts:
    """Answers that count +1, 0 and -1: promoters, passives and detractors, or satisfied, neither and dissatisfied."""

    positive: int
    neutral: int
    negative: int

    @property
    def base(self) -> int:
        return self.positive + self.neutral + self.negative

    @property
    def value(self) -> Fraction:
        """The net share, -1 to 1. Raises ZeroDivisionError without answers."""
        return Fraction(self.positive - self.negative, self.base)


class AdjustedNet(NamedTuple):
    value: float
    standard_error: float


def adjusted_net(counts: NetCounts) -> AdjustedNet:
    """The net share after three pseudo-answers (3/4, 3/2, 3/4), and its standard error.

    Source: Rocks 2016, The American Statistician, "adjusted Wald". Without them the interval covers far less than 95%
    where nearly all agree.
    """
    n = counts.base + 3
    positive, negative = (counts.positive + 0.75) / n, (counts.negative + 0.75) / n
    value = positive - negative
    return AdjustedNet(value, sqrt((positive + negative - value * value) / n))


def net_interval(counts: NetCounts) -> Interval:
    """Interval of a net share, clipped to -1..1, around the adjusted value of `adjusted_net`."""
    value, error = adjusted_net(counts)
    return Interval(value - Z * error, value + Z * error).clipped(-1.0, 1.0)


def median_ranks(base: int) -> tuple[int, int] | None:
    """Ranks (from 1) of the sorted values that bound the median; None below 6 values. Source: order statistics."""
    if base < 6:
        return None
    low, high = 1, base // 2  # the largest r with P(Binomial(base, 1/2) < r) <= 2.5% lies here
    while low < high:
        middle = (low + high + 1) // 2
        if binomial_lower_tail(middle - 1, base, 0.5) <= ALPHA / 2:
            low = middle
        else:
            high = middle - 1
    return low, base + 1 - low


def counted_median(counts: Mapping[int, int]) -> float:
    """The middle value, or the mean of the two middle ones, of values given as counts. ValueError without any."""
    base = sum(counts.values())
    if base == 0:
        raise ValueError("no values have no median")
    return (_value_at(counts, (base + 1) // 2) + _value_at(counts, base // 2 + 1)) / 2


def counted_median_interval(counts: Mapping[int, int]) -> Interval | None:
    """`median_interval` of values given as counts."""
    ranks = median_ranks(sum(counts.values()))
    return None if ranks is None else Interval(_value_at(counts, ranks[0]), _value_at(counts, ranks[1]))


def _value_at(counts: Mapping[int, int], rank: int) -> int:
    """The value at a rank (from 1) of all of them sorted."""
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= rank:
            return value
    raise ValueError(f"there are only {seen} values")


def median_interval(values: Sequence[float]) -> Interval | None:
    """Interval of the median of the values, in any order; None below 6 values."""
    ranks = median_ranks(len(values))
    if ranks is None:
        return None
    ordered = sorted(values)
    return Interval(ordered[ranks[0] - 1], ordered[ranks[1] - 1])
