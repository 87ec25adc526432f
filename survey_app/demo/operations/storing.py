"""The rows of one load: the council's own, then contacts, invitations and responses that point to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Select, select

from survey_app.contacts.models import AskingRules, Contact, DrawSeed, OptOut
from survey_app.contacts.processing import processing_days
from survey_app.demo.allocation import chunks, seeded
from survey_app.demo.answering import DemoResponse, morning_after, sent_at
from survey_app.demo.drawing import SEED, Lot, lots
from survey_app.demo.own_surveys import OWN_SURVEYS
from survey_app.demo.population import DemoContact
from survey_app.demo.scenarios.fates import ANSWERED, RETURNED, Fate
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year, years_until
from survey_app.extensions import db, insert_many
from survey_app.invitations.models import Invitation, InvitationState, Receipt
from survey_app.kernel.clock import day_ends_at, day_starts_at
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.kernel.tokens import CODE_ALPHABET, new_salt
from survey_app.measures.models import MaintainMargin, NamedHeadline, Target
from survey_app.organisation.channels import PUBLIC, CustomerKind, Mode
from survey_app.organisation.models import USUAL_NATION, Council, Service, Site, Team
from survey_app.responses.models import Answer, AnswerText, ResponseState, SurveyResponse
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import import_survey, publish_default_survey, publish_survey

OPEN_DAYS = CHANGE_DAYS = 14
MARGIN = 0.02  # of every measure with a target: how far it may fall and still count as maintained
IMPORTED_BEFORE, DRAWN_BEFORE = timedelta(hours=2), timedelta(hours=1)  # the first message about a day
REMINDER_AFTER = timedelta(days=4)
FOLLOWED_UP = timedelta(days=365)  # so long before this year's end follow-ups begin
MOST_FOLLOWED_UP = 48
LOW = ("1", "2")  # overall satisfaction
EARLIER = timedelta(days=60)  # how long before its first contact a council set all up

STATES: Mapping[Fate, InvitationState] = {
    Fate.OPTED_OUT_UNSENT: InvitationState.OPTED_OUT,
    Fate.TOO_OLD_UNSENT: InvitationState.TOO_OLD,
    Fate.FAILED: InvitationState.FAILED,
    **dict.fromkeys(RETURNED, InvitationState.UNDELIVERABLE),
    Fate.OPTED_OUT_ASKED: InvitationState.OPTED_OUT,
    Fate.SILENT: InvitationState.OPEN,
    Fate.SCANNED: InvitationState.OPEN,
    **dict.fromkeys(ANSWERED, InvitationState.ANSWERED),
}
RECEIPTS: Mapping[Fate, Receipt] = {
    Fate.UNDELIVERABLE: Receipt.PERMANENT_FAILURE,
    Fate.UNAVAILABLE: Receipt.TEMPORARY_FAILURE,
    Fate.STOPPED_BY_NETWORK: Receipt.TECHNICAL_FAILURE,
}
Row = dict[str, Any]


class Store:
    """Sets the council up when it is made; what is stored then stands under it, with references alike at each load."""

    def __init__(self, scenario: Scenario, today: date, scale: float) -> None:
        self._scenario = scenario
        self._asked_as: dict[int, str] = {}  # the references of contacts that were asked, by number
        self._answered_as: dict[int, str] = {}  # those of responses, by the number of their contact
        self._today = today
        self._references = references(seeded(scenario.name, today, scale, "references"))
        first_day = years_until(today)[0].first
        set_up_at = day_starts_at(first_day) - EARLIER
        self._set_up_council(first_day, set_up_at)
        self._versions = self._publish_surveys(set_up_at)
        self._questions = {version.id: _question_ids(version) for version in self._versions.values()}
        self._services = _add_named(Service, {plan.code: plan.name for plan in scenario.services})
        self._teams = {
            plan.code: _add_named(Team, {f"team-{plan.code}": plan.team})[f"team-{plan.code}"]
            for plan in scenario.services
        }
        self._sites = _add_named(Site, {site.code: site.name for site in scenario.sites})

    def store_contacts(self, contacts: Sequence[DemoContact], progress: Callable[[int], None]) -> None:
        """Those of whole years: the lots of a year are drawn together."""
        lot_of = lots(contacts, self._scenario.reference_prefix)
        self._asked_as |= {contact.number: lot_of[contact.number].reference for contact in contacts if contact.is_asked}
        for chunk in chunks(contacts):
            insert_many(Contact, [self._contact_row(contact, lot_of[contact.number]) for contact in chunk])
            progress(len(chunk))
        if opt_outs := [row for contact in contacts if (row := _opt_out_row(contact)) is not None]:
            insert_many(OptOut, opt_outs)

    def store_invitations(self, asked: Iterable[DemoContact], responses: Iterable[DemoResponse]) -> None:
        ids = _ids(select(Contact.reference, Contact.id).where(Contact.draw_outcome == "asked"))
        answered_at = {r.contact.number: r.submitted_at for r in responses if r.contact.is_answered}
        for chunk in chunks(asked):
            insert_many(
                Invitation,
                [
                    self._invitation_row(contact, ids[self._asked_as[contact.number]], answered_at.get(contact.number))
                    for contact in chunk
                ],
            )

    def store_responses(self, responses: list[DemoResponse]) -> None:
        invitations = _ids(
            select(Contact.reference, Invitation.id).join(Invitation, Invitation.contact_id == Contact.id)
        )
        references = self._answered_as = {response.contact.number: next(self._references) for response in responses}
        insert_many(
            SurveyResponse,
            [
                self._response_row(r, invitations[self._asked_as[r.contact.number]], references[r.contact.number])
                for r in responses
            ],
        )
        ids = _ids(select(SurveyResponse.reference, SurveyResponse.id))
        answers: list[Row] = []
        texts: list[Row] = []
        for response in responses:
            response_id = ids[references[response.contact.number]]
            for code, (question_id, options) in self._questions[self._version(response.contact).id].items():
                row = {"response_id": response_id, "question_version_id": question_id}
                if code in response.choices:
                    answers.append(row | {"option_id": options[response.choices[code]]})
                if code in response.texts:
                    texts.append(row | {"raw": response.texts[code]})
        insert_many(Answer, answers)
        insert_many(AnswerText, texts)

    def low_scores(self, responses: Iterable[DemoResponse]) -> Sequence[SurveyResponse]:
        """Answers that are followed up: residents' newest low scores of this year, in their order.

        Some of them, for not everybody wants to be contacted.
        """
        since = this_year(self._today).last - FOLLOWED_UP
        references = [
            self._answered_as[response.contact.number]
            for response in responses
            if response.overall in LOW
            and response.contact.customer_kind in PUBLIC
            and response.contact.occurred_on > since
            and response.contact.number % 5 < 3
        ]
        newest = SurveyResponse.reference.in_(references[-MOST_FOLLOWED_UP:])
        return db.session.scalars(select(SurveyResponse).where(newest).order_by(SurveyResponse.id)).all()

    def _publish_surveys(self, at: datetime) -> dict[CustomerKind, SurveyVersion]:
        """What each kind of customer is asked; residents and businesses the same."""
        versions = dict.fromkeys(PUBLIC, publish_default_survey(at))
        for kind in sorted({plan.customers for plan in self._scenario.services if plan.customers}):
            versions[kind] = publish_survey(import_survey(OWN_SURVEYS[kind], now=at), now=at)
        return versions

    def _version(self, contact: DemoContact) -> SurveyVersion:
        return self._versions[contact.customer_kind]

    def _set_up_council(self, first_day: date, set_up_at: datetime) -> None:
        scenario = self._scenario
        db.session.add_all(
            [
                Council(
                    name=scenario.council,
                    sender_name=scenario.council,
                    sender_email=f"feedback@{scenario.domain}",
                    postal_address="Town Hall, Anyborough AB1 2CD",
                    complaint_url=f"https://{scenario.domain}/complaints",
                    complaint_phone="01632 960100",
                    is_demo=True,
                    created_at=set_up_at,
                ),
                AskingRules(sampling_fraction=scenario.sampling_fraction, open_days=OPEN_DAYS, change_days=CHANGE_DAYS),
                *(
                    Target(
                        measure=target.measure,
                        value=target.value,
                        comparator=Comparator.OVER if target.is_over else Comparator.AT_LEAST,
                        valid_from=first_day,
                        approved_by="Cabinet",
                        reason="Agreed with the service plans before the year began.",
                        entered_at=set_up_at,
                    )
                    for target in scenario.targets
                ),
                *(
                    NamedHeadline(
                        measure=scenario.headline,
                        year_begins=year.first,
                        named_at=set_up_at,
                        named_by="Cabinet",
                        reason="Overall satisfaction is what the service plans promise.",
                    )
                    for year in Period.between(first_day, self._today).split("year")
                ),
                *(
                    DrawSeed(first_on=year.first, seed=SEED.hex(), made_at=set_up_at)
                    for year in years_until(self._today)
                ),
                *(
                    MaintainMargin(measure=target.measure, margin=MARGIN, approved_by="Cabinet", set_at=set_up_at)
                    for target in scenario.targets
                ),
            ]
        )
        db.session.flush()

    def _contact_row(self, contact: DemoContact, lot: Lot) -> Row:
        return self._facts(contact) | {
            "reference": lot.reference,
            "occurred_at": contact.occurred_at,
            "occurred_on": contact.occurred_on,
            "closed_at": contact.closed_at,
            "processing_days": processing_days(contact.occurred_at, contact.closed_at, USUAL_NATION),
            "outcome": "Case opened" if contact.reason.working_days is not None else "Answered",
            "resolved_first_time": contact.resolved_first_time,
            "open_complaint": contact.fate is Fate.OPEN_COMPLAINT,
            "customer_kind": contact.customer_kind,
            "customer_ref": contact.customer_ref,
            "case_ref": contact.case_ref,
            "sensitive": contact.fate is Fate.SENSITIVE,
            "do_not_survey": contact.fate is Fate.DO_NOT_SURVEY,
            "content_digest": hashlib.sha256(lot.reference.encode()).hexdigest(),
            "imported_at": morning_after(contact.occurred_on) - IMPORTED_BEFORE,
            "draw_outcome": "asked" if contact.is_asked else contact.fate.value,
            "drawn_at": _drawn_at(contact),
            "draw_score": lot.score,
            "draw_fraction": lot.fraction,
        }

    def _invitation_row(self, contact: DemoContact, contact_id: int, answered_at: datetime | None) -> Row:
        sent = sent_at(contact)
        opted_out_at = _opted_out_at(contact)
        remind_at = sent + REMINDER_AFTER
        is_reminded = (
            contact.fate in (*ANSWERED, Fate.SILENT, Fate.SCANNED)
            and (answered_at is None or answered_at > remind_at)
            and remind_at < day_starts_at(self._today)
        )
        return self._facts(contact) | {
            "counts_on": contact.occurred_on,
            "reference": next(self._references),
            "contact_id": contact_id,
            "survey_version_id": self._version(contact).id,
            "salt": new_salt(),
            "state": STATES[contact.fate],
            "drawn_at": _drawn_at(contact),
            "closes_at": day_ends_at(contact.occurred_on + ONE_DAY + timedelta(days=OPEN_DAYS)),
            "sent_at": sent if contact.is_sent else None,
            "reminded_at": remind_at if is_reminded else None,
            "answered_at": answered_at,
            "opted_out_at": opted_out_at,
            "undeliverable_at": sent + timedelta(minutes=2) if contact.fate in RETURNED else None,
            "undeliverable_reason": RECEIPTS.get(contact.fate),
        }

    def _response_row(self, response: DemoResponse, invitation_id: int, reference: str) -> Row:
        is_counted = response.contact.is_answered
        return self._facts(response.contact) | {
            "counts_on": response.contact.occurred_on,
            "reference": reference,
            "salt": new_salt(),
            "invitation_id": invitation_id,
            "survey_version_id": self._version(response.contact).id,
            "mode": Mode.WEB,
            "answered_in": response.answered_in,
            "state": ResponseState.COUNTED if is_counted else ResponseState.QUARANTINED,
            "quarantine_reason": None if is_counted else "too_fast",
            "submitted_at": response.submitted_at,
        }

    def _facts(self, contact: DemoContact) -> Row:
        """What a contact, its invitation and its response have in common."""
        return {
            "service_id": self._services[contact.service],
            "team_id": self._teams[contact.service],
            "site_id": self._sites[contact.site] if contact.site else None,
            "channel": contact.channel,
            "adviser_ref": contact.adviser_ref,
            "reason": contact.reason.name,
            "language": contact.language,
            "customer_group": contact.customer_group,
        }


def _drawn_at(contact: DemoContact) -> datetime:
    return morning_after(contact.occurred_on) - DRAWN_BEFORE


def _opted_out_at(contact: DemoContact) -> datetime | None:
    """Before the message could go out, or in the days after it, of those who asked us to stop."""
    if contact.fate is Fate.OPTED_OUT_UNSENT:
        return _drawn_at(contact) + timedelta(minutes=20)
    if contact.fate is Fate.OPTED_OUT_ASKED:
        return sent_at(contact) + timedelta(minutes=15 + contact.number % 600)
    return None


def _opt_out_row(contact: DemoContact) -> Row | None:
    opted_out_at = _opted_out_at(contact)
    if opted_out_at is None:
        return None
    source = "staff" if contact.fate is Fate.OPTED_OUT_UNSENT else ("one_click", "page")[contact.number % 2]
    return {"customer_ref": contact.customer_ref, "source": source, "created_at": opted_out_at}


def _add_named(model: type[Service] | type[Team] | type[Site], names: Mapping[str, str]) -> dict[str, int]:
    """Add services, teams or sites by code and name; their ids by code."""
    added = [model(code=code, name=name) for code, name in names.items()]
    db.session.add_all(added)
    db.session.flush()
    return {thing.code: thing.id for thing in added}


def _question_ids(version: SurveyVersion) -> dict[str, tuple[int, dict[str, int]]]:
    """The id of each question of a version, by the measure it feeds or its code, and those of its options by code."""
    return {
        item.question_version.question.asks or item.question_version.question.code: (
            item.question_version_id,
            {option.code: option.id for option in item.question_version.options},
        )
        for item in version.items
    }


def _ids(statement: Select[str, int]) -> dict[str, int]:
    """Ids by reference."""
    return {row[0]: row[1] for row in db.session.execute(statement)}


def references(rng: Random, length: int = 10) -> Iterator[str]:
    """Public references that look as random as others and are the same at each load."""
    seen: set[str] = set()
    while True:
        reference = "".join(rng.choices(CODE_ALPHABET, k=length))
        if reference not in seen:
            seen.add(reference)
            yield reference
