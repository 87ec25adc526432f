"""The page of a control chart as its template receives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.charts import Link, Unit
from survey_app.dashboards.control.pictures import ChartWords, ControlBlock, control_block
from survey_app.dashboards.control.reading import ControlReading
from survey_app.dashboards.control.selection import UNITS, ControlSelection
from survey_app.dashboards.selection import Choice, short_day
from survey_app.kernel.periods import Period
from survey_app.measures.control import ControlSeries, Entry, Finding
from survey_app.measures.definitions import Measure
from survey_app.measures.rebasing import FEWEST_AFTER, RebaseLine, points_from
from survey_app.measures.sentences import Headline, for_page
from survey_app.measures.sentences.control import differ, joint_headline, subject_of
from survey_app.organisation.models import Service
from survey_app.web.templates import day_and_time

FOR_QUARTERS = {Finding.ONE, Finding.SHORT, Finding.RARE, Finding.INDICATIVE, Finding.NOTHING}  # more in a quarter
MONTHS_AHEAD = 3  # a change can be declared so long before its month


@dataclass(frozen=True)
class ControlFilters:
    """The choice as it stands, and what else may be chosen."""

    measures: Sequence[Choice]
    services: Sequence[Choice]
    units: Sequence[Choice]
    selection: ControlSelection
    summary: str
    cut: str


@dataclass(frozen=True)
class RebaseRow:
    """A new range as the page lists it; `waits` says that it has not begun, and why."""

    id: int
    month: str
    reason: str
    entered: str
    is_after_seeing_the_data: bool
    waits: str


@dataclass(frozen=True)
class ControlPage:
    headline: Headline
    filters: ControlFilters
    block: ControlBlock
    test: str
    test_passport: str | None
    quarters: str | None
    is_empty: bool
    rebases: Sequence[RebaseRow]
    months: Sequence[Choice]


def control_filters(
    selection: ControlSelection,
    measures: Sequence[Measure],
    services: Sequence[Service],
    *,
    sees_all: bool,
    now: datetime,
) -> ControlFilters:
    everything = "All services" if sees_all else "All your services"
    choices = [Choice("", everything), *(Choice(service.code, service.name) for service in services)]
    service = next((choice.label for choice in choices if choice.value == (selection.service or "")), everything)
    return ControlFilters(
        measures=[Choice(measure.name, measure.label) for measure in measures],
        services=choices,
        units=[Choice(unit, label) for unit, label in UNITS.items()],
        selection=selection,
        summary=f"{selection.measure.label}, {service}, {UNITS[selection.unit].lower()}",
        cut=day_and_time(now),
    )


def control_page(read: ControlReading, filters: ControlFilters, *, today: date, brand: str) -> ControlPage:
    """Everything on the page."""
    selection, series, year = filters.selection, read.series, read.year
    block = control_block(
        series,
        chart_words(selection, read.about),
        rebases=_new_ranges(read),
        links=_links(series, selection),
        brand=brand,
    )
    change = year.change if year else None
    differs = differ(series, change)
    headline = joint_headline(block.headline, change, differs=differs, tested=year.period) if year else block.headline
    return ControlPage(
        headline=Headline(for_page(headline.claim), for_page(headline.rest)),
        filters=filters,
        block=block,
        test=for_page(f"{year.period.title}: {change.sentence}") if year and change and not differs else "",
        test_passport=year.passport if year and change else None,
        quarters=selection.address(by="quarter") if _wants_quarters(series, selection) else None,
        is_empty=series.finding is Finding.NOTHING,
        rebases=[_rebase_row(line, read) for line in read.rebases],
        months=_months(read.entries, today),
    )


def _new_ranges(read: ControlReading) -> list[RebaseLine]:
    """Those that began, within the months of the chart, the oldest first."""
    begun = [line for line in read.rebases if line.month in read.begun]
    first = read.entries[0].period.first if read.entries else date.max
    reworded = [line for line in read.reworded if line.month > first]
    return sorted([*begun, *reworded], key=lambda line: line.month)


def chart_words(selection: ControlSelection, about: str | None) -> ChartWords:
    measure = selection.measure
    of = f", {about}" if about else ""
    return ChartWords(
        key="control",
        title=f"{measure.label} by {selection.unit}{of}",
        subject=subject_of(measure, about, selection.unit),
        unit=Unit(measure.unit.value),
        value_name=measure.label,
        scale=_scale(measure),
        is_full_axis=selection.is_full_axis,
    )


def _scale(measure: Measure) -> tuple[float, float] | None:
    return None if measure.scale is None else (float(measure.scale[0]), float(measure.scale[1]))


def _links(series: ControlSeries, selection: ControlSelection) -> tuple[Link, ...]:
    """The whole axis or the zoom."""
    if series.newest_chart is None or selection.measure.unit.value in {Unit.COUNT, Unit.DAYS}:
        return ()
    if selection.is_full_axis:
        return (Link("Zoom in", selection.address(axis=None) + "#control"),)
    return (Link("Show the whole axis", selection.address(axis="full") + "#control"),)


def _wants_quarters(series: ControlSeries, selection: ControlSelection) -> bool:
    return selection.unit == "month" and series.finding in FOR_QUARTERS


def _rebase_row(line: RebaseLine, read: ControlReading) -> RebaseRow:
    points = points_from(line.month, read.entries)
    return RebaseRow(
        id=line.id,
        month=f"{line.month:%B %Y}",
        reason=line.reason,
        entered=f"{short_day(line.entered_on)}, {line.person}",
        is_after_seeing_the_data=line.is_after_seeing_the_data,
        waits="" if line.month in read.begun else f"waits for {FEWEST_AFTER} points from then on; there are {points}",
    )


def _months(entries: Sequence[Entry], today: date) -> list[Choice]:
    """The months from which a new range may begin, newest first: declared beforehand, or any after the first."""
    if not entries:
        return []
    first = entries[0].period.first
    number = today.year * 12 + today.month - 1
    ahead = [date(place // 12, place % 12 + 1, 1) for place in range(number + MONTHS_AHEAD, number, -1)]
    past = [month.first for month in reversed(Period.between(first, max(first, today)).split("month"))]
    return [Choice(f"{month:%Y-%m}", f"{month:%B %Y}") for month in (*ahead, *past[:-1])]
