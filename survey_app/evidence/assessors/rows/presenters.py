"""What stands behind a figure, in words: counts by answer and month, and its rows one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey_app.dashboards.passport_page import answer_rows
from survey_app.evidence.assessors.rows.queries import RedactedRow, RedactedRows
from survey_app.evidence.assessors.small_counts import shown_counts
from survey_app.evidence.exhibits.proofs import Proof, TrendPart
from survey_app.kernel.periods import in_words
from survey_app.measures.frozen import figure_of, weights_of
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.web.paging import Page
from survey_app.web.templates import day_and_time


@dataclass(frozen=True)
class BehindRow:
    """How often an answer was given; `shown` is empty where that is not told."""

    answer: str
    shown: str
    counts_in: str


@dataclass(frozen=True)
class MonthRow:
    """A month or quarter of a figure; both counts are empty where its base is too small."""

    label: str
    base: str
    numerator: str


@dataclass(frozen=True)
class SingleRow:
    """One row: its digest, and in words what of it may be shown."""

    digest: str
    answer: str
    month: str
    words: Sequence[str]


@dataclass(frozen=True)
class Singles:
    """The rows one by one; `left_out` says what is not there and why, `home` the exhibit behind which they
    stand where it is another."""

    rows: Sequence[SingleRow]
    listed: Page | None
    left_out: Sequence[str]
    has_file: bool
    home: str | None


@dataclass(frozen=True)
class Behind:
    """What stands behind a figure for somebody outside: its passport, its answers and its months."""

    lines: Sequence[tuple[str, str]]
    answers: Sequence[BehindRow]
    months: Sequence[MonthRow]
    step: str

    @property
    def has_hidden(self) -> bool:
        return any(not row.shown for row in self.answers) or any(not row.base for row in self.months)


def printed_counts(document: Mapping[str, Any]) -> dict[str, int | None]:
    """The counts of a figure by answer, those in its base and those outside it; None for what is not shown."""
    figure, weights = figure_of(document), weights_of(document)
    inside = shown_counts(figure.by_value, weights.__getitem__)
    return inside | {code: n if n >= MINIMUM_BASE else None for code, n in figure.outside.items()}


def closed_months(trend: Sequence[TrendPart]) -> frozenset[date]:
    """The months of which a chart hides how many rows they have, alone or with their quarter."""
    hidden = [part.period for part in trend if part.suppressed or part.base < MINIMUM_BASE]
    return frozenset(month.first for period in hidden for month in period.split("month"))


def behind(proof: Proof, labels: Mapping[str, str]) -> Behind:
    """The frozen rows of an exhibit by answer and by month, without a small count."""
    document: Mapping[str, Any] = json.loads(proof.document)
    figure, shown = figure_of(document), printed_counts(document)
    rows = [row for row in answer_rows(figure, document, labels) if row.answers]
    return Behind(
        lines=[
            ("Passport", proof.code),
            ("Frozen", f"{day_and_time(proof.frozen_at)} (London)"),
            ("What it means", figure.measure.definition),
            ("Period", f"{in_words(figure.query.first)} to {in_words(figure.query.last)}"),
            ("Survey versions", ", ".join(document["versions"]) or "none"),
            ("Rules", f"{document['definition']}, by {document['engine']}"),
            ("Hash of the rows", str(document["rows"]["hash"])),
        ],
        answers=[BehindRow(row.label, _told(shown[row.code]), row.counts_in) for row in rows],
        months=[_month_row(part) for part in proof.trend],
        step="quarter" if any("Q" in part.label for part in proof.trend) else "month",
    )


def not_single(home: str | None) -> Singles:
    """A figure whose rows do not stand one by one behind itself."""
    why = "They stand one by one behind figures of answers only, and never of chosen customer groups or languages."
    return Singles([], None, [why] if home is None else [], has_file=False, home=home)


def singles(rows: RedactedRows, listed: Page, labels: Mapping[str, str]) -> Singles:
    """One page of single rows, and what stands in none."""
    if not rows.are_listed:
        return Singles([], None, [_why_not_listed(rows)], has_file=False, home=None)
    left_out = [
        f"An answer or a month of fewer than {MINIMUM_BASE} rows is not shown, nor with it what it would follow from; "
        "nor what somebody said who withdrew or changed it since.",
        "No row has its day, its service, its channel or its group.",
    ]
    if not rows.is_told:
        left_out.append(
            "Rows outside the base are not listed, and the list of all digests is not given: their small number would "
            "follow."
        )
    elif not rows.are_whole:
        left_out.append("Of some rows that are gone the first 16 digits are left, so there is no list of all digests.")
    left_out.append(
        "Words are shown redacted, of answers that show their month; not of a quotation, which stands elsewhere."
        if rows.has_words
        else f"No words are shown: fewer than {MINIMUM_BASE} people wrote some, or they stand beside satisfaction only."
    )
    return Singles(
        rows=[_single_row(row, labels) for row in rows.page(most=listed.size, skip=listed.skip)],
        listed=listed,
        left_out=left_out,
        has_file=rows.are_whole,
        home=None,
    )


def _why_not_listed(rows: RedactedRows) -> str:
    if not rows.are_kept:
        return "This figure was frozen before its rows were kept, or counts its answers otherwise now."
    return (
        f"Answers were withdrawn or changed since, and fewer than {MINIMUM_BASE} rows stand outside the base: a list "
        "would tell what they said."
    )


def _single_row(row: RedactedRow, labels: Mapping[str, str]) -> SingleRow:
    answer = "not in the base" if row.is_outside else "not shown"
    return SingleRow(
        digest=row.digest,
        answer=answer if row.answer is None else labels.get(row.answer, row.answer),
        month=f"{row.month:%B %Y}" if row.month else "not shown",
        words=row.words,
    )


def _month_row(part: TrendPart) -> MonthRow:
    is_quarter = "Q" in part.label
    is_shown = not part.suppressed and part.base >= MINIMUM_BASE
    return MonthRow(
        label=part.label if is_quarter else part.period.title,
        base=_told(part.base if is_shown else None),
        numerator=_told(part.numerator if is_shown else None),
    )


def _told(n: int | None) -> str:
    return "" if n is None else f"{n:,}"
