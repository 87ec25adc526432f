"""What an exhibit holds beside its passport, and how both stand in a pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey_app.kernel.periods import Period
from survey_app.measures.figures import Figure
from survey_app.statistics.suppression import INDICATIVE_BELOW

MOST_CLAIM_WORDS = 60


@dataclass(frozen=True)
class TrendPart:
    """One month or quarter of a chart as it was when it was pinned. What is hidden has its base only."""

    label: str
    first: date
    last: date
    base: int
    numerator: int | None
    value: float | None
    low: float | None
    high: float | None
    suppressed: bool
    previous: float | None
    previous_base: int

    @classmethod
    def of(cls, figure: Figure) -> TrendPart:
        return cls(
            label=figure.period.label,
            first=figure.period.first,
            last=figure.period.last,
            base=figure.base,
            numerator=figure.numerator,
            value=figure.value,
            low=figure.low,
            high=figure.high,
            suppressed=figure.suppressed,
            previous=figure.previous.value,
            previous_base=figure.previous.base,
        )

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> TrendPart:
        days = {end: date.fromisoformat(stored[end]) for end in ("first", "last")}
        return cls(**{**stored, **days})

    def stored(self) -> dict[str, Any]:
        return {**self.__dict__, "first": self.first.isoformat(), "last": self.last.isoformat()}

    @property
    def period(self) -> Period:
        return Period(self.label, self.first, self.last)


@dataclass(frozen=True)
class Proof:
    """An exhibit as pages and packs read it, pinned by somebody or put into a first pack by us."""

    number: str  # E01
    is_chart: bool
    title: str
    elements: tuple[str, ...]
    code: str
    document: str
    frozen_at: datetime
    trend: tuple[TrendPart, ...] = ()


def exhibit_number(number: int) -> str:
    return f"E{number:02}"


def words_in(text: str) -> int:
    return len(text.split())


def trend_unit(months: Sequence[Figure]) -> str:
    """By month where most months reach a base that is more than indicative, else by quarter."""
    thick = sum(figure.base >= INDICATIVE_BELOW for figure in months)
    return "month" if thick * 2 >= len(months) else "quarter"
