"""Trying messages out: sent to whoever wants to see them, about a contact that nobody made."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime

from flask import current_app

from survey_app.audit.operations import record_act_by
from survey_app.contacts.models import Way
from survey_app.extensions import transaction
from survey_app.invitations.message_texts import Slot, Written
from survey_app.invitations.models import MessageKind
from survey_app.invitations.operations.sending import open_carriers
from survey_app.invitations.presenters import sample_message
from survey_app.kernel.errors import Refused
from survey_app.messaging.email import Email
from survey_app.messaging.texts import TextMessage
from survey_app.organisation.operations import note_tested
from survey_app.settings import Settings
from survey_app.surveys.models import Survey


def send_test_message(recipient: str, *, now: datetime, by: int | None = None) -> None:
    """Send somebody the message that residents will get. Its links open the real pages, which store nothing.

    Commits before it speaks to the mail server, which may take its time. Refused before there is a sender and a
    service; SendError and ServerTrouble when the message was not taken.
    """
    with transaction():
        letter = sample_message(Slot(MessageKind.INVITATION, Way.EMAIL), recipient, base_url=_base_url(), now=now)
    _send(letter)
    with transaction():
        note_tested(now=now, by=by)


def send_test_text(
    survey: Survey,
    slot: Slot,
    written: Written | None,
    recipient: str,
    *,
    now: datetime,
    by: int | None = None,
) -> None:
    """Send somebody a message of this survey with this text, which need not be kept yet; the same otherwise."""
    with transaction():
        letter = sample_message(slot, recipient, survey=survey, own=written, base_url=_base_url(), now=now)
        place = {"kind": slot.kind.value, "way": slot.way.value, "language": slot.language}
        record_act_by("message.tested", survey.code, at=now, by=by, after=place)
    _send(letter)


def _base_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url


def _send(letter: Email | TextMessage) -> None:
    with closing(open_carriers()) as carrying:
        if isinstance(letter, Email):
            carrying.email.send(replace(letter, subject=f"Test: {letter.subject}"))
        elif carrying.texts is None:
            raise Refused("Nobody carries text messages for you yet: give the text template of GOV.UK Notify first.")
        else:
            carrying.texts.send(letter)
