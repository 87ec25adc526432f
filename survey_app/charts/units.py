"""How values are written in words and at an axis."""

from __future__ import annotations

from enum import StrEnum

from survey_app.statistics.rounding import percent, points, rounded


class Unit(StrEnum):
    """How a value is written; the names are those of the measures, and points of a difference of two shares."""

    SHARE = "share"
    NET_SHARE = "net_share"
    MEAN = "mean"
    COUNT = "count"
    DAYS = "days"
    POINTS = "points"

    def text(self, value: float) -> str:
        """A value as people read it: 99.0%, +45, 4.63, 1,234, 17.5."""
        match self:
            case Unit.SHARE:
                return percent(value)  # as pages write it: "over 99.9%" is not 100.0%
            case Unit.NET_SHARE:
                return f"{value * 100:+.0f}".replace("-", "−")
            case Unit.POINTS:
                return points(value).replace("-", "−")
            case Unit.MEAN:
                return rounded(value, 2)
            case Unit.COUNT:
                return f"{value:,.0f}"
            case Unit.DAYS:
                return rounded(value, 1)

    def tick(self, value: float) -> str:
        """A value on an axis, where decimals only add noise."""
        match self:
            case Unit.SHARE:
                return f"{value * 100:g}%"
            case Unit.NET_SHARE:
                return self.text(value)
            case Unit.POINTS:
                return f"{value * 100:+g}".replace("-", "−") if value else "0"
            case _:
                return f"{abs(value):,g}"  # a count below the line is a count
