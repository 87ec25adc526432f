"""The board in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from survey_app.evidence.elements.gaps import Gap, gaps
from survey_app.evidence.elements.readiness import NextVisit, Outlook, Readiness, evidence_held, outlook, readiness
from survey_app.evidence.elements.state import NOT_RATED, RATING_WORDS, ElementState, FrameworkState
from survey_app.evidence.models import (
    Rating,
    SurveyEvidence,
    VisitKind,
)
from survey_app.evidence.visits.cycle import Cycle

BEAT_WORDS = {"surpassed": "beats last year", "maintained": "as last year"}
TO_DO_FIRST = 7  # gaps above the fold; the others stand under "only gaps"


class Show(StrEnum):
    """Which elements the board shows."""

    ALL = "all"
    GAPS = "gaps"
    SURVEY = "survey"
    MINE = "mine"


def choices_for(*, is_inside: bool) -> Sequence[Show]:
    """What somebody outside may choose among: neither gaps nor elements of their own."""
    return list(Show) if is_inside else [Show.ALL, Show.SURVEY]


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
    """A criterion with its tiles by sub-criterion. `standing` says of all its elements, shown or not, how many are
    ready."""

    name: str
    standing: str
    parts: Sequence[tuple[str, Sequence[Tile]]]


@dataclass(frozen=True)
class Choice:
    """One way to see the board."""

    show: Show
    label: str
    is_current: bool


@dataclass(frozen=True)
class Board:
    """All that the board says. Somebody outside sees what there is, not what is left to do: no gaps, no outlook."""

    framework: FrameworkState
    readiness: Readiness
    outlook: Outlook | None
    cycle: Cycle
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


def board(
    state: FrameworkState, cycle: Cycle, show: Show, viewer_id: int | None, today: date, *, is_inside: bool
) -> Board:
    """The board of a framework; `viewer_id` tells which elements are "mine"."""
    found = gaps(state, today) if is_inside else []
    visit = next_visit(cycle)
    by_number = {gap.element.number: gap for gap in found}
    chosen = [element for element in state.elements if _is_shown(element, show, by_number, viewer_id)]
    return Board(
        framework=state,
        readiness=readiness(state, found, visit) if is_inside else evidence_held(state, visit),
        outlook=outlook(state) if is_inside else None,
        cycle=cycle,
        first=found if show is Show.GAPS else found[:TO_DO_FIRST],
        gaps=len(found),
        columns=_columns(state, chosen, by_number, is_inside=is_inside),
        choices=_choices(state, found, show, viewer_id, is_inside=is_inside),
        ratings=_ratings(state),
        shown=len(chosen),
    )


def next_visit(cycle: Cycle) -> NextVisit | None:
    """The first visit that was not held yet."""
    if cycle.next is None:
        return None
    return NextVisit("the assessment" if cycle.next.kind is VisitKind.FULL else "the review", cycle.next.due_on)


def _is_shown(element: ElementState, show: Show, found: Mapping[str, Gap], viewer_id: int | None) -> bool:
    match show:
        case Show.GAPS:
            return element.number in found
        case Show.SURVEY:
            return element.survey_evidence is SurveyEvidence.DIRECT
        case Show.MINE:
            return viewer_id is not None and element.owner_id == viewer_id
    return True


def _columns(
    state: FrameworkState, chosen: Sequence[ElementState], found: Mapping[str, Gap], *, is_inside: bool
) -> list[Column]:
    columns = []
    for criterion in state.criteria:
        every = [element for element in state.elements if element.criterion == criterion]
        tiles = [Tile(element, found.get(element.number)) for element in chosen if element.criterion == criterion]
        if tiles:
            parts = [(name, list(group)) for name, group in groupby(tiles, key=lambda tile: tile.state.sub_criterion)]
            n = sum(element.number not in found if is_inside else bool(element.exhibits) for element in every)
            columns.append(Column(criterion, f"{n} of {len(every)} {'ready' if is_inside else 'with evidence'}", parts))
    return columns


def _choices(
    state: FrameworkState, found: Sequence[Gap], show: Show, viewer_id: int | None, *, is_inside: bool
) -> list[Choice]:
    by_number = {gap.element.number: gap for gap in found}
    labels = {Show.ALL: "all", Show.GAPS: "only gaps", Show.SURVEY: "surveys can show it", Show.MINE: "mine"}

    def label(choice: Show) -> str:
        n = sum(_is_shown(element, choice, by_number, viewer_id) for element in state.elements)
        return labels[choice] if choice is Show.ALL else f"{labels[choice]} ({n})"

    return [Choice(choice, label(choice), choice is show) for choice in choices_for(is_inside=is_inside)]


def _ratings(state: FrameworkState) -> list[tuple[str, str, int]]:
    """How often each rating was given, those that nobody got left out."""
    order: list[Rating | None] = [*Rating, None]
    counted = [(rating, sum(element.rating is rating for element in state.elements)) for rating in order]
    return [
        (rating.value if rating else "not_rated", (RATING_WORDS[rating] if rating else NOT_RATED).lower(), n)
        for rating, n in counted
        if n
    ]
