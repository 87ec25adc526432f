"""What Prometheus reads: who may, what it says of work that was made here, and how little it asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, update
from time_machine import TimeMachineFixture

from survey_app.audit.operations import record_act
from survey_app.contacts.models import ContactDetail, Way
from survey_app.contacts.queries import index_key
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Message, MessageKind, MessageState, Receipt
from survey_app.kernel.tokens import keyed_hash
from survey_app.organisation.channels import Mode
from survey_app.responses.models import ResponseState
from survey_app.settings import Settings
from survey_app.surveys.models import SurveyVersion
from survey_app.work.jobs import jobs, run_job
from tests.factories import (
    NOON,
    RESIDENTS,
    make_answers,
    make_cast,
    make_contact,
    make_invitation,
    make_service,
    make_survey,
)
from tests.smtp import free_port
from tests.statements import statements

TOKEN = "a-token-of-thirty-two-characters"
PROXY = {"X-Forwarded-For": "127.0.0.1"}
A_DAY_OF_WORK = {  # labels in the order of their names
    ("survey_messages_sent", "delivered", "email", "hour"): 1,
    ("survey_messages_sent", "delivered", "email", "day"): 2,
    ("survey_messages_sent", "none", "sms", "hour"): 0,
    ("survey_messages_sent", "none", "sms", "day"): 1,
    ("survey_answers", "web", "hour"): 2,
    ("survey_answers", "web", "day"): 5,
    ("survey_answers", "phone", "hour"): 0,
    ("survey_answers", "phone", "day"): 4,
}


def scrape(client: FlaskClient, **headers: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of their names."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def with_token(settings: Settings, make_app: Callable[[Settings], Flask]) -> FlaskClient:
    return make_app(replace(settings, metrics_token=TOKEN)).test_client()


class TestWhoMayRead:
    def test_this_machine_itself_where_no_token_is_set(self, client: FlaskClient) -> None:
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200

    @pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.5", "2001:db8::1", "", "nonsense"])
    def test_no_other_machine(self, client: FlaskClient, address: str) -> None:
        refused = client.get("/metrics", environ_base={"REMOTE_ADDR": address})
        assert refused.status_code == 403
        assert refused.text.startswith("Metrics need METRICS_TOKEN")
        assert "survey_" not in refused.text

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"])
    def test_nobody_who_came_through_a_proxy_on_this_machine(self, client: FlaskClient, header: str) -> None:
        assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403

    def test_nobody_whom_a_trusted_proxy_calls_this_machine(
        self, settings: Settings, make_app: Callable[[Settings], Flask]
    ) -> None:
        behind = make_app(replace(settings, trusted_proxies=1)).test_client()
        assert behind.get("/metrics", headers=PROXY).status_code == 403

    def test_with_a_token_whoever_shows_it_from_anywhere(self, with_token: FlaskClient) -> None:
        shown = {"Authorization": f"Bearer {TOKEN}"}
        for address in ("127.0.0.1", "192.0.2.1"):
            answer = with_token.get("/metrics", headers=shown | PROXY, environ_base={"REMOTE_ADDR": address})
            assert answer.status_code == 200

    @pytest.mark.parametrize(
        "shown", [None, "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \xff", "Bearer a b"]
    )
    def test_with_a_token_nobody_without_it_not_even_this_machine(
        self, with_token: FlaskClient, shown: str | None
    ) -> None:
        headers = {"Authorization": shown} if shown else {}
        assert with_token.get("/metrics", headers=headers).status_code == 403

    def test_readiness_tells_strangers_nothing_of_what_is_only_noted(
        self, redis_is_gone: Settings, make_app: Callable[[Settings], Flask]
    ) -> None:
        client = make_app(redis_is_gone).test_client()
        assert client.get("/health/ready?verbose", headers=PROXY).text == "ok\n"
        assert "note: The queue does not answer" in client.get("/health/ready?verbose").text


@pytest.fixture
def _worked(app: Flask, time_machine: TimeMachineFixture) -> None:
    """A day of work that ends at NOON."""
    time_machine.move_to(NOON, tick=False)
    with transaction():
        make_cast()
        service = make_service("parking")
        survey = make_survey()
        for way, receipt, ago in (
            (Way.EMAIL, Receipt.DELIVERED, timedelta(minutes=30)),
            (Way.EMAIL, Receipt.DELIVERED, timedelta(hours=5)),
            (Way.SMS, None, timedelta(hours=23)),
            (Way.SMS, None, timedelta(hours=25)),
        ):
            invitation = make_invitation(service, survey, NOON.date())
            facts = {"state": MessageState.SENT, "due_at": NOON - ago, "sent_at": NOON - ago, "receipt": receipt}
            db.session.add(Message(invitation=invitation, kind=MessageKind.INVITATION, way=way, **facts))
        late = make_invitation(service, survey, NOON.date())
        db.session.add(
            Message(invitation=late, kind=MessageKind.INVITATION, way=Way.EMAIL, due_at=NOON - timedelta(hours=2))
        )
        satisfied = {"satisfaction": "5"}
        for mode, n, ago in ((Mode.WEB, 2, 10), (Mode.WEB, 3, 300), (Mode.PHONE, 4, 600), (Mode.PHONE, 5, 1500)):
            at = NOON - timedelta(minutes=ago)
            make_answers(survey, service, NOON.date(), satisfied, n, mode=mode, submitted_at=at)
        held = {"state": ResponseState.QUARANTINED, "quarantine_reason": "too soon"}
        make_answers(survey, service, NOON.date(), satisfied, 3, submitted_at=NOON - timedelta(days=3), **held)
        record_act("council.changed", "council", at=NOON - timedelta(minutes=20), actor_kind="command")


@pytest.mark.usefixtures("_worked")
class TestWhatItSays:
    def test_messages_and_answers_of_the_last_hour_and_day(self, client: FlaskClient) -> None:
        said = scrape(client)
        found = {key: said[key] for key in said if key[0] in ("survey_messages_sent", "survey_answers")}
        assert found == A_DAY_OF_WORK

    def test_what_waits_and_for_how_long(self, client: FlaskClient) -> None:
        said = scrape(client)
        assert said["survey_job_waiting", "send_messages"] == 1
        assert said["survey_job_oldest_seconds", "send_messages"] == 2 * 3600
        assert said["survey_job_waiting", "seal_audit"] >= 1
        assert said["survey_job_oldest_seconds", "seal_audit"] >= 20 * 60
        assert said["survey_job_waiting", "fold_tallies"] > 0
        assert said["survey_job_waiting", "make_exports"] == 0
        assert said["survey_job_oldest_seconds", "make_exports"] == 0

    def test_held_answers_and_since_when_they_wait(self, client: FlaskClient) -> None:
        said = scrape(client)
        assert said[("survey_held_answers",)] == 3
        assert said[("survey_held_answers_oldest_seconds",)] == 3.5 * 86400  # the first began to wait on that day

    def test_the_same_of_each_job_as_the_page_of_jobs(self, app: Flask, client: FlaskClient) -> None:
        said = scrape(client)
        for name, job in jobs().items():
            if job.backlog:
                assert said["survey_job_waiting", name] == job.backlog(NOON).waiting, name
            else:
                assert ("survey_job_waiting", name) not in said

    def test_nothing_is_written_and_few_statements_are_asked(self, app: Flask, client: FlaskClient) -> None:
        client.get("/metrics")  # what a process looks up once
        with statements() as sent:
            scrape(client)
        assert not [each for each in sent if re.match(r"\s*(INSERT|UPDATE|DELETE)", each)]
        backlogs = sum(job.backlog is not None for job in jobs().values())
        assert len(sent) <= backlogs + 15

    def test_the_number_of_statements_does_not_grow_with_the_rows(self, app: Flask, client: FlaskClient) -> None:
        client.get("/metrics")
        with statements() as before:
            scrape(client)
        with transaction():
            survey = db.session.scalars(select(SurveyVersion)).first()
            make_answers(survey, make_service("trees"), NOON.date(), {"satisfaction": "5"}, 30, submitted_at=NOON)
        with statements() as after:
            scrape(client)
        assert len(after) == len(before)

    def test_no_label_holds_a_token_an_address_or_a_text(self, client: FlaskClient) -> None:
        """Whatever is asked for: a label is one of a list of ours, or the rule of a route."""
        secret = "q7Hk2_aBcD-9xYzAbCdEfG"
        for path in (f"/s/{secret}", f"/u/{secret}", f"/{secret}", "/comments/?q=asha", f"/static/{secret}"):
            client.get(path)
        client.open("/s", method="ASHA")
        client.get("/health/live", headers={"Host": f"{secret}.example"})
        text = client.get("/metrics").text
        labels = set(re.findall(r'\w+="([^"]*)"', text))
        assert {"/s/<token>", "/u/<token>", "none", "other"} <= labels
        for told in (secret, "asha", "ASHA", *RESIDENTS.values(), "@", "parking", "Anyborough"):
            assert told not in text, told
        rules = {rule.rule for rule in client.application.url_map.iter_rules()}
        ours = r"[a-z_]+|[A-Z]+|[0-9.+Inf]+|[1-5]xx|permanent-failure|temporary-failure|technical-failure"
        assert [label for label in labels - rules if not re.fullmatch(ours, label)] == []


class TestWhatWorkersDid:
    def test_runs_add_up_whichever_worker_made_them(self, app: Flask, client: FlaskClient) -> None:
        job = jobs()["fold_tallies"]
        for worker in ("one", "two", "three"):
            run_job(job, worker=worker)
        said = scrape(client)
        assert said["survey_job_runs_total", "fold_tallies"] == 3
        assert said["survey_job_failures_total", "fold_tallies"] == 0
        assert said["survey_job_busy_seconds_total", "fold_tallies"] > 0
        assert said["survey_job_succeeded_seconds", "fold_tallies"] < 60
        assert said[("survey_worker_seen_seconds",)] < 60

    def test_a_failed_run_counts_and_is_no_success(
        self, app: Flask, client: FlaskClient, time_machine: TimeMachineFixture
    ) -> None:
        def fail(_now: object, _worker: str) -> int:
            raise RuntimeError("the mail server is away")

        job, steps = jobs()["draw_blind_sample"], iter([3, 0])
        time_machine.move_to(NOON, tick=False)
        run_job(replace(job, step=lambda _now, _worker: next(steps)), worker="one")
        time_machine.move_to(NOON + timedelta(minutes=10), tick=False)
        run_job(replace(job, step=fail), worker="one")
        said = scrape(client)
        assert said["survey_job_runs_total", "draw_blind_sample"] == 2
        assert said["survey_job_failures_total", "draw_blind_sample"] == 1
        assert said["survey_job_rows_total", "draw_blind_sample"] == 3
        assert said["survey_job_succeeded_seconds", "draw_blind_sample"] == 600

    def test_before_any_worker_ran_nothing_is_said_of_one(self, client: FlaskClient) -> None:
        assert ("survey_worker_seen_seconds",) not in scrape(client)


class TestInTrouble:
    def test_without_its_database_it_says_what_it_knows(
        self, settings: Settings, make_app: Callable[[Settings], Flask]
    ) -> None:
        away = f"postgresql+psycopg://survey:secret@127.0.0.1:{free_port()}/survey"
        client = make_app(replace(settings, database_url=away)).test_client()
        client.get("/health/live")
        said = scrape(client)
        assert said[("survey_ready",)] == 0
        assert said["survey_http_request_seconds_count", "GET", "/health/live", "2xx"] == 1
        assert not [key for key in said if key[0].startswith("survey_job")]

    def test_a_queue_that_is_away_is_told(self, redis_is_gone: Settings, make_app: Callable[[Settings], Flask]) -> None:
        said = scrape(make_app(redis_is_gone).test_client())
        assert said[("survey_queue_up",)] == 0
        assert said[("survey_ready",)] == 1
        assert ("survey_queue_tasks",) not in said

    def test_another_index_key_is_told_and_the_right_one_is_not(self, app: Flask, client: FlaskClient) -> None:
        with transaction():
            contact = make_contact(make_service("parking"))
            contact.detail.keep_until = NOON.date() + timedelta(days=9999)
            contact.detail.email_key = keyed_hash(index_key(), RESIDENTS["asha"])
        assert scrape(client)[("survey_index_key_wrong",)] == 0
        with transaction():
            db.session.execute(update(ContactDetail).values(email_key=keyed_hash(b"another", RESIDENTS["asha"])))
        assert scrape(client)[("survey_index_key_wrong",)] == 1
