"""Exhibits of figures in the words of a page. Every figure comes from its frozen passport."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.improvements.queries import effects_of
from survey_app.actions.models import Improvement
from survey_app.charts import Axis, Point, Target, TrendChart, Unit, axis_from_nothing, zoomed_axis
from survey_app.evidence.exhibits.proofs import Proof, TrendPart, default_title, exhibit_number
from survey_app.evidence.exhibits.queries import live_figure, proof_of, standing_quotes
from survey_app.evidence.exhibits.quotes import Quotes
from survey_app.evidence.freshness import Freshness, freshness_of
from survey_app.evidence.models import Document, Element, Exhibit, ExhibitKind, SurveyEvidence
from survey_app.evidence.thresholds import Thresholds
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import Period, in_words
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.definitions import Source
from survey_app.measures.definitions import Unit as MeasureUnit
from survey_app.measures.effects import Effect
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of
from survey_app.measures.models import PublishedEdition
from survey_app.measures.naming import Naming, stands_alone
from survey_app.measures.presenters import days_text, goal_words, set_after_seeing_words, value_text
from survey_app.measures.publishing import Edition
from survey_app.measures.queries.standing import Standing, read_standing
from survey_app.measures.sentences import Change, for_page, net_text, nps_text, target_sentence, together
from survey_app.measures.sentences.effects import size_words
from survey_app.measures.sentences.notes import STATUS_WORDS, ends_sentence
from survey_app.statistics.intervals import Interval
from survey_app.statistics.rounding import percent, rounded
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.statistics.target_status import Comparator, Status
from survey_app.statistics.target_status import Comparator as TargetComparator
from survey_app.statistics.target_status import Target as StatusTarget

CAN_SHOW = {
    SurveyEvidence.DIRECT: "Shows it directly",
    SurveyEvidence.SUPPORTING: "Supports it",
    SurveyEvidence.NONE: "Needs other evidence",
}
COUNTED = {
    Source.CONTACTS: "contacts",
    Source.ANSWERS: "answers",
    Source.COMMENTS: "comments",
    Source.INVITATIONS: "invitations delivered",
}
OUTSIDE_WORDS = {
    "blank": "left empty",
    "dont_know": "do not know",
    "does_not_apply": "does not apply",
    "not_sent": "not sent",
    "undelivered": "returned as undeliverable",
}


@dataclass(frozen=True)
class ExhibitView:
    """One exhibit in words. `differs` says what has changed since it was frozen, None when nothing has."""

    proof: Proof
    figure: Figure
    value: str
    counted: str  # what the base counts
    interval: str
    target: str
    standing: str  # against its target, or where there is none what it is
    change: Change | None  # None where it is no longer the figure that was frozen
    outside: str
    data_cut: str
    filters: str
    rules: str  # where they are not the usual ones
    differs: str | None
    is_provisional: bool
    chart: TrendChart | None

    @property
    def figure_id(self) -> str:
        return to_id(self.figure.query)

    @property
    def document(self) -> dict[str, Any]:
        """Its passport's document."""
        document: dict[str, Any] = json.loads(self.proof.document)
        return document

    @property
    def standing_words(self) -> str:
        return for_page(self.standing)

    @property
    def change_words(self) -> str:
        """Empty where there is no change to speak of."""
        return for_page(self.change.sentence) if self.change else ""

    @property
    def sentence(self) -> str:
        """How it stands against its target, and the change if there is one to speak of."""
        return for_page(f"{self.standing} {self.change.sentence if self.change else ''}".strip())

    @property
    def summary(self) -> str:
        """99.0% of 1,234 answers."""
        return f"{self.value} of {self.figure.base:,} {self.counted}"


def exhibit_view(
    proof: Proof, *, now: datetime, change: Change | None = None, standing: Standing | None = None
) -> ExhibitView:
    """An exhibit from what was frozen; the figure of today gives its target, and says whether it still agrees.

    `change` is that of a pack, which allows for all its claims; without it, the figure's own as it is now.
    """
    document: Mapping[str, Any] = json.loads(proof.document)
    live = live_figure(figure_of(document).query, now=now, standing=standing)
    figure = figure_of(document, live.target_line)
    agrees = (live.numerator, live.base) == (figure.numerator, figure.base)
    change = change or (live.change if agrees else None)
    measure = figure.measure
    return ExhibitView(
        proof=proof,
        figure=figure,
        value=for_page(value_text(measure, figure)),
        counted=COUNTED[measure.source],
        interval=for_page(_interval_words(figure)),
        target=_target_words(figure),
        standing=_standing(figure),
        change=change,
        outside=_outside_words(figure),
        data_cut=str(document["data_cut"]),
        rules=figure.query.rules.words.replace("'", "’"),
        filters="; ".join(f"{name.replace('_', ' ')}: {', '.join(codes)}" for name, codes in figure.query.where),
        differs=None if agrees else _difference(live, london_day(now)),
        is_provisional=live.provisional,
        chart=trend_chart(proof, figure) if proof.trend else None,
    )


def judged_together(views: Sequence[ExhibitView], namings: Sequence[Naming]) -> list[ExhibitView]:
    """Exhibits that stand together: their changes allow for each other (Holm), a headline named in time for none."""
    changes = [None if stands_alone(view.figure.query, namings) else view.change for view in views]
    adjusted = iter(together([change for change in changes if change is not None]))
    return [
        view if change is None else replace(view, change=next(adjusted))
        for view, change in zip(views, changes, strict=True)
    ]


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


