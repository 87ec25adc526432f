"""Codes to be typed: in clear one exists in a single message alone."""

from __future__ import annotations

from datetime import datetime

from survey_app.extensions import db
from survey_app.invitations.codes import CODE_LENGTH
from survey_app.invitations.models import Invitation, InvitationToken, TokenPurpose
from survey_app.invitations.queries import stored_form
from survey_app.kernel.tokens import new_reference


def new_code() -> str:
    """A random code that is stored nowhere yet."""
    return new_reference(CODE_LENGTH)


def fresh_code(invitation: Invitation, now: datetime) -> str:
    """One more code, which opens the answer as a link does. Those before it stay valid."""
    code = new_code()
    db.session.add(
        InvitationToken(
            invitation=invitation, token_sha256=stored_form(code), purpose=TokenPurpose.ANSWER, created_at=now
        )
    )
    return code
