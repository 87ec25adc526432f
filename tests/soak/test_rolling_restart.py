"""Two web nodes are restarted one by one while residents answer and staff read: every single request is answered."""

from __future__ import annotations

import itertools
import re
import threading
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

import pytest

from survey_app.kernel.clock import utc_now
from tests.journey.council import Council
from tests.journey.recount import SERVICES, people, write_contacts
from tests.smtp import SmtpServer
from tests.soak.residents import filled_in, thanked
from tests.topology.machines import Topology, topology
from tests.topology.proxy import nginx

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(nginx() is None, reason="there is no nginx on this machine: make nginx"),
]

CONTACTS = 300
ROUNDS = 2


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    """Everybody was asked, nobody has answered yet."""
    with topology(tmp_path_factory.mktemp("rolling"), settings={"SOONEST_ANSWER_SECONDS": "0"}) as made:
        folder = made.folder / "instance-commands"
        folder.mkdir(exist_ok=True)
        Council(folder, SmtpServer(), made.environment).set_up(SERVICES)
        write_contacts(folder / "contacts.csv", people(CONTACTS, {"why": [], "improve": []}, utc_now()))
        made.flask("contacts", "import", str(folder / "contacts.csv"))
        made.start_app()
        made.wait_for(lambda: sum(1 for _ in made.letters()) >= CONTACTS, "a message to everybody", seconds=240)
        yield made


def test_no_request_is_lost_and_each_answer_counts_once(running: Topology) -> None:
    links = links_of(running)
    over, said, references = threading.Event(), Counter[str](), SimpleQueue[str]()

    def answer() -> None:
        """One resident after another; none tries twice."""
        while not over.is_set():
            try:
                link = links.get_nowait()
            except Empty:
                return
            form = filled_in(running.open(link).read().decode(), {"satisfaction": "5"})
            with running.open(link, urllib.parse.urlencode(form).encode()) as page:
                references.put(thanked(page.read().decode()))
            said["answers"] += 1

    def read() -> None:
        for path in itertools.cycle(("/privacy", "/accounts/sign-in", "/health/ready")):
            if over.is_set():
                return
            with running.open(path) as page:
                assert page.status == 200
            said["pages"] += 1

    def wait_for_more() -> None:
        before = said.copy()
        running.wait_for(lambda: all(said[kind] > before[kind] for kind in ("answers", "pages")), "somebody")

    with ThreadPoolExecutor(4) as crowd:
        busy = [crowd.submit(work) for work in (answer, answer, read, read)]
        try:
            for _ in range(ROUNDS):
                wait_for_more()
                restart_all(running)
        finally:
            over.set()
        for each in busy:
            each.result()  # raises what went wrong for one of them
    seen = {references.get() for _ in range(references.qsize())}
    assert len(seen) == said["answers"] > 0
    assert running.rows("SELECT state, COUNT(*) FROM survey_response GROUP BY state") == [("counted", len(seen))]
    assert "Every tally is what the answers say." in running.flask("measures", "verify")


def links_of(running: Topology) -> SimpleQueue[str]:
    links: SimpleQueue[str] = SimpleQueue()
    for letter in running.letters():
        links.put(re.findall(r"https://\S+/s/[\w-]+", letter["text"])[0])
    return links


def restart_all(running: Topology) -> None:
    pids = {name: running.processes[name].pid for name in running.web_nodes}
    running.restart_one_by_one()
    assert all(running.processes[name].pid != pid for name, pid in pids.items())


def test_a_node_that_is_out_gets_no_request(running: Topology) -> None:
    """So it can be stopped whenever it has finished what it had; pages come from the other."""
    running.without("web1")
    running.processes["web1"].stop()
    for _ in range(20):
        with running.open("/privacy") as page:
            assert page.status == 200
    running.start_web("web1")
    running.wait_until_ready("web1")
    running.without(None)


def test_a_node_killed_at_once_costs_nobody_who_only_reads_a_page(running: Topology) -> None:
    _ = running.processes["web2"].kill()
    pages: list[Callable[[], int]] = [lambda: running.open("/privacy").status] * 20
    assert {page() for page in pages} == {200}
    running.processes["web2"].start()
    running.wait_until_ready("web2")
