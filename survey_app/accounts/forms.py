"""The forms of sign-in, of a forgotten password and of the first administrator."""

from __future__ import annotations

from typing import Any, cast

from flask_security import hash_password
from flask_security.forms import ForgotPasswordForm, LoginForm, ResetPasswordForm
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from survey_app.accounts.guessing.operations import note_wrong_password
from survey_app.accounts.models import User
from survey_app.accounts.operations import checked_email, password_problems
from survey_app.accounts.queries import may_sign_in
from survey_app.accounts.single_sign_on.queries import COUNCIL_SIGN_IN, may_sign_in_locally
from survey_app.kernel.errors import InvalidInput

DEMO_ONLY_HERE = "Demonstration users can sign in only where the site runs for one machine alone."


class SignInForm(LoginForm):
    """E-mail and password. The same words for every wrong pair, whether or not there is such a user."""

    remember = None  # no cookie outlives the idle limit

    def validate_next(self, _field: Field) -> None:
        """An address elsewhere is not followed after sign-in, but it is no reason to refuse a person."""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            note_wrong_password(cast("User | None", self.user))
            return False
        if not may_sign_in(cast(User, self.user)):
            self.form_errors.append(DEMO_ONLY_HERE)
            return False
        if not may_sign_in_locally(cast(User, self.user)):
            self.form_errors.append(COUNCIL_SIGN_IN)
            return False
        return True


class ForgottenPasswordForm(ForgotPasswordForm):
    """An e-mail address. Flask-Security gives the same answer whether or not this form finds somebody to write to."""

    def validate(self, **kwargs: Any) -> bool:
        is_found = super().validate(**kwargs) and may_sign_in(cast(User, self.user))
        is_found = is_found and may_sign_in_locally(cast(User, self.user))
        if not (self.email.data or "").strip():
            self.form_errors.append("Enter your e-mail address.")
        if is_found:
            hash_password("as long as for an address that nobody has")
        return is_found


class NewPasswordForm(ResetPasswordForm):
    """The new password, twice, of whoever holds the link."""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        if not may_sign_in(cast(User, self.user)):
            self.form_errors.append(DEMO_ONLY_HERE)
            return False
        return True


class WelcomeForm(FlaskForm):  # type: ignore[misc]
    """The password of somebody who was invited, twice. `own`: their name and address."""

    own: tuple[str, ...] = ()

    password = PasswordField(validators=[DataRequired("Choose a password.")])
    password_again = PasswordField(validators=[EqualTo("password", message="Type the same password in both boxes.")])

    def validate_password(self, field: Field) -> None:
        if problems := password_problems(field.data, *self.own):
            raise ValidationError(problems[0])


class FirstAdministratorForm(FlaskForm):  # type: ignore[misc]
    """Who sets up the site, and the password they will sign in with."""

    name = StringField(
        validators=[DataRequired("Type your name."), Length(max=120, message="Use 120 characters or fewer.")]
    )
    email = StringField(
        validators=[
            DataRequired("Type your e-mail address."),
            Length(max=254, message="Use 254 characters or fewer."),
        ]
    )
    password = PasswordField(validators=[DataRequired("Choose a password.")])
    password_again = PasswordField(
        validators=[EqualTo("password", message="Type the same password in both boxes.")],
    )

    def validate_name(self, field: Field) -> None:
        if not field.data.isprintable():
            raise ValidationError("Use letters, spaces and punctuation only.")

    def validate_email(self, field: Field) -> None:
        try:
            checked_email(field.data)
        except InvalidInput as error:
            raise ValidationError("Type an e-mail address, like name@council.gov.uk.") from error

    def validate_password(self, field: Field) -> None:
        if problems := password_problems(field.data, self.email.data or "", self.name.data or ""):
            raise ValidationError(problems[0])
