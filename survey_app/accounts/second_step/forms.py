"""Flask-Security's forms of the second step, where ours ask for more."""

from __future__ import annotations

import hmac
from typing import Any, cast

from flask import session
from flask_security import MfRecoveryForm, VerifyForm, WebAuthnRegisterResponseForm, WebAuthnSigninResponseForm
from flask_wtf import FlaskForm
from wtforms import Field, RadioField
from wtforms.fields.choices import SelectChoice

from survey_app.accounts.models import Passkey, SecondStepFor, User
from survey_app.accounts.queries import may_sign_in
from survey_app.accounts.second_step.operations import CHALLENGE, was_answered_before
from survey_app.accounts.single_sign_on.queries import COUNCIL_SIGN_IN, may_sign_in_locally

BEGIN_AGAIN = "That was asked on another page, or answered already. Begin again."
NOT_KNOWN = "That passkey is not known here."
FOR_WHOM = {
    SecondStepFor.SENSITIVE_ROLES: "Administrators, data protection officers and Customer Service Excellence leads",
    SecondStepFor.EVERYBODY: "Everybody who signs in with a password",
    SecondStepFor.NOBODY: "Nobody",
}


class PasswordAgainForm(VerifyForm):
    """The password once more, of somebody who has one."""

    def validate_next(self, _field: Field) -> None:
        """An address elsewhere is not followed, but it is no reason to refuse a person."""

    def validate(self, **kwargs: Any) -> bool:
        if self.user.password is None:
            self.password.errors = ["You sign in without a password here. Sign out, sign in again and come back."]
            return False
        return bool(super().validate(**kwargs))


class NewPasskeyForm(WebAuthnRegisterResponseForm):
    """What the browser made, for the challenge that this browser's session was given."""

    def validate(self, **kwargs: Any) -> bool:
        if not _is_of_this_session(self.challenge):
            self.form_errors.append(BEGIN_AGAIN)
            return False
        if not super().validate(**kwargs):
            return False
        self.extensions = ""  # nobody reads what a browser says of itself
        return True


class PasskeyAnswerForm(WebAuthnSigninResponseForm):
    """The answer of a passkey: to this session's challenge, once, of somebody who may sign in."""

    def validate(self, **kwargs: Any) -> bool:
        half_way = session.get("tf_user_id")
        if not _is_of_this_session(self.challenge):
            self.form_errors.append(BEGIN_AGAIN)
            return False
        if not super().validate(**kwargs):
            return False
        user = cast(User, self.user)
        if not user.active or not may_sign_in(user) or (self.is_secondary and user.fs_uniquifier != half_way):
            self.form_errors.append(NOT_KNOWN)
            return False
        if not may_sign_in_locally(user):
            self.form_errors.append(COUNCIL_SIGN_IN)
            return False
        if was_answered_before(self.challenge, cast(Passkey, self.cred)):
            self.form_errors.append(BEGIN_AGAIN)
            return False
        return True


class RecoveryCodeForm(MfRecoveryForm):
    """One of the ten codes, however it was typed."""

    def validate(self, **kwargs: Any) -> bool:
        typed = "".join(character for character in (self.code.data or "").lower() if character.isalnum())
        self.code.data = "-".join(typed[place : place + 4] for place in range(0, len(typed), 4))
        return bool(super().validate(**kwargs))


class RuleForm(FlaskForm):  # type: ignore[misc]
    """Who needs a second step."""

    second_step_for = RadioField(choices=[SelectChoice(who.value, words) for who, words in FOR_WHOM.items()])


def _is_of_this_session(challenge: str) -> bool:
    """Once: whatever comes of it, the next answer needs another challenge."""
    return hmac.compare_digest(session.pop(CHALLENGE, "").encode(), challenge.encode())
