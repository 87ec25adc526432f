"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from survey_app.extensions import db
from survey_app.settings import load_settings
from tests.smtp import free_port


def test_a_process_that_answers_is_alive(client):
    answer = client.get("/health/live")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_with_its_database_at_the_newest_schema_it_is_ready(client):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_an_older_schema_is_not_ready_and_says_what_to_do(client):
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "flask db upgrade" in answer.text
    assert client.get("/health/live").status_code == 200


def test_a_newer_schema_is_ready_so_that_a_release_can_be_rolled_out(client):
    db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.text) == (200, "ok\n")


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
