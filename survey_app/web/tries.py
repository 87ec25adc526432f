"""Tries that are counted in this process, where there is no Redis."""

from __future__ import annotations

import time
from threading import Lock

from limits.storage import MemoryStorage
from limits.storage.memory import Entry

SECONDS_BETWEEN_SWEEPS = 60


class TriesOfThisProcess(MemoryStorage):
    """Forgets what is over once a minute, so that a try costs the same however many others are remembered.

    The library's own starts a thread at each try, which looks through all names there are and drops none of them: on
    the day after a big mailing every answer would look at every link that was used before it.
    """

    STORAGE_SCHEME = ["process"]  # noqa: RUF012 - as the library has it

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._one_at_a_time = Lock()
        self._swept_at = time.time()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count so many more tries, each for `expiry` seconds; False, and none of them counted, above the limit."""
        with self._one_at_a_time:
            self._sweep()
            recent = _recent(self.events.get(key, []))
            if len(recent) + amount > limit:
                return False
            self.events[key] = [*(Entry(expiry) for _ in range(amount)), *recent]  # the newest first
            return True

    def _sweep(self) -> None:
        if time.time() - self._swept_at >= SECONDS_BETWEEN_SWEEPS:
            self._swept_at = time.time()
            self.events = {key: recent for key, tries in self.events.items() if (recent := _recent(tries))}


def _recent(tries: list[Entry]) -> list[Entry]:
    now = time.time()
    return [each for each in tries if each.expiry > now]
