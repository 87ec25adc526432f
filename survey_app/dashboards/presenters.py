"""The overview and the comments as their templates receive them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from survey_app.actions.improvements.presenters import Row, row_of
from survey_app.charts import Axis, CellBar, ChartView, IntervalBar, Link, Size, TargetBar, svg, view
from survey_app.dashboards import addresses, attention, pictures, wording
from survey_app.dashboards.attention import Leads
from survey_app.dashboards.comment_list import CommentSelection
from survey_app.dashboards.overview import Overview, known_beside
from survey_app.dashboards.queries import CommentRow, ThemeCount
from survey_app.dashboards.selection import (
    LAST_12_MONTHS,
    Choice,
    DataDays,
    Selection,
    period_choices,
    short_day,
    short_days,
)
from survey_app.kernel.clock import london_day
from survey_app.measures.caveats import Caveat, caveat
from survey_app.measures.figures import Figure
from survey_app.measures.naming import Naming
from survey_app.measures.presenters import amount_text, set_after_seeing_words
from survey_app.measures.sentences import Headline, notes
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service
from survey_app.statistics.weighting import WeightedShare
from survey_app.web.paging import Page
from survey_app.web.templates import day_and_time

FOOTER = {"footer_note": wording.FOOTER_NOTE}
NO_FILTER: Mapping[str, str | None] = {"service": None, "channel": None}
RESIDENTS = "Residents and businesses"
CHANNELS = [Choice("", "All channels"), *(Choice(channel.value, channel.label) for channel in Channel)]


@dataclass(frozen=True)
class FilterBar:
    """The filters as they stand and what else may be chosen."""

    periods: Sequence[Choice]
    services: Sequence[Choice]
    channels: Sequence[Choice]
    customers: Sequence[Choice]
    selection: Selection
    summary: str
    cut: str
    links: Sequence[Link]


@dataclass(frozen=True)
class FigureCard:
    figure: str
    counts: Sequence[str]
    bar: TargetBar | None
    verdict: tuple[str, str] | None
    facts: Sequence[tuple[str, str]]
    caveat: Caveat | None
    passport: Link


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
class CommentView:
    text: Markup
    tag: tuple[str, str]
    themes: Sequence[str]
    service: str
    channel: str
    day: str
    question: str


@dataclass(frozen=True)
class ThemeRow:
    name: str
    url: str
    comments: int
    negative: int
    bar: CellBar


@dataclass(frozen=True)
class CommentsBlock:
    """What was written lately, and about what."""

    words: str
    url: str
    latest: Sequence[CommentView]
    themes: Sequence[ThemeRow]


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
        attention=[_attention(card, selection) for card in attention.cards(overview, late_follow_ups)],
        attention_words="Nothing needs attention today." if figure.value is not None else "Too few answers to say.",
        services=[
            ServiceRow(
                name=overview.names[each.group[0]],
                url=addresses.service(selection, each.group[0]),
                figure=_to_passport(each),
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


def filter_bar(
    selection: Selection,
    days: DataDays,
    services: Sequence[Service],
    *,
    sees_all: bool,
    now: datetime,
    links: Sequence[Link] = (),
    customers: Sequence[CustomerKind] = (),
) -> FilterBar:
    """The filters with what the viewer may choose; `customers` beside residents and businesses."""
    everything = "All services" if sees_all else "All your services"
    choices = [Choice("", everything), *(Choice(service.code, service.name) for service in services)]
    service = next((choice.label for choice in choices if choice.value == selection.service), everything)
    channel = selection.channel.label if selection.channel else "all channels"
    whose = f", {selection.customers.label.lower()}" if selection.customers else ""
    return FilterBar(
        periods=period_choices(days, selection),
        services=choices,
        channels=CHANNELS,
        customers=[Choice("", RESIDENTS), *(Choice(kind.value, kind.label) for kind in customers)] if customers else [],
        selection=selection,
        summary=f"{short_days(selection.period)}, {service}, {channel}{whose}",
        cut=day_and_time(now),
        links=links,
    )


def figure_card(
    figure: Figure,
    response: Figure,
    *,
    caveat: Caveat | None,
    naming: Naming | None,
    held: int,
    weighted: WeightedShare | None = None,
    if_held: Figure | None = None,
    without_staff: Figure | None = None,
) -> FigureCard:
    """The figure, what it counts, and the facts that it has to be read with.

    `weighted` is the share weighted to who contacted us; `held` answers wait in quarantine, and `if_held` is the figure
    with them; `without_staff` is that without answers entered by staff.
    """
    passport = Link("Passport of this figure", figure.passport)
    if figure.suppressed or figure.value is None:
        lines = ["Fewer than 10 answers: not shown"] if figure.suppressed else ["Nobody has answered"]
        return FigureCard("[c]" if figure.suppressed else "–", lines, None, None, (), None, passport)
    facts = [
        ("95% interval", wording.interval_words(figure)),
        ("Last year", wording.previous_words(figure)),
        (
            "Change",
            notes.change_words(figure.change, provisional=figure.provisional, reworded=figure.not_compared is not None),
        ),
        ("Not counted", wording.outside_words(figure.outside)),
        ("Response", _response(response)),
        *([("Weighted", notes.weighted_words(weighted))] if weighted else []),
        ("Held for review", _held(held, if_held)),
    ]
    if without_staff is not None and figure.base > without_staff.base:
        words = notes.by_staff_words(figure.base - without_staff.base, wording.value_words(without_staff))
        facts.append(("Entered by staff", words))
    if naming is not None:
        facts.append(("Headline", naming.words))
    if figure.target is not None and (words := set_after_seeing_words(figure)):
        facts.insert(1, ("Target", words))
    if figure.stretch is not None:
        facts.insert(1, ("Stretch", f"{amount_text(figure.measure, figure.stretch)}, the finely dotted line"))
    if figure.provisional:
        facts.insert(0, ("Provisional", "answers are still coming in"))
    return FigureCard(
        figure=wording.value_words(figure),
        counts=[
            "very or fairly satisfied",
            Markup("<b>{:,}</b> of <b>{:,}</b> answers").format(figure.numerator, figure.base),
        ],
        bar=TargetBar(figure.value, pictures.target_of(figure), figure.previous.value, figure.stretch),
        verdict=None if figure.provisional else wording.verdict_of(figure),
        facts=facts,
        caveat=caveat,
        passport=passport,
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


def comments_block(
    counts: Mapping[str, int], latest: Sequence[CommentRow], themes: Sequence[ThemeCount], selection: Selection
) -> CommentsBlock:
    """The newest comments and the themes with the most of them."""
    most = max((theme.comments for theme in themes), default=1)
    return CommentsBlock(
        words=wording.sentiment_words(counts),
        url=addresses.comments(selection),
        latest=[comment_view(comment) for comment in latest],
        themes=[
            ThemeRow(
                name=theme.name,
                url=addresses.comments(selection, theme=theme.code),
                comments=theme.comments,
                negative=theme.negative,
                bar=CellBar(theme.comments, most),
            )
            for theme in themes
        ],
    )


def comment_view(comment: CommentRow) -> CommentView:
    """A comment with its label; what was taken out stands as a block."""
    return CommentView(
        text=with_removed(comment.text),
        tag=wording.SENTIMENTS.get(comment.sentiment, wording.SENTIMENTS["not_analysed"]),
        themes=comment.themes,
        service=comment.service,
        channel=comment.channel.label if comment.channel else "",
        day=short_day(comment.day),
        question=comment.question,
    )


REMOVED = re.compile(r"\[([\w ]{1,40} removed)\]")


def with_removed(text: str) -> Markup:
    """The markers of removed details as blocks; all else is plain text."""
    parts = REMOVED.split(text)
    return Markup("").join(
        Markup('<span class="removed">{}</span>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def page_words(filters: FilterBar) -> str:
    """What a printed page says of itself."""
    return f"{filters.summary}. Data cut {filters.cut}."


def _attention(card: attention.Card, selection: Selection) -> AttentionCard:
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
        figure.change, before=before, provisional=figure.provisional, reworded=figure.not_compared is not None
    )


def _to_passport(figure: Figure) -> Markup:
    return Markup('<a href="{}">{}</a>').format(figure.passport, wording.value_words(figure))


def _held(held: int, if_held: Figure | None) -> str:
    return notes.held_words(held, None if if_held is None else wording.value_words(if_held))


def _response(response: Figure) -> str:
    if response.value is None:
        return "too few were reached to show" if response.suppressed else "nobody was reached by an invitation"
    return Markup("{} of {:,} reached").format(_to_passport(response), response.base)


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


@dataclass(frozen=True)
class CommentsPage:
    headline: Headline
    filters: FilterBar
    themes: Sequence[Choice]
    sentiments: Sequence[Choice]
    selection: CommentSelection
    comments: Sequence[CommentView]
    listed: Page
    without_search: str | None


def comments_page(
    selection: CommentSelection,
    filters: FilterBar,
    *,
    themes: Sequence[tuple[str, str]],
    counts: Mapping[str, int],
    rows: Sequence[CommentRow],
    listed: Page,
) -> CommentsPage:
    """One page of the comments of a selection, with how many there are of each label."""
    total = sum(counts.values())
    mention = f" {'mentions' if total == 1 else 'mention'} “{selection.text}”" if selection.text else ""
    claim = f"{total:,} {'comment' if total == 1 else 'comments'}{mention}." if total else "No comment matches."
    rest = wording.sentiment_words(counts).partition(": ")[2].capitalize()
    alone = selection.where.address
    return CommentsPage(
        headline=Headline(claim, rest),
        filters=filters,
        themes=[Choice("", "All themes"), *(Choice(code, name) for code, name in themes)],
        sentiments=[Choice("", "All"), *(Choice(code, words) for code, (_, words) in wording.SENTIMENTS.items())],
        selection=selection,
        comments=[comment_view(row) for row in rows],
        listed=listed,
        without_search=addresses.with_arguments(addresses.COMMENTS, alone) if selection.address != alone else None,
    )
