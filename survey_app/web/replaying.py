"""How old a copy of the database is, told without trusting its clock and without anything being written for it.

The database numbers all that it writes. It is asked now and then how far it is, and the copy how far it has replayed:
once the copy has passed a number, it holds all that had been committed when that number was told.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

MOST_REMEMBERED = 100


class Replaying:
    """What is known of one copy, by whoever asks it about once a second."""

    def __init__(self, most_behind: timedelta) -> None:
        self._most_behind = most_behind
        self._not_replayed: deque[tuple[datetime, int]] = deque(maxlen=MOST_REMEMBERED)
        self._cut: datetime | None = None
        self.position = 0  # of the last that was replayed

    def note(self, asked_at: datetime, written: int, replayed: int) -> None:
        """The database had written up to `written` when it was asked, after `asked_at`; the copy, asked then, had
        replayed up to `replayed`."""
        self._not_replayed.append((asked_at, written))
        self.position = replayed
        while self._not_replayed and self._not_replayed[0][1] <= replayed:
            self._cut = self._not_replayed.popleft()[0]

    def cut(self, now: datetime) -> datetime | None:
        """The moment up to which the copy surely holds everything; None when that is too long ago, or not known. A
        clock that was put back makes it unknown, too."""
        if self._cut is None or not now - self._most_behind <= self._cut <= now:
            return None
        return self._cut

    def is_behind(self, now: datetime) -> bool:
        """Whether it has been too long since the copy was told of something that it has still not replayed."""
        return bool(self._not_replayed) and self._not_replayed[0][0] < now - self._most_behind
