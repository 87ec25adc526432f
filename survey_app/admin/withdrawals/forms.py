"""The form that asks whose answer it is."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from survey_app.invitations.codes import read_code
from survey_app.responses.given import clean_text

NO_REFERENCE = "A reference has 10 letters and digits, such as 7KQ4M-3HDRT. Compare it with what they read out"


class ReferenceForm(FlaskForm):  # type: ignore[misc]
    """The reference that stood on somebody's thank-you."""

    reference = StringField(filters=[clean_text])

    def validate_reference(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError("Enter the reference of their answer")
        if self.read is None:
            raise ValidationError(NO_REFERENCE)

    @property
    def read(self) -> str | None:
        """As it is stored; None where it can be none."""
        return read_code(self.reference.data or "")
