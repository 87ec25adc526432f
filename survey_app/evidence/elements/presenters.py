"""The board and an element's page in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from survey_app.actions.models import Improvement
from survey_app.charts import ChartView
from survey_app.charts import view as chart_view
from survey_app.evidence.elements.gaps import Gap, gaps
from survey_app.evidence.elements.readiness import NextVisit, Outlook, Readiness, outlook, readiness
from survey_app.evidence.elements.state import RATING_WORDS, ElementState, FrameworkState
from survey_app.evidence.exhibits.presenters import ExhibitRow, Pinnable, exhibit_row, pinnable, read_findings
from survey_app.evidence.exhibits.proofs import exhibit_number, last_full_year
from survey_app.evidence.exhibits.queries import citable_editions, done_improvements
from survey_app.evidence.exhibits.suggestions import suggestions
from survey_app.evidence.models import Element, Rating, RatingChange, SurveyEvidence, Visit, VisitElement, VisitKind
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import in_words
from survey_app.measures.address import make_query
from survey_app.measures.models import PublishedEdition
from survey_app.measures.queries.standing import read_standing

NOT_RATED = "Not rated"
BEAT_WORDS = {"surpassed": "beats last year", "maintained": "as last year"}
TO_DO_FIRST = 7  # gaps above the fold; the others stand under "only gaps"


class Show(StrEnum):
    """Which elements the board shows."""

    ALL = "all"
    GAPS = "gaps"
    SURVEY = "survey"
    MINE = "mine"


@dataclass(frozen=True)
class Tile:
    """One element on the board."""

    state: ElementState
    gap: Gap | None

    @property
    def rating(self) -> str:
        return self.state.rating.value if self.state.rating else "not_rated"

    @property
    def rating_words(self) -> str:
        return RATING_WORDS[self.state.rating] if self.state.rating else NOT_RATED

    @property
    def beat_words(self) -> str:
        return BEAT_WORDS.get(self.state.beat or "", "")

    @property
    def exhibit_words(self) -> str:
        n = len(self.state.exhibits)
        return f"{n} exhibit{'' if n == 1 else 's'}"


@dataclass(frozen=True)
class Column:
    """A criterion with its tiles by sub-criterion. `ready` counts all its elements, shown or not."""

    name: str
    ready: int
    elements: int
    parts: Sequence[tuple[str, Sequence[Tile]]]


@dataclass(frozen=True)
class Choice:
    """One way to see the board."""

    show: Show
    label: str
    is_current: bool


@dataclass(frozen=True)
class CycleStep:
    """A visit on the line of the cycle. The next one is the first that was not held."""

    title: str
    words: str
    is_held: bool
    is_next: bool


@dataclass(frozen=True)
class Board:
    """All that the board says."""

    framework: FrameworkState
    readiness: Readiness
    outlook: Outlook
    cycle: Sequence[CycleStep]
    first: Sequence[Gap]
    gaps: int
    columns: Sequence[Column]
    choices: Sequence[Choice]
    ratings: Sequence[tuple[str, str, int]]  # code, words, how many
    shown: int

    @property
    def has_begun(self) -> bool:
        """Whether anything was cited or rated at all."""
        return any(element.exhibits or element.rating for element in self.framework.elements)

    @property
    def direct(self) -> int:
        return sum(element.survey_evidence is SurveyEvidence.DIRECT for element in self.framework.elements)


def board(state: FrameworkState, visits: Sequence[Visit], show: Show, viewer_id: int | None, today: date) -> Board:
    """The board of a framework; `viewer_id` tells which elements are "mine"."""
    found = gaps(state, today)
    by_number = {gap.element.number: gap for gap in found}
    chosen = [element for element in state.elements if _is_shown(element, show, by_number, viewer_id)]
    return Board(
        framework=state,
        readiness=readiness(state, found, next_visit(visits)),
        outlook=outlook(state),
        cycle=cycle_steps(visits, today),
        first=found if show is Show.GAPS else found[:TO_DO_FIRST],
        gaps=len(found),
        columns=_columns(state, chosen, by_number),
        choices=_choices(state, found, show, viewer_id),
        ratings=_ratings(state),
        shown=len(chosen),
    )


def next_visit(visits: Sequence[Visit]) -> NextVisit | None:
    """The first visit that was not held yet."""
    ahead = next((visit for visit in visits if visit.held_on is None), None)
    if ahead is None:
        return None
    return NextVisit("the assessment" if ahead.kind is VisitKind.FULL else "the review", ahead.due_on)


def cycle_steps(visits: Sequence[Visit], today: date) -> list[CycleStep]:
    """The visits of a cycle as a line, the earliest first."""
    ahead = next((visit for visit in visits if visit.held_on is None), None)
    return [
        CycleStep(
            title="Full assessment" if visit.kind is VisitKind.FULL else f"{visit.months}-month review",
            words=_visit_words(visit, today) if visit is ahead or visit.held_on else f"{visit.due_on:%B %Y}",
            is_held=visit.held_on is not None,
            is_next=visit is ahead,
        )
        for visit in visits
    ]


def _visit_words(visit: Visit, today: date) -> str:
    if visit.held_on is not None:
        return in_words(visit.held_on)
    days = (visit.due_on - today).days
    if days < 0:
        return f"{in_words(visit.due_on)}, {-days} day{'' if days == -1 else 's'} ago"
    if days == 0:
        return f"{in_words(visit.due_on)}, today"
    return f"{in_words(visit.due_on)}, in {days} day{'' if days == 1 else 's'}"


def _is_shown(element: ElementState, show: Show, found: Mapping[str, Gap], viewer_id: int | None) -> bool:
    match show:
        case Show.GAPS:
            return element.number in found
        case Show.SURVEY:
            return element.survey_evidence is SurveyEvidence.DIRECT
        case Show.MINE:
            return viewer_id is not None and element.owner_id == viewer_id
    return True


def _columns(state: FrameworkState, chosen: Sequence[ElementState], found: Mapping[str, Gap]) -> list[Column]:
    columns = []
    for criterion in state.criteria:
        every = [element for element in state.elements if element.criterion == criterion]
        tiles = [Tile(element, found.get(element.number)) for element in chosen if element.criterion == criterion]
        if tiles:
            parts = [(name, list(group)) for name, group in groupby(tiles, key=lambda tile: tile.state.sub_criterion)]
            ready = sum(element.number not in found for element in every)
            columns.append(Column(criterion, ready, len(every), parts))
    return columns


def _choices(state: FrameworkState, found: Sequence[Gap], show: Show, viewer_id: int | None) -> list[Choice]:
    by_number = {gap.element.number: gap for gap in found}
    labels = {Show.ALL: "all", Show.GAPS: "only gaps", Show.SURVEY: "surveys can show it", Show.MINE: "mine"}

    def label(choice: Show) -> str:
        n = sum(_is_shown(element, choice, by_number, viewer_id) for element in state.elements)
        return labels[choice] if choice is Show.ALL else f"{labels[choice]} ({n})"

    return [Choice(choice, label(choice), choice is show) for choice in Show]


def _ratings(state: FrameworkState) -> list[tuple[str, str, int]]:
    """How often each rating was given, those that nobody got left out."""
    order: list[Rating | None] = [*Rating, None]
    counted = [(rating, sum(element.rating is rating for element in state.elements)) for rating in order]
    return [
        (rating.value if rating else "not_rated", (RATING_WORDS[rating] if rating else NOT_RATED).lower(), n)
        for rating, n in counted
        if n
    ]


# ---- One element ----


@dataclass(frozen=True)
class HistoryLine:
    """A rating that was given, with its reason."""

    day: date
    words: str
    reason: str
    author: str


@dataclass(frozen=True)
class ElementPage:
    """What an element's page says. `verdict` is the second half of its first sentence, `hidden` the numbers of
    exhibits that this viewer must not see beside the others."""

    tile: Tile
    verdict: str
    exhibits: Sequence[ExhibitRow]
    charts: Sequence[ChartView]
    hidden: Sequence[str]
    last_visit: str
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
) -> ElementPage:
    """One element of a framework; figures that stand together are judged together, the strongest exhibit first."""
    today = london_day(now)
    place = next(n for n, each in enumerate(state.elements) if each.number == element.number)
    gap = next((gap for gap in gaps(state, today) if gap.element.number == element.number), None)
    shown = [exhibit for exhibit in element.exhibits if exhibit_number(exhibit.number) not in hidden]
    found = read_findings(shown, now=now)
    rows = [
        exhibit_row(exhibit, found, today=today, thresholds=state.thresholds, is_inside=is_inside, strongest=strongest)
        for exhibit in shown
    ]
    rows.sort(key=lambda row: (not row.is_strongest, row.number))
    return ElementPage(
        tile=Tile(state.elements[place], gap),
        verdict=_verdict(gap, rows),
        exhibits=rows,
        charts=[chart_view(row.view.chart) for row in rows if row.view is not None and row.view.chart],
        hidden=hidden,
        last_visit=_last_visit(last_seen),
        history=[_history_line(change) for change in history],
        neighbours=[*state.elements[max(0, place - 1) : place], *state.elements[place + 1 : place + 2]],
    )


def _verdict(gap: Gap | None, rows: Sequence[ExhibitRow]) -> str:
    """Ready, and the strongest thing that shows it; or what it lacks."""
    if gap is not None:
        return f"Not ready: {gap.why[:1].lower()}{gap.why[1:]}."
    if not rows:
        return "It does not apply."
    return f"Ready: {rows[0].shows}."


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
    improvements = done_improvements(today) if kinds.improvements else []
    tables = citable_editions() if kinds.tables else []
    return Suggested(
        figures=[pinnable(query, now=now, standing=standing) for query in queries if query not in stands],
        improvements=[each for each in improvements if f"improvement {each.id}" not in cited][:MOST_SUGGESTED],
        tables=[each for each in tables if f"table {each.measure} {each.first.isoformat()}" not in cited][
            :MOST_SUGGESTED
        ],
        quotes=kinds.quotes,
    )
