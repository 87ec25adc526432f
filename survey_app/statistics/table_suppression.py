"""Which counts of a published two-way table may be shown, so that no small count can be had by subtraction.

The repairs follow the lines of the table; an audit then computes what a reader could still learn. Sources for the idea:
Cox 1980, JASA 75:377-385, and Gusfield 1988, SIAM Journal on Computing 17:552-571.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from survey_app.statistics.suppression import MINIMUM_BASE, Disclosure

TOTAL = ""  # the name of the row and of the column of totals
SMALL_BELOW = 5  # a count of 1 to 4 points at persons

Cell = tuple[str, str]
Node = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """Members that add to their total."""

    members: tuple[Cell, ...]
    total: Cell


def disclose_table(counts: Mapping[Cell, int], also: Collection[Cell] = ()) -> dict[Cell, Disclosure]:
    """What of a table of counts by (row, column) may be shown, with its totals under TOTAL.

    Rows and columns stand in the order in which they first come; a pair that is missing is a count of 0. Readers see no
    difference between primary and secondary. `also` names cells that have to be hidden for another reason, such as what
    was published before.
    """
    return _Table(counts, also).disclose()


class _Table:
    def __init__(self, counts: Mapping[Cell, int], also: Collection[Cell]) -> None:
        self.rows = list(dict.fromkeys(row for row, _ in counts))
        self.columns = list(dict.fromkeys(column for _, column in counts))
        self.inner = [(row, column) for row in self.rows for column in self.columns]
        self.counts = {cell: counts.get(cell, 0) for cell in self.inner}
        for row in self.rows:
            self.counts[row, TOTAL] = sum(self.counts[row, column] for column in self.columns)
        for column in [*self.columns, TOTAL]:
            self.counts[TOTAL, column] = sum(self.counts[row, column] for row in self.rows)
        self.lines = list(self._lines())
        self.primary = self._primary() | set(also)
        self.hidden = set(self.primary)

    def disclose(self) -> dict[Cell, Disclosure]:
        self._repair()
        while (leak := self._leak()) is not None:
            chosen = self._to_hide_against(leak)
            if chosen is None:
                self.hidden = set(self.counts) - {(TOTAL, TOTAL)}
                break
            self.hidden.add(chosen)
            self._repair()
        return {cell: self._disclosure(cell) for cell in self.counts}

    def _disclosure(self, cell: Cell) -> Disclosure:
        if cell not in self.hidden:
            return Disclosure.SHOWN
        return Disclosure.PRIMARY if cell in self.primary else Disclosure.SECONDARY

    def _lines(self) -> Iterator[Line]:
        for row in [*self.rows, TOTAL]:
            yield Line(tuple((row, column) for column in self.columns), (row, TOTAL))
        for column in [*self.columns, TOTAL]:
            yield Line(tuple((row, column) for row in self.rows), (TOTAL, column))

    def _primary(self) -> set[Cell]:
        if self.counts[TOTAL, TOTAL] < MINIMUM_BASE:
            return set(self.counts)
        small = {cell for cell, count in self.counts.items() if 0 < count < SMALL_BELOW}
        for row in self.rows:
            if 0 < self.counts[row, TOTAL] < MINIMUM_BASE:
                small |= {(row, column) for column in [*self.columns, TOTAL]}
        return small

    def _repair(self) -> None:
        """Hide more until no single line gives a hidden count away."""
        is_changed = True
        while is_changed:
            is_changed = False
            for line in self.lines:
                if self._is_bad(line) and (chosen := self._first_to_hide(line)) is not None:
                    self.hidden.add(chosen)
                    is_changed = True

    def _is_bad(self, line: Line) -> bool:
        hidden = [member for member in line.members if member in self.hidden]
        if line.total in self.hidden:
            return not hidden
        return len(hidden) == 1 or (len(hidden) > 1 and sum(self.counts[cell] for cell in hidden) < SMALL_BELOW)

    def _first_to_hide(self, line: Line) -> Cell | None:
        visible = self._smallest_first(line.members)
        if visible:
            return visible[0]
        return line.total if line.total != (TOTAL, TOTAL) and line.total not in self.hidden else None

    def _smallest_first(self, cells: Sequence[Cell]) -> list[Cell]:
        """Those still visible, the smallest first and zeros last; ties in the order of the table."""
        visible = [cell for cell in cells if cell not in self.hidden]
        return sorted(visible, key=lambda cell: self.counts[cell] or inf)

    def _leak(self) -> Cell | None:
        """The first primary count that the published numbers bound too closely."""
        for cell in (*self.inner, *((row, TOTAL) for row in self.rows), *((TOTAL, column) for column in self.columns)):
            if cell in self.primary and self.counts[cell]:
                least, most = self._range(cell)
                if most < SMALL_BELOW or least == most:
                    return cell
        return None

    def _to_hide_against(self, leak: Cell) -> Cell | None:
        near = [cell for cell in self.inner if cell[0] == leak[0] or cell[1] == leak[1]]
        choices = [cell for cell in self._smallest_first(near) if self.counts[cell]]
        choices += self._smallest_first(self.inner)
        return choices[0] if choices else None

    def _range(self, cell: Cell) -> tuple[float, float]:
        """The smallest and the largest value of a hidden count that agree with all that is shown."""
        count = self.counts[cell]
        tail, head = self._arc(cell)
        least = count - min(count, self._flow(tail, head, without=cell))
        return least, count + self._flow(head, tail, without=cell)

    @staticmethod
    def _arc(cell: Cell) -> tuple[Node, Node]:
        """A count flows from its row to its column; a row's total feeds the row, a column's total drains the column."""
        row, column = cell
        if column == TOTAL:
            return ("out", ""), ("row", row)
        if row == TOTAL:
            return ("column", column), ("in", "")
        return ("row", row), ("column", column)

    def _flow(self, source: Node, sink: Node, *, without: Cell) -> float:
        """The most that the other hidden counts can take over: each may grow without limit and shrink to nothing."""
        room: dict[Node, dict[Node, float]] = defaultdict(dict)
        for cell in self.hidden - {without, (TOTAL, TOTAL)}:
            tail, head = self._arc(cell)
            room[tail][head] = inf
            room[head][tail] = self.counts[cell]
        total = 0.0
        while (path := _shortest_path(room, source, sink)) is not None:
            size = min(room[a][b] for a, b in path)
            if size == inf:
                return inf
            for a, b in path:
                room[a][b] -= size
                room[b][a] += size
            total += size
        return total


def _shortest_path(
    room: Mapping[Node, Mapping[Node, float]], source: Node, sink: Node
) -> list[tuple[Node, Node]] | None:
    """The arcs of a way from source to sink that still has room on each of them."""
    came_from: dict[Node, Node] = {}
    waiting = deque([source])
    while waiting:
        here = waiting.popleft()
        for there, size in sorted(room.get(here, {}).items()):
            if size > 0 and there not in came_from and there != source:
                came_from[there] = here
                waiting.append(there)
    if sink not in came_from:
        return None
    path = [(came_from[sink], sink)]
    while path[0][0] != source:
        path.insert(0, (came_from[path[0][0]], path[0][0]))
    return path
