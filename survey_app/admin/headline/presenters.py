"""The named headlines as their page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import MEASURES
from survey_app.measures.models import NamedHeadline
from survey_app.measures.naming import Naming, headline_of_year
from survey_app.measures.sentences import Headline


@dataclass(frozen=True)
class NamedRow:
    """One naming; `standing` says what it is worth."""

    year: str
    measure: str
    named_at: datetime
    named_by: str
    reason: str
    standing: str


@dataclass(frozen=True)
class HeadlinePage:
    headline: Headline
    rows: Sequence[NamedRow]


def headline_page(named: Sequence[NamedHeadline], *, today: date) -> HeadlinePage:
    """All namings, the newest year first. The answer is about the next year, which can still be named in time."""
    namings = [_naming(row) for row in named]
    rows = [_row(row, naming, namings) for row, naming in zip(named, namings, strict=True)]
    newest_first = sorted(rows, key=lambda row: (row.year, row.named_at), reverse=True)
    return HeadlinePage(_answer(namings, today), newest_first)


def _answer(namings: Sequence[Naming], today: date) -> Headline:
    running = Period.financial_year_of(today)
    following = Period.financial_year(running.first.year + 1)
    standing = headline_of_year(following, namings)
    if standing is None:
        claim = f"No headline is named for {following.label} yet."
        last = running.last
        return Headline(claim, f"Name one by {last.day} {last:%B %Y}: then its change is judged alone.")
    return Headline(
        f"{MEASURES[standing.measure].label} is the headline of {following.label}.", "It was named in time."
    )


def _row(row: NamedHeadline, naming: Naming, namings: Sequence[Naming]) -> NamedRow:
    standing = "Named before the year began: it stands alone" if naming.is_in_time else "Named after the year began"
    if headline_of_year(naming.year, namings) != naming:
        standing = "Another one counts"
    label = MEASURES[naming.measure].label
    return NamedRow(naming.year.label, label, row.named_at, row.named_by, row.reason, standing)


def _naming(row: NamedHeadline) -> Naming:
    return Naming(row.measure, Period.financial_year_of(row.year_begins), london_day(row.named_at))
