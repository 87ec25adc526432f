"""The answers with which a new question of a kind begins, in our own wording; whoever writes it may word them anew."""

from __future__ import annotations

from survey_app.surveys.bank import AGREEMENT_SCALE, RESOLVED_SCALE, SATISFACTION_SCALE, Choice
from survey_app.surveys.kinds import QuestionKind

EASE_SCALE = (
    Choice("5", "Very easy", 5),
    Choice("4", "Fairly easy", 4),
    Choice("3", "Neither easy nor difficult", 3),
    Choice("2", "Fairly difficult", 2),
    Choice("1", "Very difficult", 1),
    Choice("dk", "I do not know"),
)
EFFORT_SCALE = (
    Choice("7", "7 – very easy", 7),
    *(Choice(str(score), str(score), score) for score in range(6, 1, -1)),
    Choice("1", "1 – very difficult", 1),
    Choice("dk", "I do not know"),
)
RECOMMEND_SCALE = (
    Choice("10", "10 – extremely likely", 10),
    *(Choice(str(score), str(score), score) for score in range(9, 0, -1)),
    Choice("0", "0 – not at all likely", 0),
    Choice("dk", "I do not know"),
)

USUAL_ANSWERS = {
    QuestionKind.SATISFACTION: SATISFACTION_SCALE,
    QuestionKind.AGREEMENT: AGREEMENT_SCALE,
    QuestionKind.EASE: EASE_SCALE,
    QuestionKind.EFFORT: EFFORT_SCALE,
    QuestionKind.NPS: RECOMMEND_SCALE,
    QuestionKind.YES_PARTLY_NO: RESOLVED_SCALE,
    QuestionKind.THUMBS: (
        Choice("up", "Good", is_outside=False, icon="thumbs-up"),
        Choice("down", "Bad", is_outside=False, icon="thumbs-down"),
    ),
    QuestionKind.CONSENT: (
        Choice("yes", "Yes, you may contact me about this answer", is_outside=False),
        Choice("no", "No", is_outside=False),
    ),
}
