"""Visitors who open a page, send its form and go, many at a time: HTTP on bare sockets.

It reads no more of an answer than it has to, so that the server is what is measured: http.client takes about as long
to read an answer as a bare page takes to make it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter, process_time
from types import TracebackType
from typing import Self

PATIENCE_SECONDS = 30
FORM = "Content-Type: application/x-www-form-urlencoded"


class Visitor:
    """One connection, as a browser keeps it for one visit."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None):
        self._answer.close()
        self._socket.close()

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    def post(self, path: str, body: bytes, *, headers: str = FORM) -> tuple[int, bytes]:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        return self._ask(f"{head}{headers}\r\n\r\n".encode() + body)

    def _ask(self, request: bytes) -> tuple[int, bytes]:
        self._socket.sendall(request)
        status, length = int(self._answer.readline().split(b" ", 2)[1]), 0
        while (line := self._answer.readline()) not in (b"\r\n", b""):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        return status, self._answer.read(length)


@dataclass(frozen=True)
class Burst:
    """What many visitors at once got done."""

    took: Sequence[float]  # seconds, each visit
    seconds: float
    own_cpu_seconds: float  # of the visitors themselves

    @property
    def visits(self) -> int:
        return len(self.took)

    @property
    def rate(self) -> float:
        """Visits a second."""
        return self.visits / self.seconds


def milliseconds_of(bursts: Sequence[Burst]) -> str:
    """How long visits took, as people speak of it."""
    twentieths = quantiles((seconds for burst in bursts for seconds in burst.took), n=20, method="inclusive")
    return f"half of them within {1_000 * twentieths[9]:,.0f} ms, 95% within {1_000 * twentieths[18]:,.0f} ms"


def burst(visit: Callable[[], None], *, visitors: int, for_seconds: float) -> Burst:
    """Let so many visitors come again and again for so long. What one of them raises is raised."""
    started, cpu = perf_counter(), process_time()

    def keep_visiting() -> list[float]:
        took = []
        while (begun := perf_counter()) - started < for_seconds:
            visit()
            took.append(perf_counter() - begun)
        return took

    with ThreadPoolExecutor(visitors) as crowd:
        done = [crowd.submit(keep_visiting) for _ in range(visitors)]
        took = [seconds for each in done for seconds in each.result()]
    return Burst(took, perf_counter() - started, process_time() - cpu)
