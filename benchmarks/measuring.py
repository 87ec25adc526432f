"""Pairs of figures taken in turn, and what a benchmark reports of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Result:
    """One line of the report: a figure of the product beside the same figure of a reference, several times."""

    name: str
    unit: str
    reference: str
    pairs: Sequence[tuple[float, float]]  # the product's figure, the reference's
    more_is_better: bool
    note: str = ""

    @property
    def product_median(self) -> float:
        return median(ours for ours, _ in self.pairs)

    @property
    def reference_median(self) -> float:
        return median(theirs for _, theirs in self.pairs)

    @property
    def ratios(self) -> list[float]:
        """Product to reference, pair by pair, the smallest first."""
        return sorted(ours / theirs for ours, theirs in self.pairs)

    @property
    def ratio(self) -> float:
        return median(self.ratios)


def in_turn(
    product: Callable[[], float], reference: Callable[[], float], pairs: int, *, warm_up: bool = True
) -> list[tuple[float, float]]:
    """So many pairs, product and reference in turn. The pair that warms both up is not counted."""
    if warm_up:
        product()
        reference()
    return [(product(), reference()) for _ in range(pairs)]


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes."""
    started = perf_counter()
    act()
    return perf_counter() - started


def milliseconds(act: Callable[[], object]) -> float:
    return 1_000 * seconds(act)
