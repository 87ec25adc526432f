"""Reading the rules of asking, and what is known of the contacts that wait."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from survey_app.contacts.asking.waiting import Details, WaitingContact
from survey_app.contacts.eligibility import ELIGIBLE, Dimension, Exclusions
from survey_app.contacts.models import (
    AddressBlock,
    Contact,
    ContactDetail,
    DrawDay,
    DrawSeed,
    Exclusion,
    SamplingRule,
)
from survey_app.contacts.people import Someone
from survey_app.contacts.sampling import ClosestRules, Stratum
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import Period
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.organisation.names import fold
from survey_app.organisation.queries import services_by_code, subtree_ids

_FACTS = tuple(getattr(Contact, name) for name in WaitingContact._fields if name != "detail")


def exclusions() -> Sequence[Exclusion]:
    """What the council leaves out, in the order in which it was added."""
    return db.session.scalars(select(Exclusion).order_by(Exclusion.id)).all()


def exclusions_in_force() -> Exclusions:
    """The same, as the draw goes by it: a service with those below it."""
    pairs = [(each.dimension, each.value) for each in exclusions()]
    codes = [value for dimension, value in pairs if dimension is Dimension.SERVICE]
    services = subtree_ids(service.id for service in services_by_code(codes)) if codes else ()
    return Exclusions.of(pairs, services)


def sampling_rules() -> Sequence[SamplingRule]:
    """The rules of single strata."""
    return db.session.scalars(select(SamplingRule).order_by(SamplingRule.id)).all()


def exclusion_by_id(exclusion_id: int) -> Exclusion:
    """NotFound when there is none."""
    found = db.session.get(Exclusion, exclusion_id)
    if found is None:
        raise NotFound("These contacts are not left out, or no longer.")
    return found


def sampling_rule_by_id(rule_id: int) -> SamplingRule:
    """NotFound when there is none."""
    found = db.session.get(SamplingRule, rule_id)
    if found is None:
        raise NotFound("There is no such rule, or no longer.")
    return found


def sampling_rule_of(service_id: int | None, channel: Channel | None) -> SamplingRule | None:
    """The rule for exactly this stratum."""
    return next((rule for rule in sampling_rules() if (rule.service_id, rule.channel) == (service_id, channel)), None)


def closest_rules() -> ClosestRules[SamplingRule]:
    """The same, to be asked which of them holds."""
    return ClosestRules({_stratum(rule): rule for rule in sampling_rules()}, _parents())


def outcomes_where_closest(stratum: Stratum, since: date) -> dict[str | None, int]:
    """Contacts since a day for which a rule for this stratum would be the closest, by what was decided."""
    tried: dict[Stratum, Stratum] = {place: place for place in map(_stratum, sampling_rules())} | {stratum: stratum}
    closest, found = ClosestRules(tried, _parents()), Counter[str | None]()
    for place, outcomes in outcomes_by_stratum(since).items():
        if closest.closest(*place) == stratum:
            found.update(outcomes)
    return found


def _stratum(rule: SamplingRule) -> Stratum:
    return rule.service_id, rule.channel


def _parents() -> dict[int, int | None]:
    """The service above each service."""
    return dict(db.session.execute(select(Service.id, Service.parent_id)).all())


def seeds_of(years: Collection[date]) -> dict[date, bytes]:
    """The seeds of these financial years, by their first days, as far as they were needed yet."""
    rows = db.session.execute(select(DrawSeed.first_on, DrawSeed.seed).where(DrawSeed.first_on.in_(years)))
    return {first_on: bytes.fromhex(seed) for first_on, seed in rows}


def waiting_contacts(most: int) -> list[WaitingContact]:
    """Those next in the draw, by their score. No address is decrypted: one that cannot be must not stop the draw."""
    detail = (
        ContactDetail.contact_id,
        ContactDetail.email_key,
        ContactDetail.phone_key,
        ContactDetail.domain_key,
        ContactDetail.email.is_not(None),
        ContactDetail.phone.is_not(None),
        ContactDetail.phone_is_mobile,
    )
    rows = db.session.execute(
        select(*_FACTS, *detail)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(Contact.draw_outcome.is_(None), Contact.draw_score.is_not(None))
        .order_by(Contact.draw_score, Contact.id)
        .limit(most)
    )
    known = len(_FACTS)
    return [
        WaitingContact(*row[:known], None if row[known] is None else Details(*row[known + 1 :]))  # type: ignore[call-arg]
        for row in rows
    ]


def blocks_at(now: Any) -> ColumnElement[bool]:
    """The condition under which a block holds then."""
    return or_(AddressBlock.until.is_(None), AddressBlock.until > now)


def blocked_among(contacts: Collection[Someone], now: datetime) -> set[str]:
    """Keys of addresses and numbers of these contacts to which nothing goes at present."""
    details = [contact.detail for contact in contacts if contact.detail is not None]
    keys = {key for detail in details for key in (detail.email_key, detail.phone_key) if key}
    return set(db.session.scalars(select(AddressBlock.key).where(AddressBlock.key.in_(keys), blocks_at(now))))


def second_of_case(contacts: Collection[WaitingContact], gap: timedelta) -> set[int]:
    """Which of these contacts are about a case that had an earlier one within the gap, by their ids.

    Of two at the same instant the one with the lower reference is the earlier: it does not matter which was stored or
    drawn first, nor what became of it.
    """
    cases = {contact.case_ref for contact in contacts if contact.case_ref is not None}
    if not cases:
        return set()
    since = min(contact.occurred_at for contact in contacts) - gap
    of_case: dict[str | None, list[tuple[datetime, str]]] = defaultdict(list)
    for case_ref, occurred_at, reference in db.session.execute(
        select(Contact.case_ref, Contact.occurred_at, Contact.reference).where(
            Contact.case_ref.in_(cases), Contact.occurred_at >= since
        )
    ):
        of_case[case_ref].append((occurred_at, reference))
    return {
        contact.id
        for contact in contacts
        if contact.case_ref is not None
        and any(
            contact.occurred_at - gap <= at and (at, reference) < (contact.occurred_at, contact.reference)
            for at, reference in of_case[contact.case_ref]
        )
    }


def contacts_to_share_out(since: date) -> dict[str, int]:
    """Contacts since a day that the cap alone could keep from being asked about, by the code of their service.

    Those that wait count as well: on its first day a council has no others.
    """
    could_be = or_(Contact.draw_outcome.is_(None), Contact.draw_outcome.in_((*ELIGIBLE, "recently_asked")))
    rows = db.session.execute(
        select(Service.code, func.count())
        .join_from(Contact, Service, Service.id == Contact.service_id)
        .where(Contact.occurred_on >= since, could_be)
        .group_by(Service.code)
    )
    return dict(rows.all())


def outcomes_by_stratum(since: date) -> Mapping[tuple[int, Channel], Mapping[str | None, int]]:
    """Contacts since a day by service and channel, and by what was decided; None: nothing yet."""
    found: dict[tuple[int, Channel], dict[str | None, int]] = defaultdict(dict)
    for service_id, channel, outcome, count in db.session.execute(
        select(Contact.service_id, Contact.channel, Contact.draw_outcome, func.count())
        .where(Contact.occurred_on >= since)
        .group_by(Contact.service_id, Contact.channel, Contact.draw_outcome)
    ):
        found[service_id, channel][outcome] = count
    return found


def first_day_since(day: date) -> date | None:
    """The day of the first contact since then."""
    return db.session.scalar(select(func.min(Contact.occurred_on)).where(Contact.occurred_on >= day))


def asked_this_month(today: date) -> dict[str, int]:
    """How many were asked under each quota since the month began, by the key of its stratum."""
    month = Period.month_of(today)
    asked: dict[str, int] = defaultdict(int)
    for of_day in db.session.scalars(select(DrawDay.asked).where(DrawDay.day.between(month.first, month.last))):
        for stratum, count in of_day.items():
            asked[stratum] += count
    return asked


def outcomes_since(day: date) -> dict[str | None, int]:
    """Contacts since a day by what was decided; None: nothing yet."""
    rows = db.session.execute(
        select(Contact.draw_outcome, func.count()).where(Contact.occurred_on >= day).group_by(Contact.draw_outcome)
    )
    return dict(rows.all())


def contacts_by_value(dimension: Dimension, since: date) -> Counter[str]:
    """Contacts since a day by their value of a dimension, folded as an exclusion is; a service by its id."""
    column: Any = {
        Dimension.CHANNEL: Contact.channel,
        Dimension.SERVICE: Contact.service_id,
        Dimension.REASON: Contact.reason,
        Dimension.OUTCOME: Contact.outcome,
        Dimension.LANGUAGE: Contact.language,
    }[dimension]
    found = Counter[str]()
    for value, count in db.session.execute(
        select(column, func.count()).where(Contact.occurred_on >= since, column.is_not(None)).group_by(column)
    ):
        found[fold(str(value))] += count
    return found


def contacts_left_out(pairs: Collection[tuple[Dimension, str]], since: date) -> dict[tuple[Dimension, str], int]:
    """How many contacts since a day have each of these values. One statement a dimension, however many values."""
    counts = {dimension: contacts_by_value(dimension, since) for dimension in {each for each, _ in pairs}}
    ids = {service.code: service.id for service in services_by_code(value for _, value in pairs)}
    found: dict[tuple[Dimension, str], int] = {}
    for dimension, value in pairs:
        if dimension is Dimension.SERVICE:
            below = subtree_ids([ids[value]]) if value in ids else frozenset()
            found[dimension, value] = sum(counts[dimension][str(service_id)] for service_id in below)
        else:
            found[dimension, value] = counts[dimension][fold(value)]
    return found


def draw_day_of(today: date) -> DrawDay | None:
    """What holds for the draw today; None before its first contact."""
    return db.session.get(DrawDay, today)
