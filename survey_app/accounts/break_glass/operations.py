"""What happens when a sealed account is used."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from survey_app.accounts.break_glass.letters import SUBJECT, used_letter
from survey_app.accounts.models import User
from survey_app.accounts.operations import letter_to_staff, send_after_answer
from survey_app.accounts.queries import people_with
from survey_app.accounts.roles import RoleName
from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import new_reference
from survey_app.organisation.queries import council
from survey_app.settings import Settings
from survey_app.web.templates import day_and_time

TOLD = (RoleName.ADMINISTRATOR, RoleName.DATA_PROTECTION_OFFICER)


def tell_of_use(user: User, now: datetime) -> None:
    """Write it into the audit, and to every administrator and data protection officer; to the account itself, too, for
    its mailbox may be somebody's."""
    record_act_by("break-glass account used", f"user {user.id}", at=now, by=user.id)
    settings: Settings = current_app.extensions["settings"]
    found = council()
    text = used_letter(
        council=found.name if found else "the council",
        email=user.email,
        at=day_and_time(now),
        users=f"{settings.base_url}/admin/users/{user.id}/",
    )
    for person in people_with(*TOLD):
        message_id = f"{new_reference()}.break-glass"
        send_after_answer(letter_to_staff(message_id, recipient=person.email, subject=SUBJECT, text=text))


def note_test(user: User, *, now: datetime, by: int) -> None:
    """Somebody says that the last use was a test. Refused for an account that is not sealed, or was never used."""
    if not user.is_break_glass or user.last_signed_in_at is None:
        raise Refused("There was no use of this account that can have been a test.")
    user.break_glass_tested_at = user.last_signed_in_at
    record_act_by("break-glass account tested", f"user {user.id}", at=now, by=by)
    db.session.flush()
