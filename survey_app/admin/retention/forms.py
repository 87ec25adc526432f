"""The form of one class: for how many days it is kept."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from survey_app.kernel.errors import InvalidInput
from survey_app.privacy.retention import DataClass, checked
from survey_app.web.fields import one_line, read_number


class DaysForm(FlaskForm):  # type: ignore[misc]
    """For how many days one class is kept."""

    days = StringField(filters=[one_line])

    def __init__(self, data_class: DataClass, **given: object) -> None:
        super().__init__(**given)
        self._class = data_class

    def validate_days(self, field: StringField) -> None:
        limits = f"Enter a whole number of days from {self._class.least_days:,} to {self._class.most_days:,}."
        try:
            number = read_number((field.data or "").replace(",", ""))
        except ValueError:
            raise ValidationError(limits) from None
        if number != int(number):
            raise ValidationError(limits)
        try:
            checked(self._class.code, int(number))
        except InvalidInput:
            raise ValidationError(limits) from None
        self.number = int(number)
