"""What is expected of a feed, and who is told."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.accounts.operations import checked_email
from survey_app.contacts.feeds.models import LONGEST_NAME
from survey_app.contacts.feeds.operations import MOST_HOURS, FeedFacts
from survey_app.kernel.errors import InvalidInput
from survey_app.web.fields import at_most, one_line, plain

DAILY, HOURLY = "day", "hours"


class FeedForm(FlaskForm):  # type: ignore[misc]
    """The settings of one feed."""

    name = StringField(filters=[one_line], validators=[DataRequired("Name it."), at_most(LONGEST_NAME), plain])
    owner_email = StringField(filters=[one_line], validators=[at_most(254)])
    rhythm = RadioField(
        choices=[SelectChoice(DAILY, "On every working day"), SelectChoice(HOURLY, "Every so many hours")],
        default=DAILY,
        validators=[AnyOf((DAILY, HOURLY), message="Choose one of the two.")],
        validate_choice=False,
    )
    hours = StringField(filters=[one_line])
    grace_hours = StringField(filters=[one_line])
    is_on = BooleanField()

    @property
    def facts(self) -> FeedFacts:
        """What was said, once it is valid."""
        return FeedFacts(
            name=self.name.data,
            owner_email=checked_email(self.owner_email.data) if self.owner_email.data else None,
            expected_hours=int(self.hours.data) if self.rhythm.data == HOURLY else None,
            grace_hours=int(self.grace_hours.data),
            is_on=self.is_on.data,
        )

    def validate_owner_email(self, field: Field) -> None:
        if not field.data:
            if self.is_on.data:
                raise ValidationError("Somebody must be told: type an e-mail address.")
            return
        try:
            checked_email(field.data)
        except InvalidInput as error:
            raise ValidationError("Type an e-mail address, like name@council.gov.uk.") from error

    def validate_hours(self, field: Field) -> None:
        if self.rhythm.data == HOURLY:
            _check_hours(field, 1)

    def validate_grace_hours(self, field: Field) -> None:
        _check_hours(field, 0)


def _check_hours(field: Field, least: int) -> None:
    if not (field.data.isascii() and field.data.isdigit() and least <= int(field.data[:9]) <= MOST_HOURS):
        raise ValidationError(f"Type a number of hours from {least} to {MOST_HOURS}.")
