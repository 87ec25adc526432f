"""One line of a file of series of others, read or refused with the reason."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import AppError, InvalidInput
from survey_app.kernel.moments import read_day
from survey_app.kernel.periods import Period
from survey_app.statistics.rounding import percent, rounded

REQUIRED = ("name", "period", "source")
COLUMNS = (*REQUIRED, "value", "numerator", "denominator", "unit", "target", "lower_is_better")
LONGEST = {"name": 120, "source": 200}
_YES, _NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n"}
_COUNT = re.compile(r"\d{1,15}", re.ASCII)
_RANGE = re.compile(r"\s+to\s+")


class SeriesUnit(StrEnum):
    """What the values are."""

    SHARE = "share"  # 0 to 1
    NUMBER = "number"
    MEAN = "mean"
    DAYS = "days"
    MINUTES = "minutes"
    SECONDS = "seconds"

    def words(self, value: float) -> str:
        """A value as people read it: 85.2%, 31.0 seconds, 1,204."""
        match self:
            case SeriesUnit.SHARE:
                return percent(value)
            case SeriesUnit.NUMBER:
                return f"{value:,.0f}" if value.is_integer() else f"{value:,.2f}"
            case SeriesUnit.MEAN:
                return rounded(value, 2)
        return f"{rounded(value, 1)} {self.value}"


@dataclass(frozen=True)
class SeriesLine:
    """A point as a file gives it. What belongs to the whole series is None where the line does not say it."""

    name: str
    period: Period
    source: str
    value: float
    numerator: int | None = None
    denominator: int | None = None
    unit: SeriesUnit | None = None
    target: float | None = None
    lower_is_better: bool | None = None


def read_line(values: Mapping[str, str]) -> SeriesLine:
    """A line by its column keys. InvalidInput names every reason why it is refused."""
    return _Line(values).read()


class _Line:
    """The cells of one line, and what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._cells = {column: values.get(column, "").strip() for column in COLUMNS}
        self._problems: list[str] = []

    def read(self) -> SeriesLine:
        name, source = self._text("name"), self._text("source")
        period = self._period()
        unit, target, lower = self._unit(), self._number("target"), self._yes_or_no("lower_is_better")
        numerator, denominator = self._count("numerator"), self._count("denominator")
        value = self._value(numerator, denominator, unit)
        if unit is SeriesUnit.SHARE or denominator is not None:
            self._check_share(value, target)
        if self._problems or period is None or value is None:
            raise InvalidInput("; ".join(self._problems))
        unit = SeriesUnit.SHARE if denominator is not None else unit
        return SeriesLine(name, period, source, value, numerator, denominator, unit, target, lower)

    def _text(self, column: str) -> str:
        text = self._cells[column]
        if not text:
            self._problems.append(f"{column} is missing")
        elif len(text) > LONGEST[column]:
            self._problems.append(f"{column} is longer than {LONGEST[column]} characters")
        return text

    def _period(self) -> Period | None:
        text = self._cells["period"]
        try:
            return read_period(text)
        except (AppError, ValueError):
            self._problems.append(
                f"period is {shortened(text) or 'missing'}: write 2025-04, 2025/26 Q1, 2025/26, 2025-04-30 or "
                "2025-04-01 to 2025-04-30"
            )
            return None

    def _value(self, numerator: int | None, denominator: int | None, unit: SeriesUnit | None) -> float | None:
        if not self._cells["numerator"] and not self._cells["denominator"]:
            value = self._number("value")
            if not self._cells["value"]:
                self._problems.append("value is missing, and so are numerator and denominator")
            return value
        if self._cells["value"]:
            self._problems.append("it has a value and a numerator: give one or the other")
        if unit not in {None, SeriesUnit.SHARE}:
            self._problems.append(f"a numerator and a denominator make a share, not {unit}")
        if numerator is None or denominator is None:
            if not self._cells["numerator"] or not self._cells["denominator"]:
                self._problems.append("numerator and denominator belong together")
            return None
        if denominator == 0 or numerator > denominator:
            self._problems.append("the numerator has to be at most the denominator, and that above 0")
            return None
        return numerator / denominator

    def _check_share(self, value: float | None, target: float | None) -> None:
        for column, share in (("value", value), ("target", target)):
            if share is not None and not 0 <= share <= 1:
                self._problems.append(f"{column} is a share: write it from 0 to 1, not {share:g}")

    def _number(self, column: str) -> float | None:
        text = self._cells[column]
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self._problems.append(f"{column} is no number: {shortened(text)}")
            return None
        return number

    def _count(self, column: str) -> int | None:
        text = self._cells[column]
        if not text:
            return None
        if not _COUNT.fullmatch(text):
            self._problems.append(f"{column} is no count: {shortened(text)}")
            return None
        return int(text)

    def _unit(self) -> SeriesUnit | None:
        text = self._cells["unit"].casefold()
        try:
            return SeriesUnit(text) if text else None
        except ValueError:
            self._problems.append(f"unit is none of {', '.join(SeriesUnit)}: {shortened(text)}")
            return None

    def _yes_or_no(self, column: str) -> bool | None:
        word = self._cells[column].casefold()
        if word not in {"", *_YES, *_NO}:
            self._problems.append(f"{column} is neither yes nor no: {shortened(word)}")
        return None if word not in _YES | _NO else word in _YES


def read_period(text: str) -> Period:
    """A month, quarter or financial year by its label, one day, or two days with "to" between them. InvalidInput or
    ValueError when it is none."""
    ends = _RANGE.split(text.strip())
    if len(ends) == 2:
        return Period.between(read_day(ends[0]), read_day(ends[1]))
    if re.fullmatch(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}", text.strip(), re.ASCII):
        day = read_day(text)
        return Period.between(day, day)
    return Period.parse(text.strip())
