"""How many visitors can have tapped at one kiosk. What is beyond that is held for review: whoever knows the address of
a kiosk can hand over answers that nobody tapped, on any day since it was made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
A_VISITOR_TAKES = timedelta(seconds=30)  # to step up, read, tap and leave
MOST_KEPT = 1_000  # by a device that had no network, before somebody looks at what it hands over


def most_in_an_hour(seconds_between_taps: int) -> int:
    """Answers of one hour of taps, one visitor after the other with the least time between them: 109 at 3 seconds."""
    return int(HOUR / (A_VISITOR_TAKES + timedelta(seconds=seconds_between_taps)))


def most_handed_over(seconds_between_taps: int, since_last: timedelta) -> int:
    """Answers received within an hour from a kiosk that handed over last so long before: as many as can have been
    tapped since then, and MOST_KEPT at the most."""
    hours = max(1, math.ceil(since_last / HOUR))
    return min(MOST_KEPT, hours * most_in_an_hour(seconds_between_taps))


def hour_of(at: datetime) -> datetime:
    """The start of the hour."""
    return at.replace(minute=0, second=0, microsecond=0)


@dataclass
class Crowd:
    """What one kiosk has room for: in the hour in which it hands over, and in each hour of taps."""

    still_received: int
    an_hour: int
    tapped: Counter[datetime] = field(default_factory=Counter)  # answers so far, by the hour of their tap

    def is_one_too_many(self, at: datetime) -> bool:
        """Count one more answer, tapped then, and say whether it is beyond what can be."""
        self.still_received -= 1
        self.tapped[hour_of(at)] += 1
        return self.still_received < 0 or self.tapped[hour_of(at)] > self.an_hour


def crowd_of(
    seconds_between_taps: int, *, received: int, since_last: timedelta, tapped: Mapping[datetime, int]
) -> Crowd:
    """`received` within the hour before now, `since_last` from the hand-over before that hour until now."""
    room = most_handed_over(seconds_between_taps, since_last) - received
    return Crowd(room, most_in_an_hour(seconds_between_taps), Counter(tapped))
