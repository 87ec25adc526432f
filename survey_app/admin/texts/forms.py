"""The forms for the texts of the council's pages."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from survey_app.organisation.page_text import LONGEST_BODY, unknown_facts
from survey_app.organisation.presenters import page_facts
from survey_app.responses.given import clean_text

UPDATED_ON = "updated_on"


class PageTextForm(FlaskForm):  # type: ignore[misc]
    """The text of a page. `based_on` is the number of the text that the writer began with, empty for the standard."""

    body = TextAreaField(
        filters=[clean_text],
        validators=[
            DataRequired("Write a text, or go back to the standard one."),
            Length(max=LONGEST_BODY, message=f"Shorten the text to {LONGEST_BODY:,} characters or fewer."),
        ],
    )
    based_on = HiddenField()

    def validate_body(self, field: TextAreaField) -> None:
        unknown = unknown_facts(field.data, [UPDATED_ON, *(fact.name for fact in page_facts())])
        if unknown:
            raise ValidationError(f"There is no fact {{{unknown[0]}}}. The list below the text has all of them.")


class DataProtectionForm(FlaskForm):  # type: ignore[misc]
    """Where questions on data go."""

    email = StringField(filters=[clean_text])

    def validate_email(self, field: StringField) -> None:
        if field.data:
            try:
                field.data = validate_email(field.data, check_deliverability=False).normalized
            except EmailNotValidError as problem:
                raise ValidationError("Enter an e-mail address, like dataprotection@example.gov.uk.") from problem
