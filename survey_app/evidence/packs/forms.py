"""The form that asks for a pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from survey_app.evidence.models import Framework
from survey_app.kernel.moments import read_day
from survey_app.web.fields import one_line, typed_day


class PackForm(FlaskForm):  # type: ignore[misc]
    """Which framework, and which days."""

    framework = SelectField(validate_choice=False)
    first = StringField(filters=[one_line])
    last = StringField(filters=[one_line])

    def offer(self, frameworks: Sequence[Framework]) -> None:
        """What may be chosen."""
        self.framework.choices = [SelectChoice(framework.code, framework.name) for framework in frameworks]

    @property
    def days(self) -> tuple[date, date]:
        return read_day(self.first.data), read_day(self.last.data)

    def validate_framework(self, field: Field) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose a framework from the list.")

    def validate_first(self, field: Field) -> None:
        typed_day(field)

    def validate_last(self, field: Field) -> None:
        typed_day(field)
