"""The form of a new key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from survey_app.accounts.keys.models import LONGEST_NAME
from survey_app.accounts.keys.scopes import SCOPES
from survey_app.organisation.models import Service
from survey_app.web.fields import at_most, one_line, plain

LIVES = {"30": "30 days", "90": "90 days", "365": "A year", "730": "Two years"}


class KeyForm(FlaskForm):  # type: ignore[misc]
    """Which system gets the key, what for, of which services, and for how long."""

    name = StringField(filters=[one_line], validators=[DataRequired("Name the system."), at_most(LONGEST_NAME), plain])
    scopes = SelectMultipleField(
        choices=[SelectChoice(scope.value, words) for scope, words in SCOPES.items()],
        validators=[DataRequired("Choose at least one thing that the key may do.")],
    )
    services = SelectMultipleField(validate_choice=False)  # none: all of them
    days = SelectField(choices=[SelectChoice(*life) for life in LIVES.items()], default="365")

    def __init__(self, *, services: Sequence[Service], **rest: Any) -> None:
        super().__init__(**rest)
        self.services.choices = [SelectChoice(service.code, service.name) for service in services]

    def validate_services(self, field: SelectMultipleField) -> None:
        """A service may have gone since the page was opened."""
        if not {choice.value for choice in field.choices or ()}.issuperset(field.data or ()):
            raise ValidationError("One of these services is not there any more. Choose again.")
