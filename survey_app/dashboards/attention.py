"""What needs attention: at most four cards, ranked, each from figures that carry it, or from people who wait.

A status or a tested change makes an action; a lowest place alone is information.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from survey_app.dashboards.overview import Overview, lowest_first
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
    PASSPORT = "passport"
    CHANNEL = "channel"
    FOLLOW_UPS = "follow-ups"


@dataclass(frozen=True)
class Card:
    """One thing to look at. `code` is the service, the channel or the passport's address."""

    title: str
    words: str
    leads: Leads
    code: str
    link: str
    is_action: bool


def cards(overview: Overview, late_follow_ups: int = 0) -> list[Card]:
    """Actions before information, each kind in the order of the rules below.

    `late_follow_ups` is how many people wait longer than they were promised.
    """
    found = [
        *_late(late_follow_ups),
        *_fallen_services(overview),
        *_lowest_service(overview),
        *_weakest_driver(overview),
        *_unheard(overview),
    ]
    return sorted(found, key=lambda card: not card.is_action)[:MOST_CARDS]


def _late(follow_ups: int) -> Iterator[Card]:
    if follow_ups:
        title = "1 follow-up is late" if follow_ups == 1 else f"{follow_ups:,} follow-ups are late"
        words = "They were not satisfied and asked to be contacted, and wait longer than we promised."
        yield Card(title, words, Leads.FOLLOW_UPS, "", "See who waits", is_action=True)


def _fallen_services(overview: Overview) -> Iterator[Card]:
    for figure in overview.services:
        if figure.change is not None and figure.change.verdict is Verdict.FELL:
            name = overview.names[figure.group[0]]
            words = fell_words(_of_base(figure), figure.change)
            yield Card(f"{name} fell", words, Leads.COMMENTS, figure.group[0], f"See {name} comments", is_action=True)


def _lowest_service(overview: Overview) -> Iterator[Card]:
    settled = [figure for figure in overview.services if not figure.provisional and not figure.indicative]
    below = [figure for figure in settled if figure.status in BELOW_TARGET]
    for figure in lowest_first(below)[:1]:
        if figure.change is not None and figure.change.verdict is Verdict.FELL:
            return  # the card above says more
        name, status = overview.names[figure.group[0]], Status(figure.status or "")
        title = f"{name} misses its target" if status is Status.MISSED else f"{name} is the lowest below target"
        words = below_target_words(_of_base(figure), status)
        yield Card(title, words, Leads.COMMENTS, figure.group[0], f"See {name} comments", is_action=True)
        return
    overall = overview.headline.value
    for figure in lowest_first(settled)[:1]:
        if overall is not None and figure.high is not None and figure.high < overall:  # its whole interval lies below
            name = overview.names[figure.group[0]]
            words = lowest_words(_of_base(figure), overall)
            yield Card(
                f"{name} is lowest", words, Leads.COMMENTS, figure.group[0], f"See {name} comments", is_action=False
            )


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
        yield Card(title, words, Leads.PASSPORT, figure.passport, "See the answers behind it", is_action=fell or below)


def _unheard(overview: Overview) -> Iterator[Card]:
    """The channel that answers least, where its whole interval lies below the rate of all."""
    overall = overview.response.value
    rates = {Channel(code): rate for code, rate in overview.channel_responses.items() if code}
    below = [
        (rate.value, channel)
        for channel, rate in rates.items()
        if overall is not None and rate.value is not None and rate.high is not None and rate.high < overall
    ]
    if below and overall is not None:
        value, channel = min(below)
        title = f"Contacts by {channel.label.lower()} answer least"
        yield Card(title, unheard_words(value, overall), Leads.CHANNEL, channel, "See this channel", is_action=False)


def _of_base(figure: Figure) -> str:
    return f"{value_text(figure.measure, figure)} of {figure.base:,}"
