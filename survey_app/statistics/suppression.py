"""Small numbers: what is hidden so that no figure points at a person, nobody excepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

MINIMUM_BASE = 10  # below it no value, numerator, interval or change is shown
INDICATIVE_BELOW = 30  # below it a figure is called indicative, and no change is claimed


def is_suppressed(base: int) -> bool:
    """1 to 9. A base of 0 shows "no answers" and hides nothing."""
    return 0 < base < MINIMUM_BASE


def is_indicative(base: int) -> bool:
    """10 to 29."""
    return MINIMUM_BASE <= base < INDICATIVE_BELOW


def symbol(base: int) -> str:
    """[c] confidential, [u] low reliability, else empty. Source: Government Analysis Function, symbols in tables."""
    if is_suppressed(base):
        return "[c]"
    return "[u]" if is_indicative(base) else ""


class Disclosure(StrEnum):
    SHOWN = "shown"
    PRIMARY = "primary"  # hidden for its own small base
    SECONDARY = "secondary"  # hidden so that a primary one cannot be had by subtraction; readers see no difference


def disclose_groups(bases: Mapping[str, int], also: Collection[str] = ()) -> dict[str, Disclosure]:
    """Which groups of one breakdown may be shown beside its total; bases by group code.

    `also` names groups that have to be hidden for another reason, such as what was published before.

    What can be had by subtracting the shown groups from the total is itself a base of 10 or more, from at least two
    groups; unless the total itself is below 10, which `is_suppressed` hides.
    """
    small = {code for code, base in bases.items() if is_suppressed(base) or code in also}
    shown = {code: Disclosure.PRIMARY if code in small else Disclosure.SHOWN for code in bases}
    hidden = [bases[code] for code in small]
    smallest_first = sorted((base, code) for code, base in bases.items() if base and code not in small)
    for base, code in smallest_first:
        if not hidden or (len(hidden) > 1 and sum(hidden) >= MINIMUM_BASE):
            break
        hidden.append(base)
        shown[code] = Disclosure.SECONDARY
    return shown
