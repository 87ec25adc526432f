"""What others count about a scenario's council, taken in as any council takes it in: from a CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from survey_app.demo.scenarios.plans import OtherSeriesPlan
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import years_until
from survey_app.measures.series.operations import import_series

HEADER = ("name", "period", "source", "numerator", "denominator", "unit", "target")


def import_others(scenario: Scenario, today: date, *, now: datetime, by: int) -> None:
    """The series of others, one line a year."""
    if not scenario.series:
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "series.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(HEADER)
            for plan in scenario.series:
                lines.writerows(_lines(plan, today))
        import_series(path, now=now, by=by)


def _lines(plan: OtherSeriesPlan, today: date) -> Iterator[tuple[object, ...]]:
    for (numerator, denominator), year in zip(plan.counts, years_until(today), strict=True):
        month = next(month for month in year.split("month") if month.first.month == plan.month)
        yield plan.name, month.label, plan.source, numerator, denominator, "share", plan.target or ""
