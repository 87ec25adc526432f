"""What raises an alert, and who is told of it when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.comments.alerts.jobs import SEND
from survey_app.comments.alerts.models import Alert, AlertKind, AlertWatch
from survey_app.comments.alerts.operations import acknowledge, retry_letters, send_alerts, watch_texts
from survey_app.comments.alerts.recipients import Inboxes
from survey_app.comments.models import Comment
from survey_app.comments.operations import analyse_comments
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText, ResponseState
from survey_app.work.jobs import run_due
from tests.comments.alerts.conftest import THREAT, Council
from tests.factories import NOON, make_service, withdraw
from tests.smtp import parts
from tests.threads import all_at_once

INBOX, OTHER = "duty@anyborough.example", "monitoring@anyborough.example"
Later = Callable[..., datetime]


def test_a_threat_is_in_the_named_inbox_after_one_run_of_the_jobs_without_its_words(council: Council) -> None:
    council.set(inbox=INBOX)
    council.write(THREAT)
    run_due(["analyse_comments", "watch_texts", "send_alerts"])
    assert council.alerts() == []  # in March, and now it is long ago
    council.write(THREAT, day=date.today())  # noqa: DTZ011 - the worker's own clock
    run_due(["analyse_comments", "watch_texts", "send_alerts"])
    (letter,) = council.server.taken
    (alert,) = council.alerts()
    text = parts(letter)["text/plain"]
    assert (letter["To"], letter["Subject"]) == (INBOX, "Alert: Threat to staff or others")
    assert f"http://127.0.0.1:5000/comments/alerts/{alert.reference}" in text
    assert "about Housing options (Phone)" in text
    assert "within an hour" in text
    for word in ("stab", "knife", "will stab"):
        assert word not in letter.as_string()
    assert alert.sent_to == INBOX
    assert alert.sent_at is not None
    run_due(["analyse_comments", "watch_texts", "send_alerts"])
    assert len(council.server.taken) == 1


def test_the_alert_keeps_our_phrases_and_when_it_is_due(council: Council) -> None:
    alert = council.alert()
    assert alert.matched
    assert set(alert.matched) <= set(alert.kind.phrases.splitlines())
    assert alert.due_at - alert.raised_at == timedelta(minutes=60)


@pytest.mark.parametrize(
    ("facts", "becomes_comment"),
    [
        ({}, True),
        ({"answered_in": "ur"}, True),  # in whatever language it was asked
        ({"question": "place"}, False),  # a fact, and nobody's opinion
        ({"state": ResponseState.QUARANTINED, "quarantine_reason": "speed"}, False),
    ],
)
def test_it_is_found_wherever_it_was_written(council: Council, facts: dict[str, object], becomes_comment: bool) -> None:
    council.alert(**facts)
    assert len(council.alerts()) == 1
    assert db.session.scalar(select(func.count(Comment.id))) == becomes_comment
    assert db.session.scalar(select(func.count()).select_from(AlertWatch)) == (not becomes_comment)
    council.work()
    assert len(council.alerts()) == 1


def test_a_held_answer_that_is_released_raises_nothing_anew(council: Council) -> None:
    alert = council.alert(state=ResponseState.QUARANTINED, quarantine_reason="speed")
    with transaction():
        alert.response.state = ResponseState.COUNTED
    council.work()
    assert db.session.scalar(select(func.count(Comment.id))) == 1
    assert len(council.alerts()) == 1


def test_a_text_that_was_changed_is_told_of_once(council: Council) -> None:
    council.set(inbox=INBOX)
    first = council.alert()
    with transaction():
        response = first.response
        question_id = response.texts[0].question_version_id
        for comment in db.session.scalars(select(Comment)):
            db.session.delete(comment)
        response.texts.clear()
        db.session.flush()
        response.texts.append(AnswerText(question_version_id=question_id, raw=f"{THREAT} Twice."))
    council.work()
    (alert,) = council.alerts()
    assert alert.answer_text_id == response.texts[0].id
    assert len(council.server.taken) == 1


@pytest.mark.parametrize(
    "facts", [{"day": NOON.date() - timedelta(days=61)}, {"is_test": True}, {"state": ResponseState.WITHDRAWN}]
)
def test_nothing_is_raised_for_long_ago_nor_for_a_test(council: Council, facts: dict[str, object]) -> None:
    council.write(THREAT, **facts)
    council.work()
    assert council.alerts() == []


def test_a_kind_that_is_switched_off_finds_nothing(council: Council) -> None:
    council.set(is_active=False)
    council.write(THREAT)
    council.work()
    assert council.alerts() == []


def test_several_kinds_in_one_text_are_an_alert_each(council: Council) -> None:
    council.write(f"{THREAT} I want to die.")
    council.work()
    assert {alert.kind.code for alert in council.alerts()} == {"threat", "self_harm"}


def test_a_withdrawn_answer_leaves_kind_and_times_and_no_words(council: Council) -> None:
    alert = council.alert()
    with transaction():
        for comment in db.session.scalars(select(Comment)):
            db.session.delete(comment)
        withdraw(alert.response)
    db.session.expire_all()
    (alert,) = council.alerts()
    assert (alert.answer_text_id, alert.kind.code) == (None, "threat")


def test_two_workers_raise_and_send_each_alert_once(council: Council, app: Flask) -> None:
    council.set(inbox=INBOX)
    for _ in range(15):
        council.write(THREAT)
        council.write(THREAT, question="place")

    def work(name: str) -> None:
        with app.app_context():
            while watch_texts(NOON, name) or send_alerts(NOON, name):
                pass

    while analyse_comments(NOON, "worker"):
        pass
    all_at_once([lambda name=name: work(name) for name in ("one", "two")])
    council.work()
    assert len(council.alerts()) == len(council.server.taken) == 30


@pytest.mark.parametrize(
    ("service_id", "is_reminder", "told"),
    [
        (None, False, (INBOX,)),
        (None, True, (INBOX, OTHER)),
        (7, False, (INBOX,)),
        (3, False, (OTHER,)),  # the team complained about is not told
        (3, True, (OTHER,)),
    ],
)
def test_nobody_is_told_of_a_complaint_about_themselves(
    service_id: int | None, is_reminder: bool, told: tuple[str, ...]
) -> None:
    assert Inboxes(INBOX, service_id, OTHER).told_of([5, 3, 1], is_reminder=is_reminder) == told


def test_all_goes_to_the_other_inbox_where_it_is_the_only_one() -> None:
    assert Inboxes("", None, OTHER).told_of([5, 3], is_reminder=False) == (OTHER,)


def test_without_another_inbox_a_page_alone_shows_what_is_about_themselves() -> None:
    assert Inboxes(INBOX, 3, "").told_of([5, 3], is_reminder=False) == ()


def test_what_is_about_the_service_of_an_inbox_or_below_it_goes_to_the_other_one(council: Council) -> None:
    housing = db.session.scalars(select(Service).where(Service.code == "housing")).one()
    with transaction():
        make_service("lettings", "Lettings", parent_id=housing.id)
    council.set(inbox=INBOX, inbox_service_id=housing.id, other_inbox=OTHER)
    council.alert(service="lettings")
    council.alert(service="waste")
    assert [to for to, _ in council.letters()] == [OTHER, INBOX]


def test_nobody_is_told_without_an_inbox_and_whoever_gets_one_later_is(council: Council) -> None:
    alert = council.alert()
    council.work(NOON + timedelta(hours=3))
    assert (alert.sent_at, alert.letter_due_at, council.server.taken) == (None, None, [])
    council.set(inbox=INBOX)
    council.work(NOON + timedelta(hours=4))
    assert council.letters() == [(INBOX, "Alert: Threat to staff or others")]


def test_who_does_not_acknowledge_in_time_is_reminded_once_and_so_is_the_other_inbox(
    council: Council, later: Later
) -> None:
    council.set(inbox=INBOX, other_inbox=OTHER)
    council.alert()
    council.work(later(minutes=59))
    assert len(council.server.taken) == 1
    council.work(later(minutes=60))
    council.work(later(days=2))
    assert council.letters()[1:] == [
        (INBOX, "Not acknowledged: Threat to staff or others"),
        (OTHER, "Not acknowledged: Threat to staff or others"),
    ]


def test_whoever_acknowledges_hears_no_more(council: Council, later: Later) -> None:
    council.set(inbox=INBOX)
    alert = council.alert()
    with transaction():
        acknowledge(alert, now=later(minutes=14), by=council.lead.id)
    council.work(later(hours=2))
    assert len(council.server.taken) == 1


def test_a_letter_that_no_server_takes_is_given_up_shown_and_tried_again(council: Council, later: Later) -> None:
    council.set(inbox=INBOX)
    council.server.refusal = "550 5.1.1 no such mailbox"
    alert = council.alert()
    assert SEND.backlog is not None and SEND.given_up is not None
    assert SEND.backlog(NOON).failed == 1
    (row,) = SEND.given_up.show(10, NOON)
    assert (row.reference, row.about) == (alert.reference, "Alert: Threat to staff or others")
    assert "550" in row.reason
    council.server.refusal = None
    with transaction():
        assert retry_letters([alert.reference], later(minutes=5)).waiting == 1
    council.work(later(minutes=5))
    assert len(council.server.taken) == 1
    with pytest.raises(Refused), transaction():
        retry_letters([alert.reference], later(minutes=6))


def test_where_the_inbox_takes_no_letters_the_other_is_told_when_the_time_is_over(
    council: Council, later: Later
) -> None:
    council.set(inbox=INBOX, other_inbox=OTHER)
    council.server.refusals[INBOX] = "550 5.1.1 no such mailbox"
    council.alert()
    council.work(later(minutes=60))
    assert council.letters() == [(OTHER, "Not acknowledged: Threat to staff or others")]


def test_a_server_that_is_busy_uses_up_no_try(council: Council, later: Later) -> None:
    council.set(inbox=INBOX)
    council.server.busy = "451 try later"
    alert = council.alert()
    assert (alert.attempts, alert.sent_at, alert.claimed_by) == (0, None, None)
    council.server.busy = None
    council.work(later(minutes=1))
    assert len(council.server.taken) == 1


def test_a_letter_that_is_refused_for_now_goes_out_minutes_later(council: Council, later: Later) -> None:
    council.set(inbox=INBOX)
    council.server.refusal = "450 4.2.1 mailbox is busy"
    council.alert()
    council.server.refusal = None
    council.work(later(minutes=1))
    assert council.server.taken == []
    council.work(later(minutes=2))
    assert len(council.server.taken) == 1


def test_a_worker_that_dies_with_a_letter_in_its_hands_loses_none(council: Council, later: Later) -> None:
    council.set(inbox=INBOX)
    council.write(THREAT)
    analyse_comments(NOON, "worker")
    with transaction():
        alert = council.alerts()[0]
        alert.claimed_by, alert.claimed_until = "dead", NOON + timedelta(minutes=6)
    council.work(later(minutes=5))
    assert council.server.taken == []
    council.work(later(minutes=7))
    assert len(council.server.taken) == 1


def test_a_connection_that_breaks_when_the_letter_was_taken_sends_it_twice_at_most(
    council: Council, later: Later
) -> None:
    council.set(inbox=INBOX)
    council.server.breaks_at = {1}
    council.alert()
    council.work(later(minutes=1))
    council.work(later(minutes=2))
    messages = [letter["Message-ID"] for letter in council.server.taken]
    assert len(messages) == 2
    assert len(set(messages)) == 1


def test_the_usual_kinds_are_stored_with_the_first_text(council: Council) -> None:
    council.write("Fine, thank you.")
    council.work()
    assert db.session.scalar(select(func.count(AlertKind.id))) == 6
    assert db.session.scalar(select(func.count(Alert.id))) == 0
