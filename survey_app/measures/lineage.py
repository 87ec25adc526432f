"""The wordings of one question: which answers one figure may add up, and which two figures may be compared.

A change of wording, scale or order breaks the line, until somebody declares a bridge. Source: MEASURES.md 1.2. A figure
whose days saw both wordings counts the answers to the newest; those to an earlier one stand outside its base, counted.
A translation changes none of this, and neither does a new version that reads the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

EARLIER_WORDING = "earlier_wording"  # the value of an answer that stands outside for its wording


@dataclass(frozen=True)
class Wording:
    """One version of a question. `reads` is all that a person answering sees of it: two that read alike are one.

    `scale` is what its answers are worth, by code.
    """

    version: int
    question: str
    number: int
    asks: str | None
    reads: Hashable
    scale: Hashable
    since: date | None  # the first London day on which anybody could be asked it


@dataclass(frozen=True)
class Turn:
    """From an earlier wording to the next one that reads otherwise."""

    earlier: Wording
    later: Wording
    is_bridged: bool

    @property
    def versions(self) -> tuple[int, int]:
        return self.earlier.version, self.later.version


class Lineage:
    """The wordings of all questions that have more than one, and the bridges between them."""

    def __init__(self, wordings: Iterable[Wording] = (), bridges: Iterable[tuple[int, int]] = ()) -> None:
        self._wordings = {wording.version: wording for wording in sorted(wordings, key=lambda each: each.number)}
        self._line: dict[int, int] = {}  # the first version of those that may be added up, by version
        first_to_read: dict[tuple[str, Hashable], int] = {}
        for version, wording in self._wordings.items():
            self._line[version] = first_to_read.setdefault((wording.question, wording.reads), version)
        for earlier, later in bridges:
            if earlier in self._line and later in self._line:
                self._join(earlier, later)

    def _join(self, one: int, other: int) -> None:
        gone, kept = self._line[one], self._line[other]
        self._line = {version: kept if line == gone else line for version, line in self._line.items()}

    def feeding(self, answered: Collection[int]) -> frozenset[int]:
        """Of the versions that were answered, those that one figure adds up: the newest of each question and its line.

        A version that is none of ours has no other wording, and feeds.
        """
        newest = self._newest(answered)
        lines = {self._line[wording.version] for wording in newest.values()}
        return frozenset(v for v in answered if v not in self._line or self._line[v] in lines)

    def between(self, now: Collection[int], before: Collection[int]) -> Wording | None:
        """The newest wording that keeps two figures, by the versions that feed them, from being compared."""
        earlier = self._newest(before)
        for question, wording in self._newest(now).items():
            if question in earlier and self._line[earlier[question].version] != self._line[wording.version]:
                return max(wording, earlier[question], key=lambda each: each.number)
        return None

    def turns(self, asks: str | None = None) -> list[Turn]:
        """Every change of what a question reads, of one measure's questions or of all, the oldest first."""
        found = []
        for wordings in self._by_question(self._wordings).values():
            for earlier, later in pairwise(wordings):
                if earlier.reads != later.reads and asks in (None, later.asks):
                    is_bridged = self._line[earlier.version] == self._line[later.version]
                    found.append(Turn(earlier, later, is_bridged))
        return sorted(found, key=lambda turn: (turn.later.since or date.max, turn.later.question, turn.later.number))

    def _newest(self, versions: Iterable[int]) -> dict[str, Wording]:
        return {question: wordings[-1] for question, wordings in self._by_question(versions).items()}

    def _by_question(self, versions: Iterable[int]) -> dict[str, list[Wording]]:
        """In the order of their numbers."""
        found: defaultdict[str, list[Wording]] = defaultdict(list)
        for wording in sorted((self._wordings[v] for v in versions if v in self._wordings), key=lambda w: w.number):
            found[wording.question].append(wording)
        return found


def not_compared_sentence(wording: Wording) -> str:
    """Why no change is claimed across a new wording."""
    return (
        f"The wording of this question changed{in_month(wording)}: "
        "no comparison until somebody says that both can be compared."
    )


def in_month(wording: Wording) -> str:
    """Since when it is asked: " in October 2025", or nothing where it never was."""
    return "" if wording.since is None else f" in {wording.since:%B %Y}"


def cannot_be_bridged(turn: Turn) -> str | None:
    """Why no bridge can be declared: two scales are never added up. None where it is a matter of words."""
    if turn.earlier.scale != turn.later.scale:
        return "The answers have other scores: the two scales cannot be added up, whatever the words say."
    return None
