"""Were people hand-picked? What the draw and what never came to it say, over all advisers together.

Nobody is named: the answer is about the council, and a question where it is not clear, never a verdict on a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from survey_app.measures.sentences.numbers import listed
from survey_app.statistics.comparison import holm
from survey_app.statistics.distributions import ALPHA
from survey_app.statistics.even_draw import Evenness, Stratum, even_draw, uneven_shares


class Facts(NamedTuple):
    """So many contacts of one adviser, outcome, hour and fraction (None: they never came to the draw).

    `drawn` are those below the fraction, `marked` those marked sensitive or "do not survey".
    """

    adviser: str  # "" where it is not known
    outcome: str
    hour: int
    fraction: float | None
    contacts: int
    drawn: int
    marked: int
    without_address: int


class Question(StrEnum):
    """One test each."""

    ADVISER = "By adviser"
    OUTCOME = "By outcome"
    HOUR = "By hour of day"
    MARKED = "Marked “do not survey” or sensitive, by adviser"
    NO_ADDRESS = "Without an address, by adviser"

    @property
    def is_of_the_draw(self) -> bool:
        return self in {Question.ADVISER, Question.OUTCOME, Question.HOUR}

    @property
    def what_differs(self) -> str:
        return {
            Question.ADVISER: "the share asked differs between advisers",
            Question.OUTCOME: "the share asked differs between outcomes",
            Question.HOUR: "the share asked differs between hours of the day",
            Question.MARKED: "some advisers mark far more contacts “do not survey” or sensitive than others",
            Question.NO_ADDRESS: "some advisers record far fewer addresses than others",
        }[self]


@dataclass(frozen=True)
class Tested:
    question: Question
    found: Evenness
    adjusted_p: float  # Holm, over all tests made

    @property
    def is_uneven(self) -> bool:
        return self.adjusted_p < ALPHA


@dataclass(frozen=True)
class HandPicking:
    """What the tests say of a period; `advisers` is how many there are, and all that is said of them."""

    advisers: int
    drawn_from: int  # contacts for which chance alone decided
    tests: tuple[Tested, ...]

    @property
    def uneven(self) -> list[Tested]:
        return [test for test in self.tests if test.is_uneven]

    @property
    def is_clear(self) -> bool:
        """Whether the draw was tested and nothing stood out."""
        return not self.uneven and any(test.question.is_of_the_draw for test in self.tests)

    @property
    def verdict(self) -> str:
        if self.uneven:
            return "Something to look at."
        return "No sign of it." if self.is_clear else "It cannot be tested here."

    @property
    def words(self) -> str:
        if self.uneven:
            what = listed([test.question.what_differs for test in self.uneven])
            return (
                f"{what[0].upper()}{what[1:]}, by more than a random draw and different work would explain. There may "
                "be a good reason: ask, before anything is concluded."
            )
        if self.is_clear:
            among = f"between {self.advisers:,} advisers and " if self.advisers else ""
            return f"The share asked differs {among}between outcomes and hours no more than a random draw would."
        return "Too few contacts came to a draw that asks some and leaves others: there was nothing to choose."


def hand_picking(facts: Iterable[Facts]) -> HandPicking:
    """The tests that can be made, adjusted together."""
    strata: dict[Question, dict[str, list[Stratum]]] = {
        question: defaultdict(list) for question in Question if question.is_of_the_draw
    }
    marked: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    drawn_from = 0
    for each in facts:
        if each.fraction is not None and 0 < each.fraction < 1:
            stratum = Stratum(each.contacts, each.drawn, each.fraction)
            drawn_from += each.contacts
            if each.adviser:
                strata[Question.ADVISER][each.adviser].append(stratum)
            strata[Question.OUTCOME][each.outcome].append(stratum)
            strata[Question.HOUR][str(each.hour)].append(stratum)
        if each.adviser:
            for place, n in enumerate((each.contacts, each.marked, each.without_address)):
                marked[each.adviser][place] += n
    found = {question: even_draw(groups) for question, groups in strata.items()}
    found[Question.MARKED] = uneven_shares({adviser: (n, base) for adviser, (base, n, _) in marked.items()})
    found[Question.NO_ADDRESS] = uneven_shares({adviser: (n, base) for adviser, (base, _, n) in marked.items()})
    made = [(question, evenness) for question, evenness in found.items() if evenness is not None]
    adjusted = holm([evenness.p_value for _, evenness in made])
    tests = [Tested(question, evenness, p) for (question, evenness), p in zip(made, adjusted, strict=True)]
    return HandPicking(len(marked), drawn_from, tuple(tests))
