"""What stands on a chart, before anybody draws it. Shares run from 0 to 1 and are never rounded here.

The picture, the interactive figure and the table are all made from these values, so they cannot disagree. What must not
be shown is decided here as well: no drawing code ever reads a raw value of a point that is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from survey_app.charts.units import Unit
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE
from survey_app.statistics.target_status import Comparator

HIDDEN_BELOW = MINIMUM_BASE


class Kind(StrEnum):
    """What may be claimed of a point; only a test or a control chart sets more than PLAIN."""

    PLAIN = "plain"
    COMMON = "common"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL = "neutral"  # beyond what is usual, and neither better nor worse


@dataclass(frozen=True, slots=True)
class Target:
    value: float
    comparator: Comparator = Comparator.AT_LEAST

    def words(self, unit: Unit = Unit.SHARE) -> str:
        """Target over 90%; the target as it was set, so without a decimal that nobody decided."""
        joined = "over" if self.comparator is Comparator.OVER else "at least"
        return f"Target {joined} {unit.tick(self.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period or one row. `base` None means a figure that stands on no answers, such as a count of contacts.

    `suppressed` hides a point whose own base is large enough, because it would give another one away.
    """

    label: str
    value: float | None
    base: int | None
    low: float | None = None
    high: float | None = None
    kind: Kind = Kind.PLAIN
    suppressed: bool = False
    previous: float | None = None
    previous_base: int | None = None
    url: str | None = None
    group: str | None = None  # what a run of periods belongs to: "2025/26" under its quarters
    is_provisional: bool = False  # still filling: drawn with a dashed outline
    name: str = ""  # the period in full, where the label below it is short

    @property
    def is_hidden(self) -> bool:
        """There are answers, and they must not be shown."""
        return self.suppressed or (self.base is not None and 0 < self.base < HIDDEN_BELOW)

    @property
    def is_indicative(self) -> bool:
        return self.shown is not None and self.base is not None and self.base < INDICATIVE_BELOW

    @property
    def shown(self) -> float | None:
        """The value that anybody may see; None is a gap."""
        return None if self.is_hidden or self.base == 0 else self.value

    @property
    def interval(self) -> tuple[float, float] | None:
        if self.shown is None or self.low is None or self.high is None:
            return None
        return self.low, self.high

    @property
    def shown_previous(self) -> float | None:
        """Last year's value, under the same rule as this year's."""
        if self.suppressed or (self.previous_base is not None and self.previous_base < HIDDEN_BELOW):
            return None
        return self.previous

    @property
    def shown_kind(self) -> Kind:
        """An indicative point makes no claim."""
        return Kind.PLAIN if self.is_indicative else self.kind

    @property
    def base_words(self) -> str:
        """The base as it stands under a period; an exact small base is not given away either."""
        if self.suppressed:
            return "hidden"
        if self.is_hidden:
            return f"<{HIDDEN_BELOW}"
        return "" if self.base is None else f"{self.base:,}"


def period_name(point: Point) -> str:
    """The label with what it belongs to: Apr 2025."""
    return f"{point.label} {point.group}" if point.group else point.label
