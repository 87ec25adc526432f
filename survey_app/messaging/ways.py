"""By which transport each way of sending goes, as the settings and the council's rules say."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.messaging.email import EmailTransport, email_transport
from survey_app.messaging.texts import TextTransport
from survey_app.settings import Settings


@dataclass(frozen=True)
class Transports:
    """The transport of each way; letters are printed and need none."""

    email: EmailTransport
    texts: TextTransport | None  # None: nobody carries text messages for us, and they wait

    def close(self) -> None:
        self.email.close()
        if self.texts is not None:
            self.texts.close()


def transports(settings: Settings) -> Transports:
    """What MAIL_URL names, or the outbox folder. Nothing is connected before the first message is sent."""
    return Transports(email=email_transport(settings.mail_url, settings.instance_path / "outbox"), texts=None)
