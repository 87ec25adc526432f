"""A comment in pieces, each with what is to be marked in it: searched words, praise, criticism, removed details.

Marks may lie over one another; pieces never do, and put together they are the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from survey_app.comments.redaction.details import REMOVED

MOST_SHOWN = 900  # characters of a comment in a list
BEFORE_FOUND = 200  # of them before the first searched word, where that stands far down


class Mark(StrEnum):
    SEARCHED = "searched"
    PRAISE = "praise"
    CRITICISM = "criticism"
    REMOVED = "removed"


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    mark: Mark


@dataclass(frozen=True)
class Piece:
    """`marks` are those that hold for all of it, `begin` those of them that begin with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    begin: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Shown:
    """The part of a text that a list shows: from where to where."""

    start: int
    end: int
    of: int

    @property
    def is_whole(self) -> bool:
        return (self.start, self.end) == (0, self.of)


def part_to_show(text: str, searched: Sequence[tuple[int, int]], most: int = MOST_SHOWN) -> Shown:
    """All of a short text; of a long one its beginning, or where the first searched word stands. Words stay whole."""
    if len(text) <= most:
        return Shown(0, len(text), len(text))
    first = searched[0][0] if searched else 0
    start = 0 if first < most - BEFORE_FOUND else first - BEFORE_FOUND
    end = min(len(text), start + most)
    space = text.find(" ", start, first) if start else -1
    start = space + 1 if space >= 0 else start
    space = text.rfind(" ", max(start, end - 40), end) if end < len(text) else -1
    end = space if space > first else end
    return Shown(start, end, len(text))


def pieces_of(text: str, spans: Iterable[Span], shown: Shown | None = None) -> list[Piece]:
    """The text, or what of it is shown, in pieces. The marker of a removed detail is one, without its brackets."""
    first, last = (shown.start, shown.end) if shown else (0, len(text))
    removed = [Span(match.start(), match.end(), Mark.REMOVED) for match in REMOVED.finditer(text)]
    inside = [
        Span(max(span.start, first), min(span.end, last), span.mark)
        for span in (*spans, *removed)
        if span.start < last and span.end > first
    ]
    edges = sorted({first, last, *(edge for span in inside for edge in (span.start, span.end))})
    found = []
    by_start = sorted(inside, key=lambda span: span.start)
    open_spans: list[Span] = []
    n = 0
    for start, end in pairwise(edges):
        open_spans = [span for span in open_spans if span.end > start]
        while n < len(by_start) and by_start[n].start == start:
            open_spans.append(by_start[n])
            n += 1
        marks = {span.mark for span in open_spans}
        if Mark.REMOVED in marks:
            if all(span.start == start for span in open_spans if span.mark is Mark.REMOVED):
                whole = next(span for span in open_spans if span.mark is Mark.REMOVED)
                found.append(Piece(text[whole.start : whole.end].strip("[]"), (Mark.REMOVED,), (Mark.REMOVED,)))
            continue
        begin = {span.mark for span in open_spans if span.start == start}
        found.append(Piece(text[start:end], tuple(m for m in Mark if m in marks), tuple(m for m in Mark if m in begin)))
    return found
