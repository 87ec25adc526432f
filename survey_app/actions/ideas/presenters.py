"""Ideas of staff as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.improvements.presenters import INDEX as IMPROVEMENTS
from survey_app.actions.models import IdeaState, StaffIdea
from survey_app.charts import Link
from survey_app.web.templates import day

STATES = {
    IdeaState.NEW: ("neutral", "Waits for an answer"),
    IdeaState.TAKEN_UP: ("improvement", "Taken up"),
    IdeaState.NOT_NOW: ("common", "Not now"),
}


@dataclass(frozen=True)
class IdeaRow:
    reference: str
    words: str
    service: str
    team: str
    author: str
    written: str
    tag: tuple[str, str]
    answer: str
    answered: str
    improvement: Link | None
    is_new: bool


def idea_row(idea: StaffIdea, *, author: str = "") -> IdeaRow:
    """`author` is left out on the page of whoever wrote it."""
    made = idea.improvement
    return IdeaRow(
        reference=idea.reference,
        words=idea.words,
        service=idea.service.name,
        team=idea.team.name if idea.team else "",
        author=author,
        written=day(idea.written_at),
        tag=STATES[idea.state],
        answer=idea.answer,
        answered=day(idea.answered_at) if idea.answered_at else "",
        improvement=None
        if made is None or made.dropped_at is not None
        else Link(f"Improvement {letter_of(made.number)}: {made.title}", f"{IMPROVEMENTS}{letter_of(made.number)}"),
        is_new=idea.state is IdeaState.NEW,
    )
