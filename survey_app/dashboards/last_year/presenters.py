"""The page as its template receives it, and its file. The same objects make both."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from survey_app.charts import ChartView, DotIntervalChart, Kind, Link, Point, axis_around_zero, view
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.figure_file import COLUMNS as FIGURE_COLUMNS
from survey_app.dashboards.figure_file import figure_row
from survey_app.dashboards.last_year.queries import LastYear
from survey_app.dashboards.selection import Selection
from survey_app.kernel.csvfile import SafeWriter
from survey_app.kernel.periods import in_words
from survey_app.measures.address import to_id
from survey_app.measures.amounts import set_after_seeing_words
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.last_year import Judged, Outcome
from survey_app.measures.sentences import Headline, for_page
from survey_app.measures.sentences.last_year import beat_last_year, maintained_sentence
from survey_app.statistics.rounding import points, signed
from survey_app.statistics.suppression import INDICATIVE_BELOW

TAGS = {
    Outcome.SURPASSED: ("improvement", "Beat last year"),
    Outcome.MAINTAINED: ("neutral", "Maintained"),
    Outcome.NOT_SHOWN: ("common", "No change shown"),
    Outcome.FELL: ("concern", "Below last year"),
    Outcome.NOT_ENOUGH: ("common", "Too few to compare"),
}
KINDS = {Outcome.SURPASSED: Kind.IMPROVEMENT, Outcome.FELL: Kind.CONCERN}
COLUMNS = (*FIGURE_COLUMNS, "adjusted_for", "outcome", "margin", "margin_set_on", "margin_after_seeing")


@dataclass(frozen=True)
class Row:
    """One measure or service. `target` is a tag, with what must be known of the target."""

    name: str
    url: str
    now: Link
    base: str
    before: Link
    before_base: str
    difference: str
    tag: tuple[str, str]
    sentence: str
    margin: str
    target: tuple[str, str] | None
    target_note: str


@dataclass(frozen=True)
class LastYearPage:
    headline: Headline
    is_whole_year: bool
    picture: ChartView | None
    measures: Sequence[Row]
    services: Sequence[Row]
    tests: int  # that the changes allow for; a headline named in time is not among them
    reworded: str
    relabelled: str
    links: Sequence[Link]


def last_year_page(found: LastYear, *, brand: str) -> LastYearPage:
    """Everything that the page shows. What beat last year stands first, what fell before what could not be compared."""
    measures, services = _in_order(found.measures), _in_order(found.services)
    changes = [judged.figure.change for judged in (*measures, *services)]
    shown = Selection(found.year.label, found.year)
    return LastYearPage(
        headline=_headline(found),
        is_whole_year=found.period == found.year,
        picture=_picture(found, measures, brand) if found.period else None,
        measures=[
            _row(judged, judged.figure.measure.label, addresses.measure(shown, judged.figure.measure.name))
            for judged in measures
        ],
        services=[
            _row(judged, wording.service_words(judged.figure, found.names), addresses.service(shown, code))
            for judged in services
            for code in judged.figure.group
        ],
        tests=max((change.adjusted_for for change in changes if change is not None), default=0),
        reworded=wording.listed(found.reworded),
        relabelled=wording.listed(found.relabelled),
        links=[Link("Download CSV", addresses.with_arguments(addresses.LAST_YEAR_CSV, {"period": found.year.label}))],
    )


def last_year_csv(found: LastYear, base_url: str) -> bytes:
    """UTF-8 with a mark, for spreadsheets: the columns of the overview's file, and what came of the comparison."""
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    writer.write(COLUMNS)
    for section, group in (("measures", found.measures), ("services", found.services)):
        for judged in _in_order(group):
            figure, margin = judged.figure, judged.margin
            writer.write(
                [
                    *figure_row(section, figure, base_url),
                    figure.change.adjusted_for if figure.change else None,
                    judged.outcome.value,
                    margin.size if margin else None,
                    margin.set_on.isoformat() if margin else None,
                    ("yes" if judged.margin_after_seeing else "no") if margin else None,
                ]
            )
    return text.getvalue().encode("utf-8-sig")


def _headline(found: LastYear) -> Headline:
    if found.period is None:
        return Headline(
            f"Too early to compare {found.year.label} with last year.",
            "Answers of its first month are still coming in. Choose the year before.",
        )

    def named(outcome: Outcome) -> list[str]:
        return [judged.figure.measure.label for judged in found.measures if judged.outcome is outcome]

    compared = sum(judged.outcome is not Outcome.NOT_ENOUGH for judged in found.measures)
    return beat_last_year(
        named(Outcome.SURPASSED),
        named(Outcome.MAINTAINED),
        named(Outcome.FELL),
        compared=compared,
        period=found.period,
    )


