"""The funnel of services as its template receives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.charts import Axis, AxisSwitch, ChartView, FunnelChart, FunnelLine, Kind, Link, Point, fitted_axis, view
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import Choice, Selection
from survey_app.measures.definitions import Measure, Source, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Headline
from survey_app.measures.sentences.control import funnel_headline, subject_of
from survey_app.statistics.funnel import Funnel, funnel
from survey_app.statistics.rounding import percent, rounded
from survey_app.statistics.suppression import is_indicative

BASES = {Source.ANSWERS: "answers", Source.COMMENTS: "comments"}
LINES = 60  # bases at which the limits are drawn, beside those of the services
CLAIM_FROM = 2  # services


@dataclass(frozen=True)
class FunnelPage:
    headline: Headline
    filters: FilterBar
    measures: Sequence[Choice]
    measure: Measure
    chart: ChartView | None
    outside: Sequence[tuple[str, Link]]
    not_shown: str
    not_shown_words: str
    elsewhere: Sequence[Link]


def address(selection: Selection, measure: Measure, **changes: str | None) -> str:
    chosen = {"measure": measure.name, "period": selection.code, "channel": selection.channel}
    return addresses.with_arguments(addresses.FUNNEL, chosen | changes)


def funnel_page(
    measure: Measure,
    figures: Sequence[Figure],
    names: Mapping[str, str],
    filters: FilterBar,
    *,
    measures: Sequence[Measure],
    brand: str,
) -> FunnelPage:
    """`figures` are those of the period by service, `names` the services' names by code; of the `measures` that there
    are, those that are shares can be chosen."""
    selection = filters.selection
    by_name = sorted(figures, key=lambda figure: names[figure.group[0]])
    shown = [figure for figure in by_name if figure.value is not None]
    hidden = [wording.service_words(figure, names) for figure in by_name if figure.suppressed]
    subject = subject_of(measure, None).name
    found = funnel([(figure.numerator or 0, figure.base) for figure in shown])
    is_provisional = any(figure.provisional for figure in shown)
    outside = [] if found is None or is_provisional or len(shown) < CLAIM_FROM else _outside(found, shown)
    headline = funnel_headline(
        [(wording.service_words(figure, names), _is_above(figure, found)) for figure in outside if found],
        len(shown),
        subject,
    )
    if is_provisional and len(shown) >= CLAIM_FROM:
        headline = Headline(
            "Answers of this period are still coming in.", "Until it is settled, no service is said to differ."
        )
    chart = None
    if found is not None and len(shown) >= CLAIM_FROM:
        drawn = _chart(measure, found, shown=shown, outside=outside, names=names, selection=selection)
        chart = view(drawn, brand=brand, axis=_axis(selection, measure))
    return FunnelPage(
        headline=headline,
        filters=filters,
        measures=[Choice(each.name, each.label) for each in measures if each.unit is Unit.SHARE],
        measure=measure,
        chart=chart,
        outside=[
            (
                f"{wording.value_words(figure)} of {figure.base:,}; all together {percent(found.centre)}.",
                Link(wording.service_words(figure, names), addresses.service(selection, figure.group[0])),
            )
            for figure in outside
            if found
        ],
        not_shown=wording.listed(hidden),
        not_shown_words=wording.not_shown_words(hidden),
        elsewhere=[] if chart else [Link("Last 12 months", address(selection, measure, period="last-12-months"))],
    )


def _outside(found: Funnel, shown: Sequence[Figure]) -> list[Figure]:
    """Beyond the 99.8% limits; of fewer than 30 answers nothing is claimed."""
    return [
        figure
        for figure in shown
        if not is_indicative(figure.base) and found.is_outside(figure.numerator or 0, figure.base)
    ]


def _is_above(figure: Figure, found: Funnel) -> bool:
    return (figure.value or 0.0) > found.centre


def _chart(
    measure: Measure,
    found: Funnel,
    *,
    shown: Sequence[Figure],
    outside: Sequence[Figure],
    names: Mapping[str, str],
    selection: Selection,
) -> FunnelChart:
    lines = _lines(found, [figure.base for figure in shown])
    drawn = [figure.value or 0.0 for figure in shown] + [found.centre]
    drawn += [end for line in lines[len(lines) // 3 :] for end in (line.lower_998, line.upper_998)]
    return FunnelChart(
        key="funnel",
        title=f"{measure.label} by {BASES.get(measure.source, 'base')}",
        sentence=_sentence(found, shown),
        points=tuple(
            Point(
                label=wording.service_words(figure, names),
                value=figure.value,
                base=figure.base,
                kind=_kind(figure, found, measure) if figure in outside else Kind.PLAIN,
                url=figure.passport,
                is_provisional=figure.provisional,
            )
            for figure in shown
        ),
        pages=tuple(addresses.service(selection, figure.group[0]) for figure in shown),
        centre=found.centre,
        lines=lines,
        axis=fitted_axis(drawn, Axis().unit, Axis().full),
        value_name=measure.label,
        base_name=BASES.get(measure.source, "base"),
        limits_words="99.8% limits" if found.phi is None else "99.8% limits, widened",
    )


def _kind(figure: Figure, found: Funnel, measure: Measure) -> Kind:
    return Kind.IMPROVEMENT if _is_above(figure, found) != measure.lower_is_better else Kind.CONCERN


def _lines(found: Funnel, bases: Sequence[int]) -> tuple[FunnelLine, ...]:
    """The limits at each service's base and between, closer where they bend."""
    low, high = min(bases), max(*bases, min(bases) + 1)
    between = {round(low * (high / low) ** (step / LINES)) for step in range(LINES + 1)}
    return tuple(
        FunnelLine(base, limits.lower_998, limits.lower_95, limits.upper_95, limits.upper_998)
        for base in sorted({*bases, *between})
        for limits in (found.limits(base),)
    )


def _sentence(found: Funnel, shown: Sequence[Figure]) -> str:
    total = sum(figure.base for figure in shown)
    words = f"{len(shown)} services, each by its base; all together {percent(found.centre)} of {total:,}."
    if found.phi is None:
        return f"{words} Between the dashed lines lie 99.8% of services that differ by chance alone."
    return (
        f"{words} Services differ by more than chance explains, {rounded(found.phi, 1)} times in variance, "
        "so the limits are widened by that much (overdispersion)."
    )


def _axis(selection: Selection, measure: Measure) -> AxisSwitch:
    return AxisSwitch(selection.is_full_axis, address(selection, measure), address(selection, measure, axis="full"))
