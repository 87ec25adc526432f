"""Deciding who is asked. One batch of a job."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from survey_app.contacts.asking.operations import SCORED_AT_ONCE, draw_day, draw_seeds, score_waiting
from survey_app.contacts.asking.queries import (
    asked_this_month,
    blocked_among,
    closest_rules,
    exclusions_in_force,
    second_of_case,
    waiting_contacts,
)
from survey_app.contacts.asking.waiting import WaitingContact
from survey_app.contacts.eligibility import ASKED, Standing, ineligible_reason
from survey_app.contacts.fairness import first_of_gap, is_kept_free
from survey_app.contacts.models import AskingRules, Contact, Way
from survey_app.contacts.people import People, domain_key
from survey_app.contacts.queries import asking_rules, index_key, opted_out_among
from survey_app.contacts.sampling import seed_year, stratum_key
from survey_app.contacts.ways import had_an_address, way_to_reach
from survey_app.extensions import Base, db, transaction
from survey_app.invitations.models import Invitation, MessageKind
from survey_app.invitations.queries import asked_since, sending_times
from survey_app.invitations.timing import SendingTimes, is_too_old
from survey_app.kernel.clock import day_ends_at, london_day
from survey_app.kernel.tokens import new_reference, new_salt
from survey_app.organisation.queries import council, services_by_code
from survey_app.surveys.queries import published_version
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import hold, recount

log = logging.getLogger(__name__)

DRAW_BATCH = 1_000


def draw_invitations(now: datetime, worker: str) -> int:
    """Decide for the next contacts who is asked, each with its reason; how many were decided. None during a pause.

    The draw of a contact hangs on the year's seed and its reference alone, so neither the order of a file nor
    anybody's choice moves it. Two draws at once wait for each other: nobody is asked twice, and no quota exceeded.
    """
    with transaction():
        hold("draw")
        rules = asking_rules()
        if rules.is_paused or not _can_draw():
            return 0
        if (scored := score_waiting(now)) == SCORED_AT_ONCE:
            return scored
        contacts = waiting_contacts(DRAW_BATCH)
        if not contacts:
            return 0
        _Batch(contacts, rules, now).decide()
        recount(Subject.CONTACTS, ((contact.occurred_on, contact.service_id) for contact in contacts))
        wake("send_messages")
        return len(contacts)


def _can_draw() -> bool:
    if published_version() is not None and council() is not None:
        return True
    if db.session.scalar(select(Contact.id).where(Contact.draw_outcome.is_(None)).limit(1)) is not None:
        log.warning("nobody is asked: there is no council or no published survey yet; the contacts wait")
    return False


class _Batch:
    """Some contacts that wait, and all that decides about them, read at once."""

    def __init__(self, contacts: Sequence[WaitingContact], rules: AskingRules, now: datetime) -> None:
        self._contacts, self._rules, self._now, self._today = contacts, rules, now, london_day(now)
        self._gap = timedelta(days=rules.cooling_off_days)
        self._exclusions = exclusions_in_force()
        self._versions = {kind: published_version(kind) for kind in {contact.customer_kind for contact in contacts}}
        self._staff = {domain_key(index_key(), domain) for domain in rules.staff_domains}
        self._opted_out = opted_out_among(contacts)
        self._asked = asked_since(now - self._gap, contacts) if self._gap else People()
        self._blocked = blocked_among(contacts, now)
        self._second_of_case = set() if rules.ask_second_contact else second_of_case(contacts, self._gap)
        self._closest = closest_rules()
        self._day = draw_day(rules, now)
        self._asked_this_month = Counter(asked_this_month(self._today))
        self._asked_now = Counter[str]()
        self._busy = {service.id for service in services_by_code(self._day.busy_services)}
        self._first_of_gap = {
            day: first_of_gap(day, rules.cooling_off_days) for day in {contact.occurred_on for contact in contacts}
        }
        self._seeds = draw_seeds(self._first_of_gap.values(), now) if self._busy else {}

    def decide(self) -> None:
        """Decide about each, those of rare services first, and store it."""
        in_turn = sorted(self._contacts, key=lambda contact: contact.service_id in self._busy)  # keeps their order
        rows, invited = [], []
        for contact in in_turn:
            way = self._way(contact)
            outcome, fraction = self._outcome(contact, way)
            decided = {"draw_outcome": outcome, "draw_fraction": fraction, "drawn_at": self._now}
            rows.append({"id": contact.id, **decided})
            if outcome == ASKED and way is not None:
                invited.append((contact, way))
                if self._gap:
                    self._asked.add(contact.person)
        db.session.execute(update(Contact), rows)
        if self._asked_now:
            self._day.asked = dict(Counter(self._day.asked) + self._asked_now)
        self._invite(sorted(invited, key=lambda each: each[0].id))  # what came first goes out first

    def _outcome(self, contact: WaitingContact, way: Way | None) -> tuple[str, float | None]:
        """What becomes of a contact, and the fraction that held if it came to the draw."""
        standing = Standing(
            can_be_reached=way is not None,
            had_an_address=had_an_address(contact.detail, self._rules),
            opted_out=self._opted_out.has(contact.person),
            has_survey=self._versions[contact.customer_kind] is not None,
            is_staff=contact.detail is not None and contact.detail.domain_key in self._staff,
            is_second_of_case=contact.id in self._second_of_case,
            recently_asked=self._asked.has(contact.person),
        )
        reason = ineligible_reason(contact, self._rules, self._exclusions, standing, today=self._today)
        return (reason, None) if reason is not None else self._draw(contact)

    def _draw(self, contact: WaitingContact) -> tuple[str, float]:
        rule = self._closest.closest(contact.service_id, contact.channel)
        fraction, quota = self._rules.sampling_fraction, None
        if rule is not None and rule.fraction is not None:
            fraction = rule.fraction
        elif rule is not None and rule.monthly_quota is not None:
            quota = stratum_key(rule.service_id, rule.channel)
            fraction = self._day.fractions[quota]
            if self._asked_this_month[quota] + self._asked_now[quota] >= rule.monthly_quota:
                return "quota_full", fraction
        if contact.draw_score >= fraction:
            return "not_sampled", fraction
        if contact.service_id in self._busy and self._is_kept_free(contact):
            return "kept_for_rare", fraction
        if quota is not None:
            self._asked_now[quota] += 1
        return ASKED, fraction

    def _is_kept_free(self, contact: WaitingContact) -> bool:
        first_day = self._first_of_gap[contact.occurred_on]
        seed = self._seeds[seed_year(first_day)]
        return is_kept_free(seed, contact.person, first_day, self._rules.reserved_share)

    def _way(self, contact: WaitingContact) -> Way | None:
        return way_to_reach(contact.detail, self._rules, blocked=self._blocked, is_written_to=contact.is_written_to)

    def _invite(self, invited: Sequence[tuple[WaitingContact, Way]]) -> None:
        """An invitation for each with the contact's facts frozen, and its first message, due when it may go out."""
        if not invited:
            return
        tables, times = Base.metadata.tables, sending_times()
        rows = [self._invitation(contact) for contact, _ in invited]
        db.session.execute(insert(tables["invitation"]), rows)
        ids = dict(
            db.session.execute(
                select(Invitation.contact_id, Invitation.id).where(
                    Invitation.contact_id.in_([contact.id for contact, _ in invited])
                )
            ).all()
        )
        db.session.execute(
            insert(tables["message"]),
            [
                {
                    "invitation_id": ids[contact.id],
                    "kind": MessageKind.INVITATION,
                    "way": way,
                    "due_at": self._due_at(contact, way, times),
                }
                for contact, way in invited
            ],
        )
        recount(Subject.INVITATIONS, ((row["counts_on"], row["service_id"]) for row in rows))

    def _due_at(self, contact: WaitingContact, way: Way, times: SendingTimes) -> datetime:
        """When its first message may go out; at once where it would be too old by then, so that it is dropped now."""
        delay = timedelta(minutes=self._rules.delay_minutes)
        due_at = times.due_at(max(self._now, contact.occurred_at + delay), way, contact.service_id)
        too_old = is_too_old(contact.occurred_on, on=london_day(due_at), too_old_days=self._rules.too_old_days)
        return self._now if too_old else due_at

    def _invitation(self, contact: WaitingContact) -> dict[str, Any]:
        version = self._versions[contact.customer_kind]
        assert version is not None  # else nobody is asked
        return {
            "reference": new_reference(),
            "contact_id": contact.id,
            "survey_version_id": version.id,
            "salt": new_salt(),
            "drawn_at": self._now,
            "closes_at": day_ends_at(self._today + timedelta(days=self._rules.open_days)),
            "service_id": contact.service_id,
            "team_id": contact.team_id,
            "site_id": contact.site_id,
            "channel": contact.channel,
            "adviser_ref": contact.adviser_ref,
            "reason": contact.reason,
            "language": contact.language,
            "customer_group": contact.customer_group,
            "counts_on": contact.occurred_on,
        }
