"""Targets and margins as people type them in the unit of a measure, and as figures hold them."""

from __future__ import annotations

from decimal import Decimal

from survey_app.kernel.errors import InvalidInput
from survey_app.measures.definitions import Measure, Unit

SMALLEST_MARGIN = Decimal("0.01")  # as typed: points, or on the scale of a mean


def may_have_target(measure: Measure) -> bool:
    """A plain count is not judged, and a median makes no claim."""
    return measure.unit in {Unit.SHARE, Unit.NET_SHARE, Unit.MEAN}


def unit_words(measure: Measure) -> str:
    """What is typed: Percentage, Points, Score."""
    return {Unit.SHARE: "Percentage", Unit.NET_SHARE: "Points, -100 to 100"}.get(measure.unit, "Mean score")


def target_value(typed: Decimal, measure: Measure) -> float:
    """A target in the measure's unit: 90 is 0.9 of a share. InvalidInput when no such figure can be."""
    if measure.unit is Unit.MEAN:
        low, high = measure.scale or (1, 5)
        if not low <= typed <= high:
            raise InvalidInput(f"Type a score from {low} to {high}.")
        return float(typed)
    low, high = (-100, 100) if measure.unit is Unit.NET_SHARE else (0, 100)
    if not low <= typed <= high:
        raise InvalidInput(f"Type a number from {low} to {high}.")
    return float(typed / 100)


def margin_value(typed: Decimal, measure: Measure) -> float:
    """A margin in the measure's unit: 2 points are 0.02 of a share. InvalidInput where it would say nothing."""
    most = Decimal(1) if measure.unit is Unit.MEAN else Decimal(20)
    if not SMALLEST_MARGIN <= typed <= most:
        raise InvalidInput(f"Type a number above 0, from {SMALLEST_MARGIN} to {most}: more is no margin.")
    return float(typed if measure.unit is Unit.MEAN else typed / 100)
