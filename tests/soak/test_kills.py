"""Workers and web server die at random points while people are asked and answer: nobody is lost, nothing counts twice.

What is counted is seen from outside: by the mail that arrived, by the thank-yous that residents saw, and by figures.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

import pytest

from survey_app.kernel.clock import utc_now
from tests.databases import Templates
from tests.journey.council import Council
from tests.journey.recount import Person, people, recount
from tests.soak.keeper import Keeper, asked_council, kept, ledger_of, rows
from tests.soak.residents import Residents, get, links_by_recipient, thanked

pytestmark = pytest.mark.soak

CONTACTS, KILLS = 2_000, 20
VICTIMS = ("worker", "web", "worker", "one web process", "worker", "web master", "worker", "one web process")


@dataclass(frozen=True)
class Storm:
    """A council after its processes were killed while it asked and was answered."""

    council: Council
    everybody: list[Person]
    worker_kills: int
    residents: Residents
    links: dict[str, list[str]]  # of every copy that arrived, by recipient

    @property
    def answered(self) -> list[Person]:
        return [person for person in self.everybody if person.answers]


@pytest.fixture(scope="module")
def storm(templates: Templates, kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    database = templates.filled(kind).copy(tmp_path_factory.mktemp("storm"))
    comments = {"why": ["They rang back."] * CONTACTS, "improve": ["Shorter queues."] * CONTACTS}
    everybody = people(CONTACTS, comments, utc_now())
    with asked_council(database, everybody) as council:
        residents = Residents(everybody, council.smtp)
        with kept(council) as keeper:
            worker_kills = rage(keeper, residents, random.Random(CONTACTS))
            council.wait_for(lambda: residents.all_are_reached, "a message to everybody")
            council.wait_for(lambda: residents.all_are_thanked, "the thank-you of everybody who answers")
            assert [worker.stop() for worker in keeper.workers] == [0, 0]
            for email, links in links_by_recipient(council.smtp).items():
                if len(links) > 1:
                    residents.answer_by(email, links[-1])
            residents.go_home()
            council.flask("jobs", "run", "--once")
            yield Storm(council, everybody, worker_kills, residents, links_by_recipient(council.smtp))
    database.drop()


def rage(keeper: Keeper, residents: Residents, dice: random.Random) -> int:
    """Kill one process after another, each at a random point of the work; how many of them were workers."""
    killed = []
    for n, victim in zip(range(KILLS), cycle(VICTIMS), strict=False):
        residents.wait_for_progress((n + dice.random()) / KILLS * 0.95, of_messages=dice.random() < 0.5)
        time.sleep(dice.random() / 20)  # anywhere between one message or answer and the next
        match victim:
            case "worker":
                keeper.kill_worker(dice.choice(keeper.workers))
            case "web":
                keeper.kill_web()
            case "web master":
                keeper.kill_web_master()
            case "one web process":
                keeper.kill_one_web_process(dice.randrange(2))
        killed.append(victim)
    keeper.end_leases_of_the_dead()
    return killed.count("worker")


def test_everybody_was_asked_and_at_most_the_message_in_flight_went_out_twice(storm: Storm) -> None:
    copies = {email: len(links) for email, links in storm.links.items()}
    assert set(copies) == {person.email for person in storm.everybody}
    assert sum(copies.values()) <= len(storm.everybody) + storm.worker_kills


def test_every_thank_you_that_was_seen_stands_for_one_counted_answer(storm: Storm) -> None:
    stored = rows(storm.council, "SELECT reference FROM survey_response WHERE state = 'counted'")
    seen = list(storm.residents.seen.values())
    assert set(storm.residents.seen) == {person.email for person in storm.answered}
    assert all(len(references) == 1 for references in seen)
    assert sorted(f"{r[:5]}-{r[5:]}" for (r,) in stored) == sorted(r for references in seen for r in references)
    assert rows(storm.council, "SELECT COUNT(*) FROM survey_response") == [(len(storm.answered),)]


def test_every_copy_of_a_message_opens_the_same_answer(storm: Storm) -> None:
    for email, links in storm.links.items():
        if len(links) > 1:
            assert {thanked(get(f"{link}/thanks")) for link in links} == storm.residents.seen[email]


def test_the_figures_are_the_tests_own_count(storm: Storm) -> None:
    first, last = utc_now() - timedelta(days=12), utc_now()
    span = ("--from", f"{first:%Y-%m-%d}", "--to", f"{last:%Y-%m-%d}")
    (satisfaction,) = storm.council.json("measures", "show", "satisfaction", *span)["figures"]
    expected = recount("satisfaction", storm.answered)
    assert (satisfaction["numerator"], satisfaction["base"]) == (expected.numerator, expected.base)
    (rate,) = storm.council.json("measures", "show", "response_rate", *span)["figures"]
    assert (rate["numerator"], rate["base"]) == (len(storm.answered), len(storm.everybody))


def test_the_coverage_ledger_is_the_tests_own_count_and_the_draw_can_be_repeated(storm: Storm) -> None:
    ledger, everybody = ledger_of(storm.council), len(storm.everybody)
    answered = len(storm.answered)
    stages = ("contacts", "eligible", "asked", "sent", "delivered", "answered")
    assert [ledger[stage] for stage in stages] == [everybody] * 5 + [answered]
    assert ledger["losses"] == [{"stage": "answered", "reason": "open", "count": everybody - answered}]


def test_the_tallies_are_what_the_answers_say_and_nothing_waits_to_be_folded(storm: Storm) -> None:
    assert "Every tally is what the answers say." in storm.council.flask("measures", "verify")
    assert rows(storm.council, "SELECT COUNT(*) FROM response_change WHERE delta <> 0") == [(0,)]


def test_no_work_is_stuck(storm: Storm) -> None:
    assert rows(storm.council, "SELECT name, claimed_by FROM job_run WHERE claimed_by IS NOT NULL") == []
    states = dict(rows(storm.council, "SELECT state, COUNT(*) FROM message WHERE kind = 'invitation' GROUP BY state"))
    assert set(states) <= {"sent", "dropped"}
    assert sum(states.values()) == len(storm.everybody)
    written = sum(bool(p.answers.get(question)) for p in storm.answered for question in ("why", "improve"))
    assert rows(storm.council, "SELECT COUNT(*) FROM comment") == [(written,)]
