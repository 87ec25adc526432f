"""An element's page in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.actions.improvements.presenters import ImprovementPage, improvement_page
from survey_app.actions.models import Improvement
from survey_app.charts import AxisSwitch, ChartView
from survey_app.charts import view as chart_view
from survey_app.charts.palette import BRAND
from survey_app.evidence.elements.gaps import gaps
from survey_app.evidence.elements.presenters.board import Tile
from survey_app.evidence.elements.state import RATING_WORDS, ElementState, FrameworkState
from survey_app.evidence.exhibits.presenters.figures import Pinnable, pinnable
from survey_app.evidence.exhibits.presenters.rows import ExhibitRow, Findings, exhibit_row, read_findings
from survey_app.evidence.exhibits.proofs import exhibit_number, last_full_year
from survey_app.evidence.exhibits.queries import citable_editions, done_improvements
from survey_app.evidence.exhibits.suggestions import suggestions
from survey_app.evidence.models import (
    Element,
    Exhibit,
    RatingChange,
    Visit,
    VisitElement,
)
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import in_words
from survey_app.measures.address import make_query
from survey_app.measures.models import PublishedEdition
from survey_app.measures.queries.effects import chart_figures
from survey_app.measures.queries.standing import read_standing


@dataclass(frozen=True)
class HistoryLine:
    """A rating that was given, with its reason."""

    day: date
    words: str
    reason: str
    author: str


@dataclass(frozen=True)
class ElementPage:
    """What an element's page says. `verdict` is the second half of its first sentence, `effect` that of the first
    improvement among the exhibits, `hidden` the numbers of exhibits that this viewer must not see beside the others."""

    tile: Tile
    verdict: str
    exhibits: Sequence[ExhibitRow]
    charts: Sequence[ChartView]
    effect: ImprovementPage | None
    hidden: Sequence[str]
    last_visit: str
    last_visit_due: str  # where that visit is found, and the number that the element had
    last_visit_number: str
    history: Sequence[HistoryLine]
    neighbours: Sequence[ElementState]

    @property
    def state(self) -> ElementState:
        return self.tile.state


def element_page(
    element: Element,
    state: FrameworkState,
    *,
    history: Sequence[RatingChange],
    last_seen: tuple[Visit, VisitElement] | None,
    strongest: int | None,
    hidden: Sequence[str],
    is_inside: bool,
    now: datetime,
    axis: AxisSwitch,
) -> ElementPage:
    """One element of a framework; figures that stand together are judged together, the strongest exhibit first."""
    today = london_day(now)
    place = next(n for n, each in enumerate(state.elements) if each.number == element.number)
    found_gaps = gaps(state, today) if is_inside else []
    gap = next((gap for gap in found_gaps if gap.element.number == element.number), None)
    shown = [exhibit for exhibit in element.exhibits if exhibit_number(exhibit.number) not in hidden]
    found = read_findings(shown, now=now)
    rows = [
        exhibit_row(exhibit, found, today=today, thresholds=state.thresholds, is_inside=is_inside, strongest=strongest)
        for exhibit in shown
    ]
    rows.sort(key=lambda row: not row.is_strongest)
    tile = Tile(state.elements[place], gap)
    return ElementPage(
        tile=tile,
        verdict=_verdict(tile, rows) if is_inside else _standing(tile, rows),
        exhibits=rows,
        charts=[chart_view(row.view.chart, axis=axis) for row in rows if row.view is not None and row.view.chart],
        effect=_effect(rows, shown, found, now) if is_inside else None,
        hidden=hidden,
        last_visit=_last_visit(last_seen),
        last_visit_due=last_seen[0].due_on.isoformat() if last_seen else "",
        last_visit_number=(last_seen[1].frozen or {}).get("number", element.number) if last_seen else "",
        history=[_history_line(change) for change in history],
        neighbours=[*state.elements[max(0, place - 1) : place], *state.elements[place + 1 : place + 2]],
    )


def _effect(
    rows: Sequence[ExhibitRow], shown: Sequence[Exhibit], found: Findings, now: datetime
) -> ImprovementPage | None:
    """The improvement that stands first, with its picture of before and after."""
    by_number = {exhibit_number(exhibit.number): exhibit.improvement for exhibit in shown}
    improvement = next((by_number[row.number] for row in rows if by_number[row.number] is not None), None)
    if improvement is None or improvement.dropped_at is not None:
        return None
    effect = found.effects[improvement.id]
    parts = chart_figures(effect, read_standing(now))
    return improvement_page(improvement, effect, parts, {}, brand=BRAND, may_read_comments=False, sees_all=True)


def _verdict(tile: Tile, rows: Sequence[ExhibitRow]) -> str:
    """Ready, and the strongest thing that shows it; or what it lacks."""
    if tile.gap is not None:
        return f"Not ready: {tile.gap.why[:1].lower()}{tile.gap.why[1:]}."
    if not rows:
        return "It does not apply."
    return f"Ready: {rows[0].shows}."


def _standing(tile: Tile, rows: Sequence[ExhibitRow]) -> str:
    """For somebody outside: the own rating, and the strongest thing that shows it."""
    return f"{tile.rating_words}: {rows[0].shows}." if rows else f"{tile.rating_words}; nothing is pinned to it."


def _last_visit(seen: tuple[Visit, VisitElement] | None) -> str:
    if seen is None or seen[0].held_on is None:
        return ""
    rating = seen[1].assessors_rating
    return f"{RATING_WORDS[rating] if rating else 'Seen'}, {in_words(seen[0].held_on)}"


def _history_line(change: RatingChange) -> HistoryLine:
    words = RATING_WORDS[change.rating].lower() if change.rating else "not rated"
    author = change.author.name or change.author.email if change.author else ""
    return HistoryLine(london_day(change.at), words, change.reason, author)


@dataclass(frozen=True)
class Suggested:
    """What could be cited with one press, and whether quotes would help."""

    figures: Sequence[Pinnable]
    improvements: Sequence[Improvement]
    tables: Sequence[PublishedEdition]
    quotes: bool

    def __bool__(self) -> bool:
        return bool(self.figures or self.improvements or self.tables or self.quotes)


MOST_SUGGESTED = 3  # improvements or tables


def suggested(element: Element, page: ElementPage, *, now: datetime) -> Suggested:
    """What the survey, the improvements and the published tables offer for an element and it does not cite."""
    kinds = suggestions(element.framework.code, element.loaded_number)
    today, standing = london_day(now), read_standing(now)
    year = last_full_year(today)
    stands = {row.view.figure.query for row in page.exhibits if row.view is not None}
    cited = {cited.source for cited in page.state.exhibits}
    queries = [make_query(measure, year.first, year.last) for measure in kinds.measures]
    improvements = [each for each in done_improvements(today) if kinds.improvements.fits(each.prompt, each.measure)]
    tables = [each for each in citable_editions() if each.measure in kinds.tables]
    return Suggested(
        figures=[pinnable(query, now=now, standing=standing) for query in queries if query not in stands],
        improvements=[each for each in improvements if f"improvement {each.id}" not in cited][:MOST_SUGGESTED],
        tables=[each for each in tables if f"table {each.measure} {each.first.isoformat()}" not in cited][
            :MOST_SUGGESTED
        ],
        quotes=kinds.quotes,
    )
