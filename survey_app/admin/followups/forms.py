"""The forms of the rules of follow-ups and of their owners."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, ValidationError

from survey_app.actions.followups.complaints_system import check_address
from survey_app.actions.followups.forms import whole_number
from survey_app.actions.followups.operations.ruling import MOST_DAYS, RuleFacts
from survey_app.kernel.errors import InvalidInput
from survey_app.web.fields import one_line

SCORES = {
    "1": "Very dissatisfied alone",
    "2": "Fairly dissatisfied, or worse",
    "3": "Neither satisfied nor dissatisfied, or worse",
    "5": "Any: everybody who asks to be contacted",
}


def _days(_form: FlaskForm, field: Field) -> None:
    if not 1 <= whole_number(field.data) <= MOST_DAYS:
        raise ValidationError(f"Type 1 to {MOST_DAYS} working days.")


class RulesForm(FlaskForm):  # type: ignore[misc]
    is_on = RadioField(
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No: nobody is promised a call")],
        validators=[AnyOf(["yes", "no"], message="Choose one of the two.")],
        validate_choice=False,
    )
    highest_score = RadioField(
        choices=[SelectChoice(score, label) for score, label in SCORES.items()],
        validators=[AnyOf(list(SCORES), message="Choose one.")],
        validate_choice=False,
    )
    first_contact_days = StringField(filters=[one_line], validators=[_days])
    close_days = StringField(filters=[one_line], validators=[_days])
    asks_for_verdict = BooleanField()
    complaints_url = StringField(filters=[one_line])

    @property
    def facts(self) -> RuleFacts:
        """What a form that validates sets."""
        return RuleFacts(
            is_on=self.is_on.data == "yes",
            highest_score=int(self.highest_score.data),
            first_contact_days=whole_number(self.first_contact_days.data),
            close_days=whole_number(self.close_days.data),
            asks_for_verdict=bool(self.asks_for_verdict.data),
            complaints_url=self.complaints_url.data,
        )

    def validate_close_days(self, field: StringField) -> None:
        if 1 <= whole_number(field.data) < whole_number(self.first_contact_days.data):
            raise ValidationError("Closing comes after the first contact: type as many days or more.")

    def validate_complaints_url(self, field: StringField) -> None:
        try:
            check_address(field.data)
        except InvalidInput as problem:
            raise ValidationError(problem.message) from problem


class OwnerForm(FlaskForm):  # type: ignore[misc]
    """Who owns the follow-ups of a service."""

    service = SelectField(validators=[InputRequired("Choose a service.")])
    user = SelectField(validators=[InputRequired("Choose somebody.")])

    def __init__(self, services: list[tuple[str, str]], users: list[tuple[str, str]], **values: Any) -> None:
        super().__init__(**values)
        self.service.choices = [SelectChoice("", "Choose a service"), *(SelectChoice(*each) for each in services)]
        self.user.choices = [SelectChoice("", "Choose somebody"), *(SelectChoice(*each) for each in users)]
