"""What of the survey, the improvements and the published tables says something about which element: our own reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from survey_app.evidence import frameworks

DRIVERS = ("delivery", "timeliness", "information", "professionalism", "staff_attitude")
RESPONSE_RATE = "response_rate"
# In the order in which they stand in a pack.
HEADLINES = ("satisfaction", *DRIVERS, "access", "resolved", RESPONSE_RATE)

_CSE_MEASURES = {
    "1.2.3": (RESPONSE_RATE,),
    "1.3.1": ("satisfaction", RESPONSE_RATE),
    "1.3.2": ("satisfaction",),
    "1.3.3": (*DRIVERS, "access"),
    "1.3.4": ("satisfaction",),
    "1.3.5": ("resolved", "satisfaction"),
    "2.1.4": ("staff_attitude", "satisfaction"),
    "2.2.2": ("staff_attitude", "professionalism"),
    "3.2.1": ("information",),
    "3.2.2": ("information",),
    "3.3.1": ("access",),
    "3.3.2": ("access",),
    "4.2.2": ("delivery", "resolved"),
    "5.2.2": ("resolved",),
    "5.3.1": ("timeliness", "professionalism"),
    "5.3.2": ("timeliness",),
}
_CSE_IMPROVEMENTS = frozenset(
    {"1.2.2", "1.3.2", "1.3.5", "2.1.2", "3.2.3", "3.3.2", "4.2.3", "4.3.1", "4.3.4", "4.3.6", "5.2.3", "5.3.1"}
)
_CSE_TABLES = frozenset({"1.2.2", "1.3.1", "1.3.2", "1.3.4", "4.1.2", "5.3.2"})
_CSE_QUOTES = frozenset({"1.3.5", "2.1.4", "2.2.2", "3.2.1", "4.3.4", "4.3.6"})

_CONTACT_CENTRE_MEASURES = {
    "A2": ("satisfaction", RESPONSE_RATE),
    "A3": ("satisfaction",),
    "B1": ("access", "easy"),
    "B4": ("timeliness",),
    "C1": ("staff_attitude", "professionalism"),
    "C2": ("information",),
    "C4": ("resolved", "avoidable_contact"),
    "F1": ("satisfaction", "delivery", "timeliness"),
    "F3": ("satisfaction",),
}
_CONTACT_CENTRE_IMPROVEMENTS = frozenset({"A4", "C5", "F4", "F5"})
_CONTACT_CENTRE_TABLES = frozenset({"F2", "F3"})
_CONTACT_CENTRE_QUOTES = frozenset({"A3", "C1"})


@dataclass(frozen=True)
class Suggestions:
    """What could be cited at an element, by kind; figures by the names of their measures, the strongest first."""

    measures: tuple[str, ...] = ()
    improvements: bool = False
    tables: bool = False
    quotes: bool = False


@dataclass(frozen=True)
class Offer:
    """One thing that exists and could be cited; `source` tells whether an exhibit is made of it already."""

    source: str  # "measure satisfaction", "improvement 3", "table satisfaction 2025-04-01"
    words: str


@dataclass(frozen=True)
class Offers:
    """All that exists on a day: figures of measures that are asked, by name, improvements and published tables, the
    newest first."""

    measures: Mapping[str, Offer]
    improvements: Sequence[Offer] = ()
    tables: Sequence[Offer] = ()

    def for_element(self, suggested: Suggestions, cited: Collection[str | None]) -> tuple[str, ...]:
        """What of it an element with these sources cited could cite as well, in words, figures first."""
        found = [self.measures[name] for name in suggested.measures if name in self.measures]
        found += self.tables if suggested.tables else ()
        found += self.improvements if suggested.improvements else ()
        return tuple(offer.words for offer in found if offer.source not in cited)


def suggestions(framework: str, number: str) -> Suggestions:
    """What could be cited; `number` is the one that the framework was loaded with. Nothing where we know no better."""
    match framework:
        case frameworks.CSE_CODE:
            kinds = (_CSE_IMPROVEMENTS, _CSE_TABLES, _CSE_QUOTES)
            measures = _CSE_MEASURES
        case frameworks.CONTACT_CENTRE_CODE:
            kinds = (_CONTACT_CENTRE_IMPROVEMENTS, _CONTACT_CENTRE_TABLES, _CONTACT_CENTRE_QUOTES)
            measures = _CONTACT_CENTRE_MEASURES
        case _:
            return Suggestions()
    return Suggestions(measures.get(number, ()), *(number in kind for kind in kinds))


def suggested_measures(framework: str, number: str) -> tuple[str, ...]:
    """The figures among them, which a first pack takes."""
    return suggestions(framework, number).measures
