"""The overview as its template receives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from survey_app.actions.improvements.presenters import Row, row_of
from survey_app.charts import Axis, CellBar, ChartView, IntervalBar, Link, Size, svg, view
from survey_app.dashboards import addresses, attention, pictures, wording
from survey_app.dashboards.attention import Leads
from survey_app.dashboards.overview import Overview, known_beside
from survey_app.dashboards.presenters.comments import CommentsBlock
from survey_app.dashboards.presenters.figure_card import FigureCard, figure_card, to_passport
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import LAST_12_MONTHS, Selection
from survey_app.kernel.clock import london_day
from survey_app.measures.caveats import caveat
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Headline, notes

NO_FILTER: Mapping[str, str | None] = {"service": None, "channel": None}


@dataclass(frozen=True)
class AttentionCard:
    title: str
    words: str
    url: str
    link: str
    is_action: bool


@dataclass(frozen=True)
class ServiceRow:
    """One service: as a small picture, and as a row of the table with the same figures."""

    name: str
    url: str
    figure: Markup
    base: str
    interval: str
    picture: Markup | None
    tag: tuple[str, str] | None
    note: str
    bar: IntervalBar


@dataclass(frozen=True)
class ShareRow:
    """A channel or a driver. `rate` is how many answered of those reached."""

    name: str
    url: str
    value: str
    passport: str
    base: str
    bar: IntervalBar | None
    rate: Link | None = None
    rate_bar: CellBar | None = None


@dataclass(frozen=True)
class OverviewPage:
    headline: Headline
    filters: FilterBar
    elsewhere: Sequence[Link]
    card: FigureCard
    trend: ChartView
    attention: Sequence[AttentionCard]
    attention_words: str
    services: Sequence[ServiceRow]
    services_words: str
    services_scale: Sequence[str]
    services_notes: str
    not_shown: str
    not_shown_words: str
    channels: Sequence[ShareRow]
    channels_scale: Sequence[str]
    channels_not_shown: str
    drivers: Sequence[ShareRow]
    drivers_scale: Sequence[str]
    drivers_url: str
    comments: CommentsBlock | None
    improvements: Sequence[Row]


def overview_page(
    overview: Overview,
    filters: FilterBar,
    comments: CommentsBlock | None,
    *,
    brand: str,
    now: datetime,
    late_follow_ups: int = 0,
) -> OverviewPage:
    """Everything that the page shows, in its order."""
    selection, figure = overview.selection, overview.headline
    axis = Axis() if selection.is_full_axis else None
    about = overview.names[selection.service] if selection.service else None
    small = pictures.small_charts(overview, axis)
    shown = [each for each in overview.services if not each.suppressed]
    hidden = [overview.names[each.group[0]] for each in overview.services if each.suppressed]
    services_axis = pictures.shared_axis(shown, full=selection.is_full_axis)
    channels_axis = pictures.shared_axis(overview.channels, full=selection.is_full_axis)
    drivers_axis = pictures.shared_axis(overview.drivers, full=selection.is_full_axis)
    return OverviewPage(
        headline=wording.headline_of(figure, london_day(now), about=about),
        filters=filters,
        elsewhere=_elsewhere(figure, selection),
        card=figure_card(
            figure,
            overview.response,
            caveat=caveat(figure, known_beside(overview)),
            naming=overview.naming,
            held=overview.held,
            weighted=overview.weighted.share if overview.weighted else None,
            if_held=overview.if_held,
            without_staff=overview.without_staff,
        ),
        trend=view(pictures.trend(overview, axis), trend_links(overview), brand=brand),
        attention=[attention_card(card, selection) for card in attention.cards(overview, late_follow_ups)],
        attention_words="Nothing needs attention today." if figure.value is not None else "Too few answers to say.",
        services=[
            ServiceRow(
                name=overview.names[each.group[0]],
                url=addresses.service(selection, each.group[0]),
                figure=to_passport(each),
                base=wording.base_words(each),
                interval=wording.interval_words(each),
                picture=svg(chart, Size.SMALL, brand) if (chart := small.get(each.group[0])) else None,
                tag=wording.change_tag(each),
                note=_change_note(each),
                bar=pictures.bar_of(each, services_axis),
            )
            for each in shown
        ],
        services_words=notes.changes_sentence([(overview.names[each.group[0]], each.change) for each in shown]),
        services_scale=pictures.scale_words(services_axis),
        services_notes=_notes(next(iter(small.values())).axis, figure) if small else "",
        not_shown=wording.listed(sorted(hidden)),
        not_shown_words=wording.not_shown_words(hidden),
        channels=[
            _channel(each, overview, pictures.bar_of(each, channels_axis))
            for each in overview.channels
            if not each.suppressed
        ],
        channels_scale=pictures.scale_words(channels_axis),
        channels_not_shown=wording.listed(
            sorted(wording.channel_label(each.group[0]) for each in overview.channels if each.suppressed)
        ),
        drivers=[_driver(each, pictures.bar_of(each, drivers_axis)) for each in overview.drivers if each.base],
        drivers_scale=pictures.scale_words(drivers_axis),
        drivers_url=addresses.drivers(selection),
        comments=comments,
        improvements=[row_of(*each) for each in overview.effects],
    )


def trend_links(overview: Overview) -> tuple[Link, ...]:
    """What can be done with the chart: the whole axis or the zoom, the numbers, and whether a month is unusual."""
    selection = overview.selection
    data = Link("Data (CSV)", addresses.overview_csv(selection))
    if all(figure.value is None for figure in overview.trend):
        return (data,)
    if selection.is_full_axis:
        axis = Link("Zoom in", addresses.overview(selection) + "#trend")
    else:
        axis = Link("Show 0 to 100%", addresses.overview(selection, axis="full") + "#trend")
    if selection.channel:  # a control chart is of all channels
        return axis, data
    control = addresses.with_arguments(addresses.CONTROL, {"service": selection.service})
    return axis, data, Link("Is a month unusual?", control)


def attention_card(card: attention.Card, selection: Selection) -> AttentionCard:
    """One card with where it leads, for the choice that it was made from."""
    urls = {
        Leads.COMMENTS: lambda: addresses.comments(selection, service=card.code),
        Leads.CHANNEL: lambda: addresses.overview(selection, channel=card.code),
        Leads.PASSPORT: lambda: card.code,
        Leads.FOLLOW_UPS: lambda: addresses.LATE_FOLLOW_UPS,
    }
    return AttentionCard(card.title, card.words, urls[card.leads](), card.link, card.is_action)


def _elsewhere(figure: Figure, selection: Selection) -> list[Link]:
    """From a choice without a figure to wider ones, nearest first."""
    if figure.value is not None:
        return []
    links = []
    if selection.where:
        links.append(Link("All services and channels, same period", addresses.overview(selection, **NO_FILTER)))
    if selection.code != LAST_12_MONTHS:
        links.append(Link("Same choice, last 12 months", addresses.overview(selection, period=LAST_12_MONTHS)))
    if len(links) == 2:
        links.append(
            Link("Everything, last 12 months", addresses.overview(selection, period=LAST_12_MONTHS, **NO_FILTER))
        )
    return links


def _change_note(figure: Figure) -> str:
    previous = figure.previous.value
    before = None if previous is None else wording.plain_value(figure.measure, previous)
    return notes.change_note(
        figure.change, before=before, provisional=figure.provisional, not_compared=figure.not_compared_words
    )


def _notes(axis: Axis, figure: Figure) -> str:
    target = pictures.target_of(figure)
    dashed = f"; dashed line: {target.words().lower()}" if target else ""
    return f"Small charts: {axis.words.lower()}{dashed}. Hollow: fewer than 30 answers in the quarter, indicative."


def _channel(figure: Figure, overview: Overview, bar: IntervalBar) -> ShareRow:
    rate = overview.channel_responses.get(figure.group[0])
    is_known = rate is not None and rate.value is not None
    return ShareRow(
        name=wording.channel_label(figure.group[0]),
        url=addresses.overview(overview.selection, channel=figure.group[0]) if figure.group[0] else "",
        value=wording.value_words(figure),
        passport=figure.passport,
        base=wording.base_words(figure),
        bar=bar,
        rate=Link(wording.value_words(rate), rate.passport) if rate and is_known else None,
        rate_bar=CellBar(rate.value, _full_rate(overview)) if rate and rate.value is not None else None,
    )


def _full_rate(overview: Overview) -> float:
    """The bars of all channels share one length, the highest rate."""
    return max((rate.value for rate in overview.channel_responses.values() if rate.value), default=1.0)


def _driver(figure: Figure, bar: IntervalBar) -> ShareRow:
    return ShareRow(
        name=figure.measure.label,
        url=figure.passport,
        value=wording.value_words(figure),
        passport=figure.passport,
        base=wording.base_words(figure),
        bar=None if figure.suppressed else bar,
    )
