"""Who links their account of the council says once more who they are."""

from __future__ import annotations

from typing import cast

from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField
from wtforms.validators import DataRequired, ValidationError

from survey_app.accounts.models import User


class LinkForm(FlaskForm):  # type: ignore[misc]
    """The password of whoever is signed in: a browser that was left open links nobody."""

    password = PasswordField(validators=[DataRequired("Type your password.")])

    def validate_password(self, field: Field) -> None:
        user = cast(User, current_user)
        if not user.password or not user.verify_and_update_password(field.data):
            raise ValidationError("That is not your password.")
