"""The processes of a council under a keeper that starts each again when it dies, as an operator's supervisor does."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from typing import IO, Any

from sqlalchemy import Connection, create_engine, text

from survey_app.extensions import reading
from survey_app.kernel.clock import utc_now
from survey_app.settings import load_settings
from tests.databases import Database
from tests.journey.council import BIN, Council
from tests.journey.recount import SERVICES, Person, write_contacts
from tests.smtp import smtp_server
from tests.topology.kept import Kept


class Keeper:
    """Web server and workers of one council."""

    def __init__(self, council: Council, log: IO[bytes]) -> None:
        self.council = council
        self._log = log
        self._dead: list[int] = []
        address = f"127.0.0.1:{council.port}"
        server = ["--bind", address, "--workers", "2", "--threads", "4", "--log-level", "warning"]
        self.web = Kept([str(BIN / "gunicorn"), "wsgi:app", *server], council.environment, log)
        self.workers: list[Kept] = []

    def new_worker(self) -> Kept:
        return Kept([str(BIN / "flask"), "jobs", "run"], self.council.environment, self._log)

    def kill_worker(self, worker: Kept) -> None:
        """Kill -9, and start it again when its leases are over."""
        self._dead.append(worker.kill())
        self.end_leases_of_the_dead()
        worker.start()

    def end_leases_of_the_dead(self) -> None:
        """Let the leases of killed workers, and no others, be over now.

        They would be over by themselves after two and five minutes, which test_leases.py waits for; with twenty
        kills that would take an hour.
        """
        with connected(self.council) as connection:
            for table, pid in product(("message", "callback", "job_run"), self._dead):
                connection.execute(
                    text(f"UPDATE {table} SET claimed_until = NULL WHERE claimed_by LIKE :holder"),
                    {"holder": holder(pid)},
                )

    def kill_web(self) -> None:
        """Kill -9 the whole web server and start it again."""
        self.web.kill()
        self.web.start()

    def kill_web_master(self) -> None:
        """Kill -9 the web server's first process alone; its successor starts when the orphans have left the port."""
        self.web.kill_alone()
        self.council.wait_for(lambda: not is_listening(self.council.port), "the end of the orphans")
        self.web.start()

    def kill_one_web_process(self, number: int) -> None:
        """Kill -9 one of the processes that answer; the web server itself starts another."""
        children = self.web.children
        if children:
            os.kill(children[number % len(children)], signal.SIGKILL)

    @property
    def processes(self) -> list[Kept]:
        return [self.web, *self.workers]


@contextmanager
def kept(council: Council, *, workers: int = 2) -> Iterator[Keeper]:
    """Web server and workers, until the block ends. The workers start last: whoever watches misses little of them."""
    with (council.folder / "processes.log").open("ab") as log:
        keeper = Keeper(council, log)
        try:
            council.wait_for(council.is_ready, "the web server")
            keeper.workers += [keeper.new_worker() for _ in range(workers)]
            yield keeper
        finally:
            for process in keeper.processes:
                process.kill_what_is_left()


@contextmanager
def asked_council(database: Database, everybody: list[Person]) -> Iterator[Council]:
    """A council that took these people's contacts in; nobody was asked yet and nothing runs."""
    with smtp_server() as smtp:
        council = Council(database.folder, smtp, database.environment)
        council.set_up(SERVICES)
        write_contacts(council.folder / "contacts.csv", everybody)
        council.flask("contacts", "import", str(council.folder / "contacts.csv"))
        yield council


@contextmanager
def connected(council: Council) -> Iterator[Connection]:
    """A connection to the council's database that knows nothing of the product, committed at the end.

    On SQLite it holds the write lock meanwhile.
    """
    engine = create_engine(load_settings(council.environment).database_url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def rows(council: Council, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """What the council's database says; waits for nobody."""
    with reading(), connected(council) as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def ledger_of(council: Council) -> dict[str, Any]:
    """The coverage ledger of all contacts of the last weeks: it adds up, and their draw can be repeated."""
    last = utc_now()
    days = ("--from", f"{last - timedelta(days=20):%Y-%m-%d}", "--to", f"{last:%Y-%m-%d}")
    redraw = council.json("contacts", "redraw", *days)
    assert (redraw["ok"], redraw["contradictions"]) == (True, [])
    ledger: dict[str, Any] = council.json("contacts", "coverage", *days)
    assert ledger["contacts"] == ledger["answered"] + sum(loss["count"] for loss in ledger["losses"])
    assert ledger["difference"] == 0
    return ledger


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def holder(pid: int) -> str:
    """How the leases of a worker process begin, for LIKE."""
    return f"{socket.gethostname()[:16]}-{pid}-%"
