"""An element as the board judges it: what is rated, how old its evidence is, and what is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.exhibits.suggestions import Offer
from survey_app.evidence.freshness import Freshness
from survey_app.evidence.models import Rating, SurveyEvidence
from survey_app.evidence.thresholds import Thresholds

RATING_WORDS = {
    Rating.COMPLIANCE_PLUS: "Compliance plus",
    Rating.COMPLIANT: "Compliant",
    Rating.PARTIAL: "Partly met",
    Rating.NONE: "Not met",
    Rating.NOT_APPLICABLE: "Does not apply",
}
NOT_RATED = "Not rated"
MET = frozenset({Rating.COMPLIANCE_PLUS, Rating.COMPLIANT})


@dataclass(frozen=True)
class Cited:
    """An exhibit as far as the board needs it."""

    number: int
    title: str
    day: date
    measure: str | None = None  # of a figure or chart: the label of what it measures
    source: str | None = None  # what it was made of, as `suggestions.Offer.source`

    @property
    def label(self) -> str:
        return exhibit_number(self.number)


@dataclass(frozen=True)
class ElementState:
    """One element on one day. `could_cite` is what the survey, the improvements and the published tables offer
    for it and it does not cite yet, the strongest first."""

    id: int
    number: str
    title: str
    criterion: str
    sub_criterion: str
    rating: Rating | None
    freshness: Freshness
    survey_evidence: SurveyEvidence
    exhibits: tuple[Cited, ...] = ()
    owner: str = ""
    owner_id: int | None = None
    has_claim: bool = False
    review_on: date | None = None
    open_questions: int = 0
    beat: str | None = None  # surpassed, maintained, not_shown
    could_cite: tuple[Offer, ...] = ()

    @property
    def initials(self) -> str:
        """Of the owner: R. Khan is RK."""
        return "".join(word[0] for word in self.owner.replace(".", " ").split() if word[0].isalpha())[:3].upper()

    @property
    def newest(self) -> Cited | None:
        return max(self.exhibits, key=lambda cited: cited.day, default=None)


def without_contact(owner: str) -> str:
    """An owner's name as somebody outside may read it: no address, and no number to ring."""
    is_contact = "@" in owner or sum(letter.isdigit() for letter in owner) > 5
    return "a member of staff" if is_contact else owner


@dataclass(frozen=True)
class FrameworkState:
    """A framework on one day."""

    code: str
    name: str
    thresholds: Thresholds
    elements: tuple[ElementState, ...]

    def for_outside(self) -> FrameworkState:
        """The same for somebody outside, who is not told how to reach anybody."""
        told = tuple(replace(each, owner=without_contact(each.owner), owner_id=None) for each in self.elements)
        return replace(self, elements=told)

    @property
    def criteria(self) -> Sequence[str]:
        return list(dict.fromkeys(element.criterion for element in self.elements))
