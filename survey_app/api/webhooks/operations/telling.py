"""A letter to administrators when an address is no longer told, for its own system may not notice."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from survey_app.accounts.operations import letter_to_staff
from survey_app.accounts.queries import holders_of
from survey_app.api.webhooks.letters import stopped_letter
from survey_app.api.webhooks.models import Webhook
from survey_app.api.webhooks.queries import waiting_of
from survey_app.extensions import db, transaction
from survey_app.messaging.email import Email
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.messaging.ways import mail_transport
from survey_app.settings import Settings

log = logging.getLogger(__name__)

PAGE = "/admin/webhooks/"
WAIT = timedelta(minutes=5)  # while the mail server is in trouble


def tell_of_stopped(now: datetime, _worker: str) -> int:
    """Write about each webhook that stopped by itself; about how many. They wait while no mail server takes them."""
    with transaction():
        due = select(Webhook).where(Webhook.letter_due_at <= now).order_by(Webhook.id)
        letters = [(webhook.id, _letters(webhook)) for webhook in db.session.scalars(due)]
    if not letters:
        return 0
    settings: Settings = current_app.extensions["settings"]
    done = 0
    with closing(mail_transport(settings)) as transport:
        for webhook_id, emails in letters:
            again_at = None
            for email in emails:
                try:
                    transport.send(email)
                except SendError as error:
                    log.warning("a letter about webhooks was not taken: %s", error)
                except ServerTrouble as trouble:
                    log.warning("letters about webhooks wait: %s", trouble)
                    again_at = now + WAIT
                    break
            with transaction():
                webhook = db.session.get(Webhook, webhook_id, with_for_update={"key_share": True})
                if webhook is not None and webhook.letter_due_at is not None:
                    webhook.letter_due_at = again_at
            done += again_at is None
    return done


def _letters(webhook: Webhook) -> list[Email]:
    settings: Settings = current_app.extensions["settings"]
    page = f"{settings.base_url}{PAGE}{webhook.reference}/"
    letter = stopped_letter(webhook.name, webhook.stopped_why, waiting=waiting_of(webhook), page=page)
    return [
        letter_to_staff(
            f"{webhook.reference}.{webhook.letter_due_at:%Y%m%d%H%M}.{place}.webhook",
            recipient=user.email,
            subject=letter.subject,
            text=letter.text,
        )
        for place, user in enumerate(holders_of("manage_webhooks"))
    ]
