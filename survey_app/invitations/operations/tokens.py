"""What opens an invitation: in clear it exists in one message alone."""

from __future__ import annotations

from datetime import datetime

from survey_app.extensions import db
from survey_app.invitations.codes import CODE_LENGTH
from survey_app.invitations.models import Invitation, InvitationToken, TokenPurpose
from survey_app.invitations.queries import stored_form
from survey_app.kernel.tokens import new_reference, new_token


def fresh_token(invitation: Invitation, purpose: TokenPurpose, now: datetime) -> str:
    """One more token for a link. Those before it stay valid."""
    return _store(invitation, new_token(), purpose, now)


def fresh_code(invitation: Invitation, now: datetime) -> str:
    """One more code to be typed, of 10 characters, which opens the answer as a link does."""
    return _store(invitation, new_reference(CODE_LENGTH), TokenPurpose.ANSWER, now)


def _store(invitation: Invitation, token: str, purpose: TokenPurpose, now: datetime) -> str:
    digest = stored_form(token)
    db.session.add(InvitationToken(invitation=invitation, token_sha256=digest, purpose=purpose, created_at=now))
    return token
