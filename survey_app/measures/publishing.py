"""Published tables: a fixed set of cells in numbered editions, from which no small base can be had by subtraction.

Source: MEASURES.md 4.2 (a breakdown with its total), 4.3 (the table of a sensitive cut) and 4.4 (across editions). An
edition is of one measure and one financial year; editions of other years share no answer with it.

What was printed once is out: hiding it later would hide nothing. So a cell that may not have its new value keeps the
one it has, and says "unchanged until the next edition"; only what was never printed can be hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from survey_app.measures.passport import canonical, sha256
from survey_app.statistics.suppression import MINIMUM_BASE, Disclosure, disclose_groups, symbol
from survey_app.statistics.table_suppression import SMALL_BELOW, TOTAL, disclose_table

NOT_RECORDED = "not-recorded"  # the row of answers whose group is unknown
IN_NUMERATOR, OUTSIDE_IT = "in", "out"  # the columns of the sensitive table


class TableName(StrEnum):
    TOTAL = "total"
    SERVICE = "service"  # of the top level
    CHANNEL = "channel"
    MONTH = "month"
    CUSTOMER_GROUP = "customer_group"  # sensitive: counts in and outside the numerator


BREAKDOWNS = (TableName.SERVICE, TableName.CHANNEL, TableName.MONTH)


@dataclass(frozen=True, order=True)
class CellKey:
    """Whose answers a cell counts. `row` "" is every row; `column` "" every answer of the base."""

    table: TableName
    row: str = ""
    column: str = ""

    def contains(self, other: CellKey) -> bool:
        """Whether every answer of the other cell is one of this cell."""
        if self.table is TableName.TOTAL:
            return True
        return self.table is other.table and self.row in {"", other.row} and self.column in {"", other.column}

    def is_nested_with(self, other: CellKey) -> bool:
        return self.contains(other) or other.contains(self)


WHOLE = CellKey(TableName.TOTAL)


@dataclass(frozen=True)
class Share:
    """Counts of a cell. One of the sensitive table is a count alone, numerator and base alike: a group's share would
    tell the counts beside it."""

    numerator: int
    base: int

    def __sub__(self, other: Share) -> Share:
        return Share(self.numerator - other.numerator, self.base - other.base)

    def __add__(self, other: Share) -> Share:
        return Share(self.numerator + other.numerator, self.base + other.base)

    @property
    def is_a_few(self) -> bool:
        """Of a difference: 1 to 9 answers more or fewer, or as many answers of which a few have changed."""
        return 0 < abs(self.base) < MINIMUM_BASE or (self.base == 0 and 0 < abs(self.numerator) < MINIMUM_BASE)


NOTHING = Share(0, 0)


@dataclass(frozen=True)
class PublishedCell:
    """A cell as an edition prints it; without `share` it is hidden. `since` is the edition whose value stands."""

    key: CellKey
    label: str
    share: Share | None
    since: int | None = None

    @property
    def is_count(self) -> bool:
        return self.key.table is TableName.CUSTOMER_GROUP

    @property
    def symbol(self) -> str:
        """[c] where it is hidden, [u] for a share that few answers stand behind."""
        if self.share is None:
            return "[c]"
        return "" if self.is_count else symbol(self.share.base)

    def stored(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "table": self.key.table.value,
            "row": self.key.row,
            "column": self.key.column,
            "label": self.label,
        }
        if self.share is not None:
            document |= {"numerator": self.share.numerator, "base": self.share.base}
        if self.since is not None:
            document["since"] = self.since
        return document

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> PublishedCell:
        key = CellKey(TableName(stored["table"]), stored["row"], stored["column"])
        share = Share(stored["numerator"], stored["base"]) if "base" in stored else None
        return cls(key, stored["label"], share, stored.get("since"))


@dataclass(frozen=True)
class Edition:
    number: int
    cells: tuple[PublishedCell, ...]

    @property
    def printed(self) -> dict[CellKey, Share]:
        return {cell.key: cell.share for cell in self.cells if cell.share is not None}

    @property
    def digest(self) -> str:
        """SHA-256 of all that the edition prints, to tell whether it is still what somebody looked at."""
        return sha256(canonical({"number": self.number, "cells": [cell.stored() for cell in self.cells]}))

    def of(self, table: TableName) -> list[PublishedCell]:
        return [cell for cell in self.cells if cell.key.table is table]


@dataclass(frozen=True)
class Contents:
    """What the answers say now: all of them, and by table and row. A row that is not named is a count of nothing."""

    whole: Share
    rows: Mapping[TableName, Mapping[str, Share]]
    labels: Mapping[tuple[TableName, str], str]


@dataclass(frozen=True)
class NextEdition:
    """The edition as it would be published now. `is_unchanged`: it would print what stands printed already."""

    edition: Edition
    is_unchanged: bool


def next_edition(contents: Contents, earlier: Sequence[Edition]) -> NextEdition:
    """The edition after those that were published, the oldest first."""
    return _Maker(contents, earlier).make()


def is_close(one: CellKey, share: Share, other: CellKey, other_share: Share) -> bool:
    """Whether subtracting two nested cells would give a few away: 1 to 9 answers, 1 to 4 of a sensitive count."""
    if not one.is_nested_with(other):
        return False
    difference = share - other_share
    if one.column or other.column:
        if not one.row and not other.row:
            return False  # how many of all are in the numerator is no secret of a group
        return 0 < abs(difference.base) < SMALL_BELOW
    if one == other:
        return difference.is_a_few
    return 0 < abs(difference.base) < MINIMUM_BASE


class _Maker:
    def __init__(self, contents: Contents, earlier: Sequence[Edition]) -> None:
        self.contents, self.earlier = contents, earlier
        self.latest = earlier[-1] if earlier else Edition(0, ())
        self.printed = self.latest.printed
        self.number = self.latest.number + 1

    def make(self) -> NextEdition:
        whole = self.contents.whole
        if WHOLE in self.printed and self._is_close_to_earlier(WHOLE, whole):
            return self._as_it_stands()
        is_shown = whole.base >= MINIMUM_BASE
        cells = [self._cell(WHOLE, whole if is_shown else None)]
        for table in BREAKDOWNS:
            rows = self._breakdown(table) if is_shown else None
            if rows is None or self._residual_gives_away(table, rows):
                rows = self._as_printed(table)
                if self._residual_gives_away(table, rows):
                    return self._as_it_stands()
            cells += rows
        cells += self._sensitive() if is_shown else []
        edition = Edition(self.number, tuple(cells))
        return NextEdition(edition, is_unchanged=bool(self.earlier) and edition.printed == self.printed)

    def _as_it_stands(self) -> NextEdition:
        cells = [cell for table in TableName for cell in self._as_printed(table)]
        return NextEdition(Edition(self.number, tuple(cells)), is_unchanged=True)

    def _as_printed(self, table: TableName) -> list[PublishedCell]:
        """A table as the latest edition has it; of a table that was never printed every row is hidden."""
        known = self.latest.of(table)
        if known:
            return [replace(cell, since=cell.since or self.latest.number if cell.share else None) for cell in known]
        return [self._cell(CellKey(table, row), None) for row in self.contents.rows.get(table, {})]

    def _cell(self, key: CellKey, share: Share | None) -> PublishedCell:
        known = next((cell.label for cell in self.latest.cells if cell.key == key), key.row)
        return PublishedCell(key, self.contents.labels.get((key.table, key.row), known), share)

    def _is_close_to_earlier(self, key: CellKey, share: Share) -> bool:
        return any(
            is_close(key, share, other, theirs) for edition in self.earlier for other, theirs in edition.printed.items()
        )

    # ---- A breakdown with its total (4.2) ----

    def _breakdown(self, table: TableName) -> list[PublishedCell] | None:
        """The rows of a breakdown with their new values where these may be printed. None: it stands as printed."""
        before = {key.row: share for key, share in self.printed.items() if key.table is table}
        now = dict.fromkeys(before, NOTHING) | dict(self.contents.rows.get(table, {}))
        kept, also = set[str](), set[str]()
        while True:
            bases = {row: share.base for row, share in now.items()}
            shown = {row for row, how in disclose_groups(bases, also).items() if how is Disclosure.SHOWN}
            close = {row for row in shown - kept if self._is_close(CellKey(table, row), now[row])}
            if not close:
                break
            kept |= close & before.keys()
            also |= close - before.keys()
        if not before.keys() <= shown:
            return None  # a row that was printed cannot be hidden any more
        while True:
            rows = [self._row(CellKey(table, row), now, before, row in shown, row in kept) for row in now]
            if not self._residual_gives_away(table, rows):
                return rows
            movable = [row for row in before.keys() - kept if now[row] != before[row]]
            if not movable:
                return None
            kept.add(min(movable, key=lambda row: (abs(now[row].base - before[row].base), row)))

    def _row(
        self, key: CellKey, now: Mapping[str, Share], before: Mapping[str, Share], is_shown: bool, is_kept: bool
    ) -> PublishedCell:
        cell = self._cell(key, now[key.row] if is_shown else None)
        if not is_kept:
            return cell
        (old,) = (known for known in self.latest.cells if known.key == key)
        return replace(cell, share=before[key.row], since=old.since or self.latest.number)

    def _is_close(self, key: CellKey, share: Share) -> bool:
        """To a cell of an earlier edition, or to the new total."""
        return self._is_close_to_earlier(key, share) or is_close(key, share, WHOLE, self.contents.whole)

    def _residual_gives_away(self, table: TableName, rows: Sequence[PublishedCell]) -> bool:
        """Whether the total less what the table prints, or its move since the last edition, is a few answers.

        It is what the hidden rows hold together with what rows that stand unchanged have moved by.
        """
        if not rows:
            return False
        residual = _residual(self.contents.whole, rows)
        hidden = {cell.key for cell in rows if cell.share is None}
        if residual.is_a_few:
            return True
        known = self.latest.of(table)
        if not known or WHOLE not in self.printed or hidden != {cell.key for cell in known if cell.share is None}:
            return False
        return (residual - _residual(self.printed[WHOLE], known)).is_a_few

    # ---- A sensitive table of counts (4.3) ----

    def _sensitive(self) -> list[PublishedCell]:
        """Customer group by answer. Its column totals stand in the total: where 4.3 would hide one, it is withheld."""
        table, groups = TableName.CUSTOMER_GROUP, self.contents.rows.get(TableName.CUSTOMER_GROUP, {})
        if len(groups) < 2:
            return self._as_printed(table) if self.latest.of(table) else []
        counts = {
            (row, column): n
            for row, share in groups.items()
            for column, n in ((IN_NUMERATOR, share.numerator), (OUTSIDE_IT, share.base - share.numerator))
        }
        before = {key for key in self.printed if key.table is table}
        also = set[tuple[str, str]]()
        while True:
            shown = disclose_table(counts, also)
            cells = [
                self._sensitive_cell(place, groups, how) for place, how in shown.items() if place != (TOTAL, TOTAL)
            ]
            printed = {cell.key: cell.share for cell in cells if cell.share is not None}
            if any(how is not Disclosure.SHOWN for (row, _), how in shown.items() if row == TOTAL):
                return self._as_printed(table) if before else [replace(cell, share=None) for cell in cells]
            close = {key for key, share in printed.items() if self._is_close(key, share)}
            if close & before or (not close and not before <= printed.keys()):
                return self._as_printed(table)
            if not close:
                break
            also |= {(key.row, key.column) for key in close}
        return self._as_printed(table) if before and self._lines_give_away(cells) else cells

    def _sensitive_cell(self, place: tuple[str, str], groups: Mapping[str, Share], how: Disclosure) -> PublishedCell:
        row, column = place
        whole = groups[row] if row != TOTAL else sum(groups.values(), NOTHING)
        n = {"": whole.base, IN_NUMERATOR: whole.numerator, OUTSIDE_IT: whole.base - whole.numerator}[column]
        return self._cell(
            CellKey(TableName.CUSTOMER_GROUP, row, column), Share(n, n) if how is Disclosure.SHOWN else None
        )

    def _lines_give_away(self, cells: Sequence[PublishedCell]) -> bool:
        """Whether what is hidden in a row or column has moved by 1 to 4 since the last edition."""
        known = {cell.key: cell for cell in self.latest.of(TableName.CUSTOMER_GROUP)}
        now = {cell.key: cell for cell in cells}
        if now.keys() != known.keys():
            return True  # another set of groups: the lines cannot be followed
        for line in _lines(now):
            hidden = [{key for key in line[1:] if which[key].share is None} for which in (now, known)]
            totals = [which[line[0]].share for which in (now, known)]
            if hidden[0] != hidden[1] or totals[0] is None or totals[1] is None:
                continue
            sums = [
                sum(share.base for key in line[1:] if (share := which[key].share) is not None) for which in (now, known)
            ]
            moved = (totals[0].base - sums[0]) - (totals[1].base - sums[1])
            if 0 < abs(moved) < SMALL_BELOW:
                return True
        return False


def _residual(whole: Share, rows: Sequence[PublishedCell]) -> Share:
    return whole - sum((cell.share for cell in rows if cell.share is not None), NOTHING)


def _lines(keys: Mapping[CellKey, object]) -> Iterator[list[CellKey]]:
    """Each total of the sensitive table, followed by what adds to it."""
    for total in keys:
        if not total.column:
            yield [total, *(key for key in keys if key.row == total.row and key.column)]
        elif not total.row:
            yield [total, *(key for key in keys if key.row and key.column == total.column)]
