"""What an exhibit holds beside its passport, and how both stand in a pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.figures import Figure
from survey_app.statistics.suppression import INDICATIVE_BELOW

MOST_CLAIM_WORDS = 60
LONGEST_CLAIM = 1_000  # characters: sixty words without a space between them are no claim


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


def too_long_a_claim(text: str) -> str | None:
    """Why a claim is too long, as a sentence; None for one that is not."""
    if (words := words_in(text)) > MOST_CLAIM_WORDS:
        return f"The claim has {words} words. Use {MOST_CLAIM_WORDS} or fewer."
    if len(text) > LONGEST_CLAIM:
        return f"The claim has {len(text):,} characters. Use {LONGEST_CLAIM:,} or fewer."
    return None


def last_full_year(today: date) -> Period:
    """The last financial year that is over: the one that an assessor asks about."""
    return Period.financial_year_of(Period.financial_year_of(today).first - ONE_DAY)


def trend_unit(months: Sequence[Figure]) -> str:
    """By month where most months reach a base that is more than indicative, else by quarter."""
    thick = sum(figure.base >= INDICATIVE_BELOW for figure in months)
    return "month" if thick * 2 >= len(months) else "quarter"
