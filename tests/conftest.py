"""An app on a fresh, migrated database for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any, cast

import pytest
from bs4 import BeautifulSoup
from flask import Flask, has_app_context
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import settings as examples
from werkzeug.test import TestResponse

from survey_app import create_app
from survey_app.extensions import db
from survey_app.settings import Settings, load_settings
from tests.databases import KINDS, Database, PostgresqlDatabase, SqliteDatabase
from tests.factories import PASSWORD, make_user
from tests.servers import Postgresql, postgresql_server

QUICK_HASH = {"argon2__rounds": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
# `make test` tries the same few examples each time; `make soak` sets deep, which looks for new ones.
examples.register_profile("quick", max_examples=15, derandomize=True, deadline=None, database=None)
examples.register_profile("deep", max_examples=500, deadline=None, database=None, print_blob=True)
examples.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with data for tests that lies beside the project; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = SqliteDatabase(tmp_path_factory.mktemp("sqlite"))
    database.migrate()
    return database


@pytest.fixture(scope="session")
def migrated_postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql: Postgresql) -> Iterator[Database]:
    database = PostgresqlDatabase(tmp_path_factory.mktemp("postgresql"), postgresql)
    database.migrate()
    yield database
    database.drop()


@pytest.fixture(scope="session", params=KINDS)
def migrated_database(request: pytest.FixtureRequest) -> Database:
    """A database brought to the newest schema once; each test gets a copy, first on SQLite and then on PostgreSQL."""
    database: Database = request.getfixturevalue(f"migrated_{request.param}")
    return database


@pytest.fixture
def database(tmp_path: Path, migrated_database: Database) -> Iterator[Database]:
    copy = migrated_database.copy(tmp_path)
    yield copy
    copy.drop()


@pytest.fixture
def settings(database: Database) -> Settings:
    return load_settings(database.environment)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The app, with its context pushed, so that a test can speak to the database directly."""
    app = create_app(settings, {"TESTING": True, "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": QUICK_HASH})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


class PersonsClient(FlaskClient):
    """Commits what the test prepared, then sends each request in a context of its own, as a server does."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
        return Context().run(super().open, *args, **kwargs)

    def send_form(self, url: str, *, form_at: str | None = None, **values: Any) -> TestResponse:
        """POST a form as a browser would, with the token of the page at `form_at` (or `url`)."""
        page = BeautifulSoup(self.get(form_at or url).text, "html.parser")
        token = page.find("input", {"name": "csrf_token"})
        assert token is not None, f"no form at {form_at or url}"
        return self.post(url, data={"csrf_token": token["value"], **values})

    def sign_in(self, email: str, password: str = PASSWORD, **values: Any) -> TestResponse:
        return self.send_form("/accounts/sign-in", email=email, password=password, **values)


@pytest.fixture
def client(app: Flask) -> PersonsClient:
    """Somebody who has not signed in."""
    app.test_client_class = PersonsClient
    return cast(PersonsClient, app.test_client())


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., PersonsClient]:
    """sign_in("service_manager", "housing") gives the client of a new, signed-in user."""
    app.test_client_class = PersonsClient

    def signed_in(role: str, *services: str) -> PersonsClient:
        user = make_user(role, *services)
        client = cast(PersonsClient, app.test_client())
        assert client.sign_in(user.email).status_code == 302
        return client

    return signed_in


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()
