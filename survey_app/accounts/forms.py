"""The form of sign-in."""

from __future__ import annotations

from typing import Any, cast

from flask_security.forms import LoginForm
from wtforms import Field

from survey_app.accounts.models import User
from survey_app.accounts.queries import may_sign_in


class SignInForm(LoginForm):
    """E-mail and password. The same words for every wrong pair, whether or not there is such a user."""

    remember = None  # no cookie outlives the idle limit

    def validate_next(self, _field: Field) -> None:
        """An address elsewhere is not followed after sign-in, but it is no reason to refuse a person."""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        if not may_sign_in(cast(User, self.user)):
            self.form_errors.append("Demonstration users can sign in only where the site runs for one machine alone.")
            return False
        return True
