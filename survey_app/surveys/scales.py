"""A question that can be answered in a text message: by a number from 1 to 5, where 5 is best, or by its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import SurveyVersion

WORST, BEST = 1, 5  # what people may write

# Satisfaction has the same five answers wherever it is asked; this is how they are said in Welsh, mutated or not.
_WELSH = {
    "bodlon iawn": 5,
    "fodlon iawn": 5,
    "eithaf bodlon": 4,
    "eithaf fodlon": 4,
    "gweddol fodlon": 4,
    "ddim yn fodlon nac yn anfodlon": 3,
    "ddim yn fodlon nac anfodlon": 3,
    "eithaf anfodlon": 2,
    "gweddol anfodlon": 2,
    "anfodlon iawn": 1,
}


@dataclass(frozen=True)
class TextScale:
    """The option codes of a question, by score and by what people may write instead of a number."""

    by_score: Mapping[int, str]
    by_label: Mapping[str, str]
    outside: frozenset[str]  # the codes that are no opinion: "I do not know"


def text_scale(version: SurveyVersion) -> TextScale | None:
    """The scale of the first question of a survey; None when it does not ask for satisfaction with the scores 1 to 5.

    The score decides, never the place on the page: a scale shown with the worst answer first reads the same.
    """
    first = version.items[0].question_version if version.items else None
    if first is None or first.kind is not QuestionKind.SATISFACTION:
        return None
    by_score = {option.score: option.code for option in first.options if option.score is not None}
    scored = [option for option in first.options if option.score is not None]
    if len(scored) != BEST or sorted(by_score) != list(range(WORST, BEST + 1)):
        return None
    by_label = {option.label: option.code for option in first.options}
    by_label |= {label: by_score[score] for label, score in _WELSH.items()}
    return TextScale(by_score, by_label, frozenset(o.code for o in first.options if o.score is None))


def can_be_answered_by_text(version: SurveyVersion) -> bool:
    """Whether a text message may ask for a number from 1 to 5; else it has the link alone."""
    return text_scale(version) is not None
