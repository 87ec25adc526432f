"""Somebody asked us to stop."""

from __future__ import annotations

from datetime import datetime

from survey_app.contacts.operations import opt_out
from survey_app.extensions import db
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
)
from survey_app.invitations.operations.outcomes import count_again


def stop_asking(invitation: Invitation, *, source: str, now: datetime) -> None:
    """The person asked us to stop: nothing is sent to them again, for this contact or any other."""
    contact = invitation.contact
    opt_out(
        email_key=contact.detail.email_key if contact.detail else None,
        phone_key=contact.detail.phone_key if contact.detail else None,
        customer_ref=contact.customer_ref,
        source=source,
        now=now,
    )
    db.session.refresh(invitation, with_for_update={"of": Invitation})  # an answer may come at the same moment
    if invitation.opted_out_at is None:
        invitation.opted_out_at = now
    if invitation.state is InvitationState.OPEN:
        invitation.state = InvitationState.OPTED_OUT
    count_again(invitation)
