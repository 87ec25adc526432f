"""Do those who answered look like those who were asked?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

SMALLEST_STRATUM = 30  # asked: smaller ones are merged with the next smallest


@dataclass(frozen=True)
class Representativity:
    """`r_indicator` is 1 when all strata answer at the same rate. It reads a low response as representative, so show
    `response_rate` beside it; `largest_bias` is what the difference of the strata could do at worst, in standard
    deviations of the answer.
    """

    response_rate: float
    spread: float
    r_indicator: float

    @property
    def largest_bias(self) -> float:
        return self.spread / self.response_rate


def representativity(strata: Mapping[str, tuple[int, int]]) -> Representativity | None:
    """Of (asked, answered) by stratum. None while nobody answered or fewer than two were asked.

    Source: Schouten, Cobben and Bethlehem 2009, Survey Methodology 35:101-113.
    """
    merged = _merged(strata)
    asked, answered = (sum(stratum[i] for stratum in merged) for i in (0, 1))
    if asked < 2 or answered == 0:
        return None
    rate = answered / asked
    squares = sum(n * (x / n - rate) ** 2 for n, x in merged)
    spread = sqrt(squares / (asked - 1))
    return Representativity(rate, spread, 1 - 2 * spread)


def _merged(strata: Mapping[str, tuple[int, int]]) -> list[tuple[int, int]]:
    sized = sorted(stratum for stratum in strata.values() if stratum[0])
    while len(sized) > 1 and sized[0][0] < SMALLEST_STRATUM:
        (n1, x1), (n2, x2) = sized[:2]
        sized = sorted([(n1 + n2, x1 + x2), *sized[2:]])
    return sized
