"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Text, text, type_coerce, update

from survey_app.contacts.models import ContactDetail
from survey_app.contacts.queries import index_key
from survey_app.extensions import db, transaction
from survey_app.kernel.ciphers import Cipher
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.tokens import keyed_hash
from survey_app.settings import load_settings
from survey_app.work.jobs import run_due
from tests.factories import RESIDENTS, make_contact, make_service
from tests.smtp import free_port


def test_a_process_that_answers_is_alive(client):
    answer = client.get("/health/live")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_with_its_database_at_the_newest_schema_it_is_ready(client):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_an_older_schema_is_not_ready_and_says_what_to_do(client):
    db.session.execute(text("UPDATE alembic_version SET version_num = '0007'"))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "flask db upgrade" in answer.text
    assert client.get("/health/live").status_code == 200


def test_a_newer_schema_is_served_while_machines_are_brought_to_it_one_by_one(client):
    db.session.execute(text("UPDATE alembic_version SET version_num = 'of the next release'"))
    assert client.get("/health/ready").text == "ok\n"


def with_contact_kept_for_long(sealed_by: Cipher | None = None, key: bytes | None = None) -> None:
    """Asha's, stored as this app stores it, or under another of the two keys."""
    with transaction():
        contact = make_contact(make_service(), email=None)
        hashed = keyed_hash(key or index_key(), RESIDENTS["asha"])
        keep_until = london_day(utc_now()) + timedelta(days=30)
        contact.detail = ContactDetail(email=RESIDENTS["asha"], email_key=hashed, keep_until=keep_until)
        db.session.flush()
        if sealed_by:
            stored = update(ContactDetail).values(email=type_coerce(sealed_by.encrypt(RESIDENTS["asha"]), Text))
            db.session.execute(stored.execution_options(synchronize_session=False))


def test_keys_that_fit_are_nothing_to_speak_of(client):
    with_contact_kept_for_long()
    assert client.get("/health/ready").text == "ok\n"


def test_data_keys_of_another_site_are_not_ready_once_a_newer_key_would_be_known(client, time_machine):
    with_contact_kept_for_long(Cipher([Fernet.generate_key().decode()]))
    assert client.get("/health/ready").text == "ok\n"  # a key of today, which this process is yet to be given
    time_machine.move_to(utc_now() + timedelta(days=2))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.text) == (503, "DATA_KEYS opens nothing of what is stored here.\n")


def test_another_index_key_is_noted_for_those_who_run_it_and_pages_are_served(client):
    with_contact_kept_for_long(key=b"of another site")
    answer = client.get("/health/ready?verbose")
    assert answer.status_code == 200
    assert "note: INDEX_KEY is not the one" in answer.text
    assert client.get("/health/ready").text == "ok\n"
    assert client.get("/health/ready?verbose", headers={"X-Forwarded-For": "192.0.2.1"}).text == "ok\n"


def test_a_worker_that_has_done_nothing_for_long_is_noted(app, client, time_machine):
    run_due(["fold_tallies"])
    assert client.get("/health/ready?verbose").text == "ok\n"
    time_machine.move_to(utc_now() + timedelta(minutes=4))
    answer = client.get("/health/ready?verbose")
    assert answer.status_code == 200
    assert answer.text.startswith("ok\nnote: No worker has done anything since")


def test_a_disk_that_is_nearly_full_is_noted(client, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**10, 10**10, 3 * 10**8))
    answer = client.get("/health/ready?verbose")
    assert (answer.status_code, answer.text) == (200, "ok\nnote: Only 300 MB are free where INSTANCE_PATH is.\n")


def test_an_empty_database_is_not_ready(empty_database, make_app):
    app = make_app(load_settings(empty_database.environment))
    answer = app.test_client().get("/health/ready")
    assert answer.status_code == 503
    assert "flask db upgrade" in answer.text


@pytest.fixture
def away(kind, tmp_path):
    """The address of a database that cannot be reached."""
    return {
        "sqlite": f"sqlite:///{tmp_path}/none/survey.db",
        "postgresql": f"postgresql+psycopg://survey:secret@127.0.0.1:{free_port()}/survey",
    }[kind]


def test_a_database_that_does_not_answer_is_not_ready_and_its_address_is_not_told(settings, away, make_app):
    app = make_app(replace(settings, database_url=away))
    client = app.test_client()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")
    assert client.get("/health/live").status_code == 200
