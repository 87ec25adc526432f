"""What tells an answer of a machine from one of a person. Whoever is in doubt is held for review, never refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

TOO_FAST = "too_fast"
HIDDEN_FIELD = "hidden_field"
SEVERAL_RATINGS = "several_ratings"
MANY_FROM_ONE_ADDRESS = "many_from_one_address"

SEVERAL_WITHIN = timedelta(seconds=5)  # nobody opens two links of a message and sends both in less
CORRECTION_TAKES = timedelta(seconds=2)  # to see the thank-you, go back, choose something else and send it
UNDONE_WITHIN = timedelta(minutes=1)  # a change by a machine: what came within seconds may wait for its turn
CHANGE_TAKES = 3  # times as long as a first answer: who replaces one, or takes it back, has a notice to read
MANY_AN_HOUR = 30  # answers by open links from one address; a library or a school has one


@dataclass(frozen=True)
class Another:
    """The newest answer of the same person that chose something else, `since` which this one came.

    `is_followed`: it counts, and this one is sent by its very page, or by one opened after it had come, as somebody
    does who was thanked and goes back. Links opened side by side are not. `is_correction`: it corrected one before it
    in these same seconds.
    """

    since: timedelta
    is_followed: bool = False
    is_correction: bool = False


@dataclass(frozen=True)
class Signs:
    """What is known of how an answer was sent. `took` is from when its page was made, None where there was no page;
    nobody reads a question and presses Send in less than `soonest`.

    `another` is None where nothing else was chosen before, and `is_change` says whether an answer counts that it would
    replace: `submit` looks both up, nobody else has to.
    """

    took: timedelta | None = None
    soonest: timedelta = timedelta()
    is_trap_filled: bool = False  # the field that people do not see
    is_one_of_many: bool = False  # more than MANY_AN_HOUR came from its address, by links that anybody may follow
    another: Another | None = None
    is_change: bool = False


def why_held(signs: Signs) -> str | None:
    """The reason to hold an answer for review, or None for one that counts. What no person does comes first."""
    if signs.is_trap_filled:
        return HIDDEN_FIELD
    if signs.another is not None and _is_one_of_several(signs.another):
        return SEVERAL_RATINGS
    soonest = signs.soonest * CHANGE_TAKES if signs.is_change else signs.soonest
    if signs.took is not None and signs.took < soonest:
        return TOO_FAST
    if signs.is_one_of_many:
        return MANY_FROM_ONE_ADDRESS
    return None


def _is_one_of_several(another: Another) -> bool:
    """Whether a person would not have sent this one so soon after the other.

    Who sees at the thank-you that they pressed the wrong button goes back and corrects it: once, and not in less than
    CORRECTION_TAKES. A machine that tries the ratings one after the other is quicker, or does not stop at two: by its
    third all are held, the first as well.
    """
    if another.since >= SEVERAL_WITHIN:
        return False
    return not another.is_followed or another.is_correction or another.since < CORRECTION_TAKES
