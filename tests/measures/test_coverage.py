"""The coverage ledger: every contact is answered or lost for a reason, whatever happened and whenever one looks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import exists, select, update
from time_machine import TimeMachineFixture

from survey_app.contacts.models import AskingRules, Contact
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, Receipt
from survey_app.invitations.operations import draw_invitations, send_messages, stop_asking
from survey_app.invitations.operations.outcomes import count_again
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures import operations
from survey_app.measures.coverage import Fate, Ledger, Loss, Stage, make_ledger, merged, pooled
from survey_app.measures.queries import figures
from survey_app.measures.queries.coverage import BY, coverage, coverage_by
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ResponseState, SurveyDraft, SurveyResponse
from survey_app.responses.operations import (
    forget_draft,
    invited,
    quarantine,
    record_response,
    release,
    save_draft,
    withdraw,
)
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.factories import (
    NOON,
    make_answers,
    make_contact,
    make_contacts,
    make_council,
    make_draft,
    make_invitation,
    make_service,
    make_survey,
    make_user,
)

DAY = date(2026, 3, 10)
MONTHS = date(2026, 2, 1), date(2026, 5, 31)
LATER = datetime(2027, 6, 1, tzinfo=UTC)


def as_counts(ledger: Ledger) -> dict[tuple[str, str], int]:
    return {(loss.stage.value, loss.reason): loss.count for loss in ledger.losses}


def asked(service: Service, survey: SurveyVersion, **facts: Any) -> Invitation:
    invitation = make_invitation(service, survey, DAY, **facts)
    db.session.get_one(Contact, invitation.contact_id).draw_outcome = "asked"
    db.session.flush()
    return invitation


# The rule alone.


def test_every_contact_is_answered_or_lost_at_one_stage_for_one_reason() -> None:
    drawn = {"no_address": 40, "not_yet_drawn": 3, "something_new": 2, "not_sampled": 28, "asked": 27}
    fates = dict.fromkeys(Fate, 2) | {Fate.ANSWERED: 1, Fate.NOT_ANSWERED: 3}
    ledger = make_ledger(drawn, fates, still_open=1, void=1)
    assert (ledger.contacts, ledger.eligible, ledger.asked) == (100, 55, 26)
    assert (ledger.sent, ledger.delivered, ledger.answered) == (18, 12, 1)
    assert ledger.difference == 0
    assert as_counts(ledger) == {
        ("eligible", "no_address"): 40,
        ("eligible", "not_yet_drawn"): 3,
        ("eligible", "something_new"): 2,
        ("asked", "not_sampled"): 28,
        ("asked", "void"): 1,
        ("sent", "opted_out"): 2,
        ("sent", "too_old"): 2,
        ("sent", "failed"): 2,
        ("sent", "waiting"): 2,
        ("delivered", "does_not_exist"): 2,
        ("delivered", "unavailable"): 2,
        ("delivered", "stopped_by_network"): 2,
        ("answered", "opted_out"): 2,
        ("answered", "quarantined"): 2,
        ("answered", "withdrawn"): 2,
        ("answered", "started"): 2,
        ("answered", "no_answer"): 2,
        ("answered", "open"): 1,
    }
    twice = pooled([ledger, ledger])
    assert (twice.contacts, twice.difference, twice.count("opted_out")) == (200, 0, 8)
    assert Loss(Stage.ELIGIBLE, "something_new", 2).label == "Something new"


def test_a_contact_that_is_missing_or_counted_twice_shows_as_a_difference() -> None:
    assert make_ledger({"asked": 10}, {Fate.NOT_ANSWERED: 9}).difference == 1
    assert make_ledger({"no_address": 10}, {Fate.NOT_ANSWERED: 2}).difference == -2


def test_small_losses_by_a_sensitive_reason_stand_together_and_cannot_be_had_by_subtraction() -> None:
    def losses(**counts: int) -> list[Loss]:
        return [Loss(Stage.ELIGIBLE, reason, n) for reason, n in counts.items()]

    plain = losses(no_address=50, same_case=3, sensitive=12)
    assert merged(plain) == plain
    assert merged(losses(no_address=50, sensitive=8, opted_out=9)) == losses(no_address=50, other=17)
    assert merged(losses(no_address=50, same_case=20, sensitive=1)) == losses(no_address=50, other=21)


# Through the real operations.


@pytest.fixture
def council(app: Flask) -> list[Service]:
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=90))
        db.session.add(AskingRules(sampling_fraction=0.7, rare_below=0, cooling_off_days=5, open_days=6))
        make_user("cse_lead", email="lead@anyborough.example")
        return [make_service("housing"), make_service("waste")]


class History:
    """One council's days, in which anything may happen to anybody."""

    def __init__(self, services: list[Service], chance: Random) -> None:
        self.services, self.chance, self.now = services, chance, NOON

    def end(self) -> None:
        """A day on which much is asked, so that each kind of loss is there whatever happened before."""
        with transaction():
            for _ in range(12):
                self.contacts()
        self.draw()
        self.now += timedelta(days=2)
        self.send()
        with transaction():
            for invitation in self._some(Invitation, Invitation.state == InvitationState.OPEN, most=1):
                record_response(invited(invitation), GivenAnswers({}), now=self.now)
            for what in (self.void, self.save, self.save):
                what()

    def step(self) -> None:
        some: list[Callable[[], None]] = [self.contacts, self.draw, self.send, self.answer, self.answer, self.hold]
        some += [self.save, self.let_go, self.take_back, self.stop, self.bounce, self.void, self.fold]
        with transaction():
            what = self.chance.choice(some)
            if what not in (self.draw, self.send):
                what()
        if what in (self.draw, self.send):
            what()
        self.now += timedelta(hours=self.chance.randrange(12))

    def contacts(self) -> None:
        for _ in range(6):
            who = self.chance.choice([*[None] * 9, *(f"person{n}@example.org" for n in range(60))])
            make_contact(
                self.chance.choice(self.services),
                email=who,
                occurred_at=self.now - timedelta(days=self.chance.choice([0, 1, 1, 20])),
                channel=self.chance.choice([Channel.PHONE, Channel.EMAIL]),
                customer_kind=self.chance.choice([CustomerKind.RESIDENT] * 8 + [CustomerKind.PARTNER]),
                outcome=self.chance.choice([None, "resolved", "passed on"]),
                language=self.chance.choice(["en", "en", "cy"]),
                customer_group=self.chance.choice([None, "65+"]),
                sensitive=self.chance.random() < 0.05,
                do_not_survey=self.chance.random() < 0.05,
                open_complaint=self.chance.random() < 0.05,
            )

    def draw(self) -> None:
        while draw_invitations(self.now, "test"):
            pass

    def send(self) -> None:
        send_messages(self.now, "test")

    def answer(self) -> None:
        for invitation in self._some(Invitation, Invitation.sent_at.is_not(None), most=4):
            held = self.chance.choice([None, None, "too quick"])
            record_response(invited(invitation), GivenAnswers({}), now=self.now, quarantine_reason=held)

    def save(self) -> None:
        undone = ~exists().where(SurveyDraft.invitation_id == Invitation.id)
        version = db.session.scalars(select(SurveyVersion)).one()
        for invitation in self._some(Invitation, Invitation.state == InvitationState.OPEN, undone, most=3):
            service = db.session.get_one(Service, invitation.service_id)
            make_draft(version, service, invitation.counts_on, invitation_id=invitation.id)

    def hold(self) -> None:
        for response in self._some(SurveyResponse, SurveyResponse.state == ResponseState.COUNTED):
            quarantine(response, "looks odd", now=self.now)

    def let_go(self) -> None:
        for response in self._some(SurveyResponse, SurveyResponse.state == ResponseState.QUARANTINED):
            assert response.invitation is not None
            if response.invitation.state is not InvitationState.ANSWERED:
                release(response, now=self.now, by=1)

    def take_back(self) -> None:
        for response in self._some(SurveyResponse, SurveyResponse.state != ResponseState.WITHDRAWN):
            withdraw(response, now=self.now)

    def stop(self) -> None:
        for invitation in self._some(Invitation):
            stop_asking(invitation, source="page", now=self.now)

    def bounce(self) -> None:
        for invitation in self._some(Invitation, Invitation.sent_at.is_not(None)):
            if invitation.state is InvitationState.OPEN:
                invitation.state = InvitationState.UNDELIVERABLE
                invitation.undeliverable_reason = self.chance.choice([None, *Receipt])
                count_again(invitation)

    def void(self) -> None:
        for invitation in self._some(Invitation, Invitation.state == InvitationState.OPEN, most=1):
            invitation.state = InvitationState.VOID
            count_again(invitation)

    def fold(self) -> None:
        operations.fold_all()

    def _some(self, model: Any, *where: Any, most: int = 2) -> list[Any]:
        found = list(db.session.scalars(select(model).where(*where).order_by(model.id)))
        return self.chance.sample(found, min(most, len(found)))


