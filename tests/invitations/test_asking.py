"""Who is asked, what goes out, and how somebody stops it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.contacts.models import AskingRules, Contact, OptOut
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, InvitationToken, Message, MessageState
from survey_app.invitations.operations import draw_invitations, mark_answered, send_messages, stop_asking
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.models import Service
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, RESIDENTS, make_contact, make_council, make_service
from tests.smtp import SmtpServer, parts, smtp_server
from tests.threads import overtaken

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: SmtpServer) -> Settings:
    object.__setattr__(settings, "mail_url", server.url)
    return settings


@pytest.fixture(autouse=True)
def _on_the_next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def housing(app: Flask) -> Service:
    """A council with a survey and a service to ask about."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        return make_service("housing", "Housing options")


def contact(service: Service, **facts: object) -> Contact:
    with transaction():
        return make_contact(service, **facts)  # type: ignore[arg-type]


def draw_all(now: datetime = NEXT_DAY) -> None:
    while draw_invitations(now, "test"):
        pass


def send_all(now: datetime = NEXT_DAY) -> None:
    while send_messages(now, "test"):
        pass


def link(server: SmtpServer, kind: str) -> str:
    """The token of the newest message's link of a kind: s to answer, u to stop."""
    found = re.search(rf"/{kind}/([\w-]+)", parts(server.taken[-1])["text/plain"])
    assert found
    return found[1]


def outcomes() -> dict[str | None, int]:
    rows = db.session.execute(select(Contact.draw_outcome, func.count()).group_by(Contact.draw_outcome))
    return dict(rows.all())


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"do_not_survey": True}, "do_not_survey"),
        ({"sensitive": True}, "sensitive"),
        ({"open_complaint": True}, "open_complaint"),
        ({"email": None}, "no_address"),
        ({"occurred_at": NOON - timedelta(days=20)}, "too_old"),
    ],
)
def test_who_is_not_asked_carries_the_reason(housing: Service, facts: dict[str, object], reason: str) -> None:
    contact(housing, **facts)
    draw_all()
    assert outcomes() == {reason: 1}
    assert db.session.scalar(select(func.count(Invitation.id))) == 0


def test_one_person_is_asked_once_in_ninety_days_also_within_one_file(housing: Service) -> None:
    for _ in range(3):
        contact(housing, email="often@example.org")
    contact(housing, email="once@example.org")
    draw_all()
    assert outcomes() == {"asked": 2, "recently_asked": 2}
    contact(housing, email="often@example.org", occurred_at=NOON + timedelta(days=60))
    draw_all(NOON + timedelta(days=61))
    assert outcomes()["recently_asked"] == 3
    contact(housing, email="often@example.org", occurred_at=NOON + timedelta(days=95))
    draw_all(NOON + timedelta(days=96))
    assert outcomes()["asked"] == 3


def test_each_message_has_a_code_of_its_own_to_be_typed_where_its_links_do_not_work(
    housing: Service, server: SmtpServer, client: FlaskClient
) -> None:
    contact(housing)
    draw_all()
    send_all()
    send_all(NEXT_DAY + timedelta(days=4, hours=1))
    assert len(server.taken) == 2
    codes = [
        re.search(r"/s and enter ([34679A-Y]{5} [34679A-Y]{5})", parts(message)["text/plain"])
        for message in server.taken
    ]
    typed = {found[1] for found in codes if found}
    assert len(typed) == 2
    for message in server.taken:
        assert any(f">{code}<" in parts(message)["text/html"] for code in typed)
    for code in typed:
        answer = client.post("/s", data={"code": code})
        assert "Overall, how satisfied were you" in client.get(answer.headers["Location"]).text


def test_the_draw_hangs_on_the_reference_and_not_on_the_order(housing: Service, app: Flask) -> None:
    with transaction():
        db.session.add(
            AskingRules(
                sampling_fraction=0.3,
                cooling_off_days=90,
                too_old_days=14,
                open_days=14,
                change_days=14,
                reminder_after_days=4,
            )
        )
        for number in range(200):
            make_contact(housing, email=f"r{number}@example.org", reference=f"R{number}")
    draw_all()
    asked = set(db.session.scalars(select(Contact.reference).where(Contact.draw_outcome == "asked")))
    assert 35 < len(asked) < 85
    assert outcomes()["not_sampled"] == 200 - len(asked)
    with transaction():
        for number in sorted(range(200), reverse=True):
            make_contact(housing, email=f"s{number}@example.org", reference=f"R{number}-again")
    draw_all()
    again = set(db.session.scalars(select(Contact.reference).where(Contact.draw_outcome == "asked")))
    assert asked < again


