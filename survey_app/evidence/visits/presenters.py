"""Visits in the words of their pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey_app.evidence.elements.state import NOT_RATED, RATING_WORDS
from survey_app.evidence.models import Element, Rating, Visit, VisitElement
from survey_app.evidence.visits.beating import Beaten
from survey_app.evidence.visits.cycle import Judgement, must_be_shown_again, outcome_words, title_of
from survey_app.evidence.visits.operations import may_be_taken_back
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import in_words

BEAT_WORDS = {
    Beaten.SURPASSED: ("improvement", "Beat last year"),
    Beaten.MAINTAINED: ("neutral", "As last year, within the margin"),
    Beaten.NOT_SHOWN: ("common", "No change shown"),
}


@dataclass(frozen=True)
class Shown:
    """An element that may be shown again at a review: whether it is, and why it would be by itself."""

    number: str
    title: str
    criterion: str
    is_shown: bool
    why: str


@dataclass(frozen=True)
class FoundRow:
    """An element as it stood at a visit that was held."""

    number: str
    title: str
    criterion: str
    own: tuple[str, str]  # code and words of a rating
    assessors: tuple[str, str] | None  # None where it was not shown
    remark: str
    beat: tuple[str, str] | None


@dataclass(frozen=True)
class HeldVisit:
    """A visit that was held."""

    title: str
    day: str
    outcome: str
    report: str
    frozen_on: str
    rows: Sequence[FoundRow]
    may_be_taken_back: bool


@dataclass(frozen=True)
class FrozenExhibit:
    """An exhibit as it was at a visit. Of one that would tell too much beside others only its number is said."""

    number: str
    kind: str
    shows: str
    lines: Sequence[str]
    day: str
    code: str
    url: str | None
    is_strongest: bool


@dataclass(frozen=True)
class FrozenElement:
    """An element as it was at a visit."""

    found: FoundRow
    sub_criterion: str
    about: str
    claim: str
    show_me: str
    tell_me: str
    last_year: str
    exhibits: Sequence[FrozenExhibit]
    hidden: Sequence[str]


def title_of_visit(visit: Visit) -> str:
    return title_of(visit.kind, visit.months)


def shown_rows(
    elements: Sequence[Element], judgements: Mapping[int, Judgement], chosen: Collection[int]
) -> list[Shown]:
    """Every element of a framework, with why a review looks at it by itself."""
    return [
        Shown(element.number, element.title, element.criterion, element.id in chosen, _why(judgements[element.id]))
        for element in elements
    ]


def _why(judgement: Judgement) -> str:
    if not must_be_shown_again(judgement):
        return ""
    reasons = []
    if judgement.own in {Rating.PARTIAL, Rating.NONE}:
        reasons.append(f"our own rating: {RATING_WORDS[judgement.own].lower()}")
    if judgement.assessors in {Rating.PARTIAL, Rating.NONE}:
        reasons.append(f"the assessor’s rating: {RATING_WORDS[judgement.assessors].lower()}")
    if judgement.remark.strip():
        reasons.append(f"the assessor’s remark: “{judgement.remark.strip()}”")
    return "; ".join(reasons)


def held_visit(visit: Visit, *, now: datetime) -> HeldVisit:
    """A visit that was held, with its elements in the order of the framework."""
    rows = [_row(each) for each in _in_order(visit)]
    shown = [each.assessors_rating for each in visit.elements if each.is_to_show]
    outcome = outcome_words(shown, of_shown=len(shown) < len(visit.elements))
    return HeldVisit(
        title=title_of_visit(visit),
        day=in_words(visit.held_on or visit.due_on),
        outcome=outcome,
        report=visit.report,
        frozen_on=in_words(london_day(visit.frozen_at or now)),
        rows=rows,
        may_be_taken_back=may_be_taken_back(visit, now),
    )


def frozen_element(row: VisitElement, seen: Collection[str] | None) -> FrozenElement:
    """What was claimed and shown. `seen` are the figures that somebody outside may see beside each other; None for
    those who see all."""
    frozen: Mapping[str, Any] = row.frozen or {}
    exhibits = [_exhibit(each) for each in frozen["exhibits"] if _is_open(each, seen)]
    return FrozenElement(
        found=_row(row),
        sub_criterion=frozen["sub_criterion"],
        about=frozen["about"],
        claim=frozen["claim"],
        show_me=frozen["show_me"],
        tell_me=frozen["tell_me"],
        last_year=frozen["last_year"],
        exhibits=sorted(exhibits, key=lambda each: not each.is_strongest),
        hidden=[each["number"] for each in frozen["exhibits"] if not _is_open(each, seen)],
    )


def _is_open(exhibit: Mapping[str, Any], seen: Collection[str] | None) -> bool:
    return seen is None or not exhibit["is_figure"] or exhibit["number"] in seen


def _exhibit(stored: Mapping[str, Any]) -> FrozenExhibit:
    return FrozenExhibit(
        number=stored["number"],
        kind=stored["kind"],
        shows=stored["shows"],
        lines=stored["lines"],
        day=in_words(date.fromisoformat(stored["day"])),
        code=stored["code"],
        url=stored["url"],
        is_strongest=stored["is_strongest"],
    )


def _in_order(visit: Visit) -> list[VisitElement]:
    frozen = [each for each in visit.elements if each.frozen is not None]
    return sorted(frozen, key=lambda each: each.element.position)


def _row(row: VisitElement) -> FoundRow:
    frozen: Mapping[str, Any] = row.frozen or {}
    return FoundRow(
        number=frozen["number"],
        title=frozen["title"],
        criterion=frozen["criterion"],
        own=_rating(row.own_rating),
        assessors=_rating(row.assessors_rating) if row.is_to_show else None,
        remark=row.remark,
        beat=BEAT_WORDS[Beaten(row.beat)] if row.beat else None,
    )


def _rating(rating: Rating | None) -> tuple[str, str]:
    return (rating.value, RATING_WORDS[rating]) if rating else ("not_rated", NOT_RATED)
