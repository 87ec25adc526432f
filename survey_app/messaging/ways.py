"""By which transport each way of sending goes, as the settings and the council's rules say."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.messaging.email import Email, EmailTransport, email_transport
from survey_app.messaging.errors import ServerTrouble
from survey_app.messaging.notify import Notify, NotifyEmails, NotifyTexts
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


class _WithoutTemplate:
    """E-mail was to go by GOV.UK Notify, and nobody has said by which template: it waits."""

    def send(self, email: Email) -> str | None:
        raise ServerTrouble("GOV.UK Notify needs the id of an e-mail template; give it on the page Sending")

    def close(self) -> None:
        """Nothing is held open."""


def mail_transport(settings: Settings) -> EmailTransport:
    """How letters to staff go, whatever way residents' messages take: as MAIL_URL says, or the outbox folder."""
    return email_transport(settings.mail_url, settings.instance_path / "outbox")


def transports(
    settings: Settings, *, email_template: str | None = None, text_template: str | None = None
) -> Transports:
    """By GOV.UK Notify where its key is set and a template named; else e-mail as MAIL_URL says, or the outbox folder.

    Nothing is connected before the first message is sent.
    """
    by_mail = mail_transport(settings)
    if settings.notify_api_key is None:
        return Transports(email=by_mail, texts=None)
    notify = Notify(settings.notify_api_key, settings.notify_base_url)
    by_notify: EmailTransport = NotifyEmails(notify, email_template) if email_template else _WithoutTemplate()
    return Transports(
        email=by_mail if settings.mail_url and not email_template else by_notify,
        texts=NotifyTexts(notify, text_template) if text_template else None,
    )
