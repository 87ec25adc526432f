"""Everything that is held about somebody, row by row, of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from survey_app.accounts.models import StaffSession, User
from survey_app.actions.models import FollowUp, FollowUpNote, Heard, Improvement
from survey_app.audit.models import AuditLine
from survey_app.comments.alerts.models import Alert
from survey_app.comments.models import Comment
from survey_app.contacts.models import AddressBlock, AddressFailure, Contact, ContactsFile, OptOut
from survey_app.dashboards.models import SavedView
from survey_app.extensions import db
from survey_app.invitations.models import Callback, Invitation, Message, ReceivedText
from survey_app.kernel.clock import LONDON
from survey_app.privacy.models import DataComplaint
from survey_app.privacy.people.folders import files_about
from survey_app.privacy.people.queries import Holdings
from survey_app.responses.models import AnswerText, ContactConsent, EqualityAnswer, SurveyDraft, SurveyResponse
from survey_app.settings import Settings

Row = Mapping[str, Any]


def plain(value: Any) -> Any:
    """As JSON has it: times in London, days as ISO, choices as their words."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def _given(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None and value != ""}


def _contacts(held: Holdings) -> Iterable[Row]:
    found = select(Contact).where(Contact.id.in_(held.subject.contact_ids)).order_by(Contact.occurred_at)
    for contact in db.session.scalars(found):
        detail = contact.detail
        yield _given(
            {
                "when": contact.occurred_at,
                "closed": contact.closed_at,
                "service": contact.service.name,
                "channel": contact.channel,
                "reason": contact.reason,
                "outcome": contact.outcome,
                "settled at once": contact.resolved_first_time,
                "reference": contact.reference,
                "case reference": contact.case_ref,
                "your reference": contact.customer_ref,
                "e-mail": detail.email if detail else None,
                "phone": detail.phone if detail else None,
                "address and number kept until": detail.keep_until
                if detail and (detail.email or detail.phone)
                else None,
                "language": contact.language,
                "customer group": contact.customer_group,
                "marked as sensitive": contact.sensitive or None,
                "marked not to be surveyed": contact.do_not_survey or None,
                "drawn for a survey": contact.draw_outcome,
            }
        )


def _messages(held: Holdings) -> Iterable[Row]:
    rows = select(Message).where(Message.invitation_id.in_(held.invitation_ids)).order_by(Message.id)
    for message in db.session.scalars(rows):
        invitation: Invitation = message.invitation
        yield _given(
            {
                "what": message.kind,
                "about": invitation.service.name,
                "by": message.way,
                "sent": message.sent_at,
                "became": message.receipt or message.state,
                "could be answered until": invitation.closes_at,
                "stopped by you": invitation.opted_out_at,
            }
        )


def _answers(held: Holdings) -> Iterable[Row]:
    for response in _responses(held):
        wordings = {item.question_version_id: item.question_version for item in response.survey_version.items}
        said: dict[str, list[str]] = {}
        for answer in response.answers:
            if not answer.says_nothing:
                value = answer.option.label if answer.option else str(answer.day or answer.number)
                said.setdefault(wordings[answer.question_version_id].wording, []).append(value)
        yield _given(
            {
                "reference": response.reference,
                "sent": response.submitted_at,
                "changed": response.changed_at,
                "way of answering": response.mode,
                "state": response.state,
                "answers": {question: ", ".join(values) for question, values in said.items()},
            }
        )


def _words(held: Holdings) -> Iterable[Row]:
    rows = (
        select(AnswerText, Comment)
        .outerjoin(Comment, Comment.answer_text_id == AnswerText.id)
        .where(AnswerText.response_id.in_(held.response_ids), AnswerText.raw != "")
        .order_by(AnswerText.id)
    )
    found: list[tuple[AnswerText, Comment | None]] = [(row[0], row[1]) for row in db.session.execute(rows)]
    for text, comment in found:
        yield _given(
            {
                "question": text.question_version.wording,
                "you wrote": text.raw,
                "staff read": comment.redacted_text if comment is not None else None,
                "sorted as": comment.shown_label.replace("_", " ") if comment is not None else None,
                "themes": ", ".join(each.theme.name for each in comment.themes) if comment is not None else None,
                "method": comment.method if comment is not None else None,
            }
        )


def _about_you(held: Holdings) -> Iterable[Row]:
    rows = select(EqualityAnswer).where(EqualityAnswer.response_id.in_(held.response_ids)).order_by(EqualityAnswer.id)
    return [{"question": row.question, "answer": row.option} for row in db.session.scalars(rows)]


def _alerts(held: Holdings) -> Iterable[Row]:
    rows = select(Alert).where(Alert.id.in_(held.alert_ids)).options(joinedload(Alert.kind)).order_by(Alert.id)
    for alert in db.session.scalars(rows):
        yield _given(
            {
                "raised": alert.raised_at,
                "kind": alert.kind.name,
                "found by": ", ".join(alert.matched),
                "decided": alert.decided_at,
                "decision": alert.outcome,
                "noted": alert.note,
            }
        )


def _shown(held: Holdings) -> Iterable[Row]:
    for exhibit in held.exhibits:
        yield {"in": f"evidence for an assessor: exhibit {exhibit.number}", "since": exhibit.pinned_at}
    quotes = select(Heard, Improvement).join(Improvement).where(Heard.comment_id.in_(held.comment_ids))
    for heard, improvement in db.session.execute(quotes.order_by(Heard.id)):
        yield {"in": f"an improvement: {improvement.title}", "quote": heard.quote}


