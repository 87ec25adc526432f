"""Residents who answer when their time has come, whether the site is quick or not, and staff who read meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle
from threading import Event, Lock, Thread
from time import monotonic
from urllib.parse import urlsplit

from benchmarks.answering import answer
from benchmarks.peers.description import Form
from benchmarks.peers.forms import filled
from benchmarks.peers.session import Hosts, Session
from tests.factories import PASSWORD

AT_ONCE = 32
READ_EVERY_SECONDS = 2.0
PAGES = ("/dashboards/", "/dashboards/services/waste", "/dashboards/questions/", "/comments/")
NEVER = re.compile("(?!)")


def let_answer(
    tokens: Sequence[str], arrivals: Iterator[float], ports: Sequence[int], clock: Callable[[], float]
) -> list[tuple[float, float]]:
    """When each was due, and how long they waited from then until they were thanked. An answer that is not thanked for
    is raised."""
    began, started = clock(), monotonic()
    due = zip(arrivals, tokens, cycle(ports), strict=False)
    lock, nothing = Lock(), Event()

    def come() -> list[tuple[float, float]]:
        done: list[tuple[float, float]] = []
        while True:
            with lock:
                person = next(due, None)
            if person is None:
                return done
            at, token, port = person
            nothing.wait(max(0.0, at - (monotonic() - started)))
            answer(port, token)
            done.append((began + at, monotonic() - started - at))

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        coming = [crowd.submit(come) for _ in range(AT_ONCE)]
        return sorted(moment for each in coming for moment in each.result())


class Reader:
    """Somebody of the council's staff who looks at one page after the other."""

    def __init__(self, address: str, email: str, clock: Callable[[], float]) -> None:
        self.read: list[tuple[float, float]] = []
        self.failed: list[str] = []
        self._address, self._clock, self._over = address, clock, Event()
        self._session = Session(Hosts())
        page = self._session.get(f"{address}/accounts/sign-in")
        form = Form(NEVER, fields={"email": email, "password": PASSWORD})
        reply = self._session.send(*filled(page.body, page.address, form))
        if urlsplit(reply.address).path.startswith("/accounts/sign-in"):
            raise RuntimeError("nobody could sign in")

    def keep_reading(self) -> Thread:
        thread = Thread(target=self._go_on)
        thread.start()
        return thread

    def stop(self) -> None:
        self._over.set()

    def close(self) -> None:
        self._session.close()

    def look(self, number: int) -> float:
        """Seconds that one page took."""
        began, path = monotonic(), PAGES[number % len(PAGES)]
        reply = self._session.get(self._address + path)
        if reply.status != 200:
            self.failed.append(f"{path} came with status {reply.status}")
        return monotonic() - began

    def _go_on(self) -> None:
        for number in count():
            began = self._clock()
            self.read.append((began, self.look(number)))
            if self._over.wait(READ_EVERY_SECONDS):
                return