def _in_order(judged: Sequence[Judged]) -> list[Judged]:
    """By outcome, and within it the largest difference first."""
    order = list(Outcome)

    def place(each: Judged) -> tuple[int, float]:
        change = each.figure.change
        return order.index(each.outcome), -abs(change.difference or 0.0) if change else 0.0

    return sorted(judged, key=place)


def _picture(found: LastYear, measures: Sequence[Judged], brand: str) -> ChartView | None:
    """Differences with their intervals, of the measures that differ by points; a mean has another scale."""
    drawn = tuple(
        Point(
            label=judged.figure.measure.label,
            value=judged.figure.change.difference,
            base=None,
            low=judged.figure.change.low,
            high=judged.figure.change.high,
            kind=_kind(judged),
            url=judged.figure.passport,
        )
        for judged in measures
        if judged.figure.change and judged.figure.change.low is not None and judged.figure.measure.unit is not Unit.MEAN
    )
    if not drawn:
        return None
    chart = DotIntervalChart(
        key="differences",
        title="This year less last year, in points",
        sentence="Each line is the 95% interval of a difference. One that crosses 0 shows no change.",
        points=drawn,
        axis=axis_around_zero(drawn),
        row_name="Measure",
        value_name="Difference",
    )
    return view(chart, brand=brand)


def _kind(judged: Judged) -> Kind:
    return KINDS.get(judged.outcome, Kind.PLAIN)


def _row(judged: Judged, name: str, url: str) -> Row:
    figure = judged.figure
    before = figure.previous.period
    query = replace(figure.query, first=before.first, last=before.last)
    return Row(
        name=name,
        url=url,
        now=Link(wording.value_words(figure), figure.passport),
        base=wording.base_words(figure),
        before=Link(_before(figure), f"/figures/{to_id(query)}"),
        before_base=f"{figure.previous.base:,}" if figure.previous.value is not None else "[c]",
        difference=_difference(figure),
        tag=TAGS[judged.outcome],
        sentence=for_page(_sentence(judged)),
        margin=_margin(judged),
        target=wording.verdict_of(figure) if figure.target is not None else None,
        target_note=set_after_seeing_words(figure),
    )


def _before(figure: Figure) -> str:
    if figure.change is not None and figure.change.before is not None:
        return for_page(figure.change.before)
    if figure.previous.value is None:
        return "not shown"
    return wording.plain_value(figure.measure, figure.previous.value)


def _difference(figure: Figure) -> str:
    change, measure = figure.change, figure.measure
    if change is None or change.difference is None:
        return f"from {INDICATIVE_BELOW} answers in each year"
    size = _written(measure, change.difference)
    if change.low is None or change.high is None:
        return size
    return for_page(f"{size} ({_written(measure, change.low)} to {_written(measure, change.high)})")


def _written(measure: Measure, difference: float) -> str:
    """In points; whole ones for NPS, hundredths of the scale for means: as its sentence has it."""
    if measure.unit is Unit.MEAN:
        return signed(difference, 2)
    return points(difference, 0 if measure.name == "nps" else 1)


def _sentence(judged: Judged) -> str:
    figure, change, margin = judged.figure, judged.figure.change, judged.margin
    if change is None:
        return ""
    if judged.outcome is not Outcome.MAINTAINED or margin is None or change.low is None or change.high is None:
        return change.sentence
    lower_is_better = figure.measure.lower_is_better
    limit = change.high if lower_is_better else change.low
    unit = "" if figure.measure.unit is Unit.MEAN else " points"
    return maintained_sentence(
        change,
        wording.value_words(figure),
        f"{_margin_size(judged)}",
        f"{_written(figure.measure, limit)}{unit}",
        lower_is_better=lower_is_better,
    )


def _margin(judged: Judged) -> str:
    if judged.margin is None:
        return "none set"
    when = f"set on {in_words(judged.margin.set_on)}"
    return f"{_margin_size(judged)}, {when}{', after the year began' if judged.margin_after_seeing else ''}"


def _margin_size(judged: Judged) -> str:
    size = judged.margin.size if judged.margin else 0.0
    return f"{size:g}" if judged.figure.measure.unit is Unit.MEAN else f"{round(size * 100, 6):g} points"
