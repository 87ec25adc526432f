"""The form of one kind of alert."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from survey_app.accounts.operations import checked_email
from survey_app.comments.alerts.finding import read_phrases
from survey_app.comments.alerts.operations.setting import MOST_MINUTES, KindFacts
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.models import Service
from survey_app.responses.given import clean_text
from survey_app.web.fields import at_most, one_line, plain

LONGEST_LIST = 60_000


class KindForm(FlaskForm):  # type: ignore[misc]
    """What is looked for, and who is told."""

    name = StringField(filters=[one_line], validators=[DataRequired("Name it."), at_most(120), plain])
    phrases = TextAreaField(
        filters=[clean_text], validators=[DataRequired("Without a phrase nothing is found."), at_most(LONGEST_LIST)]
    )
    exceptions = TextAreaField(filters=[clean_text], validators=[at_most(LONGEST_LIST)])
    inbox = StringField(filters=[one_line], validators=[at_most(254)])
    inbox_service = SelectField(validate_choice=False)
    other_inbox = StringField(filters=[one_line], validators=[at_most(254)])
    minutes = StringField(filters=[one_line])
    is_active = BooleanField()

    def offer(self, services: Sequence[Service]) -> None:
        """The services whose inbox it may be."""
        self.inbox_service.choices = [
            SelectChoice("", "No service’s: a central one"),
            *(SelectChoice(str(service.id), service.name) for service in services),
        ]

    @property
    def facts(self) -> KindFacts:
        """What was said, once it is valid."""
        return KindFacts(
            name=self.name.data,
            phrases="\n".join(read_phrases(self.phrases.data)),
            exceptions="\n".join(read_phrases(self.exceptions.data)),
            inbox=checked_email(self.inbox.data) if self.inbox.data else "",
            inbox_service_id=int(self.inbox_service.data) if self.inbox_service.data else None,
            other_inbox=checked_email(self.other_inbox.data) if self.other_inbox.data else "",
            answer_within_minutes=int(self.minutes.data),
            is_active=self.is_active.data,
        )

    def validate_phrases(self, field: Field) -> None:
        _check_phrases(field)

    def validate_exceptions(self, field: Field) -> None:
        _check_phrases(field)

    def validate_inbox(self, field: Field) -> None:
        _check_email(field)

    def validate_other_inbox(self, field: Field) -> None:
        _check_email(field)
        if field.data and field.data == self.inbox.data:
            raise ValidationError("This is the first inbox. Leave it empty, or type another one.")

    def validate_inbox_service(self, field: Field) -> None:
        if field.data and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose one of the services.")
        if field.data and not self.inbox.data:
            raise ValidationError("Say which inbox it is, or choose no service.")

    def validate_minutes(self, field: Field) -> None:
        typed = field.data
        if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed[:9]) <= MOST_MINUTES):
            raise ValidationError(f"Type a number of minutes from 1 to {MOST_MINUTES:,}.")


def _check_phrases(field: Field) -> None:
    try:
        read_phrases(field.data or "")
    except InvalidInput as problem:
        raise ValidationError(problem.message) from problem


def _check_email(field: Field) -> None:
    if field.data:
        try:
            checked_email(field.data)
        except InvalidInput as problem:
            raise ValidationError("Type an e-mail address, like duty@council.gov.uk.") from problem
