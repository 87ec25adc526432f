"""The form that declares a bridge."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from survey_app.measures.operations import LONGEST_REASON


class BridgeForm(FlaskForm):  # type: ignore[misc]
    """Why the answers to two wordings can be compared."""

    reason = TextAreaField(
        "Why can they be compared?",
        validators=[
            DataRequired("Say why the answers before and after can be compared."),
            Length(max=LONGEST_REASON, message=f"Use {LONGEST_REASON:,} characters or fewer."),
        ],
    )
