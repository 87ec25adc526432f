"""How many elements are ready, as the board's first sentence; and whether the ratings would pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.evidence.elements.gaps import Gap, Lack
from survey_app.evidence.elements.state import MET, FrameworkState
from survey_app.evidence.models import Rating
from survey_app.kernel.periods import in_words
from survey_app.statistics.rounding import percent

# One word for each group of gaps: "1 has no evidence, 3 are out of date".
GROUPS = (
    ((Lack.EVIDENCE_AND_RATING, Lack.EVIDENCE), "has no evidence", "have no evidence"),
    ((Lack.FRESHNESS,), "is out of date", "are out of date"),
    ((Lack.BEING_MET,), "is not met", "are not met"),
    ((Lack.BEING_MET_FULLY,), "is partly met", "are partly met"),
    ((Lack.RATING,), "is not rated", "are not rated"),
    ((Lack.ANSWER,), "has a question open", "have a question open"),
    ((Lack.REVIEW,), "is to be looked at again", "are to be looked at again"),
)


@dataclass(frozen=True)
class NextVisit:
    """The visit that is prepared: "the review" or "the assessment", and its day."""

    name: str
    due_on: date


@dataclass(frozen=True)
class Readiness:
    """`ready` of `elements`; `sentence` is how many are, `work` what the others need, empty when nothing is left."""

    ready: int
    elements: int
    sentence: str
    work: str


def readiness(framework: FrameworkState, found: Sequence[Gap], visit: NextVisit | None = None) -> Readiness:
    """50 of 57 elements are ready for the review on 24 June 2026. 7 need work: 1 has no evidence, 3 are out of date."""
    elements = len(framework.elements)
    ready = elements - len(found)
    purpose = f" for {visit.name} on {in_words(visit.due_on)}" if visit else ""
    sentence = f"{ready} of {elements} elements {'is' if ready == 1 else 'are'} ready{purpose}."
    counts = Counter(gap.lacks[0] for gap in found)
    parts = []
    for lacks, one, many in GROUPS:
        if n := sum(counts[lack] for lack in lacks):
            parts.append(f"{n} {one if n == 1 else many}")
    needs = f"{len(found)} {'needs' if len(found) == 1 else 'need'} work: " if len(found) > 1 or len(parts) > 1 else ""
    return Readiness(ready, elements, sentence, f"{needs}{', '.join(parts)}." if parts else "")


def evidence_held(framework: FrameworkState, visit: NextVisit | None = None) -> Readiness:
    """The first sentence for somebody outside, who is not told the council's homework: "ready" is having evidence."""
    elements = len(framework.elements)
    held = sum(bool(element.exhibits) for element in framework.elements)
    purpose = f" for {visit.name} on {in_words(visit.due_on)}" if visit else ""
    return Readiness(
        held, elements, f"{held} of {elements} elements {'has' if held == 1 else 'have'} evidence{purpose}.", ""
    )


@dataclass(frozen=True)
class Outlook:
    """Whether the council's own ratings would pass. None while too many are missing to say."""

    would_pass: bool | None
    sentence: str


def outlook(framework: FrameworkState) -> Outlook:
    """As rated, against the framework's thresholds: the share that is met, nothing not met, and no criterion with
    more partly met than are allowed."""
    thresholds = framework.thresholds
    applies = [element for element in framework.elements if element.rating is not Rating.NOT_APPLICABLE]
    met = sum(element.rating in MET for element in applies)
    unrated = sum(element.rating is None for element in applies)
    share = met / len(applies) if applies else 0.0
    problems = []
    if share < thresholds.share_needed and met + unrated < thresholds.share_needed * len(applies):
        problems.append(f"{met} of {len(applies)} are met, and {percent(thresholds.share_needed)} are needed")
    if missed := [element.number for element in applies if element.rating is Rating.NONE]:
        problems.append(f"{', '.join(missed)} {'is' if len(missed) == 1 else 'are'} not met")
    for place, criterion in enumerate(framework.criteria):
        partly = sum(element.criterion == criterion and element.rating is Rating.PARTIAL for element in applies)
        allowed = thresholds.partials_in(place)
        if allowed is not None and partly > allowed:
            problems.append(f"{criterion} has {partly} partly met, and {allowed} may be")
    if problems:
        return Outlook(False, f"As rated it would not pass: {'; '.join(problems)}.")
    if unrated:
        return Outlook(
            None, f"{unrated} {'is' if unrated == 1 else 'are'} not rated yet; nothing rated stands against passing."
        )
    return Outlook(
        True, f"As rated it would pass: {met} of {len(applies)} met, {percent(thresholds.share_needed)} needed."
    )
