"""What stands in the way of publishing a draft, and what may be better: gathered for the pages, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.kernel.characters import shortened
from survey_app.surveys import checking
from survey_app.surveys.differences import Differences, QuestionDifference, Trend
from survey_app.surveys.lengths import LONGEST_GOOD_MINUTES, minutes
from survey_app.surveys.plain_language import advice_on_question
from survey_app.surveys.structure import SurveyStructure

LONGEST_PLACE = 60  # characters of a wording that say which question it is


@dataclass(frozen=True)
class Note:
    """One thing to settle or to think about. `question` and `page` are where it stands, if at any."""

    place: str
    sentence: str
    blocks_publishing: bool
    question: str = ""
    page: int | None = None


def notes_on(structure: SurveyStructure) -> list[Note]:
    """All of them: what blocks first."""
    found = [*_faults(structure), *_advice(structure)]
    return sorted(found, key=lambda note: not note.blocks_publishing)


def broken_trends(consequences: Differences) -> Mapping[str, QuestionDifference]:
    """The questions whose figures would not be compared with those before, by code: those that go on, and those that
    are asked anew and have been asked before."""
    breaks = (Trend.NEEDS_BRIDGE, Trend.ENDS)
    return {one.code: one for one in consequences.questions if one.after and one.trend in breaks}


def _faults(structure: SurveyStructure) -> list[Note]:
    return [
        Note(fault.place, _sentence(fault.sentence), fault.blocks_publishing, fault.question, fault.page)
        for fault in checking.faults(structure)
    ]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _advice(structure: SurveyStructure) -> list[Note]:
    found, long = [], minutes(structure)
    if long > LONGEST_GOOD_MINUTES:
        sentence = f"It takes about {long} minutes. Beyond {LONGEST_GOOD_MINUTES} more and more people break off."
        found.append(Note("The survey", sentence, blocks_publishing=False))
    for n, item in enumerate(structure.items, start=1):
        place, code = f"Question {n}, “{shortened(item.question.wording, LONGEST_PLACE)}”", item.question.code
        for advice in advice_on_question(item.question):
            sentence = f"{advice.words}: {advice.sentence}" if advice.words else advice.sentence
            found.append(Note(place, sentence, blocks_publishing=False, question=code))
    return found
