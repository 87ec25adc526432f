"""What an assessor would miss, the worst first, each with the quickest next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from survey_app.evidence.elements.state import ElementState, FrameworkState
from survey_app.evidence.exhibits.suggestions import Offer
from survey_app.evidence.freshness import Age, freshness_of
from survey_app.evidence.models import Rating, SurveyEvidence
from survey_app.kernel.periods import in_words


class Lack(IntEnum):
    """What an element lacks, in the order in which it matters."""

    EVIDENCE_AND_RATING = 0
    EVIDENCE = 1
    FRESHNESS = 2
    BEING_MET = 3
    BEING_MET_FULLY = 4
    RATING = 5
    ANSWER = 6  # to the assessor's question
    REVIEW = 7


@dataclass(frozen=True)
class Gap:
    """An element that is not ready: why, and what is done quickest about it."""

    element: ElementState
    lacks: tuple[Lack, ...]
    why: str
    next_step: str


def lacks_of(element: ElementState, today: date) -> tuple[Lack, ...]:
    """All that keeps an element from being ready, the worst first; nothing of one that does not apply."""
    if element.rating is Rating.NOT_APPLICABLE:
        return ()
    found = {
        Lack.EVIDENCE_AND_RATING: not element.exhibits and element.rating is None,
        Lack.EVIDENCE: not element.exhibits and element.rating is not None,
        Lack.FRESHNESS: element.freshness.age is Age.STALE,
        Lack.BEING_MET: element.rating is Rating.NONE,
        Lack.BEING_MET_FULLY: element.rating is Rating.PARTIAL,
        Lack.RATING: element.rating is None and bool(element.exhibits),
        Lack.ANSWER: element.open_questions > 0,
        Lack.REVIEW: element.review_on is not None and element.review_on < today,
    }
    return tuple(lack for lack, is_so in found.items() if is_so)


def gaps(framework: FrameworkState, today: date) -> list[Gap]:
    """Every element that is not ready, the worst first, the oldest evidence before younger."""
    found = []
    for element in framework.elements:
        lacks = lacks_of(element, today)
        if lacks:
            why = _capital("; ".join(_why(lack, element) for lack in lacks))
            found.append(Gap(element, lacks, why, _next_step(lacks, element, framework, today)))
    return sorted(found, key=lambda gap: (gap.lacks[0], -(gap.element.freshness.months or 0)))


def _why(lack: Lack, element: ElementState) -> str:
    plural = "s" if element.open_questions > 1 else ""
    words = {
        Lack.EVIDENCE_AND_RATING: "no exhibit and not rated",
        Lack.EVIDENCE: "no exhibit",
        Lack.FRESHNESS: f"newest exhibit is {element.freshness.words} old",
        Lack.BEING_MET: "not met",
        Lack.BEING_MET_FULLY: "partly met",
        Lack.RATING: "not rated",
        Lack.ANSWER: f"assessor’s question{plural} open",
        Lack.REVIEW: f"review was due on {in_words(element.review_on)}" if element.review_on else "",
    }
    return words[lack]


def _next_step(lacks: Sequence[Lack], element: ElementState, framework: FrameworkState, today: date) -> str:
    """The quickest thing that helps: an answer costs a minute, a figure one press, a document a search."""
    if Lack.ANSWER in lacks:
        return "Answer the assessor"
    if lacks[0] is Lack.RATING:
        return f"Rate it: it has {len(element.exhibits)} exhibit{'s' if len(element.exhibits) > 1 else ''}"
    if lacks[0] is Lack.REVIEW:
        return "Look at it again, and say by when next"
    if lacks[0] is Lack.FRESHNESS and element.newest is not None and element.newest.measure is not None:
        return f"{element.newest.measure} of the last year would renew {element.newest.label}"
    return _another_exhibit(lacks[0], element, framework, today)


def _another_exhibit(worst: Lack, element: ElementState, framework: FrameworkState, today: date) -> str:
    """Only what is known to fit the element is named: an exhibit of a neighbour may be about anything else."""
    if element.could_cite:
        return _cite(element.could_cite[0], framework, today)
    if worst in {Lack.BEING_MET, Lack.BEING_MET_FULLY}:
        return "Add an exhibit of what has changed, and rate it again"
    if worst is Lack.FRESHNESS and element.newest is not None:
        return f"Renew {element.newest.label}: {element.newest.title}"
    if element.survey_evidence is SurveyEvidence.NONE:
        return "Upload a document or link to a page"
    return "Add an exhibit"


def _cite(offer: Offer, framework: FrameworkState, today: date) -> str:
    """What could be cited; where a fresh exhibit is made of it already, that one and where it stands."""
    made = [
        (cited, other.number)
        for other in framework.elements
        for cited in other.exhibits
        if cited.source == offer.source and freshness_of(cited.day, today, framework.thresholds).age is Age.FRESH
    ]
    if not made:
        return f"Cite {offer.words}"
    cited, home = made[0]
    return f"Cite {cited.label} of {home}: {cited.title}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
