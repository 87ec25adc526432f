"""Takes in ideas of staff, and what managers answer. Functions flush; callers commit."""

from __future__ import annotations

from datetime import datetime

from survey_app.actions.models import IdeaState, Improvement, StaffIdea
from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.characters import fit
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference
from survey_app.organisation.models import Service, Team

LONGEST = 2_000  # characters of an idea, and of an answer


def write_idea(words: str, service: Service, team: Team | None, *, now: datetime, by: int) -> StaffIdea:
    """Put an idea into the box. InvalidInput for one without words, or with too many."""
    idea = StaffIdea(
        reference=new_reference(),
        words=_checked(words, "Write your idea."),
        service=service,
        team=team,
        written_at=now,
        written_by=by,
    )
    db.session.add(idea)
    db.session.flush()
    record_act_by("idea.written", idea.reference, at=now, by=by, after={"service": service.code})
    return idea


def drop_idea(idea: StaffIdea, *, now: datetime, by: int) -> None:
    """Take one's own out of the box again. Refused once somebody has answered."""
    if idea.state is not IdeaState.NEW:
        raise Refused("It was answered already, so it stays.")
    record_act_by("idea.taken back", idea.reference, at=now, by=by)
    db.session.delete(idea)
    db.session.flush()


def answer_idea(idea: StaffIdea, state: IdeaState, answer: str, *, now: datetime, by: int) -> None:
    """Say what becomes of it, and why. It can be answered anew; its author reads the last answer.

    InvalidInput without words, for somebody thought about it.
    """
    if state is IdeaState.NEW:
        raise InvalidInput("Say whether it is taken up.")
    before = idea.state
    idea.answer, idea.state = _checked(answer, "Write a sentence for whoever had the idea."), state
    idea.answered_at, idea.answered_by = now, by
    db.session.flush()
    record_act_by("idea.answered", idea.reference, at=now, by=by, before={"state": before}, after={"state": state})


def take_up(idea: StaffIdea, improvement: Improvement, *, now: datetime, by: int) -> None:
    """It became an improvement: its author sees which, and whether it helped."""
    before = idea.state
    idea.state, idea.improvement_id = IdeaState.TAKEN_UP, improvement.id
    idea.answered_at, idea.answered_by = now, by
    db.session.flush()
    record_act_by(
        "idea.answered", idea.reference, at=now, by=by, before={"state": before}, after={"state": IdeaState.TAKEN_UP}
    )


def _checked(words: str, empty: str) -> str:
    words = fit(words).strip()
    if not words:
        raise InvalidInput(empty)
    if len(words) > LONGEST:
        raise InvalidInput(f"Use {LONGEST:,} characters or fewer.")
    return words
