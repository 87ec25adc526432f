"""How answers go together, from counts of distinct answer patterns, and how that would differ by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import sqrt
from operator import mul
from random import Random

Pattern = tuple[float, ...]
Matrix = list[list[float]]

DRAWN_BELOW = 400  # answers: from here on a sample is drawn from the normal law that its correlations follow


class NotEnoughToTell(ValueError):
    """These answers cannot carry an analysis; the text says why."""


def correlations(patterns: Mapping[Pattern, int]) -> Matrix:
    """Of all items of the patterns with one another. NotEnoughToTell where an item is constant."""
    return _Items(patterns).correlations(list(patterns.values()))


def resampled_correlations(patterns: Mapping[Pattern, int], seed: int) -> Iterator[Matrix]:
    """The correlations of samples of the same size, drawn with replacement, without end; the same for the same seed.

    A sample in which an item is constant is drawn again. Below 400 answers each sample is drawn answer by answer, a
    multinomial over the patterns. From there on its correlations are drawn from their limiting normal law, whose
    covariances follow from the influence of each pattern: the two agree by then, and this one takes the same second
    for any number of answers. Source of the influence: Devlin, Gnanadesikan and Kettenring 1975, Biometrika 62:531-545.
    """
    dice = Random(seed)  # noqa: S311 - reproducible on purpose # nosec B311
    ordered = {pattern: patterns[pattern] for pattern in sorted(patterns)}
    return _drawn(ordered, dice) if sum(ordered.values()) < DRAWN_BELOW else _from_normal_law(ordered, dice)


def _drawn(patterns: Mapping[Pattern, int], dice: Random) -> Iterator[Matrix]:
    items, counts = _Items(patterns), list(patterns.values())
    places, size = range(len(counts)), sum(counts)
    while True:
        sample = Counter(dice.choices(places, counts, k=size))
        try:
            yield items.correlations([sample[place] for place in places])
        except NotEnoughToTell:
            continue


def _from_normal_law(patterns: Mapping[Pattern, int], dice: Random) -> Iterator[Matrix]:
    items, counts = _Items(patterns), list(patterns.values())
    centre, standard, n = items.correlations(counts), items.standardised(counts), sum(counts)
    influences = []
    for i, j in items.pairs:
        half = centre[i][j] / 2
        influences.append([a * b - half * (a * a + b * b) for a, b in zip(standard[i], standard[j], strict=True)])
    weighted = [list(map(mul, influence, counts)) for influence in influences]
    root = _cholesky([[_dot(one, other) / n**2 for other in weighted[: k + 1]] for k, one in enumerate(influences)])
    while True:
        draws = [dice.gauss(0, 1) for _ in items.pairs]
        matrix = [row[:] for row in centre]
        for (i, j), row in zip(items.pairs, root, strict=True):
            matrix[i][j] = matrix[j][i] = centre[i][j] + _dot(row, draws)
        yield matrix


class _Items:
    """The answers to each item by pattern, around the item's mean, and their products, made once for many samples."""

    def __init__(self, patterns: Mapping[Pattern, int]) -> None:
        n = sum(patterns.values())
        columns = [list(item) for item in zip(*patterns, strict=True)]
        if n < 2 or len(columns) < 2:
            raise NotEnoughToTell("there is nothing to correlate")
        means = [_dot(column, list(patterns.values())) / n for column in columns]
        self.around = [[answer - mean for answer in column] for column, mean in zip(columns, means, strict=True)]
        self.pairs = list(combinations(range(len(columns)), 2))
        self._squares = [list(map(mul, item, item)) for item in self.around]
        self._products = [list(map(mul, self.around[i], self.around[j])) for i, j in self.pairs]

    def correlations(self, counts: Sequence[int]) -> Matrix:
        """Where each pattern was given so often."""
        n = sum(counts)
        means, spreads = self._means_and_spreads(counts)
        matrix = [[1.0] * len(means) for _ in means]
        for (i, j), products in zip(self.pairs, self._products, strict=True):
            covariance = _dot(products, counts) / n - means[i] * means[j]
            matrix[i][j] = matrix[j][i] = covariance / (spreads[i] * spreads[j])
        return matrix

    def standardised(self, counts: Sequence[int]) -> Matrix:
        """Each item with mean 0 and variance 1."""
        means, spreads = self._means_and_spreads(counts)
        return [
            [(answer - mean) / spread for answer in item]
            for item, mean, spread in zip(self.around, means, spreads, strict=True)
        ]

    def _means_and_spreads(self, counts: Sequence[int]) -> tuple[list[float], list[float]]:
        n = sum(counts)
        means = [_dot(item, counts) / n for item in self.around]
        variances = [_dot(square, counts) / n - mean**2 for square, mean in zip(self._squares, means, strict=True)]
        if min(variances) <= 1e-12:
            raise NotEnoughToTell("everybody gave the same answer to one of these questions")
        return means, [sqrt(variance) for variance in variances]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    total: float = sum(map(mul, one, other))
    return total


def _cholesky(lower: Matrix) -> Matrix:
    """The lower triangular root of a covariance matrix, given by its lower half; a direction without spread stays 0."""
    root: Matrix = []
    for i, given in enumerate(lower):
        row: list[float] = []
        for j in range(i):
            rest = given[j] - _dot(row, root[j])
            row.append(rest / root[j][j] if root[j][j] > 0 else 0.0)
        rest = given[i] - _dot(row, row)
        root.append([*row, sqrt(rest) if rest > 1e-14 else 0.0])
    return root
