"""The answers with which a new question of a kind begins: those of the bank. Whoever writes it may word them anew."""

from __future__ import annotations

from survey_app.surveys.bank import (
    AGREEMENT_SCALE,
    EASE_SCALE,
    EFFORT_SCALE,
    RECOMMEND_SCALE,
    RESOLVED_SCALE,
    SATISFACTION_SCALE,
    THUMB_DOWN,
    THUMB_UP,
    named,
)
from survey_app.surveys.kinds import QuestionKind

USUAL_ANSWERS = {
    QuestionKind.SATISFACTION: SATISFACTION_SCALE,
    QuestionKind.AGREEMENT: AGREEMENT_SCALE,
    QuestionKind.EASE: EASE_SCALE,
    QuestionKind.EFFORT: EFFORT_SCALE,
    QuestionKind.NPS: RECOMMEND_SCALE,
    QuestionKind.YES_PARTLY_NO: RESOLVED_SCALE,
    QuestionKind.THUMBS: (named("up", "Good", icon=THUMB_UP), named("down", "Not good", icon=THUMB_DOWN)),
    QuestionKind.CONSENT: (named("yes", "Yes, you may contact me about this answer"), named("no", "No")),
}
