"""The forms of staff who enter answers; the questions themselves are the resident's form."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from wtforms import Form, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, Length, ValidationError

from survey_app.invitations.codes import CODE_LENGTH, OPEN_CODE_LENGTH, read_code, what_is_wrong
from survey_app.kernel.moments import read_day
from survey_app.organisation.channels import Mode
from survey_app.responses.assisted.card_days import CardDays
from survey_app.responses.given import clean_text

LONGEST_REFERENCE = 120
MODES = {Mode.PHONE: "On the phone, now", Mode.PAPER: "On paper: a card or a letter that came back"}
WHICH_WAY = "Say whether they are on the phone or wrote to us"


class FindForm(FlaskForm):  # type: ignore[misc]
    """How somebody answers, and whose answer it is: by the code that they hold, or by the contact's reference."""

    mode = RadioField(
        choices=[SelectChoice(mode.value, label) for mode, label in MODES.items()],
        validate_choice=False,  # AnyOf says the same in our words
        validators=[AnyOf([mode.value for mode in MODES], message=WHICH_WAY)],
    )
    code = StringField(filters=[clean_text])
    reference = StringField(
        filters=[clean_text],
        validators=[Length(max=LONGEST_REFERENCE, message=f"Use {LONGEST_REFERENCE} characters or fewer")],
    )

    def validate_code(self, field: StringField) -> None:
        """One of the two, and a code that can be one."""
        if field.data and self.reference.data:
            raise ValidationError("Enter the code or the reference, not both")
        if not field.data and not self.reference.data:
            raise ValidationError("Enter the code, or else the contact’s reference")
        if field.data and all(read_code(field.data, length) is None for length in (CODE_LENGTH, OPEN_CODE_LENGTH)):
            raise ValidationError(what_is_wrong(field.data))


class CardForm(Form):  # type: ignore[misc]
    """The day that is written on a card."""

    day = StringField(filters=[clean_text])

    def __init__(self, days: CardDays, *args: object, **kwargs: object) -> None:
        super().__init__(*args, prefix="card-", **kwargs)
        self._days = days

    def validate_day(self, field: StringField) -> None:
        try:
            problem = self._days.what_is_wrong(read_day(field.data))
        except ValueError:
            problem = "Enter the day on the card, like 27/3/2026"
        if problem:
            raise ValidationError(problem)

    @property
    def written_on(self) -> date:
        """The day of a form that validates."""
        return read_day(self.day.data)
