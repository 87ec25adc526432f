"""How far two coders agree beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Agreement(NamedTuple):
    items: int
    agreement: float  # share of items with the same label
    kappa: float | None  # None where both gave every item one same label: chance alone would do that too


def cohens_kappa(matrix: Sequence[Sequence[int]]) -> Agreement:
    """Of a square matrix: rows are the labels of one coder, columns those of the other. Source: Cohen 1960.

    ValueError without items.
    """
    items = sum(map(sum, matrix))
    if items == 0:
        raise ValueError("no items were coded by both")
    observed = sum(row[i] for i, row in enumerate(matrix)) / items
    columns = [sum(column) for column in zip(*matrix, strict=True)]
    expected = sum(sum(row) * column for row, column in zip(matrix, columns, strict=True)) / items**2
    return Agreement(items, observed, None if expected == 1 else (observed - expected) / (1 - expected))