@dataclass(frozen=True)
class Pinnable:
    """A figure as it is now, offered for pinning. `reason` says why it cannot be; None when it can."""

    query: FigureQuery
    title: str
    summary: str
    reason: str | None

    @property
    def figure_id(self) -> str:
        return to_id(self.query)


def pinnable(query: FigureQuery, *, now: datetime, standing: Standing | None = None) -> Pinnable:
    """A figure that somebody may pin, in the words of an exhibit."""
    figure = live_figure(query, now=now, standing=standing)
    counted = COUNTED.get(query.definition.source, "")
    reason = None
    if figure.suppressed or figure.base < MINIMUM_BASE:
        reason = f"fewer than {MINIMUM_BASE} {counted}" if figure.base else f"no {counted}"
    summary = f"{for_page(value_text(query.definition, figure))} of {figure.base:,} {counted}"
    return Pinnable(query, default_title(query), summary, reason)


def trend_chart(proof: Proof, figure: Figure) -> TrendChart:
    """The months or quarters of a chart exhibit, as they were frozen with it."""
    unit = Unit(figure.measure.unit.value)
    target = None
    if figure.target is not None and unit is Unit.SHARE:
        target = Target(figure.target, Comparator(figure.comparator or Comparator.AT_LEAST))
    points = tuple(_point(part) for part in proof.trend)
    step = "quarter" if "Q" in proof.trend[0].label else "month"
    return TrendChart(
        key=f"chart-{proof.number.lower()}",
        title=f"{figure.measure.label} by {step}",
        sentence=_trend_sentence(proof.trend, figure, step),
        points=points,
        axis=_axis(figure, points, target),
        target=target,
        value_name=figure.measure.label,
        base_name=COUNTED[figure.measure.source].split(" ")[0],
        line_label="This period",
        previous_label="Year before",
    )


# ---- Words ----


def _interval_words(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return "none"
    return f"{_as_value(figure, figure.low)} to {_as_value(figure, figure.high)}"


def _as_value(figure: Figure, value: float) -> str:
    match figure.measure.unit:
        case MeasureUnit.MEAN:
            return rounded(value, 2)
        case MeasureUnit.NET_SHARE:
            return nps_text(value) if figure.measure.name == "nps" else net_text(value)
        case MeasureUnit.DAYS:
            return days_text(value)
        case MeasureUnit.COUNT:
            return f"{value:,.0f}"
    return percent(value)


def _status_target(figure: Figure) -> StatusTarget | None:
    if figure.target is None or figure.comparator is None:
        return None
    return StatusTarget(figure.target, TargetComparator(figure.comparator), figure.measure.lower_is_better)


def _target_words(figure: Figure) -> str:
    target = _status_target(figure)
    if target is None:
        return "no target is set"
    named = goal_words(figure.measure, target.value, target.comparator)
    when = f"; {words}" if (words := set_after_seeing_words(figure)) else ""
    return f"{named}: {STATUS_WORDS.get(Status(figure.status or ''), 'not judged')}{when}"


def _standing(figure: Figure) -> str:
    target = _status_target(figure)
    if target is not None and figure.measure.unit is MeasureUnit.SHARE and figure.numerator is not None:
        interval = Interval(figure.low or 0.0, figure.high or 0.0)
        return target_sentence(figure.numerator, figure.base, interval, target)
    return f"{value_text(figure.measure, figure)} of {figure.base:,} {COUNTED[figure.measure.source]}."


def _outside_words(figure: Figure) -> str:
    said = [
        f"{n:,} {OUTSIDE_WORDS.get(name, name.replace('_', ' '))}" for name, n in sorted(figure.outside.items()) if n
    ]
    return ", ".join(said) or "nobody"


def _difference(live: Figure, today: date) -> str:
    if live.value is None:
        now = "it may not be shown"
    else:
        counts = f"{live.base:,}" if live.numerator is None else f"{live.numerator:,} of {live.base:,}"
        now = f"it is {for_page(value_text(live.measure, live))}, {counts}"
    return f"Counted again on {in_words(today)} {now}: answers came, changed or were withdrawn since it was frozen."


def _point(part: TrendPart) -> Point:
    is_quarter = "Q" in part.label
    return Point(
        label=part.label[-2:] if is_quarter else f"{part.first:%b}",
        group=Period.financial_year_of(part.first).label if is_quarter else str(part.first.year),
        value=part.value,
        base=part.base,
        low=part.low,
        high=part.high,
        suppressed=part.suppressed,
        previous=part.previous,
        previous_base=part.previous_base,
    )


def _axis(figure: Figure, points: Sequence[Point], target: Target | None) -> Axis:
    match figure.measure.unit:
        case MeasureUnit.SHARE:
            return zoomed_axis(points, target)
        case MeasureUnit.NET_SHARE:
            return Axis(low=-1.0, full=(-1.0, 1.0), unit=Unit.NET_SHARE)
        case MeasureUnit.MEAN:
            low, high = figure.measure.scale or (0, 1)
            return Axis(low=low, high=high, full=(low, high), unit=Unit.MEAN)
    return axis_from_nothing(points, Unit(figure.measure.unit.value))


def _trend_sentence(parts: Sequence[TrendPart], figure: Figure, step: str) -> str:
    """What the line shows; it claims no change."""
    shown = [part for part in parts if part.value is not None]
    if not shown:
        return ends_sentence(step, 0, len(parts), "", "")
    lowest, highest = (
        f"{part.label if 'Q' in part.label else part.period.title}, {_as_value(figure, part.value or 0.0)} "
        f"of {part.base:,}"
        for part in (end(shown, key=lambda part: part.value or 0.0) for end in (min, max))
    )
    return ends_sentence(step, len(shown), len(parts), lowest, highest)
