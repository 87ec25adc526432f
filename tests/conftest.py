"""An app on a fresh, migrated database for each test."""

from __future__ import annotations

import email
import gc
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from contextvars import Context
from dataclasses import replace
from email import policy
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import pytest
from bs4 import BeautifulSoup
from flask import Flask, has_app_context
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import settings as examples
from werkzeug.test import TestResponse
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from survey_app import create_app
from survey_app.accounts.operations import LETTER_THREAD
from survey_app.extensions import db
from survey_app.settings import Settings, load_settings
from tests.compiled import share_compiled
from tests.databases import CONFIG, KINDS, Database, Templates
from tests.factories import PASSWORD, make_user
from tests.memory import folder_in_memory
from tests.oracles import SHARED
from tests.servers import emptied, redis_server
from tests.smtp import free_port

if (in_memory := folder_in_memory()) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", in_memory)  # what tmp_path is made in

# `make test` tries the same few examples each time; `make fuzz` sets deep, which looks for new ones.
examples.register_profile("quick", max_examples=15, derandomize=True, deadline=None, database=None)
examples.register_profile("deep", max_examples=150, deadline=None, database=None, print_blob=True)
examples.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


# The collector of garbage would walk through all modules and all collected tests again and again: for a fifth of the
# time that the tests take. What is there before the first of them stays for good, and the rest may grow a little.
def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is tested on both databases is tested on one by `make test`, and on the other by `make soak`.

    Which one comes first is the lot of the file, so that about as many files begin with either.
    """
    databases: dict[str, dict[str, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            databases[item.nodeid.partition("[")[0]][str(item.callspec.params.get("kind"))].append(item)
    for test, found in databases.items():
        if found.keys() >= set(KINDS):
            for item in found[KINDS[crc32(test.partition("::")[0].encode()) % len(KINDS)]]:
                item.add_marker("slow")


class OneBrowser(LoadFileScheduling):
    """Gives each worker file after file, and all pages to one: a second browser would need its councils set up too."""

    def _split_scope(self, nodeid: str) -> str:
        pages = "tests/browser"
        return pages if nodeid.startswith(f"{pages}/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneBrowser | None:
    return OneBrowser(config, log) if config.option.dist == "loadfile" else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with data for tests that lies beside the project; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    with ExitStack() as servers:
        yield Templates(lambda: tmp_path_factory.mktemp("database"), servers)


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """What uses a database is tested on SQLite and on PostgreSQL; `pytest -k "not postgresql"` is the quick half."""
    found: str = request.param
    return found


@pytest.fixture(scope="session")
def redis_of_the_run() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def redis(redis_of_the_run: str) -> str:
    """The address of an empty Redis."""
    return emptied(redis_of_the_run)


@pytest.fixture
def redis_is_gone(settings: Settings) -> Settings:
    """The settings of a machine that cannot reach its Redis."""
    return replace(settings, redis_url=f"redis://127.0.0.1:{free_port()}/0")


@pytest.fixture
def template(templates: Templates, kind: str) -> Database:
    """What each test gets a copy of. A folder whose tests want more in it has a fixture of this name of its own."""
    return templates.filled(kind)


@pytest.fixture
def database(tmp_path: Path, template: Database) -> Iterator[Database]:
    copy = template.copy(tmp_path)
    yield copy
    copy.drop()


@pytest.fixture
def empty_database(templates: Templates, kind: str) -> Iterator[Database]:
    """A database without tables."""
    empty = templates.empty(kind)
    yield empty
    empty.drop()


@pytest.fixture
def settings(database: Database) -> Settings:
    return load_settings(database.environment)


@pytest.fixture
def make_app() -> Iterator[Callable[[Settings], Flask]]:
    """make_app(settings) is one more app, such as another machine or another address would run."""
    made: list[Flask] = []

    def make(settings: Settings) -> Flask:
        app = create_app(settings, CONFIG)
        share_compiled(app)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(settings: Settings, make_app: Callable[[Settings], Flask]) -> Iterator[Flask]:
    """The app, with its context pushed, so that a test can speak to the database directly."""
    app = make_app(settings)
    with app.app_context():
        yield app


def wait_for_letters() -> None:
    """Until no letter to staff is on its way."""
    for thread in threading.enumerate():
        if thread.name == LETTER_THREAD:
            thread.join()


class PersonsClient(FlaskClient):
    """Commits what the test prepared, then sends each request in a context of its own, as a server does.

    `buffered` waits for what the server does when the answer has left, letters included.
    """

    def open(self, *args: Any, buffered: bool = False, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
        answer = Context().run(super().open, *args, buffered=buffered, **kwargs)
        if buffered:
            wait_for_letters()
        return answer

    def send_form(self, url: str, *, form_at: str | None = None, buffered: bool = False, **values: Any) -> TestResponse:
        """POST a form as a browser would, with the token of the page at `form_at` (or `url`)."""
        page = BeautifulSoup(self.get(form_at or url).text, "html.parser")
        token = page.find("input", {"name": "csrf_token"})
        assert token is not None, f"no form at {form_at or url}"
        return self.post(url, data={"csrf_token": token["value"], **values}, buffered=buffered)

    def sign_in(self, email: str, password: str = PASSWORD, **values: Any) -> TestResponse:
        return self.send_form("/accounts/sign-in", email=email, password=password, **values)


@pytest.fixture
def client(app: Flask) -> PersonsClient:
    """Somebody who has not signed in."""
    app.test_client_class = PersonsClient
    return cast(PersonsClient, app.test_client())


@pytest.fixture
def outbox(settings: Settings) -> Callable[[], list[str]]:
    """outbox() is the text of every letter so far, oldest first."""

    def letters() -> list[str]:
        files = sorted((settings.instance_path / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        messages = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [f"To: {message['To']}\n{message.get_content()}" for message in messages]

    return letters


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
