"""The chart of an exhibit, from the months or quarters that were frozen with it."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.charts import Axis, Point, Target, TrendChart, Unit, axis_from_nothing, zoomed_axis
from survey_app.evidence.exhibits.presenters.words import COUNTED
from survey_app.evidence.exhibits.proofs import Proof, TrendPart
from survey_app.kernel.periods import Period
from survey_app.measures.amounts import plain_text
from survey_app.measures.definitions import Unit as MeasureUnit
from survey_app.measures.figures import Figure
from survey_app.measures.sentences.notes import ends_sentence
from survey_app.statistics.target_status import Comparator


def trend_chart(proof: Proof, figure: Figure) -> TrendChart:
    """The months or quarters of a chart exhibit, as they were frozen with it."""
    unit = Unit(figure.measure.unit.value)
    target = None
    if figure.target is not None and unit is Unit.SHARE:
        target = Target(figure.target, Comparator(figure.comparator or Comparator.AT_LEAST))
    points = tuple(_point(part) for part in proof.trend)
    step = "quarter" if "Q" in proof.trend[0].label else "month"
    return TrendChart(
        key=f"chart-{proof.number.lower()}",
        title=f"{figure.measure.label} by {step}",
        sentence=_trend_sentence(proof.trend, figure, step),
        points=points,
        axis=_axis(figure, points, target),
        target=target,
        value_name=figure.measure.label,
        base_name=COUNTED[figure.measure.source].split(" ")[0],
        line_label="This period",
        previous_label="Year before",
    )


def _point(part: TrendPart) -> Point:
    is_quarter = "Q" in part.label
    return Point(
        label=part.label[-2:] if is_quarter else f"{part.first:%b}",
        group=Period.financial_year_of(part.first).label if is_quarter else str(part.first.year),
        value=part.value,
        base=part.base,
        low=part.low,
        high=part.high,
        suppressed=part.suppressed,
        previous=part.previous,
        previous_base=part.previous_base,
    )


def _axis(figure: Figure, points: Sequence[Point], target: Target | None) -> Axis:
    match figure.measure.unit:
        case MeasureUnit.SHARE:
            return zoomed_axis(points, target)
        case MeasureUnit.NET_SHARE:
            return Axis(low=-1.0, full=(-1.0, 1.0), unit=Unit.NET_SHARE)
        case MeasureUnit.MEAN:
            low, high = figure.measure.scale or (0, 1)
            return Axis(low=low, high=high, full=(low, high), unit=Unit.MEAN)
    return axis_from_nothing(points, Unit(figure.measure.unit.value))


def _trend_sentence(parts: Sequence[TrendPart], figure: Figure, step: str) -> str:
    """What the line shows; it claims no change."""
    shown = [part for part in parts if part.value is not None]
    if not shown:
        return ends_sentence(step, 0, len(parts), "", "")
    lowest, highest = (
        f"{part.label if 'Q' in part.label else part.period.title}, {plain_text(figure.measure, part.value or 0.0)} "
        f"of {part.base:,}"
        for part in (end(shown, key=lambda part: part.value or 0.0) for end in (min, max))
    )
    return ends_sentence(step, len(shown), len(parts), lowest, highest)
