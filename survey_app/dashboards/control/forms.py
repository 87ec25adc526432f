"""The form that begins a new usual range."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from survey_app.kernel.characters import fit
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period

LONGEST_REASON = 300


def _one_line(text: str | None) -> str:
    return " ".join(fit(text or "").split())


class RebaseForm(FlaskForm):  # type: ignore[misc]
    """From which month on a range is a new one, and why."""

    month = StringField(validators=[DataRequired("Choose the first month of the new range.")])
    reason = TextAreaField(
        filters=[_one_line],
        validators=[
            DataRequired("Say why the usual range is a new one from then on."),
            Length(max=LONGEST_REASON, message=f"Use {LONGEST_REASON} characters or fewer."),
        ],
    )

    @property
    def first_day(self) -> date:
        return Period.parse(self.month.data).first

    def validate_month(self, field: Field) -> None:
        try:
            period = Period.parse(field.data)
        except InvalidInput as problem:
            raise ValidationError("Choose a month of the list.") from problem
        if period != Period.month_of(period.first):
            raise ValidationError("Choose a month of the list.")
