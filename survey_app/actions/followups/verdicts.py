"""When a resident is asked whether it was put right, for how long, and what their answer brings about."""

from __future__ import annotations

from datetime import datetime, timedelta

from survey_app.actions.models import Outcome, Verdict
from survey_app.kernel.translatable import for_translation

UNDO_FOR = timedelta(hours=1)  # a closing can be taken back; nobody is asked before that
OPEN_FOR = timedelta(days=30)

OUTCOMES_ASKED_ABOUT = frozenset({Outcome.PUT_RIGHT, Outcome.EXPLAINED})

LABELS = {
    Verdict.YES: for_translation("Yes"),
    Verdict.PARTLY: for_translation("Partly"),
    Verdict.NO: for_translation("No"),
}


def asked_at(closed_at: datetime, outcome: Outcome, *, is_wanted: bool, has_email: bool) -> datetime | None:
    """When an e-mail asks "Was it put right?"; None when none does."""
    return closed_at + UNDO_FOR if is_wanted and has_email and outcome in OUTCOMES_ASKED_ABOUT else None


def can_undo(closed_at: datetime | None, now: datetime) -> bool:
    """A closing can be taken back within the hour."""
    return closed_at is not None and now < closed_at + UNDO_FOR


def is_open(asked_at: datetime | None, now: datetime) -> bool:
    """Whether the link that was sent can still be answered."""
    return asked_at is not None and now < asked_at + OPEN_FOR


def reopens(verdict: Verdict, reopened_at: datetime | None) -> bool:
    """ "No" opens it again, once: whoever says so a second time is shown how to complain."""
    return verdict is Verdict.NO and reopened_at is None
