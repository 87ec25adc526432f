"""What a kiosk asks of a survey, and whether an answer fits it: what one tap can say. Nobody writes there, and nobody
can be contacted about an answer that anybody in the room may have given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey_app.surveys.kinds import TALLIED
from survey_app.surveys.models import QuestionVersion, SurveyVersion


def asked_at_a_kiosk(version: SurveyVersion) -> Sequence[QuestionVersion]:
    """The questions of a survey that are answered by one tap, in their order. The first is needed; each after it can be
    skipped."""
    return [item.question_version for item in version.items if item.question_version.kind in TALLIED]


def why_refused(version: SurveyVersion, choices: Mapping[str, str]) -> str | None:
    """What is wrong with option codes by question code, or None when they can be stored."""
    options = {
        question.question.code: {option.code for option in question.options} for question in asked_at_a_kiosk(version)
    }
    if not options or next(iter(options)) not in choices:
        return "the first question is not answered"
    if not choices.keys() <= options.keys():
        return "a question is not asked here"
    if any(code not in options[question] for question, code in choices.items()):
        return "an answer is not one of those shown"
    return None
