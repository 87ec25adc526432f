"""What became of an invitation. Whoever changes that has the tallies follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from survey_app.extensions import db
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
    Message,
    MessageState,
)
from survey_app.work.models import Subject
from survey_app.work.operations import recount


def mark_answered(invitation: Invitation, now: datetime) -> None:
    """An answer of this invitation was stored. Nothing more is sent about it, and it did reach its person."""
    invitation.answered_at = now
    invitation.undeliverable_at = invitation.undeliverable_reason = None
    invitation.state = InvitationState.ANSWERED
    count_again(invitation)


def mark_open(invitation: Invitation) -> None:
    """Its answer no longer counts; until it closes another may be given."""
    invitation.answered_at = None
    invitation.state = InvitationState.OPEN if invitation.opted_out_at is None else InvitationState.OPTED_OUT
    count_again(invitation)


def count_again(*invitations: Invitation) -> None:
    """What became of them has changed; the tallies follow."""
    recount(Subject.INVITATIONS, ((invitation.counts_on, invitation.service_id) for invitation in invitations))


def call_off_messages(invitation: Invitation, why: str) -> None:
    """Send nothing more about an invitation; a message that is on its way just now still goes out."""
    db.session.execute(
        update(Message)
        .where(Message.invitation_id == invitation.id, Message.state == MessageState.WAITING)
        .values(state=MessageState.DROPPED, last_error=why),
        execution_options={"synchronize_session": False},
    )