@pytest.mark.parametrize("seed", [1])
def test_whatever_happens_the_ledger_adds_up_and_agrees_with_the_response_rate(
    council: list[Service], time_machine: TimeMachineFixture, seed: int
) -> None:
    history = History(council, Random(seed))
    for n in range(64):
        time_machine.move_to(history.now, tick=False)
        history.step()
        if n % 8 == 7:
            check(history.now)
    history.end()
    check(history.now)
    ledger = coverage(*MONTHS, now=history.now)
    reached = [ledger.at(stage) for stage in Stage]
    assert reached == sorted(reached, reverse=True)
    assert ledger.answered > 0
    assert {"no_address", "not_sampled", "internal", "void", "started"} <= {loss.reason for loss in ledger.losses}


def check(now: datetime) -> None:
    ledger = coverage(*MONTHS, now=now)
    assert ledger.difference == 0
    assert ledger.contacts == db.session.query(Contact).count()
    assert ledger.asked == db.session.query(Invitation).filter(Invitation.state != InvitationState.VOID).count()
    for name in BY:
        parts = coverage_by(*MONTHS, by=[name], now=now)
        assert all(part.ledger.difference == 0 for part in parts), name
        assert as_counts(pooled(part.ledger for part in parts)) == as_counts(ledger), name
        assert sum(part.ledger.answered for part in parts) == ledger.answered
    (rate,) = figures("response_rate", *MONTHS, now=now)
    assert rate.base == ledger.delivered
    assert rate.suppressed or rate.numerator is None or rate.numerator == ledger.answered


