"""Two workers at once: they never send the same message, and when one dies the other sends what it held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from survey_app.invitations.operations import SEND_LEASE
from survey_app.kernel.clock import utc_now
from tests.databases import Database
from tests.journey.council import Council
from tests.journey.recount import people
from tests.soak.keeper import asked_council, holder, kept, rows
from tests.topology.kept import Kept

pytestmark = pytest.mark.soak

CONTACTS = 300


@pytest.fixture
def council(database: Database) -> Iterator[Council]:
    with asked_council(database, people(CONTACTS, {"why": [], "improve": []}, utc_now())) as council:
        yield council


def recipients(council: Council) -> Counter[str]:
    return Counter(str(message["To"]) for message in list(council.smtp.taken))


def held(council: Council, worker: Kept) -> int:
    query = "SELECT COUNT(*) FROM message WHERE state = 'waiting' AND claimed_by LIKE :holder"
    ((number,),) = rows(council, query, holder=holder(worker.pid))
    return int(number)


def test_two_workers_at_once_never_send_the_same_message(council: Council) -> None:
    with kept(council):
        council.wait_for(lambda: len(council.smtp.taken) >= CONTACTS, "every message")
        council.wait_for(lambda: len(recipients(council)) == CONTACTS, "a message to everybody")
    assert set(recipients(council).values()) == {1}
    assert council.smtp.connections >= 2


def test_what_a_dead_worker_held_is_sent_by_the_other_when_its_leases_are_over(council: Council) -> None:
    with kept(council) as keeper:
        caught: list[Kept] = []

        def is_caught(worker: Kept) -> bool:
            if held(council, worker) > 1:
                worker.pause()
                if held(council, worker) > 1:
                    return True
                worker.go_on()
            return False

        def holds_messages() -> bool:
            caught.extend(worker for worker in keeper.workers if not caught and is_caught(worker))
            return bool(caught)

        council.wait_for(holds_messages, "a worker with messages in its hands")
        (victim,) = caught
        died_at = utc_now()
        left = held(council, victim)
        victim.kill()
        council.wait_for(lambda: len(recipients(council)) >= CONTACTS - left, "what the other worker could send")
        council.wait_for(lambda: len(recipients(council)) == CONTACTS, "a message to everybody", longer=SEND_LEASE)
        assert utc_now() - died_at > SEND_LEASE / 2
    assert sum(recipients(council).values()) <= CONTACTS + 1