def test_nothing_is_drawn_before_there_is_a_survey_and_the_contacts_wait(app: Flask) -> None:
    with transaction():
        make_council()
        make_contact(make_service())
    draw_all()
    assert outcomes() == {None: 1}


def test_the_facts_are_frozen_when_somebody_is_asked(housing: Service) -> None:
    asked = contact(housing, adviser_ref="A7", reason="repair", customer_group="tenant")
    draw_all()
    with transaction():
        asked.adviser_ref, asked.reason = "B9", "rent"
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.adviser_ref, invitation.reason, invitation.customer_group) == ("A7", "repair", "tenant")
    assert invitation.closes_at.isoformat() == "2026-03-26T00:00:00+00:00"  # 14 whole London days after 11 March


def test_the_message_says_what_it_is_about_and_its_links_only_open_pages(
    housing: Service, server: SmtpServer, client: FlaskClient
) -> None:
    contact(housing)
    draw_all()
    send_all()
    (message,) = server.taken
    text, html = parts(message)["text/plain"], parts(message)["text/html"]
    assert message["To"] == RESIDENTS["asha"]
    assert "housing options" in message["Subject"]
    for part in (text, html):
        assert "You called us on 10 March 2026 about housing options." in part
        assert "Overall, how satisfied were you with the service you received?" in part
        assert "25 March 2026" in part
    assert len(re.findall(r"\?answer=[1-5]", html)) == 5
    assert "<img" not in html
    assert "<script" not in html
    before = db.session.scalar(select(func.count(InvitationToken.id)))
    assert client.get(f"/s/{link(server, 's')}?answer=4").status_code == 200
    assert client.get(f"/u/{link(server, 'u')}").status_code == 200
    assert db.session.scalar(select(func.count(InvitationToken.id))) == before
    assert db.session.scalars(select(Invitation)).one().state is InvitationState.OPEN


def test_no_token_is_stored_in_clear(housing: Service, server: SmtpServer) -> None:
    contact(housing)
    draw_all()
    send_all()
    token = link(server, "s")
    stored = db.session.scalars(select(InvitationToken.token_sha256)).all()
    assert token_digest(token) in stored
    assert token not in stored


def test_one_reminder_goes_out_and_none_after_that(housing: Service, server: SmtpServer) -> None:
    contact(housing)
    draw_all()
    send_all()
    send_all(NEXT_DAY + timedelta(days=3))
    assert len(server.taken) == 1
    send_all(NEXT_DAY + timedelta(days=4, hours=1))
    assert [m["Subject"].startswith("Reminder") for m in server.taken] == [False, True]
    send_all(NEXT_DAY + timedelta(days=12))
    assert len(server.taken) == 2


def test_a_refused_address_is_not_tried_again_and_a_busy_server_is(housing: Service, server: SmtpServer) -> None:
    contact(housing)
    draw_all()
    server.refusal = "451 busy"
    send_all()
    message = db.session.scalars(select(Message)).one()
    assert message.state is MessageState.WAITING
    assert message.due_at == NEXT_DAY + timedelta(minutes=2)
    server.refusal = "550 no such person"
    send_all(NEXT_DAY + timedelta(minutes=3))
    db.session.refresh(message)
    assert message.state is MessageState.FAILED
    assert message.last_error is not None
    assert message.last_error == "SMTP 550"
    assert db.session.scalars(select(Invitation)).one().state is InvitationState.FAILED


def test_the_button_stops_all_further_messages(housing: Service, server: SmtpServer, client: FlaskClient) -> None:
    contact(housing)
    draw_all()
    send_all()
    page = client.post(f"/u/{link(server, 'u')}")
    assert "We will not ask you again" in page.text
    send_all(NEXT_DAY + timedelta(days=5))
    assert len(server.taken) == 1
    contact(housing, occurred_at=NOON + timedelta(days=100))
    draw_all(NOON + timedelta(days=101))
    assert outcomes()["opted_out"] == 1


def test_without_a_mail_server_the_messages_wait_and_no_attempt_is_used_up(
    housing: Service, settings: Settings, server: SmtpServer
) -> None:
    contact(housing)
    draw_all()
    object.__setattr__(settings, "mail_url", "smtp://127.0.0.1:1")
    for _ in range(20):
        send_all()
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.attempts, message.claimed_by) == (MessageState.WAITING, 0, None)
    object.__setattr__(settings, "mail_url", server.url)
    send_all()
    assert len(server.taken) == 1