def _account(held: Holdings) -> Iterable[Row]:
    for user in db.session.scalars(select(User).where(User.id.in_(held.account_ids))):
        yield _given(
            {
                "name": user.name,
                "e-mail": user.email,
                "roles": ", ".join(user.role_names),
                "services": ", ".join(service.name for service in user.services),
                "since": user.created_at,
                "ended": user.deactivated_at,
                "last signed in": user.last_signed_in_at,
                "passkeys": ", ".join(key.name for key in user.webauthn),
                "signed in now or lately": db.session.scalars(
                    select(StaffSession.device).where(StaffSession.user_id == user.id).order_by(StaffSession.id)
                ).all(),
                "lines of the audit": db.session.scalar(
                    select(func.count()).where(AuditLine.actor_kind == "user", AuditLine.actor_id == str(user.id))
                ),
            }
        )


def _follow_ups(held: Holdings) -> Iterable[Row]:
    consents = select(ContactConsent).where(ContactConsent.response_id.in_(held.response_ids))
    for consent in db.session.scalars(consents.order_by(ContactConsent.id)):
        details = json.loads(consent.details) if consent.details else {}
        yield _given(
            {"may contact you": consent.is_wanted, "said": consent.given_at, **details, "until": consent.keep_until}
        )
    for found in db.session.scalars(select(FollowUp).where(FollowUp.id.in_(held.follow_up_ids))):
        notes: list[FollowUpNote] = found.notes
        yield _given(
            {
                "follow-up": found.reference,
                **(json.loads(found.details) if found.details else {}),
                "opened": found.opened_at,
                "state": found.state,
                "ended as": found.outcome,
                "complaint": found.complaint_reference,
                "you said it was put right": found.verdict,
                "notes": [f"{plain(note.at)}: {note.text}" for note in notes if note.text],
            }
        )


def _drafts(held: Holdings) -> Iterable[Row]:
    for draft in db.session.scalars(select(SurveyDraft).where(SurveyDraft.id.in_(held.draft_ids))):
        if draft.answers:
            yield {"saved": draft.saved_at, "answers": json.loads(draft.answers)}


def _texts(held: Holdings) -> Iterable[Row]:
    for text in db.session.scalars(select(ReceivedText).where(ReceivedText.id.in_(held.received_text_ids))):
        yield {"came": text.received_at, "became": text.outcome}
    for told in db.session.scalars(select(Callback).where(Callback.id.in_(held.callback_ids))):
        yield {"came": told.received_at, "became": "waits to be dealt with", "told": told.payload}


def _stops(held: Holdings) -> Iterable[Row]:
    for stop in db.session.scalars(select(OptOut).where(OptOut.id.in_(held.stop_ids)).order_by(OptOut.id)):
        known_by = [
            name
            for name, key in (("e-mail", stop.email_key), ("phone", stop.phone_key), ("reference", stop.customer_ref))
            if key
        ]
        yield {"since": stop.created_at, "how": stop.source.replace("_", " "), "known by": ", ".join(known_by)}


def _blocks(held: Holdings) -> Iterable[Row]:
    for block in db.session.scalars(select(AddressBlock).where(AddressBlock.id.in_(held.block_ids))):
        yield _given({"since": block.created_at, "why": block.reason, "until": block.until})
    for failure in db.session.scalars(select(AddressFailure).where(AddressFailure.id.in_(held.failure_ids))):
        yield {"did not arrive": failure.failed_at}


def _files(held: Holdings) -> Iterable[Row]:
    for name, until in db.session.execute(
        select(ContactsFile.name, ContactsFile.keep_until).where(ContactsFile.id.in_(held.file_ids))
    ):
        yield {"file": name, "kept until": until}
    settings: Settings = current_app.extensions["settings"]
    for path in files_about(settings.contacts_folder, held.subject.details):
        yield {"file": f"{path.parent.name}/{path.name}"}


def _complaints(held: Holdings) -> Iterable[Row]:
    for complaint in db.session.scalars(select(DataComplaint).where(DataComplaint.id.in_(held.complaint_ids))):
        yield _given(
            {
                "reference": complaint.reference,
                "came": complaint.received_at,
                "you wrote": complaint.body,
                "answered": complaint.answered_at,
                "what was found": complaint.outcome,
            }
        )


def _mentions(held: Holdings) -> Iterable[Row]:
    yield from ({"in": "what somebody else wrote"} for _ in held.mention_ids)
    yield from ({"in": "a note of staff about somebody else"} for _ in held.note_ids)
    yield from ({"in": f"what staff wrote: {label}", "times": count} for label, count in held.elsewhere.items())
    for at in db.session.scalars(select(SavedView.created_at).where(SavedView.id.in_(held.view_ids))):
        yield {"in": "a saved view of staff", "saved": at}


def _responses(held: Holdings) -> Iterable[SurveyResponse]:
    rows = select(SurveyResponse).where(SurveyResponse.id.in_(held.response_ids)).order_by(SurveyResponse.id)
    return db.session.scalars(rows).all()


ROWS: Mapping[str, Callable[[Holdings], Iterable[Row]]] = {
    "contacts": _contacts,
    "messages": _messages,
    "answers": _answers,
    "words": _words,
    "about_you": _about_you,
    "alerts": _alerts,
    "shown": _shown,
    "follow_ups": _follow_ups,
    "drafts": _drafts,
    "texts": _texts,
    "stops": _stops,
    "blocks": _blocks,
    "files": _files,
    "complaints": _complaints,
    "account": _account,
    "mentions": _mentions,
}
