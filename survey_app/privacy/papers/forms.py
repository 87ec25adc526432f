"""The form of a place of the council's own records."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField, ValidationError
from wtforms.validators import Length

from survey_app.organisation.page_text import unknown_facts
from survey_app.organisation.presenters import page_facts
from survey_app.responses.given import clean_text

LONGEST = 20_000


class TextForm(FlaskForm):  # type: ignore[misc]
    """What stands there. `based_on` is the number of the text that the writer began with, empty for the suggestion."""

    body = TextAreaField(
        filters=[clean_text],
        validators=[Length(max=LONGEST, message=f"Shorten the text to {LONGEST:,} characters or fewer.")],
    )
    based_on = HiddenField()

    def validate_body(self, field: TextAreaField) -> None:
        unknown = unknown_facts(field.data or "", [fact.name for fact in page_facts()])
        if unknown:
            raise ValidationError(f"There is no fact {{{unknown[0]}}}. Write the words themselves.")
