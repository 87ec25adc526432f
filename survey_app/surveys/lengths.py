"""How long a survey takes, and the sentence that says so before its first question.

An estimate, and called one: people read about 200 words a minute; beside that each kind of answer takes the seconds of
`_SECONDS`. A written answer is voluntary and most leave it empty, so that it counts little. What is asked of some only
counts in full: nobody is promised less than it takes.
"""

from __future__ import annotations

import math

from survey_app.surveys.kinds import ONE_OPTION, QuestionKind
from survey_app.surveys.structure import Item, SurveyStructure

_WORDS_A_SECOND = 200 / 60
_TO_CHOOSE = 3
_SECONDS = dict.fromkeys(ONE_OPTION, _TO_CHOOSE) | {
    QuestionKind.MULTIPLE_CHOICE: 8,
    QuestionKind.RANKING: 20,
    QuestionKind.NUMBER: 6,
    QuestionKind.DATE: 8,
    QuestionKind.SHORT_TEXT: 8,
    QuestionKind.TEXT: 8,
}
LONGEST_GOOD_MINUTES = 3  # beyond it more and more people break off


def minutes(structure: SurveyStructure) -> int:
    """About how many minutes it takes, rounded to whole ones; at least one."""
    return max(1, math.floor(sum(map(_seconds, structure.items)) / 60 + 0.5))


def length_sentence(structure: SurveyStructure) -> str:
    """Such as: There are 10 short questions and it takes about a minute. Only the first needs an answer."""
    count, long = len(structure.items), minutes(structure)
    asked = "There is 1 short question" if count == 1 else f"There are {count} short questions"
    takes = "about a minute" if long == 1 else f"about {long} minutes"
    return f"{asked} and it takes {takes}. {_required(structure)}"


def with_length_sentence(before: SurveyStructure, after: SurveyStructure) -> str:
    """The sentence of an edited survey: ours is written anew, one in a council's own words stays as it is."""
    return length_sentence(after) if before.length_sentence == length_sentence(before) else after.length_sentence


def _seconds(item: Item) -> float:
    question = item.question
    words = len(f"{question.wording} {question.hint}".split())
    return words / _WORDS_A_SECOND + _SECONDS[question.kind]


def _required(structure: SurveyStructure) -> str:
    needed = [n for n, item in enumerate(structure.items, 1) if item.is_required]
    match needed:
        case []:
            return "None of them has to be answered."
        case [1]:
            return "Only the first needs an answer."
        case [_]:
            return "Only one of them needs an answer."
        case _ if len(needed) == len(structure.items):
            return "All of them need an answer."
        case _:
            return f"{len(needed)} of them need an answer."
