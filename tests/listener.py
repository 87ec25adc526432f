"""A real web server on loopback, such as another system listens with."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """What it heard, in order, and what it answers: the next of `answers`, then `status`, once it `may_answer`."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    status: int = 204
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    may_answer: Event = field(default_factory=Event)
    is_heard: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=of-theirs"


@contextmanager
def listener(context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """A listener for as long as the block lasts; with a context it speaks TLS."""
    found = Listener()
    found.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append(Heard(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            found.is_heard.set()
            found.may_answer.wait(PATIENCE_SECONDS)
            self.send_response(found.answers.pop(0) if found.answers else found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] - of a connection that was cut
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    found.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        found.may_answer.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def slow_talker() -> Iterator[int]:
    """A server that begins an answer and never ends it: a byte at a time, so that no wait for one byte is long."""
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                try:
                    while not stop.wait(0.02):
                        connection.sendall(b"X-Still-Talking: yes\r\n"[:1])
                except OSError:
                    return

        thread = Thread(target=talk)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.set()
            server.close()
            thread.join()
