"""A table that is too long to be held in memory: what its columns hold, and its rows a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from survey_app.exports.sheets import Cell

Row = Sequence[Cell]


class Kind(StrEnum):
    """What stands in the cells of a column, where they are not empty."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """One column: its name, which is plain enough for SPSS and R, and what its cells hold."""

    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Table:
    """Rows as a stream, each as long as `columns`, read once. A table of no batch has its header and "0 rows"."""

    name: str
    columns: Sequence[Column]
    batches: Iterable[Sequence[Row]] = field(default=())

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def places(self, *kinds: Kind) -> list[int]:
        """Where the columns of these kinds stand."""
        return [place for place, column in enumerate(self.columns) if column.kind in kinds]


def rows_words(count: int) -> str:
    """1,234 rows: how a file says that it was not cut."""
    return "1 row" if count == 1 else f"{count:,} rows"


def in_batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
