"""From an empty database to the first answer: what is done, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Beginnings:
    """How far a council has come: what there is of each, over all its services."""

    has_council: bool
    services: int
    contacts: int
    sent: int
    answers: int


@dataclass(frozen=True)
class Step:
    """One step. `command` does it where there is no page for it."""

    title: str
    words: str
    command: str | None
    is_done: bool
    is_next: bool


def first_steps(there: Beginnings) -> Sequence[Step]:
    """The steps in their order; the first that is not done is the next."""
    steps = (
        ("Set up the council", "Its name, its sender and its colours.", None, there.has_council),
        (
            "Bring in the services",
            "Those that residents know, as a tree.",
            "flask organisation import FILE.csv",
            there.services > 0,
        ),
        (
            "Bring in contacts",
            "Who phoned, wrote or came in, with an e-mail address each.",
            "flask contacts import FILE.csv",
            there.contacts > 0,
        ),
        ("Send invitations", "The worker draws who is asked and writes to them.", "flask jobs run", there.sent > 0),
        (
            "Wait for the first answer",
            "Figures show from 10 answers on.",
            None,
            there.answers > 0,
        ),
    )
    waiting = next((place for place, (*_, is_done) in enumerate(steps) if not is_done), None)
    return [
        Step(title, words, command, is_done, is_next=place == waiting)
        for place, (title, words, command, is_done) in enumerate(steps)
    ]
