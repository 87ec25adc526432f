"""What processes use and what waits in the queues, looked at once a second."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

import psycopg

from tests.topology.machines import Topology

TICKS = os.sysconf("SC_CLK_TCK")
EVERY_SECONDS = 1.0
QUEUES = """
SELECT (SELECT count(*) FROM contact WHERE drawn_at IS NULL),
       (SELECT count(*) FROM message WHERE state = 'waiting' AND due_at <= now() AT TIME ZONE 'UTC'),
       (SELECT coalesce(extract(epoch FROM now() AT TIME ZONE 'UTC' - min(due_at)), 0) FROM message
        WHERE state = 'waiting' AND due_at <= now() AT TIME ZONE 'UTC'),
       (SELECT count(*) FROM response_change WHERE delta <> 0)
"""


@dataclass(frozen=True)
class Look:
    """What there was at a moment, in seconds after the start."""

    at: float
    to_draw: int
    to_send: int
    oldest_seconds: float
    to_fold: int
    megabytes: dict[str, float] = field(default_factory=dict)  # by group of processes


def group_of(name: str) -> str:
    """`web1` and `web2` are one group, and so are workers."""
    kind = name.rstrip("0123456789")
    return {"worker": "workers", "primary": "database"}.get(kind, kind)


def used(made: Topology) -> dict[str, float]:
    """Core seconds of each group of processes since they were started."""
    total: dict[str, float] = {}
    for name, process in made.processes.items():
        seconds = sum(_core_seconds(pid) for pid in tree(process.pid))
        total[group_of(name)] = total.get(group_of(name), 0.0) + seconds
    return total


class Watch:
    """Looks while the block lasts."""

    def __init__(self, made: Topology) -> None:
        self.looks: list[Look] = []
        self.marks: list[tuple[float, str]] = []  # when something began
        self._made, self._over = made, Event()
        self._started = monotonic()
        self._thread = Thread(target=self._keep_looking)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def now(self) -> float:
        return monotonic() - self._started

    def mark(self, what: str) -> None:
        self.marks.append((self.now, what))
        print(f"  {self.now:6.0f} s  {what}", flush=True)

    def _keep_looking(self) -> None:
        with psycopg.connect(self._made.primary.url(), autocommit=True) as connection:
            while not self._over.wait(EVERY_SECONDS):
                row = connection.execute(QUEUES).fetchone() or (0, 0, 0, 0)
                self.looks.append(Look(self.now, row[0], row[1], float(row[2]), row[3], _megabytes(self._made)))


def tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return
    for child in children:
        yield from tree(int(child))


def _core_seconds(pid: int) -> float:
    """Of a process and of those of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(field) for field in fields[11:15]) / TICKS


def _megabytes(made: Topology) -> dict[str, float]:
    """Each page of memory counted once, however many processes share it."""
    total: dict[str, float] = {}
    for name, process in list(made.processes.items()):
        kilobytes = sum(_proportional(pid) for pid in tree(process.pid))
        total[group_of(name)] = total.get(group_of(name), 0.0) + kilobytes / 1_000
    return total


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
