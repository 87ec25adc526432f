"""What goes with satisfaction, as the page's template receives it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.charts import Axis, AxisSwitch, ChartView, CrossChart, CrossPoint, IntervalBar, Link, view, zoomed_axis
from survey_app.dashboards import addresses, pictures, wording
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import Choice, Selection
from survey_app.measures.drivers import Area, DriverStudy, Importance, importances, means, mori_importances
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Headline, for_page, listed
from survey_app.measures.sentences.drivers import NO_PROOF, drivers_headline, drivers_warnings
from survey_app.statistics.drivers import BASE_FROM
from survey_app.statistics.rounding import percent, rounded

OWN, MORI = "own", "mori-2004"
WEIGHTS = (Choice(OWN, "From your answers"), Choice(MORI, "MORI 2004 weights"))
MORI_WORDS = (
    "From a national study of 2004 for the Office of Public Services Reform, as widely quoted: delivery 30%, "
    "timeliness 24%, information 18%, professionalism 16%, staff attitude 12%. They say nothing about your residents."
)
AREA_TAGS = {
    Area.IMPROVE_FIRST: ("concern", "Improve first"),
    Area.KEEP_UP: ("common", "Keep up"),
    Area.WATCH: ("common", "Watch"),
    Area.MAINTAIN: ("common", "Maintain"),
}
CORNERS = ("Maintain", "Keep up", "Watch", "Improve first")  # above left, above right, below left, below right


@dataclass(frozen=True)
class Row:
    """One driver. `importance` is in words, with its interval where it has one."""

    name: str
    url: str
    value: Link
    base: str
    bar: IntervalBar | None
    importance: str
    interval: str
    correlation: str
    tag: tuple[str, str] | None


@dataclass(frozen=True)
class DriversPage:
    headline: Headline
    filters: FilterBar
    weights: str
    is_judged: bool
    warnings: Sequence[str]
    picture: ChartView | None
    rows: Sequence[Row]
    scale: Sequence[str]
    elsewhere: Sequence[Link]
    no_proof: str = NO_PROOF
    mori_words: str = MORI_WORDS
    needed: int = BASE_FROM


def drivers_page(
    study: DriverStudy, figures: Sequence[Figure], filters: FilterBar, *, weights: str, brand: str
) -> DriversPage:
    """Everything that the page shows. Without an analysis, the shares alone and where there may be more answers."""
    selection, by_name = filters.selection, {figure.measure.name: figure for figure in figures}
    labels = {name: figure.measure.label for name, figure in by_name.items()}
    found: list[Importance] = []
    warnings: list[str] = []
    if weights == MORI:
        found, headline = mori_importances(by_name), _mori_headline(by_name)
    elif study.analysis is None:
        headline = Headline("Too few answers to say what matters most:", f"{study.problem}.")
    else:
        found, headline = importances(study.analysis, by_name), drivers_headline(study.analysis, labels)
        warnings = [for_page(words) for words in drivers_warnings(study.analysis, labels)]
    shown = [figure for figure in figures if figure.base and not figure.suppressed]
    axis = pictures.shared_axis(shown, full=selection.is_full_axis)
    return DriversPage(
        headline=headline,
        filters=filters,
        weights=weights,
        is_judged=bool(found),
        warnings=warnings,
        picture=_picture(found, selection, weights, brand)
        if any(each.figure.value is not None for each in found)
        else None,
        rows=_rows(found, figures, axis, selection),
        scale=pictures.scale_words(axis),
        elsewhere=_elsewhere(selection) if not found else (),
    )


def _mori_headline(figures: dict[str, Figure]) -> Headline:
    first = [
        labelled.figure.measure.label for labelled in mori_importances(figures) if labelled.area is Area.IMPROVE_FIRST
    ]
    claim = (
        f"By the MORI 2004 weights, improve first: {listed(first)}."
        if first
        else "By the MORI 2004 weights, none stands out."
    )
    return Headline(claim, "These weights are not from your answers.")


def _picture(found: Sequence[Importance], selection: Selection, weights: str, brand: str) -> ChartView:
    """Importance across, share upwards; lines at their means, and the four areas where they may be told apart."""
    points = tuple(
        CrossPoint(
            label=each.figure.measure.label,
            value=each.figure.value,
            base=each.figure.base,
            low=each.figure.low,
            high=each.figure.high,
            suppressed=each.figure.suppressed,
            url=each.figure.passport,
            at=each.share,
            at_interval=None if each.interval is None else (each.interval.low, each.interval.high),
            area=AREA_TAGS[each.area][1] if each.area else "",
        )
        for each in found
    )
    reach = math.ceil(max(max(point.at, *(point.at_interval or (0,))) for point in points) * 10 - 1e-9) / 10
    with_areas = any(each.area for each in found)
    own = "Share of what these questions explain" if weights == OWN else "MORI 2004 weight, not from your answers"
    chart = CrossChart(
        key="importance",
        title="Importance and performance",
        sentence=f"To the right: goes with satisfaction more. Upwards: better answers. {NO_PROOF}",
        points=points,
        axis=zoomed_axis(points),
        across=Axis(0, reach, full=(0, reach)),
        means=means(found),
        areas=CORNERS if with_areas else ("", "", "", ""),
        value_name="Two best answers",
        across_name=own,
    )
    chosen = None if weights == OWN else weights
    zoomed, whole = (addresses.drivers(selection, weights=chosen, axis=axis) for axis in (None, "full"))
    return view(chart, brand=brand, axis=AxisSwitch(selection.is_full_axis, zoomed, whole))


def _rows(found: Sequence[Importance], figures: Sequence[Figure], axis: Axis, selection: Selection) -> list[Row]:
    """The drivers with an importance in its order, then the others that have answers."""
    rest = [figure for figure in figures if figure.base and figure not in [each.figure for each in found]]
    judged = [_row(each.figure, axis, selection, each) for each in found if each.figure.base]
    return judged + [_row(each, axis, selection) for each in rest]


def _row(figure: Figure, axis: Axis, selection: Selection, importance: Importance | None = None) -> Row:
    interval = importance.interval if importance else None
    correlation = importance.correlation if importance else None
    return Row(
        name=figure.measure.label,
        url=addresses.measure(selection, figure.measure.name),
        value=Link(wording.value_words(figure), figure.passport),
        base=wording.base_words(figure),
        bar=None if figure.suppressed else pictures.bar_of(figure, axis),
        importance=percent(importance.share) if importance else "not judged",
        interval=f"{percent(interval.low)} to {percent(interval.high)}" if interval else "",
        correlation="" if correlation is None else for_page(rounded(correlation, 2)),
        tag=AREA_TAGS[importance.area] if importance and importance.area else None,
    )


def _elsewhere(selection: Selection) -> list[Link]:
    """From a choice with too few answers to wider ones."""
    links = []
    if selection.where:
        links.append(Link("All services and channels", addresses.drivers(selection, service=None, channel=None)))
    links.append(Link("With the MORI 2004 weights instead", addresses.drivers(selection, weights=MORI)))
    return links
