"""Funnel plot: which services lie further from the pooled share than their bases explain? No ranks, no league table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean

from survey_app.statistics.distributions import binomial_lower_tail

TAILS = (0.001, 0.025, 0.975, 0.999)
OVERDISPERSION_FROM = 10  # services: with fewer it cannot be told from chance
WINSORISED = 0.1  # of the services at each end


@dataclass(frozen=True)
class FunnelLimits:
    """Shares, 0 to 1: beyond `lower_998` or `upper_998` a service is outside; 95% is a guide line and no claim."""

    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float


@dataclass(frozen=True)
class Funnel:
    """The pooled share, and phi above 1 where services differ more than answers explain; the limits allow for it."""

    centre: float
    phi: float | None

    def limits(self, base: int) -> FunnelLimits:
        """What the funnel's lines are at a base."""
        if self.phi is None:
            return FunnelLimits(*(count / base for count in binomial_counts(self.centre, base)))
        sigma = sqrt(self.phi * self.centre * (1 - self.centre) / base)
        quantiles = (NormalDist().inv_cdf(tail) for tail in TAILS)
        return FunnelLimits(*(min(1.0, max(0.0, self.centre + z * sigma)) for z in quantiles))

    def is_outside(self, numerator: int, base: int) -> bool:
        """Whether a service lies beyond the 99.8% limits."""
        limits = self.limits(base)
        return not limits.lower_998 <= numerator / base <= limits.upper_998


def funnel(shares: Sequence[tuple[int, int]]) -> Funnel | None:
    """The funnel of services, each (numerator, base), bases of 10 or more. None without any.

    Source: Spiegelhalter 2005, Stat Med 24:1185-1202; overdispersion by the winsorised mean of squared z.
    """
    base = sum(n for _, n in shares)
    if base == 0:
        return None
    centre = sum(x for x, _ in shares) / base
    if len(shares) < OVERDISPERSION_FROM or centre in (0.0, 1.0):
        return Funnel(centre, None)
    phi = overdispersion(standard_scores(shares, centre))
    return Funnel(centre, phi if phi > 1 + 2 * sqrt(2 / len(shares)) else None)


def standard_scores(shares: Sequence[tuple[int, int]], centre: float) -> list[float]:
    """How many binomial standard deviations each share lies from the centre."""
    return [(x / n - centre) / sqrt(centre * (1 - centre) / n) for x, n in shares]


def overdispersion(scores: Sequence[float]) -> float:
    """phi: the mean of squares, the outer tenths drawn in to their quantiles (linear interpolation)."""
    ordered = sorted(scores)
    low, high = _quantile(ordered, WINSORISED), _quantile(ordered, 1 - WINSORISED)
    return fmean(min(high, max(low, score)) ** 2 for score in scores)


def _quantile(ordered: Sequence[float], part: float) -> float:
    place = part * (len(ordered) - 1)
    below = min(int(place), len(ordered) - 2)
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])


def binomial_counts(centre: float, base: int) -> tuple[int, ...]:
    """For each of the four tails the smallest count k with P(Binomial(base, centre) <= k) at least the tail."""
    return tuple(_count(tail, centre, base) for tail in TAILS)


def _count(tail: float, centre: float, base: int) -> int:
    low, high = 0, base
    while low < high:
        middle = (low + high) // 2
        if binomial_lower_tail(middle, base, centre) >= tail:
            high = middle
        else:
            low = middle + 1
    return low
