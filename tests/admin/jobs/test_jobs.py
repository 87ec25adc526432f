"""The page and the command that say whether everything gets done, and try again what was given up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.admin.jobs.ages import age
from survey_app.audit.models import AuditLine
from survey_app.contacts.models import AskingRules, OptOut
from survey_app.extensions import db, transaction
from survey_app.invitations.models import (
    CALLBACK_ATTEMPTS,
    Callback,
    CallbackKind,
    InvitationState,
    Message,
    MessageKind,
    MessageState,
)
from survey_app.invitations.operations import retry_messages
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from survey_app.work.jobs import jobs
from survey_app.work.models import JobRun
from tests.conftest import PersonsClient
from tests.factories import NOON, RESIDENTS, make_answers, make_cast, make_contact, make_invitation, make_survey
from tests.statements import statements

PAGE = "/admin/jobs/"
TODAY = NOON.date()
SignIn = Callable[..., PersonsClient]


@pytest.fixture(autouse=True)
def _now(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    with transaction():
        make_cast()
        return make_survey()


@pytest.fixture
def admin(survey: SurveyVersion, sign_in: SignIn) -> PersonsClient:
    return sign_in("administrator")


def housing() -> Service:
    return db.session.scalars(select(Service).where(Service.code == "housing")).one()


def failed(
    survey: SurveyVersion, day: date = TODAY, *, kind: MessageKind = MessageKind.INVITATION, **facts: object
) -> Message:
    """A message that was given up yesterday."""
    with transaction():
        is_first = kind is MessageKind.INVITATION
        usual = {"state": InvitationState.FAILED, "sent_at": None} if is_first else {}
        invitation = make_invitation(housing(), survey, day, **usual | facts)  # type: ignore[arg-type]
        invitation.contact.draw_outcome = "asked"
        message = Message(
            invitation=invitation,
            kind=kind,
            state=MessageState.FAILED,
            due_at=NOON - timedelta(days=1),
            attempts=8,
            last_error="SMTP 550",
        )
        db.session.add(message)
        return message


def ran(name: str, ago: timedelta, **facts: object) -> None:
    with transaction():
        at = NOON - ago
        db.session.merge(JobRun(name=name, **{"started_at": at, "finished_at": at, "done": 0, "attempts": 0} | facts))


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def heading(client: PersonsClient) -> str:
    h1 = BeautifulSoup(client.get(PAGE).text, "html.parser").h1
    assert h1 is not None
    return h1.get_text()


def row(client: PersonsClient, name: str) -> list[str]:
    """The cells of one job."""
    for line in BeautifulSoup(client.get(PAGE).text, "html.parser").select("tbody tr"):
        if name in line.get_text():
            return [" ".join(cell.get_text(" ").split()) for cell in line.select("td")][:3]
    raise AssertionError(f"no row for {name}")


def retried(client: PersonsClient, reference: str | None = None, name: str = "send_messages") -> str:
    """What the page says after one, or all, were tried again."""
    what = {"all": "yes"} if reference is None else {"reference": reference}
    answer = client.send_form(f"{PAGE}{name}/retry", form_at=PAGE, **what)
    assert answer.status_code == 303
    said = BeautifulSoup(client.get(PAGE).text, "html.parser").select_one(".said")
    assert said is not None
    return said.get_text()


def stands(message: Message) -> tuple[str, str, int]:
    db.session.rollback()
    found = db.session.get_one(Message, message.id, populate_existing=True)
    db.session.refresh(found.invitation)
    return found.state.value, found.invitation.state.value, found.attempts


class TestHowTheyStand:
    def test_what_waits_is_counted_with_the_age_of_the_oldest(
        self, admin: PersonsClient, survey: SurveyVersion
    ) -> None:
        with transaction():
            make_contact(housing(), occurred_at=NOON - timedelta(hours=20))  # it came 12 hours later
            make_contact(housing(), occurred_at=NOON - timedelta(hours=13))
            make_answers(survey, housing(), TODAY, {"satisfaction": "5"})
            invitation = make_invitation(housing(), survey, TODAY)
            for kind, due_at in zip(MessageKind, (NOON - timedelta(minutes=25), NOON + timedelta(days=4)), strict=True):
                db.session.add(Message(invitation=invitation, kind=kind, due_at=due_at))
        ran("send_messages", timedelta(minutes=1))
        assert row(admin, "draw_invitations")[:2] == ["3", "8 hours"]
        assert row(admin, "send_messages")[:2] == ["1", "25 minutes"]  # a reminder that is not due does not wait
        assert int(row(admin, "fold_tallies")[0]) > 0
        assert row(admin, "forget_details")[:2] == ["0", ""]
        assert heading(admin).endswith("The oldest has waited for 8 hours.")

    def test_a_worker_that_is_gone_is_missed_in_words(self, admin: PersonsClient) -> None:
        assert heading(admin) == "No worker has run yet. Start one with: flask jobs run"
        ran("fold_tallies", timedelta(minutes=12))
        assert heading(admin) == "No worker has run for 12 minutes. Start one with: flask jobs run"
        ran("fold_tallies", timedelta(minutes=12), claimed_by="host-1-a", claimed_until=NOON + timedelta(minutes=4))
        assert "No worker" not in heading(admin)
        assert row(admin, "fold_tallies")[2] == "running by host-1-a, for 12 minutes"

    def test_a_run_that_died_one_that_fails_and_one_that_is_well(self, admin: PersonsClient) -> None:
        ran("fold_tallies", timedelta(minutes=9), claimed_by="host-1-a", claimed_until=NOON - timedelta(minutes=4))
        ran("draw_invitations", timedelta(minutes=1), attempts=3, last_error="ValueError: poisoned")
        ran("forget_files", timedelta(minutes=2), done=40)
        assert "begun 9 minutes ago by host-1-a, which did not end it" in row(admin, "fold_tallies")[2]
        assert "failed 1 minute ago, 3 times in a row, 0 rows done ValueError: poisoned" in row(admin, "draw_inv")[2]
        assert row(admin, "forget_files")[2] == "2 minutes ago, 40 rows done"
        assert heading(admin) == "1 job fails. The sweep tries again every minute."

    def test_nothing_to_do_is_said_and_so_is_a_pause(self, admin: PersonsClient) -> None:
        ran("send_messages", timedelta(seconds=20))
        with transaction():
            db.session.add(AskingRules(is_paused=True))
        page = words(admin.get(PAGE).text)
        assert "Everything is done. What comes in is worked on at once." in page
        assert "Asking is paused: nobody is chosen and nothing is sent" in page
        assert "Nothing was given up." in page

    def test_the_command_says_the_same(self, runner: FlaskCliRunner, survey: SurveyVersion) -> None:
        failed(survey)
        ran("send_messages", timedelta(minutes=1), done=7)
        rows = {row["name"]: row for row in json.loads(runner.invoke(args=["jobs", "list", "--json"]).stdout)}
        assert set(rows) == set(jobs())
        sending = rows["send_messages"]
        assert (sending["waiting"], sending["failed"], sending["done"], sending["running_by"]) == (0, 1, 7, None)
        assert datetime.fromisoformat(sending["finished_at"]) == NOON - timedelta(minutes=1)
        assert rows["draw_invitations"]["finished_at"] is None
        assert "1 failed" in runner.invoke(args=["jobs", "list"]).stdout

    def test_each_job_says_what_waits_in_one_statement_however_much_it_is(
        self, admin: PersonsClient, survey: SurveyVersion
    ) -> None:
        counted = {job.name for job in jobs().values() if job.backlog}
        assert counted >= {"draw_invitations", "send_messages", "take_callbacks", "analyse_comments", "fold_tallies"}
        for job in (job for job in jobs().values() if job.backlog):
            assert job.backlog is not None
            with statements() as asked:
                job.backlog(NOON)
            assert len(asked) == 1, job.name
        failed(survey)
        with statements() as few:
            admin.get(PAGE)
        for _ in range(5):
            failed(survey)
        with statements() as many:
            admin.get(PAGE)
        assert len(many) == len(few) <= len(jobs()) + 9


class TestTryingAgain:
    def test_one_message_waits_again_and_its_invitation_is_open(
        self, admin: PersonsClient, survey: SurveyVersion
    ) -> None:
        one, other = failed(survey), failed(survey)
        assert heading(admin).startswith("No worker has run yet.")
        ran("send_messages", timedelta(seconds=5))
        assert heading(admin).startswith("2 rows could not be done.")
        page = words(admin.get(PAGE).text)
        assert f"Invitation about Housing options {one.reference} SMTP 550 8 9 March 2026 at 12:00" in page
        assert RESIDENTS["asha"] not in page
        assert retried(admin, one.reference) == "1 row waits to be done again."
        assert stands(one) == ("waiting", "open", 0)
        assert stands(other) == ("failed", "failed", 8)
        (line,) = db.session.scalars(select(AuditLine).where(AuditLine.subject == "send_messages")).all()
        assert (line.action, line.after) == ("job.retried", {"waiting": 1, "refused": 0})

    def test_of_all_those_that_make_no_sense_any_more_stay_and_why_is_said(
        self, admin: PersonsClient, survey: SurveyVersion
    ) -> None:
        good, reminder = failed(survey), failed(survey, kind=MessageKind.REMINDER)
        answered = failed(survey, kind=MessageKind.REMINDER, state=InvitationState.ANSWERED)
        unknown, stopped = failed(survey), failed(survey)
        old = failed(survey, TODAY - timedelta(days=20), closes_at=NOON + timedelta(days=1))
        over = failed(survey, closes_at=NOON)
        with transaction():
            assert unknown.invitation.contact.detail is not None
            unknown.invitation.contact.detail.email = None
            stopped.invitation.contact.customer_ref = "K7"
            db.session.add(OptOut(customer_ref="K7", source="staff", created_at=NOON))
        assert retried(admin) == (
            "2 rows wait to be done again. 1 cannot be: it is answered, stopped or over. "
            "1 cannot be: it would go out too late. 1 cannot be: the address is deleted. "
            "1 cannot be: the person asked us to stop."
        )
        assert stands(good) == stands(reminder) == ("waiting", "open", 0)
        assert {stands(message)[0] for message in (answered, unknown, stopped, old, over)} == {"failed"}
        assert over.reference not in admin.get(PAGE).text  # nothing can be done about it, and the ledger has it

    @pytest.mark.parametrize("reference", ["nobody.invitation", "nobody", "nobody.postcard"])
    def test_what_is_not_there_any_more_is_said(
        self, admin: PersonsClient, survey: SurveyVersion, reference: str
    ) -> None:
        message = failed(survey)
        answer = admin.send_form(f"{PAGE}send_messages/retry", form_at=PAGE, reference=reference)
        assert answer.status_code == 303
        assert "There is nothing to try again" in admin.get(PAGE).text
        assert stands(message)[0] == "failed"

    def test_many_are_tried_again_in_a_few_statements(self, admin: PersonsClient, survey: SurveyVersion) -> None:
        counts = []
        for many in (1, 6):
            for _ in range(many):
                failed(survey)
            db.session.expire_all()
            with statements() as asked:
                assert retry_messages([], NOON).waiting == many
            db.session.commit()
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 8  # five that read, three that write

    def test_what_a_provider_told_us_is_taken_in_after_all(self, admin: PersonsClient) -> None:
        dead = (NOON - timedelta(minutes=5), "host-1-a")  # its worker died in the last try
        busy = (NOON + timedelta(minutes=1), "host-2-b")
        with transaction():
            for number, (claimed_until, claimed_by) in enumerate((dead, busy, (NOON + timedelta(minutes=32), None))):
                callback = Callback(
                    kind=CallbackKind.RECEIPT,
                    provider_id=f"n{number}",
                    digest=f"{number}",
                    payload='{"to": "asha@example.org"}',
                    received_at=NOON - timedelta(hours=2),
                    attempts=CALLBACK_ATTEMPTS,
                    claimed_until=claimed_until,
                    claimed_by=claimed_by,
                    last_error="KeyError",
                )
                db.session.add(callback)
        page = words(admin.get(PAGE).text)
        assert "2 rows of take_callbacks failed for good." in page
        assert f"Receipt of the provider receipt.n2 KeyError {CALLBACK_ATTEMPTS} 10 March 2026 at 10:00" in page
        assert RESIDENTS["asha"] not in page
        assert retried(admin, "receipt.n2", "take_callbacks") == "1 row waits to be done again."
        assert retried(admin, None, "take_callbacks") == "1 row waits to be done again."
        assert row(admin, "take_callbacks")[:2] == ["2", "2 hours"]
        tries = select(Callback.provider_id, Callback.attempts, Callback.claimed_by).order_by(Callback.id)
        assert [tuple(found) for found in db.session.execute(tries)] == [
            ("n0", 0, None),
            ("n1", CALLBACK_ATTEMPTS, "host-2-b"),
            ("n2", 0, None),
        ]

    def test_a_form_that_names_nothing_tries_nothing(self, admin: PersonsClient, survey: SurveyVersion) -> None:
        message = failed(survey)
        assert admin.send_form(f"{PAGE}send_messages/retry", form_at=PAGE, reference="").status_code == 400
        assert stands(message)[0] == "failed"

    def test_a_job_that_gives_nothing_up_and_one_that_is_none(self, admin: PersonsClient) -> None:
        assert admin.send_form(f"{PAGE}fold_tallies/retry", form_at=PAGE).status_code == 403
        assert admin.send_form(f"{PAGE}make_tea/retry", form_at=PAGE).status_code == 404
        assert admin.send_form(f"{PAGE}make_tea/run", form_at=PAGE).status_code == 404


def test_run_now_wakes_a_worker_and_is_written_down(app: Flask, admin: PersonsClient) -> None:
    woken: list[str] = []
    app.extensions["run_job_task"] = woken.append
    assert admin.send_form(f"{PAGE}fold_tallies/run", form_at=PAGE).status_code == 303
    assert [job for job in woken if job != "seal_audit"] == ["fold_tallies"]  # the line of the audit wakes its own
    assert "A worker was told to run fold_tallies." in admin.get(PAGE).text
    assert db.session.scalars(select(AuditLine.action).where(AuditLine.subject == "fold_tallies")).all() == [
        "job.woken"
    ]


@pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer", "assessor"])
def test_only_who_runs_the_system_sees_the_jobs(survey: SurveyVersion, sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/accounts/").text


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(minutes=12), "12 minutes"),
        (timedelta(minutes=61), "1 hour 1 minute"),
        (timedelta(hours=5, minutes=3), "5 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=7), "2 days 7 hours"),
        (timedelta(days=40, hours=7), "40 days"),
    ],
)
def test_an_age_in_words(since: timedelta, said: str) -> None:
    assert age(since) == said
