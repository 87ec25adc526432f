"""A frozen figure counted again: the same, or why not, in counts that add up. Source: MEASURES.md 8.4 and 10.5."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from survey_app.measures.definitions import Measure, Source, Unit
from survey_app.measures.sentences import net_text, nps_text
from survey_app.statistics.rounding import rounded
from survey_app.statistics.suppression import is_suppressed

NOUNS = {
    Source.ANSWERS: "answer",
    Source.COMMENTS: "comment",
    Source.INVITATIONS: "invitation",
    Source.CONTACTS: "contact",
    Source.DRAFTS: "draft",
}
KEPT_BYTES = 8  # of a digest: enough to tell ten million rows apart
PART_ROWS = 65_536


class Reason(StrEnum):
    """Why a row came or went since a figure was frozen."""

    WITHDRAWN = "withdrawn"
    QUARANTINED = "quarantined"
    RELEASED = "released"
    ARRIVED = "arrived"
    CHANGED = "changed"
    MOVED = "moved"
    VOID = "void"
    DEFINITION = "definition"
    ENGINE = "engine"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Move:
    """How many rows went and came for one reason, and how many answers that is about.

    An answer that was changed went as it was and came as it is.
    """

    reason: Reason
    went: int
    came: int
    about: int


@dataclass(frozen=True)
class Rerun:
    """What running a frozen passport again found. `rows_then` and all moves give `rows_now`, always.

    `then` and `now` are the figure in words ("15 of 19"); `noun` is what its rows are. `notes` say what moved the
    figure though no row moved, `differences` which counts are others.
    """

    rows_then: int
    rows_now: int
    then: str
    now: str
    noun: str
    is_same: bool
    moves: Sequence[Move] = ()
    notes: Sequence[str] = ()
    differences: Sequence[str] = ()

    @property
    def unexplained(self) -> int:
        """Rows of which nobody can say why they came or went; 0 as long as everybody keeps to the operations."""
        return sum(move.went + move.came for move in self.moves if move.reason is Reason.UNEXPLAINED)

    @property
    def is_explained(self) -> bool:
        """Whether it is the same, or everything that is otherwise has a reason."""
        return self.is_same or (bool(self.moves or self.notes) and not self.unexplained)


def kept_parts(digests: Iterable[bytes], part_rows: int = PART_ROWS) -> Iterator[bytes]:
    """What is kept of a passport's digests, which come in order: their first bytes, in parts of bounded size."""
    part = bytearray()
    for digest in digests:
        part += digest[:KEPT_BYTES]
        if len(part) == part_rows * KEPT_BYTES:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def kept_rows(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The rows of those parts, in order."""
    for part in parts:
        for at in range(0, len(part), KEPT_BYTES):
            yield part[at : at + KEPT_BYTES]


def differing(then: Iterable[bytes], now: Iterable[bytes]) -> tuple[set[bytes], set[bytes]]:
    """Rows that went, and rows that came. Both sides in order: neither is held in memory."""
    went, came = set[bytes](), set[bytes]()
    left, right = iter(then), iter(now)
    old, new = next(left, None), next(right, None)
    while old is not None or new is not None:
        if old == new:
            old, new = next(left, None), next(right, None)
        elif new is None or (old is not None and old < new):
            if old is not None:
                went.add(old)
            old = next(left, None)
        else:
            came.add(new)
            new = next(right, None)
    return went, came


@dataclass(frozen=True)
class Trace:
    """One row that came or went: whose it is, and why."""

    reason: Reason
    whose: Hashable
    went: bool


def moves_of(traces: Iterable[Trace]) -> tuple[Move, ...]:
    """Added up by reason, in the order in which they are said."""
    by_reason: defaultdict[Reason, list[Trace]] = defaultdict(list)
    for trace in traces:
        by_reason[trace.reason].append(trace)
    return tuple(
        Move(
            reason,
            went=sum(trace.went for trace in found),
            came=sum(not trace.went for trace in found),
            about=len({trace.whose for trace in found}),
        )
        for reason in Reason
        if (found := by_reason.get(reason))
    )


def counted_words(measure: Measure, counts: Mapping[str, Any]) -> str:
    """The figure of a passport's counts as a rerun says it: 15 of 19; 4.21 on 19 answers; a median by its base only."""
    base = int(counts["base"])
    if measure.unit is Unit.COUNT:
        return f"{counts['numerator']:,}"
    if is_suppressed(base) or base == 0:
        return "hidden, on fewer than 10" if base else "without answers"
    match measure.unit:
        case Unit.DAYS:
            return f"a median of {base:,}"
        case Unit.SHARE:
            return f"{counts['numerator']:,} of {base:,}"
    value = Fraction(counts["numerator"], base)
    net = nps_text(value) if measure.name == "nps" else net_text(value)
    return f"{net if measure.unit is Unit.NET_SHARE else rounded(value, 2)} on {base:,} answers"


def rerun_sentence(rerun: Rerun) -> str:
    """2 of 24 answers were withdrawn since; the figure was 15 of 19, it is 14 of 17 now."""
    if rerun.is_same:
        return f"The same figure, from the same {_counted(rerun.rows_then, rerun.noun)}."
    said = [_said(move, rerun) for move in rerun.moves]
    reasons = ", ".join([*said, *rerun.notes]) or "The rows behind it are not kept one by one"
    figure = (
        f"the figure is still {rerun.now}"
        if rerun.then == rerun.now
        else f"the figure was {rerun.then}, it is {rerun.now} now"
    )
    return f"{reasons[0].upper()}{reasons[1:]}; {figure}."


_WORDS = {
    Reason.WITHDRAWN: ("was withdrawn", "were withdrawn"),
    Reason.QUARANTINED: ("was put into quarantine", "were put into quarantine"),
    Reason.RELEASED: ("was released from quarantine", "were released from quarantine"),
    Reason.ARRIVED: ("arrived later", "arrived later"),
    Reason.MOVED: ("was moved with its service", "were moved with their service"),
    Reason.VOID: ("was found to be wrongly made", "were found to be wrongly made"),
    Reason.DEFINITION: ("counts otherwise by another definition", "count otherwise by another definition"),
    Reason.ENGINE: (
        "counts otherwise by another version of our formulas",
        "count otherwise by another version of our formulas",
    ),
    Reason.UNEXPLAINED: ("came or went for a reason not known", "came or went for reasons not known"),
}
_CHANGED = {
    "answer": ("was changed by the resident", "were changed by the residents"),
    "comment": ("was written or labelled anew", "were written or labelled anew"),
    "invitation": ("went on: answered, closed or returned", "went on: answered, closed or returned"),
}


def _said(move: Move, rerun: Rerun) -> str:
    n = move.about
    one, many = _CHANGED[rerun.noun] if move.reason is Reason.CHANGED else _WORDS[move.reason]
    of = f"{n:,} of {_counted(rerun.rows_then, rerun.noun)}" if move.went else _counted(n, rerun.noun)
    since = "" if move.reason in {Reason.ARRIVED, Reason.DEFINITION, Reason.ENGINE, Reason.UNEXPLAINED} else " since"
    return f"{of} {one if n == 1 else many}{since}"


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
