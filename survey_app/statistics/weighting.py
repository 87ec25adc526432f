"""Weights that bring answers to the known mix of contacts, and what they cost in precision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from survey_app.statistics.intervals import Interval, wilson_interval

Cell = tuple[str, str]  # service and channel
TOLERANCE = 1e-10
MOST_ROUNDS = 1000
SMALLEST_CATEGORY = 10  # answers: a smaller one is merged with the next smallest of its margin
HEAVIEST, LIGHTEST = 5.0, 0.2
MOST_TRIMS = 5
TOO_UNEVEN_FROM = 2.0  # design effect


class DidNotConverge(ValueError):
    """No weights bring these answers to these margins."""


@dataclass(frozen=True)
class MarginNotes:
    """What became of the categories of one margin: `left_out` have contacts and no answers; of each group in `merged`
    one at least had too few answers, and all of it is weighted as one category."""

    left_out: tuple[str, ...] = ()
    merged: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Weights:
    """The weight of one answer in each cell, mean 1 over the answers.

    `worst_margin_error` is the largest relative distance of a weighted margin from its target: next to nothing unless
    trimming stopped before raking had settled.
    """

    by_cell: Mapping[Cell, float]
    worst_margin_error: float
    was_trimmed: bool
    rows: MarginNotes
    columns: MarginNotes


def rake(answers: Mapping[Cell, float], rows: Mapping[str, float], columns: Mapping[str, float]) -> dict[Cell, float]:
    """Scale the cells in turn to the row and the column margins until both hold; the fitted cells.

    Every row and column has answers, and both margins add to the same. DidNotConverge after 1,000 rounds.
    Source: Deming and Stephan 1940.
    """
    fitted = {cell: float(count) for cell, count in answers.items() if count}
    for _ in range(MOST_ROUNDS):
        for side, margin in ((0, rows), (1, columns)):
            sums = _margin(fitted, side)
            fitted = {cell: value * margin[cell[side]] / sums[cell[side]] for cell, value in fitted.items()}
        if _margin_error(fitted, rows, 0) <= TOLERANCE:
            return fitted
    raise DidNotConverge("raking did not converge")


def weights(answers: Mapping[Cell, int], contacts: Mapping[Cell, int]) -> Weights:
    """Weights of the answers in each cell (service, channel) that bring them to the margins of the contacts.

    Small categories are merged first, weights above 5 and below 0.2 trimmed. DidNotConverge where raking finds none.
    """
    total = sum(answers.values())
    if total == 0:
        raise DidNotConverge("there are no answers to weight")
    names = [_merged(_margin(answers, side)) for side in (0, 1)]
    rows_notes, columns_notes = (_notes(_margin(contacts, side), names[side]) for side in (0, 1))
    merged = _merge(answers, names)
    kept = {cell: n for cell, n in contacts.items() if all(cell[side] in names[side] for side in (0, 1))}
    rows, columns = (_scaled(_margin(_merge(kept, names), side), total) for side in (0, 1))
    if unknown := [code for margin in (rows, columns) for code, target in margin.items() if target == 0]:
        raise DidNotConverge(f"there are answers but no contacts for {', '.join(sorted(unknown))}")
    fitted, trims = rake(merged, rows, columns), 0
    by_cell = _per_answer(fitted, merged)
    while trims < MOST_TRIMS and any(not LIGHTEST <= weight <= HEAVIEST for weight in by_cell.values()):
        trims += 1
        trimmed = _mean_one({c: min(HEAVIEST, max(LIGHTEST, w)) for c, w in by_cell.items()}, merged)
        start = {cell: weight * merged[cell] for cell, weight in trimmed.items()}
        fitted = start if trims == MOST_TRIMS else rake(start, rows, columns)
        by_cell = _per_answer(fitted, merged)
    error = max(_margin_error(fitted, rows, 0), _margin_error(fitted, columns, 1))
    each = {cell: by_cell[(names[0][cell[0]], names[1][cell[1]])] for cell, count in answers.items() if count}
    return Weights(each, error, trims > 0, rows_notes, columns_notes)


@dataclass(frozen=True)
class WeightedShare:
    """`effective_base` answers of equal weight would say as much as these. Above a design effect of 2: do not rely."""

    value: float
    interval: Interval
    base: int
    effective_base: float

    @property
    def design_effect(self) -> float:
        return self.base / self.effective_base

    @property
    def is_too_uneven(self) -> bool:
        return self.design_effect > TOO_UNEVEN_FROM


def weighted_share(groups: Iterable[tuple[float, int, int]]) -> WeightedShare | None:
    """Of groups of answers with one weight each: (weight, answers, in the numerator). None without answers.

    Source: Kish 1965 for the effective base; the interval is Wilson's on it.
    """
    groups = [group for group in groups if group[1]]
    total = fsum(weight * n for weight, n, _ in groups)
    if total == 0:
        return None
    base = sum(n for _, n, _ in groups)
    effective = total**2 / fsum(weight * weight * n for weight, n, _ in groups)
    value = fsum(weight * x for weight, _, x in groups) / total
    value = 1.0 if all(x == n for _, n, x in groups) else min(1.0, value)
    return WeightedShare(value, wilson_interval(value * effective, effective), base, effective)


def _margin(cells: Mapping[Cell, float], side: int) -> dict[str, float]:
    sums: dict[str, float] = {}
    for cell, count in cells.items():
        sums[cell[side]] = sums.get(cell[side], 0) + count
    return sums


def _margin_error(fitted: Mapping[Cell, float], margin: Mapping[str, float], side: int) -> float:
    return max(abs(total - margin[code]) / margin[code] for code, total in _margin(fitted, side).items())


def _merged(answers: Mapping[str, float]) -> dict[str, str]:
    """The category under which each goes: small ones join the next smallest until all have enough answers."""
    sized = sorted((n, [code]) for code, n in answers.items() if n)
    while len(sized) > 1 and sized[0][0] < SMALLEST_CATEGORY:
        (n1, first), (n2, second) = sized[:2]
        sized = sorted([(n1 + n2, sorted(first + second)), *sized[2:]])
    return {code: codes[0] for _, codes in sized for code in codes}


def _notes(contacts: Mapping[str, float], names: Mapping[str, str]) -> MarginNotes:
    groups: dict[str, list[str]] = {}
    for code, name in sorted(names.items()):
        groups.setdefault(name, []).append(code)
    return MarginNotes(
        left_out=tuple(sorted(code for code, n in contacts.items() if n and code not in names)),
        merged=tuple(tuple(group) for group in groups.values() if len(group) > 1),
    )


def _merge(cells: Mapping[Cell, int], names: list[dict[str, str]]) -> dict[Cell, float]:
    merged: dict[Cell, float] = {}
    for (row, column), count in cells.items():
        if row in names[0] and column in names[1]:
            cell = (names[0][row], names[1][column])
            merged[cell] = merged.get(cell, 0) + count
    return merged


def _scaled(margin: Mapping[str, float], total: float) -> dict[str, float]:
    whole = sum(margin.values())
    return {code: value * total / whole for code, value in margin.items()}


def _per_answer(fitted: Mapping[Cell, float], answers: Mapping[Cell, float]) -> dict[Cell, float]:
    return _mean_one({cell: value / answers[cell] for cell, value in fitted.items()}, answers)


def _mean_one(by_cell: Mapping[Cell, float], answers: Mapping[Cell, float]) -> dict[Cell, float]:
    mean = fsum(weight * answers[cell] for cell, weight in by_cell.items()) / fsum(answers[cell] for cell in by_cell)
    return {cell: weight / mean for cell, weight in by_cell.items()}
