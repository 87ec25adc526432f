"""The forms of one service, and of a file of many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from survey_app.kernel.moments import read_day
from survey_app.organisation.models import Service
from survey_app.organisation.structure import LONGEST_NAME, is_code
from survey_app.web.fields import at_most, one_line, plain, typed_day

NONE = ""


class ServiceForm(FlaskForm):  # type: ignore[misc]
    """What can be changed of a service: its name, what it is below, and its first day."""

    name = StringField(
        filters=[one_line], validators=[DataRequired("Type the name of the service."), at_most(LONGEST_NAME), plain]
    )
    parent = SelectField(validate_choice=False)
    valid_from = StringField(filters=[one_line])

    def offer(self, services: Sequence[Service]) -> None:
        """What it may stand below."""
        rows = [SelectChoice(service.code, f"{service.name} ({service.code})") for service in services]
        self.parent.choices = [SelectChoice(NONE, "Nothing: it stands at the top"), *rows]

    @property
    def first_day(self) -> date | None:
        return read_day(self.valid_from.data) if self.valid_from.data else None

    def validate_valid_from(self, field: Field) -> None:
        if field.data:
            typed_day(field)


class NewServiceForm(ServiceForm):
    """A service that is added; without a code it gets one from its name."""

    code = StringField(filters=[one_line])

    def validate_code(self, field: Field) -> None:
        if field.data and not is_code(field.data):
            raise ValidationError("Use up to 60 letters, digits, dots and hyphens, without spaces.")


class ClosingForm(FlaskForm):  # type: ignore[misc]
    """The last day of a service, and what its residents turn to then."""

    valid_to = StringField(filters=[one_line])
    successor = SelectField(validate_choice=False)
    goes_below = BooleanField()

    def offer(self, services: Sequence[Service]) -> None:
        rows = [SelectChoice(service.code, f"{service.name} ({service.code})") for service in services]
        self.successor.choices = [SelectChoice(NONE, "No other service"), *rows]

    def validate_valid_to(self, field: Field) -> None:
        typed_day(field)

    def validate_goes_below(self, field: Field) -> None:
        if field.data and not self.successor.data:
            raise ValidationError("Choose the service that follows, or leave this out.")


class UploadForm(FlaskForm):  # type: ignore[misc]
    file = FileField(validators=[FileRequired("Choose a file.")])


class PlanForm(FlaskForm):  # type: ignore[misc]
    """A file that was looked at: its text again, and the mark of what it would do then."""

    text = HiddenField()
    name = HiddenField()
    mark = HiddenField()

    def validate_mark(self, field: Field) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", field.data or ""):
            raise ValidationError("Choose the file again.")
