"""The five things that are measured, for one side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

from benchmarks.load import Burst, burst, milliseconds_of
from benchmarks.peers.acting import act
from benchmarks.peers.description import PeerError, Side, Task, placed
from benchmarks.peers.session import Hosts, Session
from benchmarks.sending import Sink
from benchmarks.weight import chromium, visit

LETTERS_SECONDS = 30  # for which a letter on its way is waited for after the act is over
LOOK_SECONDS = 0.05
WARMED_UP = ("answer", "statistics")


@dataclass(frozen=True)
class Weight:
    sent_bytes: int
    requests: int


class Driver:
    """One side while it is measured. Whatever it cannot do is a `PeerError` that says why."""

    def __init__(self, side: Side, hosts: Hosts, folder: Path) -> None:
        self.side = side
        self._hosts = hosts
        self._folder = folder
        self._turn = 0
        self._warm: set[str] = set()
        self._notes: dict[str, str] = {}
        self._stack = ExitStack()
        self._staff: Session | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def answers(self) -> int:
        """How many answers the side says that it holds: what its statistics read and its export writes."""
        return int(self.side.values.get("answers", "0") or 0)

    @property
    def notes(self) -> list[str]:
        """What else is worth knowing of the last time that each thing was measured."""
        return [f"{what}: {words}" for what, words in self._notes.items()]

    def answer(self, visitors: int, for_seconds: float) -> Burst:
        """Complete answers by so many visitors at once, each with a connection, cookies and a token of its own."""
        task, tokens = self._task("answer"), self._tokens

        def give() -> None:
            with Session(self._hosts) as session:
                act(task.steps, self.side, session, self._values(token=self._next(tokens)))

        self._warm_up("answer", give)
        given = burst(give, visitors=visitors, for_seconds=for_seconds)
        self._note(f"answers by {visitors}", _spread(given))
        return given

    def weight(self) -> Weight:
        """Of the first page in a browser that was never there, with all that the page fetches from this machine."""
        (step, *_rest) = self._task("page").steps
        address = str(placed(step.what, self._values(token=self._next(self._tokens))))
        self._hosts.check(address)
        excluded = ", ".join(f"EXCLUDE {host}" for host in ("localhost", "127.0.0.1", "[::1]", *self._hosts.named))
        try:
            with (
                sync_playwright() as playwright,
                chromium(playwright, f"--host-resolver-rules=MAP * ~NOTFOUND, {excluded}") as browser,
            ):
                return Weight(*visit(browser.new_context(), address))
        except (BrowserError, RuntimeError) as problem:
            raise PeerError(str(problem).splitlines()[0]) from problem

    def statistics(self) -> float:
        """Seconds until the page of statistics is there, signed in."""
        return self._timed("statistics")

    def export(self) -> float:
        """Seconds until all answers are taken away."""
        return self._timed("export")

    def invitations(self) -> tuple[float, int]:
        """Seconds from the start until the last letter has arrived here, and how many came."""
        task = self._task("invitations")
        with Sink(port=int(self.side.values.get("mail_port", "0"))) as sink, Session(self._hosts) as session:
            values = self._values(mail_port=str(sink.port))
            act(task.before, self.side, session, values)
            sink.taken_at.clear()
            started = time.monotonic()
            act(task.steps, self.side, session, values)
            _settle(lambda: len(sink.taken_at))
            if not sink.taken_at:
                raise PeerError(f"no letter arrived at 127.0.0.1:{sink.port}")
            return max(sink.taken_at) - started, len(sink.taken_at)

    def _timed(self, name: str) -> float:
        task, values, session = self._task(name), self._values(), self._signed_in
        act(task.before, self.side, session, values)
        self._warm_up(name, lambda: act(task.steps, self.side, session, values))
        started = time.perf_counter()
        came = act(task.steps, self.side, session, values)
        took = time.perf_counter() - started
        file = Path(values["file"])
        size = file.stat().st_size if file.exists() else len(came)
        self._note(name, f"{size / 1_000:,.0f} kB in {took:,.2f} s")
        return took

    def _warm_up(self, name: str, act_once: Callable[[], object]) -> None:
        """Once, without a clock: a side that nobody asked before has to read its own code."""
        if name in WARMED_UP and name not in self._warm:
            act_once()
            self._warm.add(name)

    def _note(self, what: str, words: str) -> None:
        self._notes[what] = words

    def _task(self, name: str) -> Task:
        task = self.side.task(name)
        if task.cannot:
            raise PeerError(task.cannot)
        return task

    @property
    def _signed_in(self) -> Session:
        if self._staff is None:
            session = self._stack.enter_context(Session(self._hosts))
            act(self.side.sign_in, self.side, session, self._values())
            self._staff = session
        return self._staff

    def _values(self, **more: str) -> dict[str, str]:
        """Each act gets a file of its own, if it wants to write one."""
        self._turn += 1
        return {**self.side.values, "file": str(self._folder / f"{self._turn}.out"), **more}

    @cached_property
    def _tokens(self) -> Iterator[str]:
        """Those of people who have not answered; empty ones without end where the survey is open to all."""
        file = self.side.values.get("tokens")
        if not file:
            return repeat("")
        try:
            return iter(Path(file).read_text("utf-8").split())
        except OSError as problem:
            raise PeerError(f"{file}: {problem.strerror}") from problem

    def _next(self, tokens: Iterator[str]) -> str:
        token = next(tokens, None)
        if token is None:
            raise PeerError(f"all tokens in {self.side.values['tokens']} are used up")
        return token


def _spread(given: Burst) -> str:
    """How long people waited, and what of it this program took for itself."""
    own = f"{1_000 * given.own_cpu_seconds / given.visits:.1f} ms of each were the driver's own"
    return f"{milliseconds_of([given])}; {own}" if given.visits > 1 else own


def _settle(arrived: Callable[[], int]) -> None:
    """Wait until no further letter comes: a system may hand them to a queue of its own."""
    deadline, known, since = time.monotonic() + LETTERS_SECONDS, -1, time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - since < 1.0:
        if arrived() != known:
            known, since = arrived(), time.monotonic()
            deadline = since + LETTERS_SECONDS
        time.sleep(LOOK_SECONDS)
