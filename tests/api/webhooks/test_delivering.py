"""What happened arrives, signed, once it can; whoever does not take it is tried again for days, and holds nobody up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from standardwebhooks.webhooks import Webhook as TheirWebhook
from standardwebhooks.webhooks import WebhookVerificationError

from survey_app.api.webhooks.jobs import DELIVER
from survey_app.api.webhooks.models import Webhook, WebhookDelivery, WebhookEvent, WebhookTry
from survey_app.api.webhooks.operations import (
    change_secret,
    delete_webhook,
    deliver_webhooks,
    forget_webhook_log,
    note_happening,
    resume_webhook,
    retry_deliveries,
    send_again,
    stop_webhook,
    tell_of_stopped,
)
from survey_app.api.webhooks.queries import webhook_by_reference
from survey_app.api.webhooks.schedule import MOST_TRIES, WAITS
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.work.jobs import run_due
from survey_app.work.operations import claim
from tests.api.webhooks.conftest import deliveries, happen, later, run, run_until_quiet, tell_of_all
from tests.factories import make_user
from tests.listener import PATIENCE_SECONDS, Listener, listener
from tests.threads import all_at_once, meanwhile, overtaken


def test_another_hand_verifies_what_we_sign(hook: Webhook, ear: Listener) -> None:
    happen(hook)
    assert run() == 1
    (heard,) = ear.heard
    said = TheirWebhook(hook.secret).verify(heard.body, heard.headers)
    assert (said["type"], said["data"]) == ("response.recorded", {"response": "R0"})
    assert heard.headers["content-type"] == "application/json"
    assert hook.secret.startswith("whsec_")
    for wrong in (heard.body + b" ", heard.body.replace(b"R0", b"R1")):
        with pytest.raises(WebhookVerificationError):
            TheirWebhook(hook.secret).verify(wrong, heard.headers)
    (row,) = deliveries()
    assert row.delivered_at is not None
    assert row.due_at is None
    assert run() == 0  # once is enough


def test_while_a_secret_is_changed_both_verify_and_a_day_later_only_the_new_one(hook: Webhook, ear: Listener) -> None:
    old = hook.secret
    with transaction():
        new = change_secret(hook, now=utc_now())
    happen(hook)
    run()
    for secret in (old, new):
        TheirWebhook(secret).verify(ear.heard[0].body, ear.heard[0].headers)
    with transaction():
        hook.earlier_until = later(seconds=-1)
    happen(hook)
    run()
    TheirWebhook(new).verify(ear.heard[1].body, ear.heard[1].headers)
    with pytest.raises(WebhookVerificationError):
        TheirWebhook(old).verify(ear.heard[1].body, ear.heard[1].headers)
    forget_webhook_log(utc_now())
    assert hook.earlier_secret is None


def test_a_failure_is_tried_again_after_longer_and_longer_with_the_same_id(hook: Webhook, ear: Listener) -> None:
    ear.status, now = 500, utc_now()
    happen(hook, at=now)
    began, waits = now, []
    for _ in range(MOST_TRIES):
        with transaction():
            hook.failing_since = hook.quiet_until = None  # that stops an address is another test's
        assert run(now) == 1
        (row,) = deliveries()
        assert row.last_error == "It answered 500."
        if row.due_at is None:
            break
        waits.append(row.due_at - now)
        assert run(row.due_at - timedelta(seconds=1)) == 0
        now = row.due_at
    assert len(ear.heard) == MOST_TRIES
    assert {heard.headers["webhook-id"] for heard in ear.heard} == {deliveries()[0].event.reference}
    assert all(usual <= wait <= usual * 1.1 for usual, wait in zip(WAITS, waits, strict=True))
    assert timedelta(days=2.5) < now - began < timedelta(days=3.5)
    assert DELIVER.backlog(now).failed == 1


def test_what_was_given_up_is_tried_once_more_when_somebody_asks(hook: Webhook, ear: Listener) -> None:
    happen(hook, n=2)
    with transaction():
        for row in deliveries():
            row.due_at, row.attempts = None, MOST_TRIES
    assert DELIVER.given_up is not None
    shown = DELIVER.given_up.show(10, utc_now())
    assert [row.about for row in shown] == ["Case management: response.recorded"] * 2
    with transaction():
        assert retry_deliveries([shown[0].reference], utc_now()).waiting == 1
    run()
    assert len(ear.heard) == 1
    with transaction():
        assert retry_deliveries([], utc_now()).waiting == 1
    with pytest.raises(Refused), transaction():
        retry_deliveries([], utc_now())


def test_an_address_that_has_just_failed_is_left_alone_whatever_else_is_due(hook: Webhook, ear: Listener) -> None:
    ear.status = 503
    happen(hook, n=5)
    assert run() == 1
    assert run() == 0
    assert len(ear.heard) == 1
    assert all(row.claimed_by is None for row in deliveries())
    ear.status = 204
    run_until_quiet(later(seconds=10))
    assert len(ear.heard) == 1 + 5
    assert hook.failing_since is None


def test_whoever_asks_us_to_wait_is_left_alone_for_so_long_and_the_log_says_so(hook: Webhook, ear: Listener) -> None:
    ear.status, ear.headers, now = 429, {"Retry-After": "1800"}, utc_now()
    happen(hook, n=2, at=now)
    assert run(now) == 1
    tried, waiting = deliveries()
    assert tried.due_at == now + timedelta(minutes=30)
    assert tried.last_error == "It answered 429. It asks us to wait."
    assert db.session.scalars(select(WebhookTry.error)).all() == ["It asks us to wait."]
    ear.status, ear.headers = 204, {}
    assert run(now + timedelta(minutes=29)) == 0
    assert run(now + timedelta(minutes=31)) == 2
    assert waiting.delivered_at is not None


def test_nobody_is_tried_sooner_than_usual_for_asking_so(hook: Webhook, ear: Listener) -> None:
    ear.status, ear.headers, now = 503, {"Retry-After": "1"}, utc_now()
    happen(hook, at=now)
    run(now)
    (row,) = deliveries()
    assert row.due_at is not None
    assert row.due_at - now >= WAITS[0]


def test_asking_for_more_time_with_the_last_try_gives_none(hook: Webhook, ear: Listener) -> None:
    ear.status, ear.headers = 503, {"Retry-After": "60"}
    happen(hook)
    with transaction():
        deliveries()[0].attempts = MOST_TRIES - 1
    run()
    assert deliveries()[0].due_at is None


def test_a_receiver_that_takes_a_message_holds_up_nothing_whatever_it_asks(hook: Webhook, ear: Listener) -> None:
    ear.headers = {"Retry-After": "1800"}
    happen(hook, n=2)
    assert run() == 2
    assert hook.quiet_until is None


def answer_comes() -> None:
    with transaction():
        note_happening("response.recorded", lambda: [{"response": "R1"}], utc_now())


def delete(reference: str) -> None:
    with transaction():
        delete_webhook(webhook_by_reference(reference, is_to_go=True), now=utc_now())


def test_deleted_while_a_message_is_on_its_way_it_ends_with_that(hook: Webhook, ear: Listener, app: Flask) -> None:
    happen(hook, n=3)
    ear.may_answer.clear()

    def delete_meanwhile() -> None:
        assert ear.is_heard.wait(PATIENCE_SECONDS)
        delete(reference)
        ear.may_answer.set()

    reference = hook.reference
    db.session.commit()
    all_at_once(app, run, delete_meanwhile)
    db.session.rollback()
    assert deliveries() == []
    assert db.session.scalar(select(func.count(Webhook.id))) == 0


def test_what_happens_while_one_is_deleted_is_stored_and_told_to_the_others(
    hook: Webhook, ear: Listener, app: Flask
) -> None:
    other = tell_of_all("Records", ear.url).id
    gone = hook.reference
    db.session.commit()
    overtaken(app, lambda: delete(gone), answer_comes, after="DELETE FROM webhook")
    db.session.rollback()
    assert [row.webhook_id for row in deliveries()] == [other]


def test_what_happens_just_before_one_is_deleted_goes_with_it(hook: Webhook, app: Flask) -> None:
    gone = hook.reference
    db.session.commit()
    overtaken(app, answer_comes, lambda: delete(gone), after="webhook.events")
    db.session.rollback()
    assert (deliveries(), db.session.scalar(select(func.count(WebhookEvent.id)))) == ([], 1)


def test_a_slow_address_holds_up_no_other(hook: Webhook, ear: Listener, app: Flask) -> None:
    with listener() as quick:
        other = tell_of_all("Records", quick.url)
        happen(hook, other)
        ear.may_answer.clear()
        with meanwhile(app, lambda: deliver_webhooks(utc_now(), "worker")):
            assert quick.is_heard.wait(20)
            assert ear.is_heard.wait(20)  # and has not answered yet
            ear.may_answer.set()
    assert all(row.delivered_at is not None for row in deliveries())


def test_gone_for_good_stops_it_at_once_and_administrators_hear(hook: Webhook, ear: Listener, app: Flask) -> None:
    make_user("administrator", email="admin@anyborough.example")
    make_user("cse_lead", email="lead@anyborough.example")
    ear.status = 410
    happen(hook, n=3)
    run_until_quiet()
    assert len(ear.heard) == 1
    assert hook.stopped_at is not None
    assert "gone for good" in hook.stopped_why
    assert tell_of_stopped(utc_now(), "test") == 1
    assert tell_of_stopped(utc_now(), "test") == 0
    (letter,) = (app.extensions["settings"].instance_path / "outbox").glob("*.webhook.eml")
    text = letter.read_text()
    assert "admin@anyborough.example" in text
    assert "2 messages wait" in text
    assert "key=of-theirs" not in text and hook.secret not in text
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "webhook stopped")).one()
    assert line.actor_kind == "system"


def test_days_of_nothing_but_failures_stop_it(hook: Webhook, ear: Listener) -> None:
    ear.status = 404
    happen(hook)
    run()
    assert hook.stopped_at is None
    run(later(days=3, minutes=1))
    assert "three days" in hook.stopped_why
    happen(hook)
    assert run(later(days=4)) == 0
    ear.status = 204
    with transaction():
        resume_webhook(hook, now=utc_now())
    run_until_quiet(later(days=4))
    assert len(ear.heard) == 2 + 2  # what waited is not lost


def test_letters_wait_while_the_mail_server_is_gone(hook: Webhook, app: Flask) -> None:
    make_user("administrator")
    with transaction():
        hook.stopped_at, hook.stopped_why, hook.letter_due_at = utc_now(), "It is gone.", utc_now()
    app.extensions["settings"] = replace(app.extensions["settings"], mail_url="smtp://127.0.0.1:9")
    assert tell_of_stopped(utc_now(), "test") == 0
    db.session.expire_all()
    assert hook.letter_due_at is not None and hook.letter_due_at > utc_now()


def test_what_is_stopped_gets_nothing_and_nothing_is_noted_for_it(hook: Webhook, ear: Listener) -> None:
    happen(hook)
    with transaction():
        stop_webhook(hook, now=utc_now())
    assert run() == 0
    with pytest.raises(Refused), transaction():
        send_again(deliveries()[0], now=utc_now())
    with transaction():
        resume_webhook(hook, now=utc_now())
    assert run() == 1


def test_sent_again_it_has_the_same_id_and_body(hook: Webhook, ear: Listener) -> None:
    happen(hook)
    run()
    with transaction():
        send_again(deliveries()[0], now=utc_now())
    run()
    first, second = ear.heard
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert db.session.scalar(select(func.count()).select_from(WebhookTry)) == 2


def test_workers_share_what_is_due_and_each_is_sent_once(hook: Webhook, ear: Listener, app: Flask) -> None:
    happen(hook, n=30)
    all_at_once(app, *[lambda n=n: _work_until_done(f"worker {n}") for n in range(3)])
    assert sorted(json.loads(heard.body)["data"]["response"] for heard in ear.heard) == sorted(
        f"R{n}" for n in range(30)
    )


def _work_until_done(name: str) -> None:
    while deliver_webhooks(utc_now(), name):
        pass


def test_what_a_dead_worker_held_goes_out_when_its_lease_is_over(hook: Webhook, ear: Listener) -> None:
    happen(hook)
    with transaction():
        claim(WebhookDelivery, worker="dead", now=utc_now(), lease=timedelta(minutes=3), most=9, is_attempt=False)
    assert run() == 0
    assert run(later(minutes=4)) == 1
    assert len(ear.heard) == 1


def test_the_outcome_of_a_lease_that_ran_out_on_the_way_is_the_other_workers(hook: Webhook, ear: Listener) -> None:
    happen(hook)
    with transaction():
        (row,) = claim(WebhookDelivery, worker="a", now=utc_now(), lease=timedelta(0), most=9, is_attempt=False)
        row.claimed_by = "b"
    from survey_app.api.webhooks.operations.delivering import _settle
    from survey_app.api.webhooks.posting import Outcome

    with transaction():
        assert _settle(deliveries()[0].id, Outcome(500, 3), "a", utc_now()) == 0
    assert deliveries()[0].attempts == 0


def test_the_log_goes_after_thirty_days_with_its_tries(hook: Webhook, ear: Listener) -> None:
    happen(hook, at=later(days=-31))
    happen(hook)
    run_until_quiet()
    assert forget_webhook_log(utc_now()) == 1
    assert db.session.scalar(select(func.count()).select_from(WebhookEvent)) == 1
    assert db.session.scalar(select(func.count()).select_from(WebhookTry)) == 1
    assert forget_webhook_log(utc_now()) == 0


def test_the_worker_delivers(hook: Webhook, ear: Listener) -> None:
    happen(hook)
    assert run_due(["deliver_webhooks"]) == {"deliver_webhooks": 1}
    assert len(ear.heard) == 1


@pytest.fixture
def moved(hook: Webhook, app: Flask) -> Iterator[Webhook]:
    """The address was allowed when it was typed, and is no longer: the product is reached by others now."""
    app.extensions["settings"] = replace(app.extensions["settings"], base_url="https://survey.anyborough.example")
    yield hook


def test_an_address_that_is_not_to_be_reached_is_refused_at_each_try_and_the_log_says_so(
    moved: Webhook, ear: Listener
) -> None:
    happen(moved)
    assert run() == 1
    assert ear.heard == []
    tried = db.session.scalars(select(WebhookTry)).one()
    assert (tried.status, tried.error) == (None, "The address must begin with https://.")
