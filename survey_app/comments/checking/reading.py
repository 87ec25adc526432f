"""A blind sample as it was read: what the machine had said of each comment, and what each person says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

READERS = 2


@dataclass(frozen=True)
class Said:
    """What one person said of a comment. Without a label they could not tell."""

    label: str | None
    themes: frozenset[str]


@dataclass(frozen=True)
class ReadItem:
    """A comment of a sample. `said` is by reader; nobody sees it, nor the machine's, before both are done."""

    id: int
    place: int
    machine: str | None
    is_review: bool
    machine_themes: frozenset[str]
    method: str
    said: Mapping[int, Said]


@dataclass(frozen=True)
class Pair:
    """A comment that two people labelled; `first` is always the same one of them."""

    item: ReadItem
    first: Said
    second: Said

    @property
    def agreed(self) -> str | None:
        """The label that both gave; None where they differ or could not tell."""
        return self.first.label if self.first.label == self.second.label else None


@dataclass(frozen=True)
class ReadSample:
    """The sample of a month, without comments that were withdrawn since."""

    id: int
    month: date  # its first day
    comments: int  # among which it was drawn
    items: Sequence[ReadItem]

    @cached_property
    def readers(self) -> list[int]:
        """Who reads it: at most two people, by the number of their user."""
        return sorted({user for item in self.items for user in item.said})

    @cached_property
    def is_complete(self) -> bool:
        """Two people have labelled every comment of it: from then on it is compared, and no longer changed."""
        return (
            bool(self.items) and len(self.readers) == READERS and all(len(item.said) == READERS for item in self.items)
        )

    @cached_property
    def pairs(self) -> list[Pair]:
        """The comments that both have labelled."""
        if len(self.readers) != READERS:
            return []
        first, second = self.readers
        both = (item for item in self.items if len(item.said) == READERS)
        return [Pair(item, item.said[first], item.said[second]) for item in both]

    def done(self, user: int) -> int:
        """How many comments this person has labelled."""
        return sum(user in item.said for item in self.items)

    def may_read(self, user: int) -> bool:
        """Whether this person is one of the two, or still can be."""
        return user in self.readers or len(self.readers) < READERS

    def next_for(self, user: int) -> ReadItem | None:
        """The first comment that this person has not labelled."""
        return next((item for item in self.items if user not in item.said), None)

    def at(self, place: int) -> ReadItem | None:
        return next((item for item in self.items if item.place == place), None)
