"""What residents answered, placed by hand at the edges of London's days, and the test's own count of it.

Each `day` is written down, not worked out: nothing here uses the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.journey.recount import Recount


@dataclass(frozen=True)
class Placed:
    """So many answers by one open link at one moment, and the London day on which they count. `blue` is Team Blue's."""

    at: str  # UTC, as the database stores it
    day: date
    service: str
    channel: str
    good: int
    bad: int
    dont_know: int = 0
    team: str = ""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at).replace(tzinfo=UTC)

    @property
    def site(self) -> str:
        """Whoever comes in person comes to Riverside House."""
        return "riverside" if self.channel == "face_to_face" else ""


HOUSING, DESK = ("housing", "phone"), ("housing", "face_to_face")
WASTE, PLANNING = ("waste", "web"), ("planning", "phone")

BY_LINK: Sequence[Placed] = (
    # the end of 2023/24 is a day on which clocks changed, too
    Placed("2024-03-31T22:59:59", date(2024, 3, 31), *WASTE, 12, 5),
    Placed("2024-03-31T23:00:00", date(2024, 4, 1), *HOUSING, 15, 11),
    Placed("2024-07-10T12:00:00", date(2024, 7, 10), *WASTE, 31, 14, dont_know=3),
    # 30 March 2025 has 23 hours: after 00:59:59 UTC it is two o'clock
    Placed("2025-03-29T23:59:59", date(2025, 3, 29), *HOUSING, 11, 2),
    Placed("2025-03-30T00:00:00", date(2025, 3, 30), *HOUSING, 13, 1),
    Placed("2025-03-30T00:59:59", date(2025, 3, 30), *WASTE, 14, 3, dont_know=2),
    Placed("2025-03-30T01:00:00", date(2025, 3, 30), *DESK, 16, 5),
    Placed("2025-03-30T22:59:59", date(2025, 3, 30), *PLANNING, 12, 2),
    Placed("2025-03-30T23:00:00", date(2025, 3, 31), *PLANNING, 17, 3),
    # the year ends at 23:00 UTC
    Placed("2025-03-31T22:59:59", date(2025, 3, 31), *WASTE, 18, 1),
    Placed("2025-03-31T23:00:00", date(2025, 4, 1), *HOUSING, 19, 6, dont_know=1),
    # 26 October 2025 has 25 hours, half past one twice
    Placed("2025-10-25T22:59:59", date(2025, 10, 25), *HOUSING, 12, 7),
    Placed("2025-10-25T23:00:00", date(2025, 10, 26), *PLANNING, 13, 4),
    Placed("2025-10-26T00:30:00", date(2025, 10, 26), *WASTE, 21, 2),
    Placed("2025-10-26T01:30:00", date(2025, 10, 26), *DESK, 11, 3),
    Placed("2025-10-26T23:59:59", date(2025, 10, 26), *HOUSING, 14, 6),
    Placed("2025-10-27T00:00:00", date(2025, 10, 27), *WASTE, 22, 1),
    Placed("2026-03-31T22:59:59", date(2026, 3, 31), *PLANNING, 12, 1),
    Placed("2026-03-31T23:00:00", date(2026, 4, 1), *HOUSING, 10, 4),
)
# Of a file, in London's own time: the hour that there was not, the one that there was twice, and the year's last
# second. They are answered days later, and count on the day of the contact all the same.
BY_FILE: Mapping[str, Placed] = {
    "30/03/2025 01:30": Placed("2025-03-30T01:30:00", date(2025, 3, 30), *HOUSING, 17, 3, team="blue"),
    "26/10/2025 01:30": Placed("2025-10-26T00:30:00", date(2025, 10, 26), *HOUSING, 29, 7, dont_know=1, team="blue"),
    "31/03/2026 23:59:59": Placed("2026-03-31T22:59:59", date(2026, 3, 31), *WASTE, 13, 2),
}
ALL: Sequence[Placed] = (*BY_LINK, *BY_FILE.values())


@dataclass(frozen=True)
class Question:
    """How many were satisfied in these days, of a service with all under it, a channel, a site or a team?"""

    name: str
    first: date
    last: date
    service: str = ""
    service_alone: str = ""
    channel: str = ""
    site: str = ""
    team: str = ""
    label: str = ""  # of a month or a financial year; a page that chooses by these is asked about no other days
    is_with_parts: bool = False  # the service has others below it: a line of a breakdown is of itself alone
    is_below: bool = False  # another service

    @property
    def where(self) -> dict[str, str]:
        named = {
            "service": self.service,
            "service_alone": self.service_alone,
            "channel": self.channel,
            "site": self.site,
            "team": self.team,
        }
        return {name: code for name, code in named.items() if code}

    def __str__(self) -> str:
        return self.name

    @property
    def before(self) -> Question:
        """The same a year earlier. None of these days is 29 February."""
        first, last = (day.replace(year=day.year - 1) for day in (self.first, self.last))
        return Question(self.name, first, last, **self.where)


@dataclass(frozen=True)
class Expected:
    """The answer, with what stands beside it."""

    now: Recount
    before: Recount


def expected(question: Question, placed: Iterable[Placed], merged: Mapping[str, str]) -> Expected:
    """Counted from what was placed; `merged` are services that went below another, by code."""
    rows = list(placed)
    return Expected(_count(question, rows, merged), _count(question.before, rows, merged))


def _count(question: Question, placed: Iterable[Placed], merged: Mapping[str, str]) -> Recount:
    fit = [
        each
        for each in placed
        if question.first <= each.day <= question.last
        and question.service in {"", each.service, merged.get(each.service)}
        and question.service_alone in {"", each.service}
        and question.channel in {"", each.channel}
        and question.site in {"", each.site}
        and question.team in {"", each.team}
    ]
    good = sum(each.good for each in fit)
    return Recount(good, good + sum(each.bad for each in fit))
