"""Whoever locks several invitations of one person does it in the same order, so that no two wait for one another.

A stop locks them by their ids. Here it has come half-way: it holds the older one, and then wants the newer. Whoever
else is at both must not have taken the newer already. SQLite lets one writer in at a time, and is not asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, select, text, update
from sqlalchemy.exc import OperationalError

from survey_app.contacts.models import STOPPED_BY_STAFF, AskingRules, Way
from survey_app.extensions import db, transaction
from survey_app.invitations.letters.operations import print_again, print_letters
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageState, Receipt
from survey_app.invitations.operations import draw_invitations, send_messages, stop_asking
from survey_app.invitations.operations.noting import conclude
from survey_app.invitations.operations.receipts import note_receipt
from survey_app.invitations.queries import message_by_reference
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_contact, make_council, make_service
from tests.smtp import SmtpServer, smtp_server
from tests.threads import PATIENCE_SECONDS, all_at_once, meanwhile

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _only_where_rows_are_locked(kind: str) -> None:
    if kind == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: SmtpServer) -> Settings:
    object.__setattr__(settings, "mail_url", server.url)
    return settings


@pytest.fixture
def older_and_newer(app: Flask) -> tuple[int, int]:
    """Two invitations of one person; the message of the newer is due before that of the older."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        db.session.add(AskingRules(cooling_off_days=0))
        service = make_service()
        for _ in range(2):
            make_contact(service)
    while draw_invitations(NEXT_DAY, "draw"):
        pass
    with transaction():
        older, newer = db.session.scalars(select(Invitation.id).order_by(Invitation.id))
        of_older = update(Message).where(Message.invitation_id == older)
        db.session.execute(update(Message).values(due_at=NOON))
        db.session.execute(of_older.values(due_at=NOON + timedelta(hours=1)))
    return older, newer


def assert_a_stop_is_not_shut_out(
    app: Flask, older_and_newer: tuple[int, int], act: Callable[[], object], *, before: str | None = None
) -> None:
    """While a stop holds the older invitation, `act` waits for that, and the stop gets the newer one as well.

    The stop comes before the act, or just before the first of its statements that holds the words `before`.
    """
    older, newer = older_and_newer
    with db.engine.connect() as stop:

        def come() -> None:
            if not stop.in_transaction():
                lock(stop, older)

        def come_before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if before is not None and before in statement:
                come()

        if before is None:
            come()
        else:
            event.listen(db.engine, "before_cursor_execute", come_before)
        with meanwhile(app, act):
            wait_until_somebody_waits()
            try:
                lock(stop, newer)
            except OperationalError:
                pytest.fail("the act holds the newer invitation while it waits for the older one")
            finally:
                stop.rollback()


def lock(connection: Connection, invitation_id: int) -> None:
    """As a stop does, but without any patience."""
    statement = text("SELECT id FROM invitation WHERE id = :id FOR UPDATE NOWAIT")
    connection.execute(statement, {"id": invitation_id})


def wait_until_somebody_waits() -> None:
    waiting = text(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
        while not watch.execute(waiting).scalar():
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.01)


def test_when_the_tokens_of_a_batch_are_stored(app: Flask, older_and_newer: tuple[int, int]) -> None:
    assert_a_stop_is_not_shut_out(app, older_and_newer, send)


def test_when_a_batch_is_given_back_because_the_server_is_in_trouble(
    app: Flask, older_and_newer: tuple[int, int], server: SmtpServer
) -> None:
    server.busy = "421 4.3.2 too busy"
    assert_a_stop_is_not_shut_out(app, older_and_newer, send, before="UPDATE message SET claimed_until")


def test_when_refusals_are_noted(app: Flask, older_and_newer: tuple[int, int], server: SmtpServer) -> None:
    server.refusal = "550 5.1.1 no such person"
    assert_a_stop_is_not_shut_out(app, older_and_newer, send, before="UPDATE message SET claimed_until")


def test_when_it_is_stored_what_follows_from_messages_that_went_out(
    app: Flask, older_and_newer: tuple[int, int]
) -> None:
    with transaction():
        db.session.execute(update(Message).values(state=MessageState.HANDED_OVER, sent_at=NEXT_DAY))
    assert_a_stop_is_not_shut_out(app, older_and_newer, in_a_transaction(lambda: conclude("worker", NEXT_DAY)))


def test_when_letters_are_printed(app: Flask, older_and_newer: tuple[int, int]) -> None:
    with transaction():
        db.session.execute(update(Message).values(way=Way.LETTER))
    assert_a_stop_is_not_shut_out(app, older_and_newer, in_a_transaction(lambda: print_letters(now=NEXT_DAY)))


def test_when_letters_are_printed_again(app: Flask, older_and_newer: tuple[int, int]) -> None:
    with transaction():
        db.session.execute(update(Message).values(way=Way.LETTER))
    in_a_transaction(lambda: print_letters(now=NEXT_DAY))()
    assert_a_stop_is_not_shut_out(app, older_and_newer, in_a_transaction(lambda: print_again(now=NEXT_DAY)))


def send() -> None:
    send_messages(NEXT_DAY, "worker")


def in_a_transaction(work: Callable[[], object]) -> Callable[[], None]:
    def act() -> None:
        with transaction():
            work()

    return act


def test_stops_receipts_answers_and_sending_at_the_same_moment_all_come_through(
    app: Flask, older_and_newer: tuple[int, int]
) -> None:
    """Receipts of messages that wait, as of a worker that was killed: none of them dies of a deadlock."""
    references = list(db.session.scalars(select(Invitation.reference)))
    db.session.rollback()

    def stop() -> None:
        invitation = db.session.get_one(Invitation, older_and_newer[0])
        stop_asking(invitation, source=STOPPED_BY_STAFF, now=NEXT_DAY)

    def receipt(reference: str) -> Callable[[], None]:
        def take() -> None:
            message = message_by_reference(f"{reference}.invitation")
            assert message is not None
            note_receipt(message, Receipt.PERMANENT_FAILURE, at=NEXT_DAY)

        return in_a_transaction(take)

    takers = [receipt(reference) for reference in references]
    all_at_once(app, in_a_transaction(stop), *takers, send, *takers)
    found = set(db.session.scalars(select(Invitation.state)))
    assert found <= {InvitationState.OPTED_OUT, InvitationState.UNDELIVERABLE}
