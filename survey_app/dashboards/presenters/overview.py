"""The overview as its template receives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from survey_app.actions.improvements.presenters import Row, row_of
from survey_app.charts import Axis, AxisSwitch, CellBar, ChartView, IntervalBar, Link, Size, svg, view
from survey_app.dashboards import addresses, pictures, wording
from survey_app.dashboards.attention.cards import cards
from survey_app.dashboards.attention.presenters import CardView, card_view, channel_page
from survey_app.dashboards.overview import Overview, known_beside
from survey_app.dashboards.presenters.comments import CommentsBlock
from survey_app.dashboards.presenters.figure_card import FigureCard, figure_card, to_passport
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import LAST_12_MONTHS, PartKind, Selection, narrower_than_filters
from survey_app.kernel.clock import london_day
from survey_app.measures.address import is_sensitive
from survey_app.measures.caveats import caveat
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Headline, notes

PARTS = {
    PartKind.CHANNEL: "By channel",
    PartKind.SITE: "By site",
    PartKind.TEAM: "By team",
    PartKind.GROUP: "By customer group",
}
NO_FILTER: Mapping[str, str | None] = {"service": None, "channel": None}


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
    crumbs: Sequence[Link]
    headline: Headline
    filters: FilterBar
    elsewhere: Sequence[Link]
    card: FigureCard
    trend: ChartView
    attention: Sequence[CardView]
    attention_words: str
    attention_url: str
    has_services: bool
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
    parts: Sequence[Link]
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
    above: Sequence[str] = (),
) -> OverviewPage:
    """Everything that the page shows, in its order. `above` are the services over the chosen one, the closest first."""
    selection, figure = overview.selection, overview.headline
    axis = Axis() if selection.is_full_axis else None
    about = _about(overview)
    trend, small = pictures.trend(overview), pictures.small_charts(overview, axis)
    shown = [each for each in overview.services if not each.suppressed]
    hidden = [wording.service_words(each, overview.names) for each in overview.services if each.suppressed]
    services_axis = pictures.shared_axis(shown, full=selection.is_full_axis)
    channels_axis = pictures.shared_axis(overview.channels, full=selection.is_full_axis)
    drivers_axis = pictures.shared_axis(overview.drivers, full=selection.is_full_axis)
    return OverviewPage(
        crumbs=_crumbs(selection, overview.names, above),
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
            is_sensitive=is_sensitive(figure.query),
        ),
        trend=view(trend, _trend_links(overview), brand=brand, axis=_axis_switch(selection)),
        attention=[card_view(card, selection) for card in cards(overview, late_follow_ups)],
        attention_url=addresses.of_council(selection, addresses.ATTENTION),
        attention_words="Nothing needs attention today." if figure.value is not None else "Too few answers to say.",
        has_services=_has_services(overview),
        services=[
            ServiceRow(
                name=wording.service_words(each, overview.names),
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
        services_words=notes.changes_sentence(
            [(wording.service_words(each, overview.names), each.change) for each in shown]
        ),
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
        drivers=[
            _driver(each, pictures.bar_of(each, drivers_axis), selection) for each in overview.drivers if each.base
        ],
        drivers_scale=pictures.scale_words(drivers_axis),
        drivers_url="" if narrower_than_filters(selection) else addresses.drivers(selection),
        parts=[
            *(Link(words, addresses.parts(selection, kind)) for kind, words in PARTS.items()),
            Link("Compare two periods or groups", addresses.of_council(selection, addresses.COMPARE)),
        ],
        comments=comments,
        improvements=[row_of(*each) for each in overview.effects],
    )


def _crumbs(selection: Selection, names: Mapping[str, str], above: Sequence[str]) -> list[Link]:
    """From a service back over those above it to all of them; nothing on the overview itself."""
    if selection.service is None or selection.part is not None:
        return []
    over = [Link(names[code], addresses.service(selection, code)) for code in reversed(above)]
    return [
        Link("Overview", addresses.overview(selection, service=None)),
        *over,
        Link(names[selection.service], ""),
    ]


def _about(overview: Overview) -> str | None:
    """What a page is about, at the head of its sentence: Housing options, phone. Nothing for the whole council."""
    selection = overview.selection
    names = [overview.names[selection.service]] if selection.service else []
    if selection.channel:
        label = selection.channel.label
        names.append(label[:1].lower() + label[1:] if names else label)
    if selection.part is not None and selection.part.kind is not PartKind.CHANNEL:
        names.append(selection.part.name)
    return ", ".join(names) or None


def _has_services(overview: Overview) -> bool:
    """Whether there are services to set side by side; a service without others below it is the page itself."""
    return {figure.group[0] for figure in overview.services} != {overview.selection.service}


def _axis_switch(selection: Selection) -> AxisSwitch:
    return AxisSwitch(selection.is_full_axis, addresses.overview(selection), addresses.overview(selection, axis="full"))


def _trend_links(overview: Overview) -> tuple[Link, ...]:
    """Whether a month is unusual, where a control chart can say it: of a service, or of all."""
    selection = overview.selection
    if selection.channel or selection.part or all(figure.value is None for figure in overview.trend):
        return ()
    return (Link("Is a month unusual?", addresses.with_arguments(addresses.CONTROL, {"service": selection.service})),)


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
    links.append(Link("Who was asked, and how many answered", addresses.of_council(selection, addresses.COVERAGE)))
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
        url=channel_page(overview.selection, figure.group[0]),
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


def _driver(figure: Figure, bar: IntervalBar, selection: Selection) -> ShareRow:
    """A driver leads to its own page, by service; pages of measures know nothing of sites, teams and groups."""
    own = None if narrower_than_filters(selection) else addresses.measure(selection, figure.measure.name)
    return ShareRow(
        name=figure.measure.label,
        url=own or figure.passport,
        value=wording.value_words(figure),
        passport=figure.passport,
        base=wording.base_words(figure),
        bar=None if figure.suppressed else bar,
    )
