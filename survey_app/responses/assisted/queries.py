"""Finding whose answer is to be entered."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState, TokenPurpose
from survey_app.invitations.queries import invitation_by_token
from survey_app.organisation.scope import Scope

_SHOWN = (joinedload(Invitation.survey_version), joinedload(Invitation.service))


def invitation_by_code(code: str) -> Invitation | None:
    """The invitation of a code that was read to us, about whichever service: whoever holds it may answer."""
    found = invitation_by_token(code, TokenPurpose.ANSWER)
    return None if found is None or found.state is InvitationState.VOID else found


def invitation_by_contact(reference: str, scope: Scope) -> Invitation | None:
    """The invitation about the contact that its own system calls so, once it went out. A contact that nobody was
    asked about, one of a service outside the scope, and none at all look alike."""
    found = db.session.scalar(
        select(Invitation)
        .join(Contact)
        .where(
            Contact.reference == reference,
            Invitation.sent_at.is_not(None),
            Invitation.state != InvitationState.VOID,
        )
    )
    return found if found is not None and scope.allows(found.service_id) else None


def invitation_by_reference(reference: str) -> Invitation | None:
    return db.session.scalar(select(Invitation).where(Invitation.reference == reference).options(*_SHOWN))
