"""The periods of pinned figures: some move on as answers come in, the others keep their days."""

from __future__ import annotations

from datetime import date

from survey_app.dashboards.selection import LAST_12_MONTHS, Choice, DataDays, default_period, last_12_months
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import ONE_DAY, Period

LATEST_YEAR, LATEST_QUARTER, LATEST_MONTH = "latest-year", "latest-quarter", "latest-month"
MOVING = {
    LAST_12_MONTHS: "The last 12 months",
    LATEST_MONTH: "The latest whole month",
    LATEST_QUARTER: "The latest whole quarter",
    LATEST_YEAR: "The latest whole financial year",
}


def span_choices(period: Period) -> list[Choice]:
    """How the period of a figure may be kept: its own days, or one that moves on."""
    return [
        *(Choice(code, f"{words}, moving on") for code, words in MOVING.items()),
        Choice(span_of(period), period.title),
    ]


def span_of(period: Period) -> str:
    """A period as it is kept: a label where it has one, else its days."""
    try:
        return Period.parse(period.label).label
    except InvalidInput:
        return f"{period.first}/{period.last}"


def period_of(span: str, days: DataDays, today: date) -> Period:
    """The days that a span stands for now. InvalidInput for what is none."""
    if span == LAST_12_MONTHS:
        return last_12_months(days)
    if span == LATEST_YEAR:
        return default_period(days, today)
    newest = min(days.last, today)
    if span in {LATEST_MONTH, LATEST_QUARTER}:
        of = Period.month_of if span == LATEST_MONTH else Period.quarter_of
        running = of(newest)
        return running if running.last < today else of(running.first - ONE_DAY)
    first, _slash, last = span.partition("/")
    try:
        return Period.between(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return Period.parse(span)
