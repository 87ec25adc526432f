"""How alerts are dealt with: how many, how soon they are acknowledged, and how many were none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from survey_app.kernel.clock import london_day

FEWEST_TO_SUGGEST = 5  # decided alerts of a phrase


@dataclass(frozen=True, slots=True)
class Handled:
    """One alert, as far as figures need it. `is_false` is None until somebody decides."""

    code: str
    phrases: tuple[str, ...]
    raised_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    is_false: bool | None

    @property
    def minutes(self) -> float | None:
        if self.acknowledged_at is None:
            return None
        return (self.acknowledged_at - self.raised_at).total_seconds() / 60


@dataclass(frozen=True, slots=True)
class KindSummary:
    """One kind. Of those whose time is over `in_time` were acknowledged before; of the decided, some were none."""

    alerts: int
    over: int
    in_time: int
    median_minutes: float | None
    decided: int
    false_alarms: int


@dataclass(frozen=True, slots=True)
class PhraseSummary:
    code: str
    phrase: str
    decided: int
    false_alarms: int

    @property
    def is_to_look_at(self) -> bool:
        """Whether at least half of what it finds is nothing, of as many as say anything."""
        return self.decided >= FEWEST_TO_SUGGEST and 2 * self.false_alarms >= self.decided


def by_kind(alerts: Iterable[Handled], now: datetime) -> Mapping[str, KindSummary]:
    groups: dict[str, list[Handled]] = {}
    for alert in alerts:
        groups.setdefault(alert.code, []).append(alert)
    return {code: _summary(group, now) for code, group in groups.items()}


def by_month(alerts: Iterable[Handled]) -> Mapping[date, Counter[str]]:
    """How many of each kind were raised in each London month, by its first day."""
    months: dict[date, Counter[str]] = {}
    for alert in alerts:
        months.setdefault(london_day(alert.raised_at).replace(day=1), Counter())[alert.code] += 1
    return months


def by_phrase(alerts: Iterable[Handled]) -> Sequence[PhraseSummary]:
    """Phrases that raised a false alarm, those with the most first."""
    decided: Counter[tuple[str, str]] = Counter()
    false: Counter[tuple[str, str]] = Counter()
    for alert in alerts:
        if alert.is_false is not None:
            for phrase in alert.phrases:
                decided[alert.code, phrase] += 1
                false[alert.code, phrase] += alert.is_false
    rows = [PhraseSummary(*key, decided[key], false[key]) for key in decided if false[key]]
    return sorted(rows, key=lambda row: (-row.false_alarms, row.decided, row.code, row.phrase))


def _summary(alerts: Sequence[Handled], now: datetime) -> KindSummary:
    over = [alert for alert in alerts if alert.acknowledged_at is not None or alert.due_at <= now]
    minutes = [alert.minutes for alert in alerts if alert.minutes is not None]
    return KindSummary(
        alerts=len(alerts),
        over=len(over),
        in_time=sum(alert.acknowledged_at is not None and alert.acknowledged_at <= alert.due_at for alert in over),
        median_minutes=median(minutes) if minutes else None,
        decided=sum(alert.is_false is not None for alert in alerts),
        false_alarms=sum(alert.is_false is True for alert in alerts),
    )
