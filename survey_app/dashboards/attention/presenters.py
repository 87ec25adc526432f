"""What needs attention, as the overview and the page of its own receive it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.charts import Link
from survey_app.dashboards import addresses
from survey_app.dashboards.attention.cards import Card, Leads, Waiting, Who, all_cards
from survey_app.dashboards.attention.looked_at import Check, checks
from survey_app.dashboards.overview import Overview
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import PartKind, Selection
from survey_app.kernel.periods import Period, in_words
from survey_app.measures.sentences import Headline

IMPROVEMENTS = "/actions/improvements/"
NEXT = {
    Who.FOLLOWS_UP: "Whoever follows up: call those who wait longest, or hand them to somebody who can.",
    Who.REVIEWS: "Whoever reviews held answers: release those of real people, keep the others held.",
    Who.LEAD: "Whoever leads on satisfaction: see which service it comes from, and what comments on it say.",
    Who.ASKS: "Whoever decides who is asked: see whether they can be reached in another way.",
}
TAGS: Mapping[bool | None, tuple[str, str]] = {
    True: ("improvement", "well"),
    False: ("concern", "see above"),
    None: ("common", "not judged"),
}


@dataclass(frozen=True)
class CardView:
    title: str
    words: str
    url: str
    link: str
    is_action: bool
    since: str = ""
    next: str = ""
    more: Sequence[Link] = ()


@dataclass(frozen=True)
class CheckRow:
    what: str
    words: str
    tag: tuple[str, str]


@dataclass(frozen=True)
class AttentionPage:
    headline: Headline
    filters: FilterBar
    cards: Sequence[CardView]
    checks: Sequence[CheckRow]
    overview: str


def card_view(card: Card, selection: Selection) -> CardView:
    """A card with the address that it leads to."""
    return CardView(card.title, card.words, _url(card, selection), card.link, card.is_action)


def attention_page(
    overview: Overview, waiting: Waiting, filters: FilterBar, *, owners: Mapping[str, str], may_improve: bool
) -> AttentionPage:
    """Every card, and what was looked at. `owners` are who answers for a service, by its code."""
    selection, found = filters.selection, all_cards(overview, waiting)
    return AttentionPage(
        headline=_headline(found, overview),
        filters=filters,
        cards=[_whole(card, overview, owners, may_improve=may_improve) for card in found],
        checks=[_check(check) for check in checks(overview, waiting)],
        overview=addresses.overview(selection),
    )


def _headline(found: Sequence[Card], overview: Overview) -> Headline:
    actions = sum(card.is_action for card in found)
    others = len(found) - actions
    worth = f"{others} {'thing is' if others == 1 else 'things are'} worth knowing." if others else ""
    if actions:
        claim = f"{actions} {'thing needs' if actions == 1 else 'things need'} somebody."
        return Headline(claim, f"First: {found[0].title}. {worth}".strip())
    if overview.headline.value is None:
        return Headline("Too few answers to say what needs attention.", worth)
    return Headline("Nothing needs attention today.", worth or "What was looked at stands below.")


def _whole(card: Card, overview: Overview, owners: Mapping[str, str], *, may_improve: bool) -> CardView:
    selection, more = overview.selection, []
    if card.who is Who.SERVICE:
        more.append(Link("Its page", addresses.service(selection, card.code)))
        if may_improve:
            more.append(Link("Write down what you change", f"{IMPROVEMENTS}new"))
    return CardView(
        card.title,
        card.words,
        _url(card, selection),
        card.link,
        card.is_action,
        since=_since(card.since, selection),
        next=NEXT.get(card.who) or _of_service(owners.get(card.code)),
        more=more,
    )


def _of_service(owner: str | None) -> str:
    who = f"{owner}, who manages it" if owner else "Whoever manages it (nobody is entered as its manager)"
    return f"{who}: read what the dissatisfied wrote, then change one thing and write it down, so that it is measured."


def _since(since: Period | date | None, selection: Selection) -> str:
    if isinstance(since, Period):
        return f"In every quarter shown since {since.label}."
    if since is not None:
        return f"The first of them since {in_words(since)}."
    return f"Over {selection.period.title} as a whole."


def _url(card: Card, selection: Selection) -> str:
    match card.leads:
        case Leads.COMMENTS:
            return addresses.comments(selection, service=card.code)
        case Leads.CHANNEL:
            return channel_page(selection, card.code)
        case Leads.FOLLOW_UPS:
            return addresses.late_follow_ups(selection)
        case Leads.HELD:
            return addresses.with_arguments(addresses.HELD, {"service": selection.service})
        case Leads.MEASURE:
            return addresses.measure(selection, card.code)


def channel_page(selection: Selection, code: str) -> str:
    """The page of a channel; on that of another part, what of it came in by the channel. None for what is unknown."""
    if not code:
        return ""
    if selection.part is not None:
        return addresses.overview(selection, channel=code)
    return addresses.part(selection, PartKind.CHANNEL, code)


def _check(check: Check) -> CheckRow:
    return CheckRow(check.what, check.words, TAGS[check.is_well])
