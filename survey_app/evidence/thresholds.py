"""When a framework counts as passed, when evidence is out of date, how long packs stay: defaults for a council.

Of Customer Service Excellence the licensed rule is not published. The defaults are what holders of the award report:
80 per cent met, nothing not met, and at most 2, 2, 2, 3 and 2 elements partly met in criteria 1 to 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from survey_app.evidence.frameworks import CSE_CODE
from survey_app.kernel.errors import InvalidInput

LONGEST_MONTHS = 120
LONGEST_YEARS = 20


@dataclass(frozen=True)
class Thresholds:
    """`partials_allowed` has one number a criterion, in their order: None, or no number, is no limit."""

    share_needed: float = 0.8  # of the elements that apply
    partials_allowed: tuple[int | None, ...] = ()
    ageing_months: int = 10  # full months from which evidence is ageing
    stale_months: int = 12  # and out of date
    pack_years: int = 3  # for which a pack is kept: a round of accreditation

    def partials_in(self, criterion: int) -> int | None:
        """How many elements of a criterion, counted from 0, may be partly met; None is any number."""
        return self.partials_allowed[criterion] if criterion < len(self.partials_allowed) else None

    def stored(self) -> dict[str, Any]:
        return {**self.__dict__, "partials_allowed": list(self.partials_allowed)}


DEFAULTS = {CSE_CODE: Thresholds(partials_allowed=(2, 2, 2, 3, 2))}


def default_thresholds(framework: str) -> Thresholds:
    return DEFAULTS.get(framework, Thresholds())


def read_thresholds(framework: str, stored: Mapping[str, Any] | None) -> Thresholds:
    """A framework's thresholds: the council's own where it set them."""
    if not stored:
        return default_thresholds(framework)
    return replace(Thresholds(**stored), partials_allowed=tuple(stored["partials_allowed"]))


def check_thresholds(thresholds: Thresholds) -> None:
    """InvalidInput says what cannot be."""
    if not 0 < thresholds.share_needed <= 1:
        raise InvalidInput("The share that must be met is more than 0% and at most 100%.")
    if any(allowed is not None and allowed < 0 for allowed in thresholds.partials_allowed):
        raise InvalidInput("A number of elements that may be partly met is 0 or more.")
    if not 0 < thresholds.ageing_months < thresholds.stale_months <= LONGEST_MONTHS:
        raise InvalidInput(
            "Evidence is ageing for some months before it is out of date: use whole months from 1 to "
            f"{LONGEST_MONTHS}, the first number the smaller one."
        )
    if not 1 <= thresholds.pack_years <= LONGEST_YEARS:
        raise InvalidInput(f"Packs are kept for 1 to {LONGEST_YEARS} years.")
