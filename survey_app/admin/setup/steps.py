"""The steps of setting up a council, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    DONE = "done"
    TO_DO = "to do"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Facts:
    """What is there of a council."""

    has_council: bool
    has_logo: bool
    has_own_colours: bool
    services: int
    has_target: bool
    has_sender: bool
    has_contacts: bool
    is_tested: bool
    is_asking: bool


@dataclass(frozen=True)
class Step:
    """One step, as a line of the list. `name` is the last part of its page's address."""

    name: str
    title: str
    about: str
    state: State


def steps(facts: Facts) -> list[Step]:
    """All steps in the order in which they are best done."""
    return [
        Step("council", "Your council", "Name, nation, and where residents turn.", _needed(facts.has_council)),
        Step("logo", "Logo", "On every page that residents and staff see.", _optional(facts.has_logo)),
        Step("colours", "Colours", "Yours, where everyone can read them.", _optional(facts.has_own_colours)),
        Step("services", "Services", "What residents contact you about.", _needed(facts.services > 0)),
        Step("target", "Target", "How many should be satisfied.", _optional(facts.has_target)),
        Step("sender", "Sender", "Who the messages come from.", _needed(facts.has_sender)),
        Step(
            "contacts", "First contacts", "A file of who contacted you, looked at first.", _needed(facts.has_contacts)
        ),
        Step("test", "Test message", "The real message, to yourself.", _optional(facts.is_tested)),
        Step("asking", "Start asking", "From then on residents are asked.", _needed(facts.is_asking)),
    ]


def missing_to_ask(facts: Facts) -> list[Step]:
    """What has to be done before anybody can be asked. Contacts may come later."""
    needed = {"council", "services", "sender"}
    return [step for step in steps(facts) if step.name in needed and step.state is not State.DONE]


def next_step(facts: Facts, after: str | None = None) -> Step | None:
    """The first step that is to do, or after `after` the first that is not done yet; None when nothing is left."""
    every = steps(facts)
    if after is not None:
        place = [step.name for step in every].index(after)
        return next((step for step in every[place + 1 :] if step.state is not State.DONE), None)
    return next((step for step in every if step.state is State.TO_DO), None)


def _needed(is_done: bool) -> State:
    return State.DONE if is_done else State.TO_DO


def _optional(is_done: bool) -> State:
    return State.DONE if is_done else State.OPTIONAL
