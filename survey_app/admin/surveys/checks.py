"""What stands in the way of publishing a draft, and what may be better: gathered for the pages, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.surveys.lengths import LONGEST_GOOD_MINUTES, minutes
from survey_app.surveys.structure import Item, SurveyStructure


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


def reworded(published: SurveyStructure | None, draft: SurveyStructure) -> Mapping[str, str]:
    """The questions whose figures would stand apart from those before, and how they read until now."""
    before = {item.question.code: item for item in published.items} if published else {}
    return {
        item.question.code: before[item.question.code].question.wording
        for item in draft.items
        if item.question.code in before and _reads(item) != _reads(before[item.question.code])
    }


def _reads(item: Item) -> object:
    question = item.question
    return question.kind, question.wording, [(choice.code, choice.label, choice.score) for choice in question.choices]


def _faults(structure: SurveyStructure) -> list[Note]:
    if not structure.items:
        return [Note("The survey", "It asks nothing yet. Add a question.", blocks_publishing=True)]
    return []


def _advice(structure: SurveyStructure) -> list[Note]:
    long = minutes(structure)
    if long <= LONGEST_GOOD_MINUTES:
        return []
    sentence = f"It takes about {long} minutes. Beyond {LONGEST_GOOD_MINUTES} more and more people break off."
    return [Note("The survey", sentence, blocks_publishing=False)]
