"""Who answered as its template receives it: paired bars for each cut, and how far each group came."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.charts import Axis, ChartView, IntervalBar, Link, PairedBarChart, Point, view
from survey_app.dashboards import wording
from survey_app.dashboards.pictures import scale_words
from survey_app.dashboards.selection import Selection
from survey_app.measures.address import make_query, to_id
from survey_app.measures.sentences import Headline
from survey_app.measures.tree import ServiceTree
from survey_app.measures.who_answered import (
    Grouping,
    GroupRow,
    GroupTable,
    Profile,
    bias_words,
    headline,
    rate_words,
)
from survey_app.statistics.rounding import percent, points

TITLES = {
    Grouping.SERVICE: ("By service", "Service"),
    Grouping.CHANNEL: ("By channel", "Channel"),
    Grouping.CUSTOMER_GROUP: ("By customer group", "Customer group"),
    Grouping.LANGUAGE: ("By language", "Language"),
}
SMALL_WORDS = "a group is too small, or another figure could be worked out."
LANGUAGES = {"en": "English", "cy": "Welsh", "ur": "Urdu", "pl": "Polish", "ro": "Romanian"}


@dataclass(frozen=True)
class CountCell:
    """A count with its share of all; both are words."""

    count: str
    share: str


@dataclass(frozen=True)
class ProfileRow:
    """How far the contacts of one group came."""

    name: str
    contacts: CountCell
    asked: CountCell | None
    delivered: CountCell
    answered: CountCell
    rate: Link | None
    interval: str
    bar: IntervalBar | None
    note: tuple[str, str] | None


@dataclass(frozen=True)
class GroupBlock:
    """One cut: its picture, its table, and what is not shown of it."""

    title: str
    row_name: str
    chart: ChartView
    rows: Sequence[ProfileRow]
    scale: Sequence[str]
    with_asked: bool
    not_shown: str


@dataclass(frozen=True)
class WhoAnsweredPage:
    headline: Headline
    rates: Sequence[tuple[str, str]]
    bias: str
    blocks: Sequence[GroupBlock]
    too_small: str


Names = Mapping[tuple[Grouping, str], str]


def who_answered_page(profile: Profile, selection: Selection, services: ServiceTree, *, brand: str) -> WhoAnsweredPage:
    """Everything that the page shows, in its order."""
    names = _names(profile, services)
    found = profile.representativity
    shown = [table for table in profile.tables if table.rows and len(table.rows) + len(table.hidden) > 1]
    empty = [TITLES[table.grouping][1].lower() for table in profile.tables if table.hidden and not table.rows]
    return WhoAnsweredPage(
        headline=headline(profile, selection.period, names),
        rates=rate_words(profile.total),
        bias=bias_words(found) if found else "",
        blocks=[_block(table, profile, selection, services, names=names, brand=brand) for table in shown],
        too_small=f"Not shown by {wording.listed(empty)}: {SMALL_WORDS}" if empty else "",
    )


def _names(profile: Profile, services: ServiceTree) -> Names:
    codes = [
        (table.grouping, code)
        for table in profile.tables
        for code in (*table.hidden, *(row.code for row in table.rows))
    ]
    return {(grouping, code): _name(grouping, code, services) for grouping, code in codes}


def _name(grouping: Grouping, code: str, services: ServiceTree) -> str:
    match grouping:
        case Grouping.SERVICE:
            return services.name(code)
        case Grouping.CHANNEL:
            return wording.channel_label(code)
        case Grouping.LANGUAGE:
            return LANGUAGES.get(code, code)
        case Grouping.CUSTOMER_GROUP:
            return code or "Not recorded"


def _block(
    table: GroupTable, profile: Profile, selection: Selection, services: ServiceTree, *, names: Names, brand: str
) -> GroupBlock:
    title, row_name = TITLES[table.grouping]
    labels = {row.code: names[table.grouping, row.code] for row in table.rows}
    rates = Axis(high=_round_up(max((row.interval.high for row in table.rows if row.interval), default=1.0)))
    hidden = wording.listed(sorted(names[table.grouping, code] for code in table.hidden))
    return GroupBlock(
        title=title,
        row_name=row_name,
        chart=view(_chart(table, profile, labels), brand=brand),
        rows=[
            _row(row, labels[row.code], _passport(table.grouping, row, selection, services), rates)
            for row in table.rows
        ],
        scale=scale_words(rates),
        with_asked=not table.grouping.is_sensitive,
        not_shown=f"Not shown: {hidden}, because {SMALL_WORDS}" if hidden else "",
    )


def _chart(table: GroupTable, profile: Profile, labels: Mapping[str, str]) -> PairedBarChart:
    title, row_name = TITLES[table.grouping]
    largest = max(max(row.share_of_answers, row.share_of_contacts) for row in table.rows)
    return PairedBarChart(
        key=f"by-{table.grouping.value.replace('_', '-')}",
        title=title,
        sentence=_sentence(table, profile, labels),
        points=tuple(Point(label=labels[row.code], value=row.share_of_answers, base=None) for row in table.rows),
        beside=tuple(Point(label=labels[row.code], value=row.share_of_contacts, base=None) for row in table.rows),
        axis=Axis(high=_round_up(largest)),
        row_name=row_name,
        value_name="Share of those who answered",
        beside_name="Share of those who contacted us",
    )


def _sentence(table: GroupTable, profile: Profile, labels: Mapping[str, str]) -> str:
    """Which groups differ; what differs by chance alone is not said to differ."""
    if profile.is_provisional:
        return "Answers are still coming in, so nothing is compared."
    if not profile.compared:
        return "There is nothing to compare."
    said = [
        f"{labels[row.code]} {points(row.difference).replace('-', '−')} points" for row in table.rows if row.differs
    ]
    if not said:
        return (
            "No group’s share of the answers differs from its share of the contacts by more than chance and 2 points."
        )
    return f"Share of the answers less share of the contacts: {wording.listed(said)}."


def _row(row: GroupRow, name: str, passport: str, axis: Axis) -> ProfileRow:
    point = None
    if row.rate is not None and row.interval is not None:
        point = Point(label=name, value=row.rate, base=row.delivered, low=row.interval.low, high=row.interval.high)
    note = None
    if row.differs:
        note = ("concern", "heard too little") if row.difference < 0 else ("common", "heard more")
    return ProfileRow(
        name=name,
        contacts=_cell(row.contacts, row.share_of_contacts),
        asked=None if row.asked is None else _cell(row.asked, row.share_of_asked or 0.0),
        delivered=_cell(row.delivered, row.share_of_delivered),
        answered=_cell(row.answered, row.share_of_answers),
        rate=None if row.rate is None else Link(percent(row.rate), passport),
        interval=f"{percent(row.interval.low)} to {percent(row.interval.high)}" if row.interval else "",
        bar=None if point is None else IntervalBar(point, axis),
        note=note,
    )


def _cell(count: int, share: float) -> CountCell:
    return CountCell(f"{count:,}", percent(share))


def _passport(grouping: Grouping, row: GroupRow, selection: Selection, services: ServiceTree) -> str:
    """A service in a breakdown stands for itself, without those under it."""
    where = selection.where
    if grouping is Grouping.SERVICE:
        where = {name: code for name, code in where.items() if name != "service"}
        where["service_alone" if services.has_parts(row.code) else "service"] = row.code
    else:
        where[grouping.value] = row.code
    period = selection.period
    return f"/figures/{to_id(make_query('response_rate', period.first, period.last, where))}"


def _round_up(share: float) -> float:
    """The next tenth, so that an axis ends at a round share."""
    return max(0.1, min(1.0, math.ceil(share * 10 - 1e-9) / 10))
