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
    title: str
    words: str
    is_done: bool
    is_next: bool


def first_steps(there: Beginnings) -> Sequence[Step]:
    """The steps in their order; the first that is not done is the next."""
    steps = (
        ("Set up the council", "Its name, its sender and its colours.", there.has_council),
        ("Bring in the services", "Those that residents know, as a tree.", there.services > 0),
        (
            "Bring in contacts",
            "Who phoned, wrote or came in, with an e-mail address each.",
            there.contacts > 0,
        ),
        ("Start asking", "The worker then draws who is asked, and writes to them.", there.sent > 0),
        ("Wait for the first answer", "Figures show from 10 answers on.", there.answers > 0),
    )
    waiting = next((place for place, (*_, is_done) in enumerate(steps) if not is_done), None)
    return [
        Step(title, words, is_done, is_next=place == waiting) for place, (title, words, is_done) in enumerate(steps)
    ]
