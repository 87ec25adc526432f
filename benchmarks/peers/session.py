"""A visitor of any site: one connection kept open, cookies, redirects. Goes only where it may.

It fetches what a step names and nothing that a page refers to: pictures and scripts belong to the weight of a page,
which a real browser finds out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urljoin, urlsplit

from benchmarks.peers.description import PeerError

PATIENCE_SECONDS = 600  # a peer's export of a million answers takes minutes
MOST_REDIRECTS = 10
MOVED = (301, 302, 303, 307, 308)
FORM = "application/x-www-form-urlencoded"


class Hosts:
    """Where requests may go: this machine, and hosts that somebody named and answered for."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        self.named = frozenset(named)

    def check(self, address: str) -> None:
        host = urlsplit(address).hostname or ""
        if not (host in self.named or _is_loopback(host)):
            raise PeerError(f"{host or address} is not this machine: name it with --host, and confirm that you may")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Reply:
    """What came at the end of all redirects."""

    status: int
    address: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")


class Session:
    """One visit."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._connections: dict[tuple[str, str], HTTPConnection] = {}
        self._cookies: dict[str, dict[str, str]] = {}  # by host

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def get(self, address: str) -> Reply:
        return self._follow("GET", address, None, {})

    def send(self, address: str, fields: Sequence[tuple[str, str]]) -> Reply:
        """What a form sends, with the page it stands on as referrer, as browsers say it."""
        return self._follow("POST", address, urlencode(fields).encode(), {"Content-Type": FORM, "Referer": address})

    def send_json(self, address: str, document: Any) -> Reply:
        return self._follow("POST", address, json.dumps(document).encode(), {"Content-Type": "application/json"})

    def _follow(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        for _ in range(MOST_REDIRECTS):
            response, content = self._ask(method, address, body, headers)
            moved_to = response.getheader("Location")
            if response.status not in MOVED or moved_to is None:
                return Reply(response.status, address, content)
            address = urljoin(address, moved_to)
            if response.status not in (307, 308):
                method, body, headers = "GET", None, {}
        raise PeerError(f"{address} leads from one address to the next without an end")

    def _ask(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[HTTPResponse, bytes]:
        self._hosts.check(address)
        parts = urlsplit(address)
        cookies = self._cookies.setdefault(parts.hostname or "", {})
        headers = {**headers, "Accept": "text/html,*/*"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = self._connection(parts.scheme, parts.netloc)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as problem:
            raise PeerError(f"{address}: {str(problem) or type(problem).__name__}") from problem
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = line.partition(";")[0].strip().partition("=")
            cookies[name] = value
        return response, content

    def _connection(self, scheme: str, where: str) -> HTTPConnection:
        if (scheme, where) not in self._connections:
            kind = HTTPSConnection if scheme == "https" else HTTPConnection
            self._connections[scheme, where] = kind(where, timeout=PATIENCE_SECONDS)
        return self._connections[scheme, where]
