"""What of the survey, the improvements and the published tables says something about which element: our own reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from survey_app.actions.models import Prompt
from survey_app.evidence import frameworks


@dataclass(frozen=True)
class Matter:
    """Which improvements say something about an element: those that came from one of `prompts`, and those that were to
    move one of `measures`."""

    prompts: frozenset[Prompt] = frozenset()
    measures: frozenset[str] = frozenset()

    def fits(self, prompt: Prompt | None, measure: str) -> bool:
        return prompt in self.prompts or measure in self.measures


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
_SATISFACTION = frozenset({"satisfaction", "satisfaction_mean", "net_satisfaction"})
_SPEED_AND_QUALITY = frozenset({"timeliness", "processing_days", "professionalism", "staff_attitude"})
_SETTLED_AT_ONCE = frozenset({"resolved", "avoidable_contact"})
_FROM_CUSTOMERS = Matter(prompts=frozenset({Prompt.SURVEY, Prompt.CONSULTATION, Prompt.COMPLAINT}))
_FROM_FEEDBACK = Matter(prompts=frozenset({Prompt.SURVEY, Prompt.COMPLAINT}))
_CSE_IMPROVEMENTS = {
    "1.2.2": Matter(prompts=frozenset({Prompt.CONSULTATION})),
    "1.3.2": Matter(prompts=frozenset({Prompt.SURVEY}), measures=_SATISFACTION),
    "1.3.5": _FROM_CUSTOMERS,
    "2.1.2": _FROM_CUSTOMERS,
    "3.2.3": Matter(measures=frozenset({"information"})),
    "3.3.2": Matter(measures=frozenset({"access"})),
    "4.3.4": _FROM_FEEDBACK,
    "5.2.3": Matter(measures=_SETTLED_AT_ONCE),
    "5.3.1": Matter(measures=_SPEED_AND_QUALITY),
}
_STANDARDS = _SATISFACTION | _SPEED_AND_QUALITY | {"delivery", "information", "access", "resolved"}
_CSE_TABLES = {
    "1.2.2": _SATISFACTION,
    "1.3.1": _SATISFACTION,
    "1.3.2": _SATISFACTION,
    "1.3.3": frozenset(DRIVERS) | {"access"},
    "1.3.4": _SATISFACTION,
    "4.1.2": _STANDARDS,
    "5.3.2": _SPEED_AND_QUALITY,
}
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
_CONTACT_CENTRE_IMPROVEMENTS = {
    "A4": _FROM_FEEDBACK,
    "C5": Matter(measures=_SETTLED_AT_ONCE),
    "F4": Matter(prompts=frozenset({Prompt.COMPLAINT})),
    "F5": Matter(prompts=frozenset(Prompt)),
}
_CONTACT_CENTRE_TABLES = {"F2": _STANDARDS, "F3": _STANDARDS}
_CONTACT_CENTRE_QUOTES = frozenset({"A3", "C1"})


@dataclass(frozen=True)
class Suggestions:
    """What could be cited at an element, by kind: figures by the names of their measures, the strongest first;
    improvements by what they are about; published tables by what they are of."""

    measures: tuple[str, ...] = ()
    improvements: Matter = Matter()
    tables: frozenset[str] = frozenset()
    quotes: bool = False


@dataclass(frozen=True)
class Offer:
    """One thing that exists and could be cited; `source` tells whether an exhibit is made of it already. `measure` is
    what it is of or was to move, `prompt` what an improvement came from."""

    source: str  # "measure satisfaction", "improvement 3", "table satisfaction 2025-04-01"
    words: str
    measure: str = ""
    prompt: Prompt | None = None


@dataclass(frozen=True)
class Offers:
    """All that exists on a day: figures of measures that are asked, by name, improvements and published tables, the
    newest first."""

    measures: Mapping[str, Offer]
    improvements: Sequence[Offer] = ()
    tables: Sequence[Offer] = ()

    def for_element(self, suggested: Suggestions, cited: Collection[str | None]) -> tuple[Offer, ...]:
        """What of it an element with these sources cited could cite as well, figures first."""
        found = [self.measures[name] for name in suggested.measures if name in self.measures]
        found += [offer for offer in self.tables if offer.measure in suggested.tables]
        found += [offer for offer in self.improvements if suggested.improvements.fits(offer.prompt, offer.measure)]
        return tuple(offer for offer in found if offer.source not in cited)


def suggestions(framework: str, number: str) -> Suggestions:
    """What could be cited; `number` is the one that the framework was loaded with. Nothing where we know no better."""
    match framework:
        case frameworks.CSE_CODE:
            measures, improvements, tables = _CSE_MEASURES, _CSE_IMPROVEMENTS, _CSE_TABLES
            quotes = _CSE_QUOTES
        case frameworks.CONTACT_CENTRE_CODE:
            measures, improvements = _CONTACT_CENTRE_MEASURES, _CONTACT_CENTRE_IMPROVEMENTS
            tables, quotes = _CONTACT_CENTRE_TABLES, _CONTACT_CENTRE_QUOTES
        case _:
            return Suggestions()
    return Suggestions(
        measures.get(number, ()),
        improvements.get(number, Matter()),
        tables.get(number, frozenset()),
        number in quotes,
    )


def suggested_measures(framework: str, number: str) -> tuple[str, ...]:
    """The figures among them, which a first pack takes."""
    return suggestions(framework, number).measures
