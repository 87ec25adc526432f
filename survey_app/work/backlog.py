"""What waits for a job, and what it has given up: asked of whoever owns the rows, for this package knows none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Backlog:
    """Rows that are due and not done. `oldest_at`: since when the oldest has been waiting, where that is known.

    `failed` are rows that were given up and that somebody may still have tried again.
    """

    waiting: int
    oldest_at: datetime | None
    failed: int = 0


@dataclass(frozen=True)
class GivenUpRow:
    """A row that was tried too often. Nothing personal stands in it."""

    reference: str
    about: str
    reason: str
    attempts: int
    at: datetime


@dataclass(frozen=True)
class Retried:
    """What came of trying rows again: how many wait again, and of the others the reasons, each with how many."""

    waiting: int
    refused: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class GivenUp:
    """Rows that a job has given up. `show` takes how many at most, newest first; `retry` the references of some of
    them, or none for all: those that it can.
    """

    show: Callable[[int, datetime], Sequence[GivenUpRow]]
    retry: Callable[[Collection[str], datetime], Retried]
