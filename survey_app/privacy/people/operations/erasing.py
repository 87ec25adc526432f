"""Erasing one person. What they said stays counted, as nobody's; a stop of theirs stays, as a keyed hash alone.

Every step can be done twice, and the contacts, by which somebody is found, go last: what died half-way is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select, update

from survey_app.actions.followups.operations.standing import forget_person
from survey_app.actions.models import FollowUp, FollowUpNote, Heard
from survey_app.audit.operations import record_act_by
from survey_app.comments.alerts.models import Alert
from survey_app.comments.models import Comment
from survey_app.contacts.models import AddressBlock, AddressFailure, ContactsFile, OptOut
from survey_app.contacts.people import ERASED, hidden_reference
from survey_app.contacts.queries import index_key
from survey_app.dashboards.models import SavedView
from survey_app.evidence.exhibits.operations import forget_withdrawn_quotes
from survey_app.extensions import Base, db
from survey_app.invitations.models import Callback, Invitation
from survey_app.kernel.packing import packed, unpacked
from survey_app.privacy.models import DataComplaint
from survey_app.privacy.people.folders import letters_to, without_person
from survey_app.privacy.people.operations.anonymising import (
    forget_answerer,
    forget_drafts,
    forget_words,
    keep_days,
    lock_invitations,
    make_anonymous,
)
from survey_app.privacy.people.queries import Holdings, is_known
from survey_app.privacy.people.rows import without_rows
from survey_app.responses.models import (
    AnswerText,
    ContactConsent,
    EqualityAnswer,
    ReplacedAnswer,
    SurveyResponse,
)
from survey_app.responses.operations.consenting import tell_of_consent
from survey_app.settings import Settings

_QUIET = {"synchronize_session": False}


@dataclass(frozen=True)
class Step:
    """One part of it; `run` says how many rows it changed."""

    name: str
    run: Callable[[Holdings, datetime], int]


@dataclass
class Erased:
    """What went, by step, and what cannot be taken back."""

    done: dict[str, int] = field(default_factory=dict)
    stays: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.done.values())


def erase(held: Holdings, *, now: datetime, by: int | None = None, with_stops: bool = False) -> Erased:
    """Erase somebody in the caller's transaction. Of whom nothing is known nothing is done."""
    result = Erased(stays=what_stays(held, with_stops=with_stops))
    for step in STEPS:
        result.done[step.name] = step.run(held, now)
    result.done["stops"] = forget_stops(held, with_stops=with_stops)
    result.done["contacts"] = make_anonymous(held.subject.contact_ids, now=now)
    record_act_by("person.erased", "a person", at=now, by=by, after={"rows": result.total})
    return result


def erase_files(held: Holdings) -> int:
    """Letters in the outbox folder, and rows in files of the drop folder, that name somebody; how many. Files know no
    transaction: call it before the rows go by which they are found."""
    settings: Settings = current_app.extensions["settings"]
    gone = 0
    references = _references(held)
    for path in letters_to(settings.instance_path / "outbox", references, held.subject.details):
        path.unlink(missing_ok=True)
        gone += 1
    return gone + without_person(settings.contacts_folder, held.subject.details)


def what_stays(held: Holdings, *, with_stops: bool = False) -> list[str]:
    """What this does not reach, in words: asked before anything goes."""
    if not is_known(held):
        return []
    found = []
    if held.stop_ids and not with_stops:
        found.append(
            "That they want no surveys: keyed hashes of their address, number and customer reference, so that it goes "
            "on to hold."
        )
    if codes := held.packs():
        found.append(
            f"Evidence packs that were signed with their words, redacted: {', '.join(codes)}. A pack that was given "
            "out cannot be taken back; make a new one, and delete the old where they are kept."
        )
    if open_ones := [c for c in _complaints(held) if c.answered_at is None]:
        found.append(f"{len(open_ones)} complaint(s) about data that you have yet to answer.")
    if held.elsewhere:
        places = ", ".join(f"{label} ({count})" for label, count in held.elsewhere.items())
        found.append(f"Texts of staff that name them, for you to change: {places}.")
    if held.account_ids:
        found.append("Their own account here: end it under People. What it holds goes when it was kept long enough.")
    return [
        *found,
        "Where others call them by name alone: a name is not searched for, as it may be somebody else’s.",
        "Rows about them in files that wait in CONTACTS_FOLDER and were not begun: take them out before they are read.",
        "Backups that were made before now, until they are deleted. Should one be restored, erase them again: your own "
        "register of requests says whom.",
        "Your own systems, from which contacts come: erase them there too. Files that name them and were imported from "
        "elsewhere than the pages or CONTACTS_FOLDER, with the rejected rows beside them, lie where you put them.",
        "Documents that staff uploaded as evidence: nothing in them can be searched.",
        "Answers without an invitation, such as at a kiosk: they were never anybody’s, and nobody can match them.",
    ]


