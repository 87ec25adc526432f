"""Writing to owners about what is due, and to residents whether it was put right. What goes to staff holds no personal
data; what goes to a resident holds a link and no details.
"""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app

from survey_app.accounts.operations import letter_to_staff
from survey_app.actions.followups.due import is_late, next_reminder
from survey_app.actions.followups.letters import reminder_letter, verdict_letter
from survey_app.actions.followups.operations.standing import note_state
from survey_app.actions.followups.queries import details_of, to_ask, to_remind
from survey_app.actions.followups.verdicts import OPEN_FOR
from survey_app.actions.models import FollowUp, FollowUpState
from survey_app.invitations.operations.sending import open_carriers
from survey_app.invitations.wording import in_sentence
from survey_app.kernel.clock import london_day
from survey_app.kernel.tokens import new_token, token_digest
from survey_app.messaging.email import Email
from survey_app.messaging.operations import Letters, Outcome, send_due
from survey_app.messaging.ways import mail_transport
from survey_app.organisation.queries import council_nation, the_council
from survey_app.settings import Settings
from survey_app.web.language import spoken_in
from survey_app.web.templates import translated

PAGE = "/actions/follow-ups/"
VERDICT_PAGE = "/v/"


def remind_owners(now: datetime, worker: str) -> int:
    """Write to owners one working day before something is due, and on the first day it is late; how many."""
    return send_due(_REMINDERS, mail_transport(_settings()), worker, now)


def ask_verdicts(now: datetime, worker: str) -> int:
    """Ask residents whether it was put right, an hour after it was closed; how many."""
    return send_due(_QUESTIONS, open_carriers().email, worker, now)


def _write_reminder(row: FollowUp, now: datetime) -> list[Email]:
    if row.owner is None or not row.owner.active:
        return []
    due_on, what = _due(row)
    letter = reminder_letter(
        row.reference,
        row.service.name,
        what=what,
        due_on=due_on,
        is_late=is_late(due_on, london_day(now), council_nation()),
        page=f"{_settings().base_url}{PAGE}{row.reference}",
    )
    message_id = f"{row.reference}.{london_day(now):%Y%m%d}.reminder"
    return [letter_to_staff(message_id, recipient=row.owner.email, subject=letter.subject, text=letter.text)]


def _settle_reminder(row: FollowUp, _outcome: Outcome, now: datetime) -> None:
    row.remind_on = next_reminder(_due(row)[0], council_nation(), after=london_day(now))


def _write_question(row: FollowUp, now: datetime) -> list[Email]:
    """The token's digest is stored before the letter goes out, so that the link works from the first second."""
    address = details_of(row).get("email")
    if address is None:
        return []
    token, council = new_token(), the_council()
    row.verdict_token_sha256, row.verdict_asked_at = token_digest(token), now
    link = f"{_settings().base_url}{VERDICT_PAGE}{token}"
    with spoken_in(row.response.answered_in):
        letter = verdict_letter(
            in_sentence(row.service.name),
            council=council.name,
            link=link,
            open_until=london_day(now + OPEN_FOR),
            translated=translated,
        )
    question = Email(
        message_id=f"{row.reference}.{london_day(now):%Y%m%d}.verdict",
        sender_name=council.sender_name,
        sender_email=council.sender_email,
        recipient=address,
        subject=letter.subject,
        text=letter.text,
        links=(link,),
    )
    return [question]


def _settle_question(row: FollowUp, outcome: Outcome, now: datetime) -> None:
    row.verdict_due_at = None
    if outcome.taken_by:
        note_state(row, "Asked by e-mail whether it was put right.", now=now, by=None)
    else:
        row.verdict_token_sha256 = row.verdict_asked_at = None
        note_state(row, "The e-mail that asks whether it was put right could not be sent.", now=now, by=None)


_REMINDERS = Letters("reminders of follow-ups", FollowUp, to_remind, _write_reminder, _settle_reminder)
_QUESTIONS = Letters("questions about follow-ups", FollowUp, to_ask, _write_question, _settle_question)


def _due(row: FollowUp) -> tuple[date, str]:
    if row.state is FollowUpState.NEW and row.first_contact_at is None:
        return row.contact_due_on, "contact"
    return row.close_due_on, "closing"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
