"""Exhibits of every kind, each as a row of a table and at the top of its own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.improvements.queries import effects_of
from survey_app.actions.models import Improvement
from survey_app.evidence.exhibits.presenters.figures import ExhibitView, exhibit_view, judged_together
from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.exhibits.queries import proof_of, standing_quotes
from survey_app.evidence.exhibits.quotes import Quotes
from survey_app.evidence.freshness import Freshness, freshness_of
from survey_app.evidence.models import Document, Element, Exhibit, ExhibitKind, SurveyEvidence
from survey_app.evidence.thresholds import Thresholds
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import Period, in_words
from survey_app.measures.effects import Effect
from survey_app.measures.models import PublishedEdition
from survey_app.measures.publishing import Edition
from survey_app.measures.queries.standing import read_standing
from survey_app.measures.sentences.effects import size_words
from survey_app.statistics.rounding import percent

CAN_SHOW = {
    SurveyEvidence.DIRECT: "Shows it directly",
    SurveyEvidence.SUPPORTING: "Supports it",
    SurveyEvidence.NONE: "Needs other evidence",
}


@dataclass(frozen=True)
class ExhibitRow:
    """One exhibit of any kind, as a row of a table and at the top of its own page.

    `url` opens what it shows, None where this viewer may not. `code` is that of a frozen passport, empty without one.
    `concern` says what has changed since it was frozen. Of a figure or chart `view` has the rest.
    """

    number: str
    kind: str
    title: str
    shows: str
    day: date
    freshness: Freshness
    url: str | None = None
    lines: tuple[str, ...] = ()
    code: str = ""
    concern: str = ""
    used_in: tuple[tuple[str, str], ...] = ()  # framework's code and element's number
    is_strongest: bool = False
    view: ExhibitView | None = None
    quotes: Quotes | None = None

    @property
    def used(self) -> int:
        return len(self.used_in)


KIND_WORDS = {
    ExhibitKind.FIGURE: "Figure",
    ExhibitKind.CHART: "Chart",
    ExhibitKind.TABLE: "Table",
    ExhibitKind.QUOTES: "Quotes",
    ExhibitKind.IMPROVEMENT: "Improvement",
    ExhibitKind.DOCUMENT: "Document",
    ExhibitKind.LINK: "Link",
}


@dataclass(frozen=True)
class Findings:
    """What exhibits show on a day, read once for all of a page: figures by exhibit, quotes by exhibit, and effects of
    improvements by their ids."""

    views: Mapping[int, ExhibitView]
    quotes: Mapping[int, Quotes]
    effects: Mapping[int, Effect]


def read_findings(exhibits: Sequence[Exhibit], *, now: datetime) -> Findings:
    """All that these exhibits show, which stand on one page: their claims allow for each other."""
    standing = read_standing(now)
    figures = [exhibit for exhibit in exhibits if exhibit.passport is not None]
    views = [exhibit_view(proof_of(exhibit), now=now, standing=standing) for exhibit in figures]
    improved = [exhibit.improvement for exhibit in exhibits if exhibit.improvement is not None]
    told = effects_of(improved, now=now, standing=standing) if improved else []
    return Findings(
        views={
            exhibit.number: view
            for exhibit, view in zip(figures, judged_together(views, standing.namings), strict=True)
        },
        quotes=standing_quotes(exhibits),
        effects={improvement.id: effect for improvement, (_letter, effect) in zip(improved, told, strict=True)},
    )


def exhibit_row(
    exhibit: Exhibit,
    found: Findings,
    *,
    today: date,
    thresholds: Thresholds,
    is_inside: bool,
    strongest: int | None = None,
) -> ExhibitRow:
    """An exhibit in words. `is_inside` for those who may open figures; to others it is what it shows, without links
    into pages that are closed to them."""
    row = ExhibitRow(
        number=exhibit_number(exhibit.number),
        kind=KIND_WORDS[exhibit.kind],
        title=exhibit.title,
        shows=exhibit.title,
        day=exhibit.day,
        freshness=freshness_of(exhibit.day, today, thresholds),
        code=exhibit.passport.code if exhibit.passport is not None else "",
        used_in=tuple((element.framework.code, element.number) for element in _in_order(exhibit.elements)),
        is_strongest=exhibit.number == strongest,
    )
    if exhibit.number in found.views:
        row = _of_figure(row, found.views[exhibit.number], is_inside=is_inside)
    elif exhibit.number in found.quotes:
        row = _of_quotes(row, found.quotes[exhibit.number])
    elif exhibit.edition is not None:
        row = _of_table(row, exhibit.edition, is_inside=is_inside)
    elif exhibit.improvement is not None:
        row = _of_improvement(row, exhibit.improvement, found.effects, is_inside=is_inside)
    elif exhibit.document is not None:
        row = _of_document(row, exhibit.document)
    elif exhibit.url is not None:
        row = replace(row, url=exhibit.url, lines=(urlsplit(exhibit.url).hostname or "",))
    return row


def _of_quotes(row: ExhibitRow, quotes: Quotes) -> ExhibitRow:
    n = len(quotes.quotes)
    lines = tuple(line for line in (quotes.rule, quotes.withdrawn_words) if line)
    return replace(row, shows=f"{n} quote{'' if n == 1 else 's'}: {row.title}", lines=lines, quotes=quotes)


def _of_document(row: ExhibitRow, document: Document) -> ExhibitRow:
    size = f"{max(1, round(document.size / 1_000)):,} kB"
    return replace(row, url=f"/evidence/documents/{document.sha256[:16]}", lines=(f"{document.name}, {size}",))


def _of_figure(row: ExhibitRow, view: ExhibitView, *, is_inside: bool) -> ExhibitRow:
    title = f"{view.proof.title} ({view.filters})" if view.filters else view.proof.title
    return replace(
        row,
        shows=f"{view.figure.measure.label} {view.summary}",
        url=f"/figures/{view.figure_id}" if is_inside else None,
        lines=(title, view.sentence),
        concern=view.differs or "",
        view=view,
    )


def _of_table(row: ExhibitRow, edition: PublishedEdition, *, is_inside: bool) -> ExhibitRow:
    year = Period.financial_year_of(edition.first)
    url = f"/dashboards/tables.csv?measure={edition.measure}&year={year.label}&edition={edition.number}"
    words = f"Edition {edition.number}, published on {in_words(london_day(edition.published_at))}"
    return replace(row, url=url if is_inside else None, lines=(words,), code=edition.passport.code)


def _of_improvement(
    row: ExhibitRow, improvement: Improvement, effects: Mapping[int, Effect], *, is_inside: bool
) -> ExhibitRow:
    letter = letter_of(improvement.number)
    if improvement.dropped_at is not None:
        return replace(row, shows=f"{letter}: {improvement.title}", concern="It was dropped since: take it off.")
    effect = effects[improvement.id]
    size = size_words(effect).partition(" (")[0] if effect.has_improved else ""
    return replace(
        row,
        shows=f"{letter}: {improvement.title}{f', {size}' if size else ''}",
        url=f"/actions/improvements/{letter}" if is_inside else None,
        lines=(effect.sentence,),
    )


def _in_order(elements: Sequence[Element]) -> list[Element]:
    return sorted(elements, key=lambda element: (element.framework.name, element.position))


def edition_rows(edition: Edition) -> list[tuple[str, str, str, str]]:
    """Published tables as everybody may read them: table, row, share, and the answers that it stands on."""
    rows = []
    for cell in edition.cells:
        shown, base = "not shown", ""
        if cell.share is not None:
            counts = f"{cell.share.numerator:,}"
            shown = counts if cell.is_count else percent(cell.share.numerator / cell.share.base)
            base = f"{cell.share.base:,}"
        rows.append((cell.key.table.value.replace("_", " ").capitalize(), cell.label, shown, base))
    return rows
