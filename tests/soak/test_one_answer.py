"""One answer an invitation, whatever happens between pressing Send and the thank-you."""

from __future__ import annotations

import http.client
import socket
import sqlite3
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import text

from survey_app.kernel.clock import utc_now
from tests.databases import Templates
from tests.journey.council import Council
from tests.journey.recount import people
from tests.soak.keeper import Keeper, asked_council, connected, kept, rows
from tests.soak.residents import filled_in, get, links_by_recipient, send, thanked

pytestmark = pytest.mark.soak

AT_ONCE = 50
IN_FLIGHT = 8


@pytest.fixture(scope="module")
def keeper(templates: Templates, kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    database = templates.filled(kind).copy(tmp_path_factory.mktemp("one-answer"))
    with asked_council(database, people(2 + IN_FLIGHT, {"why": [], "improve": []}, utc_now())) as council:
        council.flask("jobs", "run", "--once")
        with kept(council, workers=0) as keeper:
            yield keeper
    database.drop()


@pytest.fixture(scope="module")
def links(keeper: Keeper) -> Iterator[str]:
    """Links that nobody has answered by; each test takes the next."""
    return iter([link for (link,) in links_by_recipient(keeper.council.smtp).values()])


def stored(council: Council) -> int:
    ((number,),) = rows(council, "SELECT COUNT(*) FROM survey_response")
    return int(number)


def test_fifty_submits_at_once_store_one_answer_and_all_see_its_thank_you(keeper: Keeper, links: Iterator[str]) -> None:
    before, link = stored(keeper.council), next(links)
    forms = [filled_in(get(link), {"satisfaction": "5"}) for _ in range(2)]
    with ThreadPoolExecutor(AT_ONCE) as people_at_once:
        pages = list(people_at_once.map(lambda n: send(link, forms[n % 2]), range(AT_ONCE)))
    (reference,) = {thanked(page) for page in pages}
    kept_answer = rows(
        keeper.council, "SELECT state FROM survey_response WHERE reference = :it", it=reference.replace("-", "")
    )
    assert kept_answer == [("counted",)]
    assert stored(keeper.council) == before + 1


def test_an_answer_stored_when_the_server_dies_before_the_thank_you_is_thanked_when_sent_again(
    keeper: Keeper, links: Iterator[str]
) -> None:
    before, link = stored(keeper.council), next(links)
    form = filled_in(get(link), {"satisfaction": "4"})
    # after its commit the request wakes a worker through this queue: locked, it stands still at that point
    with (
        closing(sqlite3.connect(keeper.council.folder / "queue.db", isolation_level=None)) as queue,
        ThreadPoolExecutor() as person,
    ):
        queue.execute("BEGIN IMMEDIATE")
        body = urllib.parse.urlencode(form).encode()
        pressed = person.submit(urllib.request.urlopen, link, body)
        keeper.council.wait_for(lambda: stored(keeper.council) == before + 1, "the commit")
        assert not pressed.done()
        keeper.kill_web()
        assert isinstance(pressed.exception(), OSError | http.client.HTTPException)
    thanked(send(link, form))
    assert stored(keeper.council) == before + 1


def test_a_web_server_told_to_end_finishes_every_answer_in_flight(keeper: Keeper, links: Iterator[str]) -> None:
    council, before = keeper.council, stored(keeper.council)
    sent = []
    pages = [(link, get(link)) for link, _ in zip(links, range(IN_FLIGHT), strict=False)]
    with connected(council) as holding:
        if holding.dialect.name == "postgresql":
            holding.execute(text("LOCK TABLE survey_response IN EXCLUSIVE MODE"))
        for link, page in pages:
            connection = http.client.HTTPConnection("127.0.0.1", council.port)
            form = urllib.parse.urlencode(filled_in(page, {"satisfaction": "5"}))
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", urllib.parse.urlsplit(link).path, form, headers)
            sent.append(connection)
        council.wait_for(lambda: waiting_to_be_accepted(council.port) == 0, "the server's hand on every answer")
        keeper.web.ask_to_end()
        with ExitStack() as strangers:

            def takes_nobody_any_more() -> bool:
                strangers.enter_context(socket.create_connection(("127.0.0.1", council.port)))
                return waiting_to_be_accepted(council.port) >= 3

            council.wait_for(takes_nobody_any_more, "the end of accepting")
    assert [connection.getresponse().status for connection in sent] == [303] * IN_FLIGHT
    for connection in sent:
        connection.close()
    assert keeper.web.ended() == 0
    assert stored(council) == before + IN_FLIGHT
    keeper.web.start()
    for link, _ in pages:
        thanked(get(f"{link}/thanks"))


def waiting_to_be_accepted(port: int) -> int:
    """How many connections the kernel keeps that the server has not taken yet."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _number, local, _remote, state, queues = line.split()[:5]
        if state == "0A" and local == f"0100007F:{port:04X}":
            return int(queues.partition(":")[2], 16)
    raise AssertionError(f"nobody listens on {port}")
