"""Residents who answer while servers die: whoever sees no thank-you presses Send again, as people do."""

from __future__ import annotations

import http.client
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage

from bs4 import BeautifulSoup

from tests.journey.recount import Person
from tests.smtp import SmtpServer, parts

AT_ONCE = 6
PATIENCE_SECONDS = 120
THANK_YOU = re.compile(r"We have your answers\..*?Reference <b>([A-Z0-9-]+)</b>", re.DOTALL)


def link_in(message: EmailMessage) -> str:
    """The plain survey address in a message."""
    found = re.search(r"http://\S+/s/[\w-]+", parts(message)["text/plain"])
    assert found is not None
    return found[0]


def links_by_recipient(smtp: SmtpServer) -> dict[str, list[str]]:
    """The survey address of every copy of every message, by recipient."""
    links: dict[str, list[str]] = defaultdict(list)
    for message in list(smtp.taken):
        links[str(message["To"])].append(link_in(message))
    return links


def get(url: str, *, bears_errors: bool = False) -> str:
    """The page, as somebody sees it who loads it again when nothing came. An error page fails the test, unless it is
    one of ours that asks to try again and `bears_errors`."""
    return _insisting(url, None, bears_errors)


def send(url: str, form: dict[str, str], *, bears_errors: bool = False) -> str:
    """The page after Send, pressed again when nothing came."""
    return _insisting(url, urllib.parse.urlencode(form).encode(), bears_errors)


def filled_in(page: str, answers: dict[str, str]) -> dict[str, str]:
    """The form on a page with these answers; what a browser would send."""
    nonce = BeautifulSoup(page, "html.parser").find("input", attrs={"name": "nonce"})
    assert nonce is not None, page
    return {"nonce": str(nonce["value"]), **answers}


def thanked(page: str) -> str:
    """The reference that a thank-you shows."""
    found = THANK_YOU.search(page)
    assert found is not None, page
    return found[1]


def _insisting(url: str, body: bytes | None, bears_errors: bool) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, body, timeout=PATIENCE_SECONDS) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refusal:
            page = refusal.read().decode()
            if not (bears_errors and refusal.code >= 500 and "Try again in a few minutes" in page):
                raise AssertionError(f"{refusal.code} at {url}: {page}") from refusal
            assert time.monotonic() < deadline, f"nothing but errors at {url}: {page}"
            time.sleep(0.1)
        except (OSError, http.client.HTTPException):  # refused, reset, or half a page
            assert time.monotonic() < deadline, f"nobody answers at {url}"
            time.sleep(0.1)


class Residents:
    """Those of `everybody` who answer, each when their message comes; a few press Send twice at the same moment."""

    def __init__(self, everybody: list[Person], smtp: SmtpServer, *, bear_errors: bool = False) -> None:
        self._by_email = {person.email: person for person in everybody}
        self._waiting = {person.email: person for person in everybody if person.answers}
        self._answering = len(self._waiting)
        self._reached: set[str] = set()
        self._smtp = smtp
        self._bear_errors = bear_errors
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._sending: list[Future[None]] = []
        self._read = 0
        self._lock = threading.Lock()
        self.seen: dict[str, set[str]] = defaultdict(set)  # the references on the thank-yous, by e-mail address

    def wait_for_progress(self, part: float, *, of_messages: bool, longer: timedelta = timedelta(0)) -> None:
        """Read and answer until this part of all messages has come, or of all answers was given."""
        deadline = time.monotonic() + PATIENCE_SECONDS + longer.total_seconds()
        while (len(self._smtp.taken) / len(self._by_email) if of_messages else len(self.seen) / self._answering) < part:
            assert time.monotonic() < deadline, f"{len(self._smtp.taken)} messages and {len(self.seen)} answers came"
            self.read_new_messages()
            time.sleep(0.005)

    def read_new_messages(self) -> None:
        """Let those answer whose first message has come."""
        arrived = self._smtp.taken[self._read :]
        self._read += len(arrived)
        for message in arrived:
            email = str(message["To"])
            self._reached.add(email)
            person = self._waiting.pop(email, None)
            if person is not None:
                impatient = int(person.reference[1:]) % 10 == 0
                self._sending += [
                    self._pool.submit(self._answer, person, link_in(message)) for _ in range(2 if impatient else 1)
                ]

    @property
    def all_are_reached(self) -> bool:
        """Whether everybody, answering or not, has had a message."""
        self.read_new_messages()
        return len(self._reached) == len(self._by_email)

    @property
    def all_are_thanked(self) -> bool:
        """Whether everybody who answers has seen the thank-you. What went wrong for one of them is raised."""
        self.read_new_messages()
        for future in self._sending:
            if future.done():
                future.result()
        return not self._waiting and all(future.done() for future in self._sending)

    def answer_by(self, email: str, link: str) -> None:
        """Somebody takes another copy of the message; if they have not answered yet, they do now."""
        person = self._by_email[email]
        person.answers = person.answers or {"satisfaction": "4"}
        self._answer(person, link)

    def go_home(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _answer(self, person: Person, link: str) -> None:
        bears = self._bear_errors
        page = send(link, filled_in(get(link, bears_errors=bears), person.answers), bears_errors=bears)
        with self._lock:
            self.seen[person.email].add(thanked(page))
