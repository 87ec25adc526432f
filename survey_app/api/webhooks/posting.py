"""One request to somebody else's server: to the address that was checked and no other, within a time, and without
following it anywhere."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from time import monotonic

from survey_app.api.webhooks.addresses import AddressRefused, Policy, Resolve, checked_addresses, read_target

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
LONGEST_ERROR = 200
GONE = 410
LATE = "It did not answer in time."


@dataclass(frozen=True)
class Posting:
    """A request that is complete."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """What came of it. Without a `status` there was no answer, and `error` says why. `retry_after` is as it came."""

    status: int | None
    milliseconds: int
    error: str = ""
    retry_after: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(posting: Posting, policy: Policy, resolve: Resolve) -> Outcome:
    """Send it, and read no more of the answer than its head. No proxy, cookie or redirect is heeded; the certificate
    must be of the name in the address."""
    started = monotonic()
    try:
        status, retry_after = _post(posting, policy, resolve)
    except AddressRefused as refusal:
        return Outcome(None, _since(started), str(refusal)[:LONGEST_ERROR])
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(None, _since(started), _words(error)[:LONGEST_ERROR])
    is_elsewhere = 300 <= status < 400
    return Outcome(
        status, _since(started), "It points elsewhere, and nobody follows." if is_elsewhere else "", retry_after
    )


def _post(posting: Posting, policy: Policy, resolve: Resolve) -> tuple[int, str]:
    target = read_target(posting.url, policy)
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = target.usual_port
    connected = _connect(checked_addresses(target, policy, resolve), target.port)
    if target.is_https:
        connected = _to_be_encrypted(connected, target.host)
    with _cut_after(READ_SECONDS, connected):
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        connection.sock = connected
        connection.request("POST", target.path, body=posting.body, headers=dict(posting.headers))
        answer = connection.getresponse()
        return answer.status, answer.getheader("Retry-After", "")


def _connect(addresses: list[str], port: int) -> socket.socket:
    """To the first address that can be reached, all within the time for one."""
    ends, trouble = monotonic() + CONNECT_SECONDS, OSError("no address")
    for address in addresses:
        if (left := ends - monotonic()) <= 0:
            break
        try:
            plain = socket.create_connection((address, port), timeout=left)
        except OSError as error:
            trouble = error
            continue
        plain.settimeout(READ_SECONDS)
        return plain
    raise trouble


def _to_be_encrypted(plain: socket.socket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


@contextmanager
def _cut_after(seconds: float, connected: socket.socket) -> Iterator[None]:
    """TimeoutError, whatever goes on in here, once so much time is over; a socket's own begins anew with each byte."""
    is_cut = Event()

    def cut() -> None:
        is_cut.set()
        with suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    last_moment = Timer(seconds, cut)
    last_moment.daemon = True
    last_moment.start()
    try:
        yield
    finally:
        last_moment.cancel()
        connected.close()
        if is_cut.is_set():
            raise TimeoutError


def _since(started: float) -> int:
    return round((monotonic() - started) * 1000)


def _words(error: Exception) -> str:
    """Why there was no answer; nothing that the other server wrote."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Its certificate is not good: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return f"No safe connection: {error.reason or type(error).__name__}."
    if isinstance(error, TimeoutError):
        return LATE
    if isinstance(error, ConnectionRefusedError):
        return "Nothing answers at this address."
    if isinstance(error, OSError):
        return f"It could not be reached: {error.strerror or type(error).__name__}."
    return f"It did not answer as a web server does: {type(error).__name__}."
