"""Taking away what leads from rows to a person: of one who asks, and of everybody once it was kept long enough."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from survey_app.comments.models import Comment, CommentTheme, TermPart, TermTally
from survey_app.contacts.models import Contact, ContactDetail
from survey_app.contacts.people import ERASED, erased_reference
from survey_app.contacts.queries import index_key
from survey_app.extensions import Base, db
from survey_app.invitations.models import Invitation, InvitationState, InvitationToken, Message, ReceivedText
from survey_app.invitations.operations import call_off_messages
from survey_app.invitations.operations.outcomes import count_again
from survey_app.kernel.clock import london_day, noon_of
from survey_app.kernel.periods import Period
from survey_app.responses.models import AnswerText, ReplacedAnswer, SurveyDraft, SurveyResponse

CALLED_OFF = "erased"  # what a message says that was to go to somebody who is no longer known
_QUIET = {"synchronize_session": False}


def make_anonymous(contact_ids: Collection[int], *, now: datetime) -> int:
    """Let nothing on these contacts, their invitations and messages lead to anybody; how many were changed.

    Day, service, channel and outcome stay, and with them the ledger and every figure. Of a time of the person's own
    only the day stays; when we drew and when an invitation closes is no act of theirs. Links in messages open nothing
    any more, and what waits to be sent is called off.
    """
    contacts = db.session.scalars(select(Contact).where(Contact.id.in_(contact_ids)).order_by(Contact.id)).all()
    known = [contact for contact in contacts if not contact.reference.startswith(ERASED)]
    invitations = lock_invitations([contact.id for contact in known])
    for invitation in invitations:
        call_off_messages(invitation, CALLED_OFF)
        if invitation.state is InvitationState.OPEN and invitation.sent_at is None:
            invitation.state = InvitationState.OPTED_OUT  # nothing will go out: it waits no longer
            count_again(invitation)
        keep_days(
            invitation, "sent_at", "reminded_at", "answered_at", "opted_out_at", "delivered_at", "undeliverable_at"
        )
        invitation.adviser_ref = None
    ids = [invitation.id for invitation in invitations]
    for message in db.session.scalars(select(Message).where(Message.invitation_id.in_(ids)).order_by(Message.id)):
        keep_days(message, "due_at", "sent_at", "receipt_at")
        message.provider_id = None
        message.last_error = message.last_error if message.last_error == CALLED_OFF else None
    for model in (InvitationToken, ReceivedText):
        db.session.execute(delete(model).where(model.invitation_id.in_(ids)), execution_options=_QUIET)
    _forget_who_answered(ids)
    forget_drafts(db.session.scalars(select(SurveyDraft.id).where(SurveyDraft.invitation_id.in_(ids))).all())
    key = index_key()
    for contact in known:
        contact.reference, contact.content_digest = erased_reference(key, contact.reference), ""
        contact.customer_ref = contact.case_ref = contact.adviser_ref = None
        contact.occurred_at = noon_of(contact.occurred_on)
        keep_days(contact, "closed_at")
    db.session.flush()
    of_them = ContactDetail.contact_id.in_([contact.id for contact in known])
    db.session.execute(delete(ContactDetail).where(of_them), execution_options=_QUIET)
    for contact in known:
        db.session.expire(contact, ["detail"])
    return len(known)


def lock_invitations(contact_ids: Collection[int]) -> list[Invitation]:
    """The invitations of these contacts, held; messages before them and answers after, as whoever sends does."""
    ids = select(Invitation.id).where(Invitation.contact_id.in_(contact_ids))
    db.session.execute(select(Message.id).where(Message.invitation_id.in_(ids)).order_by(Message.id).with_for_update())
    held = select(Invitation).where(Invitation.contact_id.in_(contact_ids)).order_by(Invitation.id)
    return list(db.session.scalars(held.with_for_update().execution_options(populate_existing=True)))


def forget_answerer(responses: Collection[SurveyResponse]) -> None:
    """Of these answers nobody is told when exactly they came, or who helped. What they say stays, with its digest."""
    for response in responses:
        response.submitted_at = noon_of(london_day(response.submitted_at))
        keep_days(response, "received_at", "changed_at")
        response.submission_key = response.adviser_ref = None
    db.session.flush()


def forget_drafts(draft_ids: Collection[int]) -> int:
    """Delete what was begun and not sent; how many. On which day somebody broke off, and where, stays."""
    drafts = db.session.scalars(select(SurveyDraft).where(SurveyDraft.id.in_(draft_ids))).all()
    for draft in drafts:
        draft.answers = draft.drops_at = draft.key = None
        keep_days(draft, "started_at", "saved_at")
    db.session.flush()
    return len(drafts)


def forget_words(answer_text_ids: Collection[int]) -> int:
    """Delete what was written: the original and its redacted comment, wherever words of it are kept; how many texts.

    What was found in it stays: sentiment, themes without the words that matched, labels. So every figure stays.
    """
    of_texts = Comment.answer_text_id.in_(answer_text_ids)
    comments = db.session.scalars(select(Comment).where(of_texts).order_by(Comment.id)).all()
    for comment in comments:
        comment.redacted_text = ""  # its words for the search follow, and the index follows these
    db.session.flush()
    numbers = [comment.id for comment in comments]
    themes = update(CommentTheme).where(CommentTheme.comment_id.in_(numbers)).values(matched=[])
    db.session.execute(themes, execution_options=_QUIET)
    forget_originals(answer_text_ids)
    _count_terms_again(comments)
    return len(answer_text_ids)


def forget_originals(answer_text_ids: Collection[int]) -> int:
    """Delete what was written as it was written; its redacted comment stays. A text without one goes whole."""
    with_comment = select(Comment.answer_text_id).where(Comment.answer_text_id.in_(answer_text_ids))
    of_these = AnswerText.id.in_(answer_text_ids)
    emptied = update(AnswerText).where(of_these, AnswerText.id.in_(with_comment)).values(raw="")
    db.session.execute(emptied, execution_options=_QUIET)
    db.session.execute(delete(AnswerText).where(of_these, AnswerText.id.not_in(with_comment)), execution_options=_QUIET)
    db.session.expire_all()
    return len(answer_text_ids)


def _forget_who_answered(invitation_ids: Collection[int]) -> None:
    of_them = SurveyResponse.invitation_id.in_(invitation_ids)
    responses = select(SurveyResponse).where(of_them).order_by(SurveyResponse.id).with_for_update(of=SurveyResponse)
    found = db.session.scalars(responses).all()
    forget_answerer(found)
    of_responses = ReplacedAnswer.response_id.in_([response.id for response in found])
    db.session.execute(delete(ReplacedAnswer).where(of_responses), execution_options=_QUIET)


def _count_terms_again(comments: Collection[Comment]) -> None:
    """Words of these comments may be counted as terms: their part is counted anew, without them."""
    parts = {(Period.quarter_of(c.response.counts_on).first, c.response.service_id) for c in comments}
    for first, service in sorted(parts):
        for model in (TermTally, TermPart):
            db.session.execute(
                delete(model).where(model.starts_on == first, model.service_id == service), execution_options=_QUIET
            )


def keep_days(row: Base, *names: str) -> None:
    """Of these times only the day stays."""
    for name in names:
        if (at := getattr(row, name)) is not None:
            setattr(row, name, noon_of(london_day(at)))
