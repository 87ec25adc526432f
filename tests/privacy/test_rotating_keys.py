"""A new key while the site runs: nothing is lost, everything comes under it, and the old key may go."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import Text, cast, delete, func, select, update

from survey_app.comments.alerts.models import AlertWatch
from survey_app.comments.alerts.operations import watch_texts
from survey_app.comments.models import Comment
from survey_app.comments.operations import analyse_comments
from survey_app.contacts.models import ContactDetail
from survey_app.extensions import Base, EncryptedText, db, transaction
from survey_app.invitations.models import Message, MessageState
from survey_app.invitations.operations import send_messages
from survey_app.kernel.clock import utc_now
from survey_app.privacy.keys.operations import BATCH, renew_rows
from survey_app.privacy.keys.queries import encrypted_columns, keys_in_use, rows_to_renew
from survey_app.settings import Settings
from tests.factories import make_contact, make_service
from tests.privacy.erased import NEXT_DAY, every_cell, make_everything

MakeApp = Callable[[Settings], Flask]
NEW = Fernet.generate_key().decode()


@pytest.fixture
def both(settings: Settings) -> Settings:
    """As every process is set once it was restarted with the new key."""
    return replace(settings, data_keys=(NEW, *settings.data_keys))


@pytest.fixture
def before(settings: Settings) -> Settings:
    """As a process is set that knows the new key and does not write under it yet."""
    return replace(settings, data_keys=(*settings.data_keys, NEW))


def all_rows() -> list[tuple[str, str]]:
    """Everything that can be read, without how it is sealed and how far the work has come."""
    found = sorted(
        row for row in every_cell() if "(sealed)" not in row[0] and not row[0].startswith(("reencryption.", "audit"))
    )
    db.session.rollback()
    return found


def test_every_encrypted_column_is_found_in_the_models(app: Flask) -> None:
    wanted = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    }
    assert {each.name for each in encrypted_columns()} == wanted
    assert {"contact_detail.email", "answer_text.raw", "draw_seed.seed", "webhook.secret"} <= wanted


def test_everything_comes_under_the_new_key_and_the_old_one_may_go(
    app: Flask, both: Settings, make_app: MakeApp, tmp_path: Path
) -> None:
    make_everything(app, tmp_path)
    before = all_rows()
    rotating = make_app(both)
    with rotating.app_context():
        told = rotating.test_cli_runner().invoke(args=["privacy", "rotate-keys", "--json"], catch_exceptions=False)
        assert told.exit_code == 0
        used = json.loads(told.stdout)
        assert (used["old_needed"], used["unreadable"], used["by_key"][1]) == (False, {}, 0)
        assert used["by_key"][0] > 20
    with make_app(replace(both, data_keys=(NEW,))).app_context():
        assert all_rows() == before


def test_who_writes_meanwhile_loses_nothing(app: Flask, before: Settings, both: Settings, make_app: MakeApp) -> None:
    with transaction():
        service = make_service()
        ids = [make_contact(service, email=f"p{number}@example.org").id for number in range(BATCH + 40)]
    db.session.remove()
    rotating, older = make_app(both), make_app(before)
    stop, written = threading.Event(), dict[int, str]()

    def write() -> None:
        with older.app_context():
            round_ = 0
            while not stop.is_set():
                number = ids[(round_ * 37) % len(ids)]
                words = f"changed{round_}@example.org"
                with transaction():
                    mine = ContactDetail.contact_id == number
                    db.session.execute(update(ContactDetail).where(mine).values(email=words))
                written[number] = words
                round_ += 1
            db.session.remove()

    thread = threading.Thread(target=write)
    thread.start()
    with rotating.app_context():
        try:
            for _ in range(60):
                renew_rows(utc_now(), "test")
        finally:
            stop.set()
            thread.join()
        while renew_rows(utc_now(), "test"):
            pass
        rows = dict(db.session.execute(select(ContactDetail.contact_id, ContactDetail.email)).all())
        expected = {number: f"p{place}@example.org" for place, number in enumerate(ids)} | written
        assert written
        assert rows == expected


def test_a_key_is_said_to_be_needed_while_anything_stands_under_it(
    app: Flask, before: Settings, both: Settings, make_app: MakeApp
) -> None:
    with transaction():
        number = make_contact(make_service()).id
    rotating = make_app(both)
    with rotating.app_context():
        assert rows_to_renew(utc_now()).waiting == 1
        assert keys_in_use().old_are_needed
        db.session.rollback()
        while renew_rows(utc_now(), "test"):
            pass
        assert rows_to_renew(utc_now()).waiting == 0
        assert not keys_in_use().old_are_needed
        db.session.rollback()
    with make_app(before).app_context(), transaction():  # a process that was not restarted
        db.session.execute(
            update(ContactDetail).where(ContactDetail.contact_id == number).values(email="late@x.example")
        )
    with rotating.app_context():
        refused = rotating.test_cli_runner().invoke(args=["privacy", "rotate-keys"])
        assert (refused.exit_code, "Key 2 of 2: 1 values, needed." in refused.stdout) == (1, True)


def test_the_settings_say_which_keys_could_go(app: Flask, both: Settings, make_app: MakeApp) -> None:
    with transaction():
        make_contact(make_service())
    rotating = make_app(both)
    with rotating.app_context():
        said = rotating.test_cli_runner().invoke(args=["settings"]).stdout
        assert "the newest, under which everything is written." in said
        assert re.search(r"Key 2 \([0-9a-f]{8}\): maybe still needed, for ", said)
        assert not any(key in said for key in both.data_keys)
        while renew_rows(utc_now(), "test"):
            pass
        rows = json.loads(rotating.test_cli_runner().invoke(args=["settings", "--json"]).stdout)
        (keys,) = (row["keys"] for row in rows if "keys" in row)
        assert "could go" in keys[1]
        assert "rotate-keys" in keys[1]


def test_the_settings_are_told_where_no_database_answers(both: Settings, make_app: MakeApp) -> None:
    nowhere = make_app(replace(both, database_url="postgresql://nobody@127.0.0.1:1/none"))
    told = nowhere.test_cli_runner().invoke(args=["settings"])
    assert told.exit_code == 0
    assert "which of them are needed is not known" in told.stdout


def test_the_settings_say_nothing_of_keys_where_there_is_one(app: Flask) -> None:
    assert "Key 1" not in app.test_cli_runner().invoke(args=["settings"]).stdout


def test_what_no_key_opens_is_named_and_left(app: Flask, both: Settings, make_app: MakeApp) -> None:
    with transaction():
        make_contact(make_service())
        db.session.execute(update(ContactDetail.__table__).values(email=cast("gAAAA-not-ours", Text)))
    rotating = make_app(both)
    with rotating.app_context():
        told = rotating.test_cli_runner().invoke(args=["privacy", "rotate-keys"])
        assert told.exit_code == 1
        assert "contact_detail.email: 1 values can be read by none" in told.stderr


def test_what_another_process_sealed_under_a_newer_key_waits_for_it(
    app: Flask, settings: Settings, both: Settings, make_app: MakeApp, tmp_path: Path
) -> None:
    """The web has the new key already, and the worker is restarted a minute later."""
    make_everything(app, tmp_path)
    with transaction():
        before = comments()
        db.session.execute(delete(AlertWatch))
        db.session.execute(delete(Comment))
        db.session.execute(update(Message).values(state=MessageState.WAITING, claimed_by=None, claimed_until=None))
    with make_app(both).app_context():
        dict.fromkeys(iter(lambda: renew_rows(utc_now(), "web"), 0))
    with make_app(settings).app_context():  # as it was
        assert analyse_comments(utc_now(), "worker") == 0
        assert watch_texts(utc_now(), "worker") == 0
        send_messages(NEXT_DAY, "worker")
        assert comments() == []
        assert db.session.scalar(select(func.count()).where(Message.state == MessageState.FAILED)) == 0
        db.session.rollback()
    with make_app(both).app_context():
        while analyse_comments(NEXT_DAY, "worker"):
            pass
        assert comments() == before
        db.session.rollback()
        send_messages(NEXT_DAY + timedelta(minutes=30), "worker")
        assert db.session.scalar(select(func.count()).where(Message.state == MessageState.FAILED)) == 0


def comments() -> list[tuple[object, ...]]:
    found = select(Comment.answer_text_id, Comment.redacted_text, Comment.sentiment, Comment.flags)
    return [tuple(map(str, row)) for row in db.session.execute(found.order_by(Comment.answer_text_id))]


def test_with_one_key_there_is_nothing_to_do(app: Flask) -> None:
    assert renew_rows(utc_now(), "test") == 0
    assert rows_to_renew(utc_now()).waiting == 0
