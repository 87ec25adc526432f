"""Figures from a real replica: never older than they say, nobody misses their own act, its troubles are nobody's."""

from __future__ import annotations

import csv
import io
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from flask import Flask, Response
from sqlalchemy import text

from survey_app.accounts.models import User
from survey_app.extensions import db, read_from, reading, transaction
from survey_app.kernel.clock import LONDON
from survey_app.settings import load_settings
from survey_app.web import replica as copies
from survey_app.web.replica import database_read
from tests.conftest import PersonsClient
from tests.databases import Database, PostgresqlDatabase, Templates
from tests.factories import make_answers, make_council, make_invitation, make_service, make_survey
from tests.replicas import Replica, replica_of
from tests.servers import Postgresql, postgresql_server

DAY = date(2025, 2, 3)
OVERVIEW = "/dashboards/?period=2024/25"
PATIENCE_SECONDS = 60
SignIn = Callable[..., PersonsClient]


@pytest.fixture(scope="session")
def kind() -> str:
    return "postgresql"


@pytest.fixture(scope="module")
def server(templates: Templates) -> Postgresql:
    return templates.postgresql


@pytest.fixture(scope="module")
def copy(server: Postgresql) -> Iterator[Replica]:
    with replica_of(server) as copy:
        yield copy


@pytest.fixture
def replica(copy: Replica) -> Iterator[Replica]:
    """The copy, well when the test begins and for the next one."""
    yield copy
    copy.stop()
    copy.start()
    copy.catch_up()