def test_a_message_that_cannot_be_made_does_not_hold_up_the_others(housing: Service, server: SmtpServer) -> None:
    broken = contact(housing, email="first@example.org")
    contact(housing, email="second@example.org")
    draw_all()
    with transaction():
        db.session.execute(
            db.text("UPDATE contact_detail SET email = 'sealed with a lost key' WHERE contact_id = :id"),
            {"id": broken.id},
        )
    send_all()
    assert [str(message["To"]) for message in server.taken] == ["second@example.org"]
    (waiting,) = db.session.scalars(select(Message).where(Message.last_error.is_not(None))).all()
    assert waiting.last_error == "it cannot be made: InvalidToken"


def test_an_address_that_cannot_be_read_does_not_stop_the_draw(housing: Service) -> None:
    broken = contact(housing, email="first@example.org")
    with transaction():
        db.session.execute(
            db.text("UPDATE contact_detail SET email = 'sealed with a lost key' WHERE contact_id = :id"),
            {"id": broken.id},
        )
    contact(housing, email="second@example.org")
    draw_all()
    assert outcomes() == {"asked": 2}


def test_whoever_stopped_through_one_message_gets_no_reminder_of_another(
    housing: Service, server: SmtpServer, client: FlaskClient
) -> None:
    contact(housing)
    draw_all()
    send_all()
    first = link(server, "u")
    later = NOON + timedelta(days=100)
    contact(housing, occurred_at=later)
    draw_all(later + timedelta(days=1))
    send_all(later + timedelta(days=1))
    asked = len(server.taken)
    client.post(f"/u/{first}")
    send_all(later + timedelta(days=6))
    assert len(server.taken) == asked


def test_an_answer_at_the_moment_of_a_stop_stays_answered(app: Flask, housing: Service, server: SmtpServer) -> None:
    contact(housing)
    draw_all()
    invitation_id = db.session.scalars(select(Invitation.id)).one()
    db.session.commit()

    def stop() -> None:
        with transaction():
            stop_asking(db.session.get_one(Invitation, invitation_id), source="page", now=NEXT_DAY)

    def answer() -> None:
        with transaction():
            mark_answered(db.session.get_one(Invitation, invitation_id), NEXT_DAY)

    overtaken(app, stop, answer, after="FROM invitation")
    invitation = db.session.get_one(Invitation, invitation_id, populate_existing=True)
    assert invitation.state is InvitationState.ANSWERED
    assert invitation.opted_out_at is not None


def test_one_click_needs_no_page_and_can_be_repeated(housing: Service, server: SmtpServer, client: FlaskClient) -> None:
    contact(housing)
    draw_all()
    send_all()
    address = server.taken[0]["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:5000")
    assert client.get(address).headers["Location"] == address.removesuffix("/one-click")
    assert db.session.scalar(select(func.count(OptOut.id))) == 0
    for _ in range(2):
        answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.text) == (200, "")
        assert "Set-Cookie" not in answer.headers
    assert db.session.scalar(select(func.count(OptOut.id))) == 1


@pytest.mark.parametrize("path", ["/u/unknown", "/s/unknown"])
def test_an_unknown_link_gets_a_kind_page(housing: Service, client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "We do not know this link" in page.text
    assert client.post(path).status_code == 404


def test_a_message_whose_worker_died_goes_out_again_and_both_links_open_one_answer(
    housing: Service, server: SmtpServer, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact(housing)
    draw_all()

    def die(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying, pytest.raises(SystemExit):
        dying.setattr("survey_app.invitations.operations.sending.note_handed_over", die)
        send_all()
    db.session.remove()
    first = link(server, "s")
    send_all(NEXT_DAY + timedelta(minutes=1))
    assert len(server.taken) == 1  # the lease still holds
    send_all(NEXT_DAY + timedelta(minutes=5))
    second = link(server, "s")
    assert len(server.taken) == 2
    assert first != second
    assert client.get(f"/s/{first}").status_code == client.get(f"/s/{second}").status_code == 200


def test_without_a_council_the_worker_complains_only_where_contacts_wait(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    assert draw_invitations(NEXT_DAY, "test") == 0
    assert caplog.messages == []
    with transaction():
        make_contact(make_service("housing", "Housing options"))
    assert draw_invitations(NEXT_DAY, "test") == 0
    assert "the contacts wait" in caplog.text
