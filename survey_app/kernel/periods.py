"""Periods of London days: months, quarters and financial years (1 April to 31 March), and any range of days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from survey_app.kernel.clock import day_ends_at
from survey_app.kernel.errors import InvalidInput

EARLIEST = date(1900, 1, 1)
LATEST = date(2999, 12, 31)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, London days, both included.

    The label is what files, addresses and the API say: 2025-04, 2025/26 Q1, 2025/26, else the days in ISO form. A part
    made by `split` keeps the label of the month, quarter or year that it is cut from; its days say how much of it.
    """

    label: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput(f"The last day, {in_words(self.last)}, is before the first, {in_words(self.first)}.")
        if self.first < EARLIEST or self.last > LATEST:
            raise InvalidInput("Choose days between 1900 and 2999.")

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        if not 1 <= month <= 12:
            raise InvalidInput(f"There is no month {month}.")
        return cls(f"{year:04d}-{month:02d}", _first_of_month(year, month), _first_of_month(year, month + 1) - ONE_DAY)

    @classmethod
    def quarter(cls, starting_year: int, quarter: int) -> Self:
        """Quarter 1 to 4 of the financial year that starts in April of `starting_year`; Q1 is April to June."""
        if not 1 <= quarter <= 4:
            raise InvalidInput(f"There is no quarter {quarter}.")
        start = 1 + 3 * quarter
        label = f"{_financial_label(starting_year)} Q{quarter}"
        return cls(label, _first_of_month(starting_year, start), _first_of_month(starting_year, start + 3) - ONE_DAY)

    @classmethod
    def financial_year(cls, starting_year: int) -> Self:
        """1 April of `starting_year` to 31 March of the next."""
        first, after = _first_of_month(starting_year, 4), _first_of_month(starting_year + 1, 4)
        return cls(_financial_label(starting_year), first, after - ONE_DAY)

    @classmethod
    def month_of(cls, day: date) -> Self:
        return cls.month(day.year, day.month)

    @classmethod
    def quarter_of(cls, day: date) -> Self:
        return cls.quarter(_starting_year(day), (day.month - 4) % 12 // 3 + 1)

    @classmethod
    def financial_year_of(cls, day: date) -> Self:
        return cls.financial_year(_starting_year(day))

    @classmethod
    def between(cls, first: date, last: date) -> Self:
        """Any range; one that is exactly a month, a quarter or a financial year carries its label."""
        plain = cls(first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}", first, last)
        return plain._whole() or plain

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 2025-04, 2025/26 Q1 or 2025/26. Raises InvalidInput with a sentence that says what can be written."""
        if found := re.fullmatch(r"([0-9]{4})-([0-9]{2})", text):
            return cls.month(int(found[1]), int(found[2]))
        found = re.fullmatch(r"([0-9]{4})/([0-9]{2})(?: Q([1-4]))?", text)
        if found and (int(found[1]) + 1) % 100 == int(found[2]):
            year = int(found[1])
            return cls.quarter(year, int(found[3])) if found[3] else cls.financial_year(year)
        raise InvalidInput(
            f"“{text}” is not a period. Write a month as 2025-04, a quarter as 2025/26 Q1, a year as 2025/26."
        )

    def split(self, by: str) -> list[Self]:
        """The months, quarters or (financial) years that the range touches, in order, each clipped to the range."""
        of_day = self._unit(by)
        parts: list[Self] = []
        day = self.first
        while day <= self.last:
            whole = of_day(day)
            parts.append(type(self)(whole.label, day, min(whole.last, self.last)))
            day = whole.last + ONE_DAY
        return parts

    @property
    def previous(self) -> Period:
        """The same dates a year earlier; 29 February becomes 28 February as an end and 1 March as a start.

        A period that is 29 February alone is compared with 28 February, since its start may not pass its end.
        """
        last = _a_year_before(self.last, date(self.last.year - 1, 2, 28))
        first = min(_a_year_before(self.first, date(self.first.year - 1, 3, 1)), last)
        return Period.between(first, last)

    @property
    def title(self) -> str:
        """For people: April 2025, or 1 April 2025 to 31 March 2026."""
        if self.first == self.last:
            return in_words(self.first)
        if (self.first, self.last) == _days(Period.month_of(self.first)):
            return f"{self.first:%B %Y}"
        return f"{in_words(self.first)} to {in_words(self.last)}"

    def spoken(self, today: date) -> str:
        """How a sentence places it: since 1 April (while it runs), in April 2025, from 1 May 2025 to 9 June 2025."""
        if self.first <= today <= self.last:
            words = in_words(self.first)
            return "since " + words.removesuffix(f" {today.year}")
        if self.first == self.last:
            return f"on {self.title}"
        return f"from {self.title}" if " to " in self.title else f"in {self.title}"

    @property
    def ends_at(self) -> datetime:
        """The first instant after it, in UTC."""
        return day_ends_at(self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @classmethod
    def _unit(cls, by: str) -> Callable[[date], Self]:
        units = {"month": cls.month_of, "quarter": cls.quarter_of, "year": cls.financial_year_of}
        if by not in units:
            raise InvalidInput(f"Periods go by month, quarter or year, not by “{by}”.")
        return units[by]

    def _whole(self) -> Self | None:
        """The month, quarter or financial year with exactly these days, if there is one."""
        candidates = (self._unit(by)(self.first) for by in ("month", "quarter", "year"))
        return next((whole for whole in candidates if _days(whole) == _days(self)), None)


def in_words(day: date) -> str:
    """10 March 2026."""
    return f"{day.day} {day:%B %Y}"


def _days(period: Period) -> tuple[date, date]:
    return period.first, period.last


def _first_of_month(year: int, month: int) -> date:
    """Months may run past December into the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if not EARLIEST.year <= year <= LATEST.year:
        raise InvalidInput("Choose days between 1900 and 2999.")
    return date(year, month, 1)


def _starting_year(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1


def _financial_label(starting_year: int) -> str:
    return f"{starting_year:04d}/{(starting_year + 1) % 100:02d}"


def _a_year_before(day: date, instead_of_leap_day: date) -> date:
    return instead_of_leap_day if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
