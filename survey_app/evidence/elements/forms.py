"""The forms of an element's page."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from survey_app.evidence.elements.claims import too_long_a_claim


class ClaimForm(FlaskForm):  # type: ignore[misc]
    """What the council claims for an element."""

    claim = TextAreaField("What do you claim?")

    def validate_claim(self, field: TextAreaField) -> None:
        if (problem := too_long_a_claim(field.data or "")) is not None:
            raise ValidationError(problem)
