"""At which question those stopped who began and did not finish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.statistics.suppression import is_suppressed


@dataclass(frozen=True)
class BreakOff:
    """So many saved a draft and came no further than this question. `share` is of all who began; None on a base too
    small for a share."""

    question: str
    count: int
    share: float | None


@dataclass(frozen=True)
class BreakOffs:
    """Of surveys of more than one page: how many began, and where those stopped who did not finish, most first."""

    began: int
    unfinished: int
    at: tuple[BreakOff, ...]


def make_break_offs(complete: int, stopped: Mapping[str, int]) -> BreakOffs:
    """From complete answers and unfinished drafts by the label of the question that they stopped at."""
    unfinished = sum(stopped.values())
    began = complete + unfinished
    return BreakOffs(
        began,
        unfinished,
        tuple(
            BreakOff(question, n, None if is_suppressed(began) else n / began)
            for question, n in sorted(stopped.items(), key=lambda each: (-each[1], each[0]))
        ),
    )
