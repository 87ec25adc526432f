"""A council that asks and is answered while something breaks; nobody lends a hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from survey_app.invitations.operations import SEND_LEASE
from survey_app.kernel.clock import utc_now
from survey_app.work.jobs import LEASE
from tests.databases import Database
from tests.journey.council import Council
from tests.journey.recount import Person, people
from tests.soak.keeper import Keeper, asked_council, kept
from tests.soak.residents import Residents

CONTACTS = 300


@dataclass(frozen=True)
class Busy:
    """A council that asks and is answered."""

    council: Council
    everybody: list[Person]
    residents: Residents
    keeper: Keeper

    def wait_for(self, holds: Callable[[], bool], what: str) -> None:
        """Let those answer whose message comes, until something holds."""

        def held() -> bool:
            self.residents.read_new_messages()
            return holds()

        self.council.wait_for(held, what)

    def comes_to_rest(self) -> None:
        """All are asked and thanked, though a lease may have to end first; then both workers end as they are told."""
        longer = max(SEND_LEASE, LEASE)
        self.council.wait_for(lambda: self.residents.all_are_reached, "a message to everybody", longer=longer)
        self.council.wait_for(lambda: self.residents.all_are_thanked, "everybody's thank-you", longer=longer)
        assert [worker.stop() for worker in self.keeper.workers] == [0, 0]
        self.council.flask("jobs", "run", "--once")


@contextmanager
def busy(database: Database, more: Mapping[str, str] = MappingProxyType({})) -> Iterator[Busy]:
    """Web server and two workers of a council that took contacts in, until the block ends; `more` are settings."""
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
