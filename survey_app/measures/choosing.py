"""The options of questions as a measure sees them: which are its own, and which are in its base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from survey_app.measures.definitions import Choice, Measure, Source
from survey_app.measures.one_scale import on_one_scale
from survey_app.measures.rules import DONT_KNOW, USUAL, Rules

Choices = Mapping[tuple[int, str], Choice]  # by question version and the value stored with an answer


@dataclass(frozen=True)
class Asked:
    """A question with the options of all its versions. `asks` names the measures of ours that it feeds."""

    code: str
    asks: str | None
    choices: Choices


def choices_for(measure: Measure, asked: Mapping[str, Asked], rules: Rules = USUAL) -> Choices:
    """What the answers to the questions of a measure may be, by these rules; `asked` are all questions by code."""
    if measure.source is not Source.ANSWERS:
        return {}
    feeds = [
        question
        for question in asked.values()
        if (question.code == measure.question if measure.is_own else question.asks == measure.asks)
    ]
    choices = {place: measure.option(choice) for question in feeds for place, choice in question.choices.items()}
    if rules.dont_know:
        choices = {
            place: replace(choice, is_substantive=choice.is_substantive or choice.code == DONT_KNOW)
            for place, choice in choices.items()
        }
    return on_one_scale(measure, choices) if measure.scales else choices