def forget_stops(held: Holdings, *, with_stops: bool) -> int:
    """Blocks and failures of their addresses go. Their stop stays as keyed hashes, a customer reference as one too;
    `with_stops` it goes as well, and they may be asked again."""
    gone = _delete(AddressBlock, held.block_ids) + _delete(AddressFailure, held.failure_ids)
    if with_stops:
        return gone + _delete(OptOut, held.stop_ids)
    named = (
        OptOut.id.in_(held.stop_ids),
        OptOut.customer_ref.is_not(None),
        ~OptOut.customer_ref.startswith(ERASED, autoescape=True),
    )
    for stop in db.session.scalars(select(OptOut).where(*named)):
        assert stop.customer_ref is not None
        stop.customer_ref, gone = hidden_reference(index_key(), stop.customer_ref), gone + 1
    db.session.flush()
    return gone


def _files(held: Holdings, _now: datetime) -> int:
    return erase_files(held)


def _uploads(held: Holdings, _now: datetime) -> int:
    gone = 0
    for file in db.session.scalars(select(ContactsFile).where(ContactsFile.id.in_(held.file_ids))):
        content, rows = without_rows(unpacked(file.content or ""), held.subject.details)
        file.content, gone = packed(content), gone + rows
    db.session.flush()
    return gone


def _mentions(held: Holdings, _now: datetime) -> int:
    """Out of what others wrote only the place goes that names them."""
    details = held.subject.details
    texts = db.session.scalars(select(AnswerText).where(AnswerText.id.in_(held.mention_ids))).all()
    for text in texts:
        text.raw = details.without(text.raw)
    for comment in db.session.scalars(select(Comment).where(Comment.answer_text_id.in_(held.mention_ids))):
        if details.stand_in(comment.redacted_text):
            comment.redacted_text = details.without(comment.redacted_text)
    notes = db.session.scalars(select(FollowUpNote).where(FollowUpNote.id.in_(held.note_ids))).all()
    for note in notes:
        note.text = details.without(note.text)
    db.session.flush()
    return len(texts) + len(notes)


def _words(held: Holdings, now: datetime) -> int:
    """What they wrote, with the quotes of it, and what they gave to be called by."""
    lock_invitations(held.subject.contact_ids)
    ids = held.response_ids
    of_them = select(SurveyResponse).where(SurveyResponse.id.in_(ids)).order_by(SurveyResponse.id)
    responses = db.session.scalars(of_them.with_for_update(of=SurveyResponse)).all()
    texts = db.session.scalars(select(AnswerText.id).where(AnswerText.response_id.in_(ids), AnswerText.raw != "")).all()
    quoted = Heard.comment_id.in_(held.comment_ids)
    db.session.execute(update(Heard).where(quoted).values(quote="", comment_id=None), execution_options=_QUIET)
    noted = Alert.response_id.in_(ids)
    db.session.execute(update(Alert).where(noted).values(note=""), execution_options=_QUIET)
    gone = forget_words(texts)
    for model in (ReplacedAnswer, ContactConsent, EqualityAnswer):
        found = db.session.scalars(select(model.id).where(model.response_id.in_(ids))).all()
        gone += _delete(model, found)
    for response in responses:
        tell_of_consent(response, now)  # a follow-up of it ends here
    forget_answerer(responses)
    for follow_up in db.session.scalars(select(FollowUp).where(FollowUp.id.in_(held.follow_up_ids))):
        forget_person(follow_up)
        follow_up.complaint_reference = ""
        keep_days(follow_up, "verdict_at")
        gone += 1
    forget_withdrawn_quotes(now)
    db.session.flush()
    return gone


def _drafts(held: Holdings, _now: datetime) -> int:
    """What they saved and did not send; where they broke off stays, and is counted."""
    return forget_drafts(held.draft_ids) + _delete(Callback, held.callback_ids) + _delete(SavedView, held.view_ids)


def _complaints_answered(held: Holdings, _now: datetime) -> int:
    answered = [each for each in _complaints(held) if each.answered_at is not None]
    for each in answered:
        each.body = each.reply_to = each.outcome = None
    db.session.flush()
    return len(answered)


STEPS: Sequence[Step] = (
    Step("letters and files", _files),
    Step("uploaded files", _uploads),
    Step("complaints", _complaints_answered),
    Step("named by others", _mentions),
    Step("drafts and waiting messages", _drafts),
    Step("words and consents", _words),
)


def _references(held: Holdings) -> list[str]:
    """How the names of files begin that hold a letter to them."""
    invitations = db.session.scalars(select(Invitation.reference).where(Invitation.id.in_(held.invitation_ids)))
    follow_ups = db.session.scalars(select(FollowUp.reference).where(FollowUp.id.in_(held.follow_up_ids)))
    return [*invitations, *follow_ups]


def _complaints(held: Holdings) -> Sequence[DataComplaint]:
    return db.session.scalars(select(DataComplaint).where(DataComplaint.id.in_(held.complaint_ids))).all()


def _delete(model: type[Base], ids: Sequence[int]) -> int:
    key = model.__table__.c["id"]
    db.session.execute(delete(model).where(key.in_(ids)), execution_options=_QUIET)
    return len(ids)
