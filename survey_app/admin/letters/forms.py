"""The form that prints."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from survey_app.invitations.letters.printing import Paper


class PrintForm(FlaskForm):  # type: ignore[misc]
    """Letters for window envelopes, or cards."""

    paper = RadioField(
        choices=[
            SelectChoice(Paper.LETTER.value, "Letters, A4, for envelopes with a window"),
            SelectChoice(Paper.CARD.value, "Cards, A6"),
        ],
        default=Paper.LETTER.value,
        validators=[AnyOf([paper.value for paper in Paper], message="Choose letters or cards.")],
        validate_choice=False,
    )