def test_the_parts_that_a_fold_has_counted_say_what_the_rows_say(council: list[Service]) -> None:
    history = History(council, Random(5))
    for _ in range(60):
        history.step()
    before = [coverage_by(*MONTHS, by=["month", name], now=history.now) for name in BY[3:]]
    with transaction():
        operations.fold_all()
    assert [coverage_by(*MONTHS, by=["month", name], now=history.now) for name in BY[3:]] == before


def test_a_draft_is_a_loss_of_its_own_until_it_is_sent_or_forgotten(council: list[Service]) -> None:
    with transaction():
        version = db.session.scalars(select(SurveyVersion)).one()
        invitations = [asked(council[0], version) for _ in range(2)]
        occasions = [invited(invitation) for invitation in invitations]
        operations.fold_all()
    later = NOON + timedelta(hours=2)

    def lost() -> dict[tuple[str, str], int]:
        with transaction():
            operations.fold_all()
        return {place: n for place, n in as_counts(coverage(*MONTHS, now=later)).items() if place[0] == "answered"}

    assert lost() == {("answered", "open"): 2}
    with transaction():
        for occasion in occasions:
            save_draft(occasion, {}, started_at=NOON, drops_at=later + timedelta(days=1), now=later)
    assert lost() == {("answered", "started"): 2}
    with transaction():
        record_response(occasions[0], GivenAnswers({}), now=later)
    assert lost() == {("answered", "started"): 1}
    with transaction():
        draft = db.session.scalars(select(SurveyDraft).where(SurveyDraft.invitation_id == invitations[1].id)).one()
        forget_draft(draft)
    assert lost() == {("answered", "open"): 1}
    assert coverage(*MONTHS, now=later).difference == 0


