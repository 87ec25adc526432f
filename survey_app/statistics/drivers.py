"""Which parts of the experience go with overall satisfaction? It is no proof that they cause it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import sqrt

from survey_app.statistics.correlations import Matrix, NotEnoughToTell, Pattern, correlations, resampled_correlations
from survey_app.statistics.intervals import Interval

RESAMPLES = 1000
BASE_FROM = 200  # listwise: below it the true first driver comes first too seldom
INDICATIVE_BELOW = 400
MOST_LEFT_EMPTY = 0.3  # of the responses: a driver with more is dropped
TOO_ALIKE = 0.9  # correlation of two drivers
INFLATED_FROM = 5.0  # variance inflation factor
EXPLAINS_LITTLE_BELOW = 0.1  # R squared


@dataclass(frozen=True)
class RelativeWeights:
    """Raw weights in the order of the drivers; they add to R squared. `correlations` are with the outcome."""

    r_squared: float
    raw: tuple[float, ...]
    correlations: tuple[float, ...]
    inflation: tuple[float, ...]
    closest: float  # the largest correlation of two drivers, by size

    @property
    def shares(self) -> tuple[float, ...]:
        """Of R squared, 0 to 1."""
        whole = sum(self.raw)
        return tuple(weight / whole for weight in self.raw)

    @property
    def are_alike(self) -> bool:
        """Drivers that say nearly the same: read them together."""
        return self.closest > TOO_ALIKE or max(self.inflation) > INFLATED_FROM

    @property
    def explain_little(self) -> bool:
        return self.r_squared < EXPLAINS_LITTLE_BELOW


@dataclass(frozen=True)
class DriverAnalysis:
    """`intervals` are of the shares of R squared, by driver. `left_out` responses lacked an answer."""

    drivers: tuple[str, ...]
    weights: RelativeWeights
    intervals: tuple[Interval, ...]
    base: int
    left_out: int
    dropped: tuple[str, ...]

    @property
    def is_indicative(self) -> bool:
        return self.base < INDICATIVE_BELOW

    def may_rank(self, first: int, second: int) -> bool:
        """Whether words may say that one driver matters more than another: their intervals are apart."""
        one, other = self.intervals[first], self.intervals[second]
        return one.low > other.high or other.low > one.high


def relative_weights(patterns: Mapping[Pattern, int]) -> RelativeWeights:
    """Johnson's relative weights of the first item of each pattern on the others; counts by distinct pattern.

    Source: Johnson 2000, Multivariate Behavioral Research 35:1-19. NotEnoughToTell where an item is constant or
    follows from the others.
    """
    return _weights(correlations(patterns))


def _weights(correlated: Matrix) -> RelativeWeights:
    drivers = [row[1:] for row in correlated[1:]]
    outcome = correlated[0][1:]
    values, vectors = eigen(drivers)
    if min(values) < 1e-10:
        raise NotEnoughToTell("one of these questions follows from the others")
    k = len(drivers)
    root = [
        [sum(vectors[i][m] * sqrt(values[m]) * vectors[j][m] for m in range(k)) for j in range(k)] for i in range(k)
    ]
    unroot = [
        [sum(vectors[i][m] / sqrt(values[m]) * vectors[j][m] for m in range(k)) for j in range(k)] for i in range(k)
    ]
    beta = [sum(unroot[i][j] * outcome[j] for j in range(k)) for i in range(k)]
    raw = tuple(sum(root[j][m] ** 2 * beta[m] ** 2 for m in range(k)) for j in range(k))
    inflation = tuple(sum(vectors[i][m] ** 2 / values[m] for m in range(k)) for i in range(k))
    closest = max((abs(drivers[i][j]) for i in range(k) for j in range(i)), default=0.0)
    return RelativeWeights(sum(raw), raw, tuple(outcome), inflation, closest)


def analyse_drivers(
    drivers: Sequence[str], responses: Mapping[tuple[float | None, ...], int], *, seed: int
) -> DriverAnalysis:
    """Weights with 95% bootstrap intervals, from counts of each pattern (outcome, then drivers; None = no answer).

    Only responses with an answer to everything count: pairwise counting can give correlations that belong to no data.
    NotEnoughToTell below a base of 200. The same seed gives the same intervals.
    """
    answered = {pattern: n for pattern, n in responses.items() if pattern[0] is not None}
    total = sum(answered.values())
    empty = [sum(n for p, n in answered.items() if p[i + 1] is None) for i in range(len(drivers))]
    kept = [i for i, missing in enumerate(empty) if missing <= MOST_LEFT_EMPTY * total]
    if len(kept) < 2:
        raise NotEnoughToTell("fewer than two of these questions were answered often enough")
    patterns: Counter[Pattern] = Counter()
    for pattern, n in answered.items():
        chosen = (pattern[0], *(pattern[i + 1] for i in kept))
        if None not in chosen:
            patterns[tuple(float(score) for score in chosen if score is not None)] += n
    base = sum(patterns.values())
    if base < BASE_FROM:
        raise NotEnoughToTell(f"{base} complete answers; at least {BASE_FROM} are needed")
    return DriverAnalysis(
        tuple(drivers[i] for i in kept),
        relative_weights(patterns),
        _bootstrap(patterns, seed),
        base,
        sum(responses.values()) - base,
        tuple(name for i, name in enumerate(drivers) if i not in kept),
    )


def _bootstrap(patterns: Mapping[Pattern, int], seed: int) -> tuple[Interval, ...]:
    """2.5 and 97.5 percentiles of each share over 1,000 resamples."""
    draws: list[tuple[float, ...]] = []
    for correlated in islice(resampled_correlations(patterns, seed), 2 * RESAMPLES):
        try:
            draws.append(_weights(correlated).shares)
        except NotEnoughToTell:
            continue
        if len(draws) == RESAMPLES:
            sides = [sorted(shares) for shares in zip(*draws, strict=True)]
            return tuple(Interval(_percentile(side, 0.025), _percentile(side, 0.975)) for side in sides)
    raise NotEnoughToTell("nearly everybody gave the same answers")


def _percentile(ordered: Sequence[float], part: float) -> float:
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def eigen(symmetric: Matrix) -> tuple[list[float], Matrix]:
    """Eigenvalues and vectors (as columns) of a symmetric matrix, by Jacobi's rotations."""
    n = len(symmetric)
    a = [row[:] for row in symmetric]
    vectors = [[float(i == j) for j in range(n)] for i in range(n)]
    for _ in range(100):
        if sum(a[i][j] ** 2 for i in range(n) for j in range(i)) < 1e-30:
            break
        for p in range(n):
            for q in range(p + 1, n):
                _rotate(a, vectors, p, q)
    return [a[i][i] for i in range(n)], vectors


def _rotate(a: Matrix, vectors: Matrix, p: int, q: int) -> None:
    """One rotation in the plane of p and q that makes a[p][q] zero."""
    if a[p][q] == 0:
        return
    ratio = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = (1 if ratio >= 0 else -1) / (abs(ratio) + sqrt(ratio * ratio + 1))
    c = 1 / sqrt(t * t + 1)
    s = t * c
    for row in (*a, *vectors):
        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    for k in range(len(a)):
        a[p][k], a[q][k] = c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]
