"""E-mail: what a message is, and the two ways to send one."""

from __future__ import annotations

import re
import smtplib
import ssl
from binascii import b2a_qp
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.policy import SMTP
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from survey_app.messaging.errors import SendError, ServerTrouble

TIMEOUT_SECONDS = 30
PLAIN_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)  # as nearly all are; no header needs more for it
BOUNDARY = b"=_alternative"  # quoted-printable never holds these first two characters


@dataclass(frozen=True)
class Email:
    """One message, complete. `message_id` is the same whenever the same message is sent again."""

    message_id: str
    sender_name: str
    sender_email: str
    recipient: str
    subject: str
    text: str
    html: str | None = None
    unsubscribe_url: str | None = None  # takes a POST (RFC 8058); letters to staff about their account have none
    links: tuple[str, ...] = ()  # in `text`, those to be followed where a provider makes links: see notify_markdown

    def as_bytes(self) -> bytes:
        """As it travels (RFC 5322, CRLF). SendError when a header cannot hold what it must say.

        Put together here, for the library parses each header again and copies each text four times: a sixth of the
        time, and sending is bound by it. Its folding of headers is used where words need it.
        """
        domain = self.sender_email.rpartition("@")[2]
        try:
            head = [
                f"Message-ID: <{self.message_id}@{domain}>\r\n".encode("ascii"),
                _from(self.sender_name, self.sender_email),
                _to(self.recipient),
                _subject(self.subject),
            ]
        except (ValueError, HeaderParseError) as error:
            raise SendError(f"it cannot be written: {type(error).__name__}", is_permanent=True) from error
        if self.unsubscribe_url is not None:
            head.append(f"List-Unsubscribe: <{self.unsubscribe_url}>\r\n".encode("ascii"))
            head.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
        head.append(b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n")
        if self.html is None:
            return b"".join((*head, _part("plain", self.text)))
        between = b"--%b\r\n" % BOUNDARY
        opening = b'Content-Type: multipart/alternative; boundary="%b"\r\n\r\n' % BOUNDARY
        parts = (between, _part("plain", self.text), between, _part("html", self.html), b"--%b--\r\n" % BOUNDARY)
        return b"".join((*head, opening, *parts))


class EmailTransport(Protocol):
    """A way to send. One transport carries many messages, then is closed."""

    def send(self, email: Email) -> str | None:
        """Hand the message over; what its provider calls it, where one does. SendError when it was not taken,
        ServerTrouble when none would be.
        """
        ...

    def close(self) -> None: ...


class OutboxTransport:
    """Writes each message as an .eml file: to try the product, and to read what residents would get.

    The folder is only ours to read: messages hold addresses, and links that open answers and accounts.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def send(self, email: Email) -> None:
        name = re.sub(r"[^A-Za-z0-9.-]", "-", email.message_id)
        (self._folder / f"{name}.eml").write_bytes(email.as_bytes())

    def close(self) -> None:
        """Nothing is held open."""


class SmtpTransport:
    """SMTP, on one connection as long as the server keeps it. smtps:// is TLS from the start, ?starttls=1 upgrades."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._connection: smtplib.SMTP | None = None

    def send(self, email: Email) -> None:
        message = email.as_bytes()
        is_connected = False
        try:
            connection = self._connected()
            is_connected = True
            connection.sendmail(email.sender_email, [email.recipient], message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refusal(code, text) from error
        except smtplib.SMTPDataError as error:
            self.close()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:  # greeting, sign-in, sender
            self.close()
            raise ServerTrouble(_in_short(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self.close()
            raise ServerTrouble(f"no SMTP server: {type(error).__name__}", is_midway=is_connected) from error

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = connection = self._open()
            if parse_qs(self._url.query).get("starttls") == ["1"]:
                connection.starttls(context=ssl.create_default_context())
            if self._url.username:
                connection.login(unquote(self._url.username), unquote(self._url.password or ""))
        return self._connection

    def _open(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)


def email_transport(mail_url: str | None, outbox: Path) -> EmailTransport:
    """The transport that MAIL_URL names; without one, the outbox folder."""
    return OutboxTransport(outbox) if mail_url is None else SmtpTransport(mail_url)


def _part(kind: str, text: str) -> bytes:
    lines = "\r\n".join(text.splitlines()).encode() + b"\r\n"
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode("ascii") + b2a_qp(lines, istext=True)


def _to(address: str) -> bytes:
    if PLAIN_ADDRESS.fullmatch(address):
        return f"To: {address}\r\n".encode("ascii")
    return _folded("To", Address(addr_spec=address))


@lru_cache(maxsize=16)
def _from(name: str, address: str) -> bytes:
    return _folded("From", Address(name, addr_spec=address))


@lru_cache(maxsize=256)
def _subject(words: str) -> bytes:
    return _folded("Subject", " ".join(words.split()))


def _folded(name: str, value: str | Address) -> bytes:
    return SMTP.fold_binary(name, SMTP.header_factory(name, value))


# RFC 3463 and the IANA list: no such mailbox, no such host, no such form, moved away, a host that takes no mail. Not
# 5.1.7 and 5.1.8, which are about the sender, nor 5.7, which is about policy.
_NO_ADDRESS = re.compile(r"SMTP 5\d\d 5\.1\.(?:1|2|3|6|10)")


def _refusal(code: int, text: bytes | str) -> SendError:
    said = _in_short(code, text)
    is_no_address = _NO_ADDRESS.fullmatch(said) is not None
    return SendError(said, is_permanent=500 <= code < 600, is_no_address=is_no_address)


def _in_short(code: int, text: bytes | str) -> str:
    """The codes alone: a server's words repeat the address."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    enhanced = re.match(r"\d\.\d{1,3}\.\d{1,3}", words)
    return f"SMTP {code}{' ' + enhanced[0] if enhanced else ''}"
