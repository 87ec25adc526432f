"""A real SMTP server on loopback that keeps what it takes."""

from __future__ import annotations

import asyncio
import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from threading import Event
from typing import Any, cast

from aiosmtpd.controller import Controller

PATIENCE_SECONDS = 10


class SmtpServer:
    """What the server took, how often somebody connected, and what it answers to RCPT when it refuses.

    It refuses everybody with `refusal`, some with `refusals`, and takes no letter while `busy`. It breaks off at
    each letter number of `breaks_at`, when it has read the letter and before it says so; `keeps_broken` are kept.
    """

    def __init__(self) -> None:
        self.url = ""
        self.taken: list[EmailMessage] = []
        self.connections = 0
        self.refusal: str | None = None
        self.refusals: dict[str, str] = {}
        self.busy: str | None = None
        self.breaks_at: set[int] = set()
        self.keeps_broken = True
        self.letters = 0
        self.may_take = Event()  # cleared, each letter waits for it
        self.may_take.set()

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.busy:
            return self.busy
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if refusal := self.refusal or self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.to_thread(self.may_take.wait, PATIENCE_SECONDS)
        message = cast(EmailMessage, email.message_from_bytes(envelope.content, policy=policy.default))
        self.letters += 1
        is_broken_off = self.letters in self.breaks_at
        if self.keeps_broken or not is_broken_off:
            self.taken.append(message)
        if is_broken_off:
            server.transport.abort()
        return "250 OK"


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """Run one for as long as the block lasts."""
    handler = SmtpServer()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.url = f"smtp://127.0.0.1:{port}"
    try:
        yield handler
    finally:
        controller.stop()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def parts(message: EmailMessage) -> dict[str, str]:
    """The message's texts by content type."""
    return {
        part.get_content_type(): part.get_content()
        for part in cast(Iterator[EmailMessage], message.walk())
        if not part.is_multipart()
    }
