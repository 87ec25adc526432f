"""Whether an element beats last year: what the tests of its figures come to.

A figure is that of an exhibit, counted again for the last full year against the year before. It surpassed, it was
maintained within a margin that was set before the year began, or neither can be shown. Source of the tests:
MEASURES.md 2.4 to 2.6; of "maintained": `measures/last_year.py`. All figures of a framework allow for each other
(Holm), so that an element says the same on its page and on the board.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey_app.kernel.periods import Period, in_words
from survey_app.measures.last_year import Judged, Outcome
from survey_app.measures.sentences.numbers import listed


class Beaten(StrEnum):
    """In the words in which it is stored."""

    SURPASSED = "surpassed"
    MAINTAINED = "maintained"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True)
class Named:
    """A figure that was judged, by the name that a sentence gives it."""

    name: str
    judged: Judged

    @property
    def outcome(self) -> Outcome:
        """As judged, but that a margin set once the year had begun maintains nothing."""
        found = self.judged.outcome
        is_late = found is Outcome.MAINTAINED and self.judged.margin_after_seeing
        return Outcome.NOT_SHOWN if is_late else found


@dataclass(frozen=True)
class Beat:
    """What an element's figures come to, with the sentence that says of which and against what."""

    outcome: Beaten
    year: Period
    figures: tuple[Named, ...]
    sentence: str


def beat_of(figures: Sequence[Named], year: Period) -> Beat | None:
    """What the figures of one element come to; None where none of them can be compared.

    One that fell undoes what the others surpassed. Maintained is only said where every figure is: what was not shown
    of one is not shown of the element.
    """
    compared = tuple(each for each in figures if each.outcome is not Outcome.NOT_ENOUGH)
    if not compared:
        return None
    found = {each.outcome for each in compared}
    if Outcome.SURPASSED in found and Outcome.FELL not in found:
        outcome = Beaten.SURPASSED
    elif found == {Outcome.MAINTAINED}:
        outcome = Beaten.MAINTAINED
    else:
        outcome = Beaten.NOT_SHOWN
    return Beat(outcome, year, compared, _sentence(compared, year))


def _sentence(figures: Sequence[Named], year: Period) -> str:
    """Above last year (2025/26 against 2024/25): satisfaction. No change can be shown: access."""
    words = {
        Outcome.SURPASSED: "Better than last year",
        Outcome.MAINTAINED: "Maintained within the margin set beforehand",
        Outcome.FELL: "Worse than last year",
        Outcome.NOT_SHOWN: "No change can be shown",
    }
    said = []
    for outcome, begin in words.items():
        if names := [each.name for each in figures if each.outcome is outcome]:
            said.append(f"{begin}: {listed(names)}.")
    late = [each for each in figures if each.judged.outcome is Outcome.MAINTAINED and each.outcome is Outcome.NOT_SHOWN]
    for each in late:
        if each.judged.margin is not None:
            said.append(
                f"The margin of {each.name} was set on {in_words(each.judged.margin.set_on)}, after the year had "
                "begun: it cannot say that the year was maintained."
            )
    return f"{year.label} against {year.previous.label}. {' '.join(said)}"
