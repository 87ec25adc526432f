"""What tells an answer of a machine from one of a person. Whoever is in doubt is held for review, never refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

TOO_FAST = "too_fast"
HIDDEN_FIELD = "hidden_field"
SEVERAL_RATINGS = "several_ratings"
MANY_FROM_ONE_ADDRESS = "many_from_one_address"

SEVERAL_WITHIN = timedelta(seconds=5)  # nobody opens two links of a message and sends both in less
CHANGE_TAKES = 3  # times as long as a first answer: who replaces one, or takes it back, has a notice to read
MANY_AN_HOUR = 30  # answers by open links from one address; a library or a school has one


@dataclass(frozen=True)
class Signs:
    """What is known of how an answer was sent. `took` is from when its page was made, None where there was no page;
    nobody reads a question and presses Send in less than `soonest`.

    `since_another` is from the newest answer of the same person that chose something else, None without one, and
    `is_change` whether an answer counts that it would replace: `submit` looks both up, nobody else has to.
    """

    took: timedelta | None = None
    soonest: timedelta = timedelta()
    is_trap_filled: bool = False  # the field that people do not see
    is_one_of_many: bool = False  # more than MANY_AN_HOUR came from its address, by links that anybody may follow
    since_another: timedelta | None = None
    is_change: bool = False


def why_held(signs: Signs) -> str | None:
    """The reason to hold an answer for review, or None for one that counts. What no person does comes first."""
    if signs.is_trap_filled:
        return HIDDEN_FIELD
    if signs.since_another is not None and signs.since_another < SEVERAL_WITHIN:
        return SEVERAL_RATINGS
    soonest = signs.soonest * CHANGE_TAKES if signs.is_change else signs.soonest
    if signs.took is not None and signs.took < soonest:
        return TOO_FAST
    if signs.is_one_of_many:
        return MANY_FROM_ONE_ADDRESS
    return None
