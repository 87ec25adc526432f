"""How a follow-up ends, in words."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.actions.models import FollowUpSource, FollowUpState, Outcome

LABELS: Mapping[Outcome, str] = {
    Outcome.PUT_RIGHT: "Put right",
    Outcome.EXPLAINED: "Explained",
    Outcome.COMPLAINT: "Goes on as a complaint",
    Outcome.NOT_REACHED: "Not reached",
    Outcome.NOT_WANTED: "They want no contact",
}
STATES: Mapping[FollowUpState, str] = {
    FollowUpState.NEW: "New",
    FollowUpState.IN_TOUCH: "In touch",
    FollowUpState.CLOSED: "Closed",
}
SOURCES: Mapping[FollowUpSource, str] = {
    FollowUpSource.LOW_SCORE: "a low score",
    FollowUpSource.ALERT: "words in a comment",
    FollowUpSource.COMMENT: "somebody who read the comment",
}
