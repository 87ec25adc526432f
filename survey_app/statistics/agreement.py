"""How far two coders agree beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from survey_app.statistics.distributions import Z
from survey_app.statistics.intervals import Interval


class Agreement(NamedTuple):
    items: int
    agreement: float  # share of items with the same label
    kappa: float | None  # None where both gave every item one same label: chance alone would do that too


def cohens_kappa(matrix: Sequence[Sequence[int]]) -> Agreement:
    """Of a square matrix: rows are the labels of one coder, columns those of the other. Source: Cohen 1960.

    ValueError without items.
    """
    items, rows, columns = _margins(matrix)
    observed = sum(row[i] for i, row in enumerate(matrix)) / items
    expected = _by_chance(items, rows, columns)
    return Agreement(items, observed, None if expected == 1 else (observed - expected) / (1 - expected))


def kappa_interval(matrix: Sequence[Sequence[int]]) -> Interval | None:
    """95% interval of Cohen's kappa, at most 1. Source: Fleiss, Cohen and Everitt 1969, Psychological Bulletin 72:323.

    None where the two always agree: the formula would claim certainty there. ValueError without items.
    """
    items, observed, kappa = cohens_kappa(matrix)
    if kappa is None or observed == 1:
        return None
    _, rows, columns = _margins(matrix)
    expected = _by_chance(items, rows, columns)
    rest = 1 - kappa
    variance = -((kappa - expected * rest) ** 2)
    for i, line in enumerate(matrix):
        for j, count in enumerate(line):
            if i == j:
                variance += count / items * (1 - (rows[i] + columns[i]) / items * rest) ** 2
            else:
                variance += count / items * ((columns[i] + rows[j]) / items * rest) ** 2
    reach = Z * sqrt(max(0.0, variance) / items) / (1 - expected)
    return Interval(kappa - reach, kappa + reach).clipped(-1.0, 1.0)


def _margins(matrix: Sequence[Sequence[int]]) -> tuple[int, list[int], list[int]]:
    items = sum(map(sum, matrix))
    if items == 0:
        raise ValueError("no items were coded by both")
    return items, [sum(row) for row in matrix], [sum(column) for column in zip(*matrix, strict=True)]


def _by_chance(items: int, rows: Sequence[int], columns: Sequence[int]) -> float:
    return sum(row * column for row, column in zip(rows, columns, strict=True)) / items**2
