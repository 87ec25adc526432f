"""Reads how far contacts came, by group, from contacts and their invitations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.definitions import measure_named
from survey_app.measures.provisional import is_provisional
from survey_app.measures.queries import Standing, cut_of, read_standing
from survey_app.measures.queries.counts import counts_by_choice
from survey_app.measures.queries.cuts import Cut
from survey_app.measures.tree import ServiceTree
from survey_app.measures.who_answered import Grouping, Passage, Profile, make_profile
from survey_app.organisation.scope import EVERYTHING, Scope

NOT_DELIVERED = ("undelivered", "not_sent")  # outcomes of invitations; every other one was delivered
STRATA = (Grouping.SERVICE, Grouping.CHANNEL)


def who_answered(
    first: date,
    last: date,
    *,
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    now: datetime,
    standing: Standing | None = None,
) -> Profile:
    """The profile of a period, in six statements beside `standing`. NotFound as `figures` says."""
    standing = standing or read_standing(now)
    services, period = standing.services, Period.between(first, last)
    cut = cut_of(make_query("contacts", first, last, where), services, scope)
    strata = _passages(period, cut, STRATA, services)
    groups = {grouping: _pooled(strata, place) for place, grouping in enumerate(STRATA)}
    for grouping in (Grouping.CUSTOMER_GROUP, Grouping.LANGUAGE):
        groups[grouping] = _pooled(_passages(period, cut, (grouping,), services), 0)
    return make_profile(
        groups,
        {(service, channel): passage for (service, channel), passage in strata.items()},
        is_provisional=is_provisional(
            first, last, unsettled=standing.unsettled, today=london_day(now), change_days=standing.change_days
        ),
    )


def _passages(
    period: Period, cut: Cut, groups: tuple[Grouping, ...], services: ServiceTree
) -> dict[tuple[str, ...], Passage]:
    contacts, invitations = (
        counts_by_choice(measure_named(name), [period], cut=cut, groups=groups, services=services, choices={}).cells
        for name in ("contacts", "response_rate")
    )
    passages: defaultdict[tuple[str, ...], Passage] = defaultdict(Passage)
    for (_, group), counts in contacts.items():
        passages[group] += Passage(contacts=sum(counts.values()))
    for (_, group), counts in invitations.items():
        outcomes = {choice.code: n for choice, n in counts.items()}
        asked = sum(outcomes.values())
        delivered = asked - sum(outcomes.get(outcome, 0) for outcome in NOT_DELIVERED)
        passages[group] += Passage(asked=asked, delivered=delivered, answered=outcomes.get("answered", 0))
    return passages


def _pooled(passages: Mapping[tuple[str, ...], Passage], place: int) -> dict[str, Passage]:
    pooled: defaultdict[str, Passage] = defaultdict(Passage)
    for group, passage in passages.items():
        pooled[group[place]] += passage
    return pooled