# What it counts, and what it does not.


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    return make_survey()


def test_the_response_rate_is_the_ledgers_answered_of_delivered(survey: SurveyVersion) -> None:
    service = make_service()
    for state in (*InvitationState, *[InvitationState.OPEN] * 12):
        asked(service, survey, state=state)
    for receipt in Receipt:
        asked(service, survey, state=InvitationState.UNDELIVERABLE, undeliverable_reason=receipt)
    for held in (ResponseState.COUNTED, ResponseState.QUARANTINED, ResponseState.WITHDRAWN):
        for _ in range(4):
            make_answers(survey, service, DAY, {}, invitation_id=asked(service, survey).id, state=held)
    (rate,) = figures("response_rate", DAY, DAY, now=LATER)
    ledger = coverage(DAY, DAY, now=LATER)
    assert (rate.numerator, rate.base) == (ledger.answered, ledger.delivered) == (4, 27)
    assert ledger.difference == 0
    assert ledger.count("does_not_exist") == 3  # no reason, permanent, and one that was said to be delivered
    assert (ledger.count("unavailable"), ledger.count("stopped_by_network"), ledger.count("void")) == (1, 1, 1)


def test_time_alone_tells_open_from_no_answer(survey: SurveyVersion) -> None:
    service = make_service()
    invitation = asked(service, survey)
    operations.fold_all()
    before, after = (invitation.closes_at + timedelta(minutes=n) for n in (-1, 1))
    assert as_counts(coverage(DAY, DAY, now=before)) == {("answered", "open"): 1}
    assert coverage(DAY, DAY, now=before).is_running
    assert as_counts(coverage(DAY, DAY, now=after)) == {("answered", "no_answer"): 1}
    assert not coverage(DAY, DAY, now=after).is_running


def test_one_who_took_an_answer_back_is_counted_once_while_the_invitation_is_open(survey: SurveyVersion) -> None:
    service = make_service()
    invitation = asked(service, survey)
    make_answers(survey, service, DAY, {}, invitation_id=invitation.id, state=ResponseState.WITHDRAWN)
    before = invitation.closes_at - timedelta(minutes=1)
    assert as_counts(coverage(DAY, DAY, now=before)) == {("answered", "withdrawn"): 1}


def test_businesses_who_get_the_residents_survey_have_a_ledger_that_adds_up(survey: SurveyVersion) -> None:
    service = make_service()
    for kind in (CustomerKind.RESIDENT, CustomerKind.BUSINESS, CustomerKind.BUSINESS):
        invitation = asked(service, survey)
        whose = update(Contact).where(Contact.id == invitation.contact_id)
        db.session.execute(whose.values(customer_kind=kind))
    for _ in range(2):
        for kind, count in (("resident", 1), ("business", 2)):
            ledger = coverage(DAY, DAY, where={"customer_kind": kind}, now=LATER)
            assert (ledger.contacts, ledger.asked, ledger.difference) == (count, count, 0)
        operations.fold_all()


def test_answers_without_an_invitation_stand_outside(survey: SurveyVersion) -> None:
    service = make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 3)
    assert coverage(DAY, DAY, now=LATER) == make_ledger({}, {})


def test_internal_customers_have_a_ledger_of_their_own_and_are_a_loss_of_the_public_one(
    survey: SurveyVersion,
) -> None:
    service = make_service()
    own = make_survey("internal", customer_kind=CustomerKind.INTERNAL)
    asked(service, survey)
    invitation = asked(service, own)
    db.session.execute(
        update(Contact).where(Contact.id == invitation.contact_id).values(customer_kind=CustomerKind.INTERNAL)
    )
    make_answers(own, service, DAY, {}, invitation_id=invitation.id)
    make_contacts(service, DAY, 2, customer_kind=CustomerKind.PARTNER, draw_outcome="internal")
    recount(Subject.CONTACTS, [(DAY, service.id)])
    public = coverage(DAY, DAY, now=LATER)
    assert (public.contacts, public.asked, public.answered, public.difference) == (4, 1, 0, 0)
    assert as_counts(public) == {("eligible", "internal"): 3, ("answered", "no_answer"): 1}
    theirs = coverage(DAY, DAY, where={"customer_kind": "internal"}, now=LATER)
    assert (theirs.contacts, theirs.asked, theirs.answered, theirs.difference) == (1, 1, 1, 0)


