"""Which of those who may be asked are asked."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeAlias, TypeVar

from survey_app.organisation.channels import Channel

_BITS = 53  # of a float's mantissa


def draw_score(seed: bytes, reference: str) -> float:
    """A number in [0, 1) that hangs on the seed and the contact's reference alone; ask where it is below the fraction.

    Neither the order of a file, nor the day, nor anybody's choice moves it, and without the seed nobody can tell
    beforehand who will be asked. A larger fraction asks everyone that a smaller one does, and more.
    """
    return lot(seed, "draw", reference)


def lot(seed: bytes, label: str, text: str) -> float:
    """A number in [0, 1), even over texts; labels make draws of their own from one seed."""
    digest = hmac.digest(seed, f"{label}:{text}".encode(), "sha256")
    return float((int.from_bytes(digest[:8]) >> (64 - _BITS)) / (1 << _BITS))


def seed_year(day: date) -> date:
    """The first day of the financial year whose seed draws the contacts of a day."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


Stratum: TypeAlias = tuple[int | None, Channel | None]  # service and channel; None: any
Rule = TypeVar("Rule")


@dataclass(frozen=True)
class Amount:
    """How many of those who may be are asked: a fraction of them, or about so many a month."""

    fraction: float | None = None
    monthly_quota: int | None = None

    def __post_init__(self) -> None:
        if (self.fraction is None) == (self.monthly_quota is None):
            raise ValueError("a fraction or a quota, not both and not neither")


def stratum_key(service_id: int | None, channel: Channel | None) -> str:
    """What the draw's day calls a stratum. Whoever takes a rule back and sets it again goes on with the same quota."""
    return f"{'any' if service_id is None else service_id} {'any' if channel is None else channel.value}"


class ClosestRules(Generic[Rule]):
    """Finds the rule that holds for a service and a channel, the closest one.

    From the service upwards through those above it: the rule for it and the channel, then the one for it. After the
    tree the rule for the channel, and the one for all.
    """

    def __init__(self, rules: Mapping[Stratum, Rule], parents: Mapping[int, int | None]) -> None:
        self._rules = rules
        self._parents = parents

    def closest(self, service_id: int, channel: Channel) -> Rule | None:
        for place in self._upwards(service_id):
            for key in ((place, channel), (place, None)):
                if key in self._rules:
                    return self._rules[key]
        return None

    def _upwards(self, service_id: int) -> Iterator[int | None]:
        place: int | None = service_id
        seen: set[int] = set()  # a tree that somebody bent into a ring must not hold up the draw
        while place is not None and place not in seen:
            yield place
            seen.add(place)
            place = self._parents.get(place)
        yield None


def quota_fraction(left: int, expected: float) -> float:
    """The fraction with which so many of those expected until the end of the month are asked. 1 when too few come."""
    if left <= 0:
        return 0.0
    return 1.0 if expected <= left else left / expected


def expected_until_month_end(*, waiting: float, a_day: float, days_left: int) -> float:
    """How many who may be asked will have come by the end of the month. `days_left` counts today, and is at least 1.

    Those who wait now, but not fewer than on a usual day, and a usual day's for each further one.
    """
    return max(waiting, a_day) + a_day * (days_left - 1)
