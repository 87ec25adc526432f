"""The form that asks for past comments to be judged again. What cannot be taken comes back as it was typed."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from survey_app.kernel.moments import read_day
from survey_app.web.fields import at_most, one_line, plain, typed_day

LONGEST_REASON = 500


class JudgingForm(FlaskForm):  # type: ignore[misc]
    """Which days, and why."""

    first = StringField(filters=[one_line])
    last = StringField(filters=[one_line])
    reason = TextAreaField(
        filters=[one_line],
        validators=[DataRequired("Say why, for whoever asks later."), at_most(LONGEST_REASON), plain],
    )

    @property
    def first_day(self) -> date:
        return read_day(self.first.data)

    @property
    def last_day(self) -> date:
        return read_day(self.last.data)

    def validate_first(self, field: Field) -> None:
        typed_day(field)

    def validate_last(self, field: Field) -> None:
        last = typed_day(field)
        if not self.first.errors and last < self.first_day:
            raise ValidationError("The last day is before the first.")
