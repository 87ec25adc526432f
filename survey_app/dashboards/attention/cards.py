"""What needs attention, ranked: each card from figures that carry it, or from people who wait.

A status or a tested change makes an action; a lowest place alone is information. The overview shows the first four, a
page of its own all of them, with what was looked at and is well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.dashboards.overview import Overview, lowest_first
from survey_app.dashboards.wording import service_words
from survey_app.kernel.periods import Period
from survey_app.measures.amounts import value_text
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Verdict
from survey_app.measures.sentences.notes import (
    below_target_words,
    fell_words,
    lowest_words,
    unheard_words,
    weakest_words,
)
from survey_app.organisation.channels import Channel
from survey_app.statistics.target_status import Status

MOST_CARDS = 4
BELOW_TARGET = {Status.MISSED, Status.NOT_PROVEN}


class Leads(StrEnum):
    """Where a card leads."""

    COMMENTS = "comments"
    MEASURE = "measure"
    CHANNEL = "channel"
    FOLLOW_UPS = "follow-ups"
    HELD = "held"


class Who(StrEnum):
    """Who could do what comes next."""

    FOLLOWS_UP = "follows up"
    REVIEWS = "reviews held answers"
    SERVICE = "answers for the service"
    LEAD = "leads on satisfaction"
    ASKS = "decides who is asked"


@dataclass(frozen=True)
class Card:
    """One thing to look at. `code` is the service, the channel or the measure; `since` the first quarter of
    a run up to now, or the day, None where it is so in the period as a whole."""

    title: str
    words: str
    leads: Leads
    code: str
    link: str
    is_action: bool
    who: Who
    since: Period | date | None = None


@dataclass(frozen=True)
class Waiting:
    """Who waits for us, and since when: people longer than promised, and answers for a review. None: the viewer has
    nothing to do with them."""

    late_follow_ups: int | None = None
    late_since: date | None = None
    held: int | None = None
    held_since: date | None = None


def cards(overview: Overview, late_follow_ups: int = 0) -> list[Card]:
    """The first four, for the overview. `late_follow_ups` is how many people wait longer than they were promised."""
    found = [
        *_late(Waiting(late_follow_ups)),
        *_fallen_services(overview),
        *_lowest_services(overview, most=1),
        *_weakest_driver(overview),
        *_unheard(overview, most=1),
    ]
    return _ranked(found)[:MOST_CARDS]


def all_cards(overview: Overview, waiting: Waiting) -> list[Card]:
    """All of them: every service below its target, every channel that is heard less."""
    found = [
        *_late(waiting),
        *_fallen_services(overview),
        *_lowest_services(overview, most=len(overview.services)),
        *_weakest_driver(overview),
        *_held(waiting),
        *_unheard(overview, most=len(overview.channel_responses)),
    ]
    return _ranked(found)


def _ranked(found: Sequence[Card]) -> list[Card]:
    """Actions before information, each kind in the order of the rules."""
    return sorted(found, key=lambda card: not card.is_action)


def _late(waiting: Waiting) -> Iterator[Card]:
    if n := waiting.late_follow_ups:
        title = "1 follow-up is late" if n == 1 else f"{n:,} follow-ups are late"
        words = "They were not satisfied and asked to be contacted, and wait longer than we promised."
        yield Card(
            title,
            words,
            Leads.FOLLOW_UPS,
            "",
            "See who waits",
            is_action=True,
            who=Who.FOLLOWS_UP,
            since=waiting.late_since,
        )


def _held(waiting: Waiting) -> Iterator[Card]:
    if n := waiting.held:
        title = "1 answer is held for review" if n == 1 else f"{n:,} answers are held for review"
        words = "They look unusual and are in no figure until somebody decides."
        yield Card(
            title,
            words,
            Leads.HELD,
            "",
            "Review them",
            is_action=True,
            who=Who.REVIEWS,
            since=waiting.held_since,
        )


def _fallen_services(overview: Overview) -> Iterator[Card]:
    for figure in overview.services:
        if figure.change is not None and figure.change.verdict is Verdict.FELL:
            name = service_words(figure, overview.names)
            words = fell_words(_of_base(figure), figure.change)
            yield _of_service(figure, overview, f"{name} fell", words, _is_below_last_year, is_action=True)


def _lowest_services(overview: Overview, *, most: int) -> Iterator[Card]:
    """Those below their target, the lowest first; where there is none, a lowest one whose interval lies below all."""
    settled = [figure for figure in overview.services if not figure.provisional and not figure.indicative]
    below = lowest_first([figure for figure in settled if figure.status in BELOW_TARGET])
    for place, figure in enumerate(below[:most]):
        if figure.change is not None and figure.change.verdict is Verdict.FELL:
            continue  # the card above says more
        name, status = service_words(figure, overview.names), Status(figure.status or "")
        lowest = "is the lowest below target" if place == 0 else "is below its target"
        title = f"{name} misses its target" if status is Status.MISSED else f"{name} {lowest}"
        words = below_target_words(_of_base(figure), status)
        yield _of_service(figure, overview, title, words, _is_below_target, is_action=True)
    overall = overview.headline.value
    for figure in [] if below else lowest_first(settled)[:1]:
        if overall is not None and figure.high is not None and figure.high < overall:  # its whole interval lies below
            name = service_words(figure, overview.names)
            words = lowest_words(_of_base(figure), overall)
            yield _of_service(figure, overview, f"{name} is lowest", words, None, is_action=False)


def _of_service(
    figure: Figure,
    overview: Overview,
    title: str,
    words: str,
    is_so: Callable[[Figure], bool] | None,
    *,
    is_action: bool,
) -> Card:
    code = figure.group[0]
    return Card(
        title,
        words,
        Leads.COMMENTS,
        code,
        f"See {overview.names[code]} comments",
        is_action=is_action,
        who=Who.SERVICE,
        since=None if is_so is None else since(overview.service_quarters.get(code, ()), is_so),
    )


def since(quarters: Sequence[Figure], is_so: Callable[[Figure], bool]) -> Period | None:
    """The first quarter of the run, up to the last one shown, in each of which it was so; None where it is not so in
    the last one. A quarter that is not shown or not settled ends no run and begins none."""
    first = None
    for quarter in reversed(quarters):
        if quarter.value is None or quarter.provisional:
            continue
        if not is_so(quarter):
            break
        first = quarter.period
    return first


def _is_below_last_year(quarter: Figure) -> bool:
    return quarter.value is not None and quarter.previous.value is not None and quarter.value < quarter.previous.value


def _is_below_target(quarter: Figure) -> bool:
    return quarter.status in BELOW_TARGET


def _weakest_driver(overview: Overview) -> Iterator[Card]:
    """The lowest driver, where it leaves more room than satisfaction itself."""
    judged = [figure for figure in overview.drivers if figure.value is not None and not figure.indicative]
    for figure in lowest_first(judged)[:1]:
        overall = overview.headline.value
        fell = figure.change is not None and figure.change.verdict is Verdict.FELL
        below = figure.status in BELOW_TARGET
        if overall is None or figure.value is None or (figure.value >= overall and not fell and not below):
            return
        words = weakest_words(_of_base(figure), len(overview.drivers), overall)
        title = f"{figure.measure.label} is the weakest driver"
        yield Card(
            title,
            words,
            Leads.MEASURE,
            figure.measure.name,
            "See where it comes from",
            is_action=fell or below,
            who=Who.LEAD,
        )


def _unheard(overview: Overview, *, most: int) -> Iterator[Card]:
    """The channels that answer least, where their whole interval lies below the rate of all."""
    overall = overview.response.value
    rates = {Channel(code): rate for code, rate in overview.channel_responses.items() if code}
    below = sorted(
        (rate.value, channel)
        for channel, rate in rates.items()
        if overall is not None and rate.value is not None and rate.high is not None and rate.high < overall
    )
    for place, (value, channel) in enumerate(below[:most]):
        title = f"Contacts by {channel.label.lower()} answer {'least' if place == 0 else 'less than all'}"
        yield Card(
            title,
            unheard_words(value, overall or 0.0),
            Leads.CHANNEL,
            channel,
            "See this channel",
            is_action=False,
            who=Who.ASKS,
        )


def _of_base(figure: Figure) -> str:
    return f"{value_text(figure.measure, figure)} of {figure.base:,}"
