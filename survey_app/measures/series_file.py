"""A CSV file of a series of periods, refused whole with one sentence that says what to do."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import open_csv
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.moments import read_day
from survey_app.kernel.periods import Period
from survey_app.measures.control import Entry
from survey_app.statistics.control_charts import Observation

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A period as the file writes it. `value` is None where nothing was counted: a gap in the line."""

    period: str
    day: date
    value: float | None
    numerator: int | None = None
    base: int | None = None


def read_series(path: Path) -> list[SeriesRow]:
    """Rows of `period,value` or `period,numerator,denominator`, in the order of their periods (a day or YYYY-MM).

    InvalidInput when the file or one of its rows cannot be read, or a period stands there twice.
    """
    with open_csv(path, required=("period",)) as file:
        has_counts = {"numerator", "denominator"} <= set(file.keys)
        if not has_counts and "value" not in file.keys:
            raise InvalidInput("The file needs the columns period and value, or period, numerator and denominator.")
        rows: dict[date, SeriesRow] = {}
        for line in file:
            if line.problem is not None:
                raise InvalidInput(f"Line {line.line} cannot be read: {line.problem}.")
            row = _read_row(line.values, line.line, has_counts)
            if row.day in rows:
                raise InvalidInput(f"Line {line.line} has the period {shortened(row.period)} once more.")
            rows[row.day] = row
    if all(row.value is None for row in rows.values()):
        raise InvalidInput("The file holds no period with a figure.")
    return [rows[day] for day in sorted(rows)]


def observations(rows: Sequence[SeriesRow]) -> list[Observation]:
    """The points of a chart. Months that the file leaves out are holes; other periods simply follow one another."""
    places = _places(rows)
    return [
        Observation(place, row.value, row.numerator, row.base)
        for place, row in zip(places, rows, strict=True)
        if row.value is not None
    ]


def entries(rows: Sequence[SeriesRow], *, target: float | None = None, target_words: str = "") -> list[Entry]:
    """The rows as a series of months (or of quarters, where the file goes by these), each in its place; months that
    the file leaves out are gaps. InvalidInput where a period is neither."""
    if any(row.day.day != 1 for row in rows):
        raise InvalidInput("A control chart on a page goes by months or quarters. Write each period as 2025-04.")
    if not rows:
        return []
    whole = Period.between(rows[0].day, Period.month_of(rows[-1].day).last)
    quarters = len(rows) > 1 and all(Period.quarter_of(row.day).first == row.day for row in rows)
    found = {row.day: row for row in rows}
    return [
        Entry(
            Period.quarter_of(part.first) if quarters else part,
            row.value if row else None,
            row.numerator if row else None,
            row.base if row else None,
            target=target,
            target_words=target_words,
        )
        for part in whole.split("quarter" if quarters else "month")
        for row in (found.get(part.first),)
    ]


def _places(rows: Sequence[SeriesRow]) -> list[int]:
    if len({row.day.day for row in rows}) > 1:
        return list(range(len(rows)))
    months = [row.day.year * 12 + row.day.month for row in rows]
    step = math.gcd(*(month - months[0] for month in months)) or 1  # 3 where the file goes by quarters
    return [(month - months[0]) // step for month in months]


def _read_row(values: Mapping[str, str], line: int, has_counts: bool) -> SeriesRow:
    period = values["period"].strip()
    day = _read_period(period, line)
    if not has_counts:
        text = values["value"].strip()
        return SeriesRow(period, day, _read_number(text, line) if text else None)
    numerator, base = (_read_count(values[key], line, key) for key in ("numerator", "denominator"))
    if numerator > base:
        raise InvalidInput(f"Line {line} has a numerator of {numerator}, more than its denominator of {base}.")
    return SeriesRow(period, day, numerator / base if base else None, numerator, base)


def _read_period(text: str, line: int) -> date:
    month = _MONTH.fullmatch(text)
    try:
        return date(int(month[1]), int(month[2]), 1) if month else read_day(text)
    except ValueError as error:
        raise InvalidInput(f"Line {line} has the period {shortened(text)!r}; write 2025-04 or 2025-04-30.") from error


def _read_number(text: str, line: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidInput(f"Line {line} has the value {shortened(text)!r}, which is no number.")
    return number


def _read_count(text: str, line: int, column: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text.strip(), re.ASCII):
        raise InvalidInput(f"Line {line} has the {column} {shortened(text.strip())!r}, which is no count.")
    return int(text)
