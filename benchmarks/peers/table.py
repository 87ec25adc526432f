"""One table: a row for each thing that was measured, a column for each side, and how many times better we are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers.description import PeerError


@dataclass(frozen=True)
class Row:
    """What is measured."""

    key: str
    words: str
    unit: str
    more_is_better: bool
    goal: float  # times better than the peer that docs/peers.md names


ROWS = (
    Row("answers_1", "complete answers, 1 client", "a second", more_is_better=True, goal=20),
    Row("answers_8", "complete answers, 8 clients", "a second", more_is_better=True, goal=20),
    Row("page_bytes", "first page, cold cache", "kB", more_is_better=False, goal=25),
    Row("page_requests", "requests of the first page", "", more_is_better=False, goal=0),
    Row("statistics", "page of statistics", "seconds", more_is_better=False, goal=40),
    Row("export", "answers exported as CSV", "a second", more_is_better=True, goal=50),
    Row("invitations", "invitations sent", "a second", more_is_better=True, goal=8),
)
KEYS = {row.key: row for row in ROWS}


@dataclass
class Column:
    """What one side came to: several figures for each row, or why there is none."""

    name: str
    answers: int = 0  # that it holds
    figures: dict[str, list[float]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, key: str, figure: float) -> None:
        self.figures.setdefault(key, []).append(figure)

    def figure(self, key: str) -> float | None:
        return median(self.figures[key]) if self.figures.get(key) else None


def known_column(path: Path) -> Column:
    """Figures that somebody took at another time: a name, where they are from, and one for each row that there is."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        column = Column(document["name"], int(document["answers"]), notes=[document["source"]])
        for key, figure in document["figures"].items():
            column.add(KEYS[key].key, float(figure))
    except (OSError, KeyError, TypeError, ValueError) as problem:
        raise PeerError(f"{path}: {problem}") from problem
    return column


def as_markdown(ours: Column, others: Sequence[Column]) -> str:
    """The table, with what is blank and why below it."""
    sides = (ours, *others)
    head = ["what", *(_titled(side) for side in sides), *(f"times better than {side.name}" for side in others), "goal"]
    lines = [head, ["---", *(["---:"] * (len(head) - 1))]]
    lines += [
        [
            f"{row.words}{f', {row.unit}' if row.unit else ''}",
            *(_cell(side, row) for side in sides),
            *(_times(ours, side, row) for side in others),
            f"{row.goal:.0f}" if row.goal else "",
        ]
        for row in ROWS
    ]
    said = [
        f"- {side.name}, {KEYS[key].words}: not measured; {why}" for side in sides for key, why in side.reasons.items()
    ]
    said += [f"- {side.name}: {note}" for side in sides for note in side.notes]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return "\n".join([table, "", *said, ""])


def as_document(ours: Column, others: Sequence[Column], about: Mapping[str, str]) -> dict[str, Any]:
    """Every figure that was taken, so that others can judge the spread by themselves."""
    return {"facts": dict(about), "sides": [vars(side) for side in (ours, *others)]}


def _titled(side: Column) -> str:
    return f"{side.name} ({side.answers:,} answers)" if side.answers else side.name


def _cell(side: Column, row: Row) -> str:
    figure = side.figure(row.key)
    if figure is None:
        return ""
    taken = side.figures[row.key]
    spread = f" ({_number(min(taken))} to {_number(max(taken))})" if len(taken) > 1 else ""
    return _number(figure) + spread


def _times(ours: Column, other: Column, row: Row) -> str:
    """How many times better; nothing where one side has no figure, or the sides hold different numbers of answers
    and the time of a page depends on them."""
    mine, theirs = ours.figure(row.key), other.figure(row.key)
    if not mine or not theirs or (row.key == "statistics" and ours.answers != other.answers):
        return ""
    times = mine / theirs if row.more_is_better else theirs / mine
    return f"{times:.0f}" if times >= 10 else f"{times:.1f}"


def _number(figure: float) -> str:
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 1 else f"{figure:.3f}".rstrip("0").rstrip(".")
