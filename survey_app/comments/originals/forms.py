"""The form that asks why."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length, ValidationError

from survey_app.comments.originals.reasons import Reason

LONGEST_REASON = 300


def _text(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why the original has to be read."""

    reason = RadioField(
        choices=[SelectChoice(reason.value, reason.label) for reason in Reason],
        validators=[AnyOf(list(Reason), message="Choose why you need to read it.")],
        validate_choice=False,
    )
    words = TextAreaField(
        filters=[_text], validators=[Length(max=LONGEST_REASON, message=f"Use {LONGEST_REASON} characters or fewer.")]
    )

    def validate_words(self, field: TextAreaField) -> None:
        if self.reason.data == Reason.OTHER and not field.data:
            raise ValidationError("Say in a few words what the reason is.")
