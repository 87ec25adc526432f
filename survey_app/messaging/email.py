"""E-mail: what a message is, and the two ways to send one."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from survey_app.messaging.errors import SendError, ServerTrouble

TIMEOUT_SECONDS = 30


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
    links: tuple[str, ...] = ()  # those in `text` that are meant to be followed, where a provider makes links of them

    def as_mime(self) -> EmailMessage:
        message = EmailMessage()
        message["Message-ID"] = f"<{self.message_id}@{self.sender_email.rpartition('@')[2]}>"
        message["From"] = Address(self.sender_name, addr_spec=self.sender_email)
        message["To"] = Address(addr_spec=self.recipient)
        message["Subject"] = " ".join(self.subject.split())
        if self.unsubscribe_url is not None:
            message["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.text)
        if self.html is not None:
            message.add_alternative(self.html, subtype="html")
        return message


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
        (self._folder / f"{name}.eml").write_bytes(_written(email).as_bytes())

    def close(self) -> None:
        """Nothing is held open."""


class SmtpTransport:
    """SMTP, on one connection as long as the server keeps it. smtps:// is TLS from the start, ?starttls=1 upgrades."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._connection: smtplib.SMTP | None = None

    def send(self, email: Email) -> None:
        message = _written(email)
        try:
            self._connected().send_message(message, email.sender_email, [email.recipient])
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
            raise ServerTrouble(f"no SMTP server: {type(error).__name__}") from error

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


def _written(email: Email) -> EmailMessage:
    try:
        return email.as_mime()
    except (ValueError, HeaderParseError) as error:
        raise SendError(f"it cannot be written: {type(error).__name__}", is_permanent=True) from error


def _refusal(code: int, text: bytes | str) -> SendError:
    return SendError(_in_short(code, text), is_permanent=500 <= code < 600)


def _in_short(code: int, text: bytes | str) -> str:
    """The codes alone: a server's words repeat the address."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    enhanced = re.match(r"\d\.\d{1,3}\.\d{1,3}", words)
    return f"SMTP {code}{' ' + enhanced[0] if enhanced else ''}"
