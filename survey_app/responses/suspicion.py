"""What tells an answer of a machine from one of a person. Whoever is in doubt is held for review, never refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Signs:
    """What is known of how an answer was sent. `took` is from when its page was made, None where there was no page;
    nobody reads a question and presses Send in less than `soonest`."""

    took: timedelta | None = None
    soonest: timedelta = timedelta()
    is_trap_filled: bool = False  # the field that people do not see
    is_one_of_many: bool = False  # from one address, in an hour


def why_held(signs: Signs) -> str | None:
    """The reason to hold an answer for review, or None for one that counts."""
    if signs.is_trap_filled:
        return "hidden_field"
    if signs.took is not None and signs.took < signs.soonest:
        return "too_fast"
    if signs.is_one_of_many:
        return "many_from_one_address"
    return None