@pytest.fixture(autouse=True)
def asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what a test does is seen by its next request."""
    monkeypatch.setattr(copies, "ASKED_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(copies, "AWAY_SECONDS", 0.0)


@pytest.fixture
def behind() -> str:
    return "60"


@pytest.fixture
def app(database: Database, replica: Replica, behind: str, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    assert isinstance(database, PostgresqlDatabase)
    url = replica.url(database.name)
    settings = load_settings(database.environment | {"DATABASE_REPLICA_URL": url, "REPLICA_SECONDS_BEHIND": behind})
    app = make_app(settings)
    with app.app_context():
        make_council()
        yield app
    app.extensions["replica"].engine.dispose()


@pytest.fixture
def seen(app: Flask) -> list[str]:
    """Which database each request read."""
    found: list[str] = []

    @app.after_request
    def note(response: Response) -> Response:
        found.append(database_read())
        return response

    return found


@pytest.fixture
def cast(app: Flask, server: Postgresql, replica: Replica) -> SimpleNamespace:
    with transaction():
        service, survey = make_service("housing", "Housing"), make_survey()
        make_answers(survey, service, DAY, {"satisfaction": "5"}, n=20)
    return SimpleNamespace(service=service, survey=survey)


@pytest.fixture
def viewer(
    cast: SimpleNamespace, seen: list[str], server: Postgresql, replica: Replica, sign_in: SignIn
) -> PersonsClient:
    """Signed in, and the copy knows it."""
    client = sign_in("cse_lead")
    replica.wait_until_it_has(server)
    seen.clear()
    return client


def add_answers(cast: SimpleNamespace) -> None:
    with transaction():
        make_answers(cast.survey, cast.service, DAY, {"satisfaction": "5"}, n=80)


def base_on(client: PersonsClient) -> int:
    page = client.get("/dashboards/overview.csv?period=2024/25")
    assert page.status_code == 200
    rows = csv.DictReader(io.StringIO(page.data.decode("utf-8-sig")))
    base = next(row["base"] for row in rows if (row["measure"], row["period"]) == ("satisfaction", "2024/25"))
    return int(base)


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_pages_of_figures_are_read_from_the_replica_and_are_right(viewer, seen):
    assert base_on(viewer) == 20
    assert viewer.get(OVERVIEW).status_code == 200
    assert seen == ["replica", "replica"]


def test_a_figure_from_a_replica_says_the_moment_up_to_which_it_counts(viewer, seen, replica, cast):
    passport = re.search(r'href="(/figures/[^"]+)"', viewer.get(OVERVIEW).text)
    replica.fall_behind()
    base_on(viewer)  # the copy stands still, and is not asked about again before the act
    at = datetime.now(UTC)
    add_answers(cast)
    page = viewer.get(passport[1]).text
    cut = re.search(r"\d+ \w+ \d{4}, \d\d:\d\d:\d\d", page)
    assert seen[-1] == "replica" and base_on(viewer) == 20
    said = datetime.strptime(cut[0], "%d %B %Y, %H:%M:%S").replace(tzinfo=LONDON)
    assert said <= at
    replica.catch_up()
    wait_for(lambda: base_on(viewer) == 100)
    assert set(seen) == {"replica"}


def test_whoever_did_something_reads_the_database_until_the_replica_has_it(seen, cast, replica, server, sign_in):
    replica.wait_until_it_has(server)
    replica.fall_behind()
    client = sign_in("cse_lead")
    assert base_on(client) == 20 and seen[-1] == "primary"
    replica.catch_up()
    replica.wait_until_it_has(server)
    assert base_on(client) == 20 and seen[-1] == "replica"


def test_who_may_see_what_is_asked_of_the_database_itself(viewer, seen, replica):
    assert base_on(viewer) == 20 and seen[-1] == "replica"
    replica.fall_behind()
    with transaction():
        (user,) = db.session.query(User)
        user.roles = []
    assert viewer.get(OVERVIEW).status_code == 403


def test_public_pages_are_read_from_the_database_itself(client, cast, seen):
    make_invitation(cast.service, cast.survey, DAY)
    for address in ("/s", "/privacy", "/accounts/sign-in", "/health/ready"):
        assert client.get(address).status_code == 200, address
    assert set(seen) == {"primary"}


@pytest.mark.parametrize("behind", ["1"])
@pytest.mark.usefixtures("behind")
def test_a_replica_too_far_behind_is_not_read_until_it_has_caught_up(viewer, seen, replica, cast, caplog):
    assert base_on(viewer) == 20 and seen[-1] == "replica"
    replica.fall_behind()
    add_answers(cast)
    wait_for(lambda: base_on(viewer) == 100)
    assert seen[-1] == "primary"
    wait_for(lambda: base_on(viewer) == 100 and "it is more than 1 seconds behind" in caplog.text)
    for _ in range(3):
        assert base_on(viewer) == 100
    assert caplog.text.count("seconds behind") == 1
    replica.catch_up()
    wait_for(lambda: base_on(viewer) == 100 and seen[-1] == "replica")
    assert caplog.text.count("the replica is read again") == 1


def test_a_replica_that_is_away_is_nobodys_trouble_and_is_read_again_by_itself(viewer, seen, replica, caplog):
    assert base_on(viewer) == 20 and seen[-1] == "replica"
    replica.stop()
    for _ in range(4):
        assert base_on(viewer) == 20 and seen[-1] == "primary"
    assert caplog.text.count("the replica is not read: it does not answer") == 1
    replica.start()
    wait_for(lambda: base_on(viewer) == 20 and seen[-1] == "replica")
    assert caplog.text.count("the replica is read again") == 1
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


def test_a_replica_that_dies_while_a_page_is_made_leaves_the_page_to_the_database(
    viewer, seen, replica, caplog, monkeypatch
):
    assert base_on(viewer) == 20 and seen[-1] == "replica"
    monkeypatch.setattr(copies, "ASKED_EVERY_SECONDS", 60.0)
    assert base_on(viewer) == 20 and seen[-1] == "replica"
    replica.stop()
    assert base_on(viewer) == 20 and seen[-1] == "primary"
    assert caplog.text.count("the replica is not read") == 1


def test_another_database_and_a_copy_that_follows_nobody_are_never_read(database, make_app, caplog):
    with postgresql_server() as another:
        name = another.create()
        settings = load_settings(database.environment | {"DATABASE_REPLICA_URL": another.url(name)})
        app = make_app(settings)
        with app.app_context():
            assert app.extensions["replica"].cut(wrote=0) is None
            app.extensions["replica"].engine.dispose()
            assert "DATABASE_REPLICA_URL is no copy of DATABASE_URL" in caplog.text
    settings = load_settings(
        database.environment | {"DATABASE_REPLICA_URL": database.environment["DATABASE_URL"] + "&application_name=x"}
    )
    app = make_app(settings)
    with app.app_context():
        assert app.extensions["replica"].cut(wrote=0) is None
        app.extensions["replica"].engine.dispose()
    assert "it writes for itself and follows nobody" in caplog.text


def test_what_is_read_from_the_replica_is_read_in_one_snapshot_that_cannot_write(app, viewer, seen):
    assert base_on(viewer) == 20
    with app.test_request_context("/dashboards/"), reading():
        read_from(app.extensions["replica"].engine)
        assert db.session.scalar(text("SELECT pg_is_in_recovery()"))
        assert db.session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        db.session.rollback()
