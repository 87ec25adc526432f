"""What a figure's exhibit holds beside its passport."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.address import FigureQuery
from survey_app.measures.figures import Figure
from survey_app.statistics.suppression import INDICATIVE_BELOW

_NUMBER = re.compile(r"E(\d{2,9})")


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


def read_exhibit_number(text: str) -> int:
    """The number of E07. NotFound for what is none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise NotFound(f"There is no exhibit {text}.")
    return int(found[1])


def last_full_year(today: date) -> Period:
    """The last financial year that is over: the one that an assessor asks about."""
    return Period.financial_year_of(Period.financial_year_of(today).first - ONE_DAY)


def trend_unit(months: Sequence[Figure]) -> str:
    """By month where most months reach a base that is more than indicative, else by quarter."""
    thick = sum(figure.base >= INDICATIVE_BELOW for figure in months)
    return "month" if thick * 2 >= len(months) else "quarter"


def default_title(query: FigureQuery) -> str:
    """Satisfaction, 1 April 2025 to 31 March 2026."""
    return f"{query.definition.label}, {Period.between(query.first, query.last).title}"
