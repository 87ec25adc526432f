"""Which years a scenario tells of, as its day sees them."""

from __future__ import annotations

from datetime import date

from survey_app.kernel.periods import Period


def this_year(today: date) -> Period:
    """The last full financial year before `today`."""
    return Period.financial_year(Period.financial_year_of(today).first.year - 1)


def years_until(today: date) -> tuple[Period, Period, Period]:
    """The year before last, last year and this year, as `today` sees them."""
    start = this_year(today).first.year
    return Period.financial_year(start - 2), Period.financial_year(start - 1), Period.financial_year(start)
