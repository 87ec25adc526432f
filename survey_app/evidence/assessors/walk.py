"""A walk of all elements in one sitting: where somebody is, what is done, and where they go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    DONE = "done"
    LATER = "later"  # to come back to


class Go(StrEnum):
    """What can be pressed at an element; the value of the button."""

    PREVIOUS = "previous"
    NEXT = "next"
    DONE = "done"
    LATER = "later"


@dataclass(frozen=True)
class Stop:
    """An element on the walk."""

    id: int
    number: str
    title: str
    criterion: str


@dataclass(frozen=True)
class Walk:
    """All elements in their order, with the marks that one assessor gave, by the element's id."""

    stops: Sequence[Stop]
    marks: Mapping[int, Mark]

    @property
    def done(self) -> list[Stop]:
        return self._marked(Mark.DONE)

    @property
    def later(self) -> list[Stop]:
        return self._marked(Mark.LATER)

    @property
    def untouched(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.id not in self.marks]

    @property
    def progress(self) -> str:
        """23 of 57 done, 4 to come back to."""
        later = f", {len(self.later)} to come back to" if self.later else ""
        return f"{len(self.done)} of {len(self.stops)} done{later}"

    @property
    def resume_at(self) -> Stop | None:
        """The first that nobody looked at; then the first to come back to; None when all is done."""
        return next(iter([*self.untouched, *self.later]), None)

    def place(self, number: str) -> int:
        """Where an element stands, from 1. ValueError where it is none of the walk."""
        return [stop.number for stop in self.stops].index(number) + 1

    def beside(self, number: str, go: Go) -> Stop | None:
        """Where a press leads to: next and previous in order, from a mark to the first left after it, round the end.

        None is the page of the whole walk: there is no further element, or nothing is left.
        """
        at = self.place(number) - 1
        if go is Go.PREVIOUS:
            return self.stops[at - 1] if at else None
        if go is Go.NEXT:
            return self.stops[at + 1] if at + 1 < len(self.stops) else None
        ahead = [*self.stops[at + 1 :], *self.stops[:at]]
        return next((stop for stop in ahead if stop.id not in self.marks), None)

    def _marked(self, mark: Mark) -> list[Stop]:
        return [stop for stop in self.stops if self.marks.get(stop.id) is mark]