def test_a_manager_sees_the_ledger_of_their_services_alone(survey: SurveyVersion) -> None:
    housing, waste = make_service("housing"), make_service("waste")
    make_contacts(housing, DAY, 2, draw_outcome="no_address")
    make_contacts(waste, DAY, 5, draw_outcome="no_address")
    scope = Scope(frozenset({housing.id}))
    assert coverage(DAY, DAY, scope=scope, now=LATER).contacts == 2
    assert [part.codes for part in coverage_by(DAY, DAY, by=["service"], scope=scope, now=LATER)] == [("housing",)]
    with pytest.raises(NotFound):
        coverage(DAY, DAY, where={"service": "waste"}, scope=scope, now=LATER)


def test_small_groups_of_people_stand_together(survey: SurveyVersion) -> None:
    service = make_service()
    for language, n in {"en": 30, "cy": 12, "ur": 2}.items():
        make_contacts(service, DAY, n, language=language, draw_outcome="no_address")
    parts = coverage_by(DAY, DAY, by=["language"], now=LATER)
    assert [(part.codes, part.ledger.contacts, part.groups) for part in parts] == [(("en",), 30, 1), (None, 14, 2)]


@pytest.mark.parametrize("by", [["adviser"], ["mode"], ["month", "quarter"], ["channel", "channel"]])
def test_a_ledger_goes_by_what_it_knows_and_never_by_adviser(app: Flask, by: list[str]) -> None:
    with pytest.raises(InvalidInput, match="The ledger goes by"):
        coverage_by(DAY, DAY, by=by, now=LATER)


# The command.


def run(runner: FlaskCliRunner, *more: str) -> Any:
    with transaction():
        pass
    return runner.invoke(args=["contacts", "coverage", "--from", "2026-03-01", "--to", "2026-03-31", *more])


def test_the_command_prints_the_promised_document(runner: FlaskCliRunner, survey: SurveyVersion) -> None:
    service = make_service()
    asked(service, survey, channel=Channel.PHONE)
    make_contacts(service, DAY, 2, channel=Channel.WEB, draw_outcome="no_address")
    result = run(runner, "--by", "channel", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    groups = document.pop("groups")
    assert document == {
        "contacts": 3,
        "eligible": 1,
        "asked": 1,
        "sent": 1,
        "delivered": 1,
        "answered": 0,
        "losses": [
            {"stage": "eligible", "reason": "no_address", "count": 2},
            {"stage": "answered", "reason": "no_answer", "count": 1},
        ],
        "difference": 0,
    }
    assert [(group["where"], group["contacts"]) for group in groups] == [
        ({"channel": "phone"}, 1),
        ({"channel": "web"}, 2),
    ]
    table = run(runner, "--where", "channel=web").output
    assert "No e-mail address or mobile number" in table
    assert [line.split() for line in table.splitlines() if line.startswith("Contacts")] == [["Contacts", "2"]]


def test_the_command_fails_where_the_ledger_does_not_add_up(runner: FlaskCliRunner, survey: SurveyVersion) -> None:
    make_contacts(make_service(), DAY, 1, draw_outcome="asked")  # asked, and no invitation
    result = run(runner, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["difference"] == 1
    assert "does not add up: +1 contacts" in result.stderr


@pytest.mark.parametrize(
    ("more", "exit_code", "words"),
    [
        (["--by", "adviser"], 1, "The ledger goes by"),
        (["--where", "channel"], 2, "name=value"),
        (["--where", "service=no"], 1, "no service"),
    ],
)
def test_the_command_refuses_what_it_does_not_know(
    runner: FlaskCliRunner, survey: SurveyVersion, more: list[str], exit_code: int, words: str
) -> None:
    result = run(runner, *more)
    assert result.exit_code == exit_code
    assert words in result.stderr
