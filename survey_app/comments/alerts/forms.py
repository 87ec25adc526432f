"""The form that decides an alert."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from survey_app.comments.alerts.models import AlertOutcome
from survey_app.responses.given import clean_text
from survey_app.web.fields import at_most

LONGEST_NOTE = 1_000
OUTCOMES = {AlertOutcome.REAL: "It was real", AlertOutcome.FALSE_ALARM: "It was a false alarm"}


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """Was it one?"""

    outcome = RadioField(
        choices=[SelectChoice(outcome, label) for outcome, label in OUTCOMES.items()],
        validators=[AnyOf(list(AlertOutcome), message="Say whether it was real.")],
        validate_choice=False,
    )
    note = TextAreaField(filters=[clean_text], validators=[at_most(LONGEST_NOTE)])
