"""The forms about complaints: that of the public, without a session, and those of staff."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length

from survey_app.privacy.complaints.findings import Finding
from survey_app.responses.given import clean_text

LONGEST_BODY, LONGEST_REPLY_TO = 5_000, 500
BY_EMAIL, BY_HAND = "email", "hand"
_WAYS = ((BY_EMAIL, "Send it by e-mail, in their language"), (BY_HAND, "I told them in another way"))


class ComplaintForm(Form):  # type: ignore[misc]
    """What went wrong, and how to reach whoever writes it. Nothing else is asked."""

    body = TextAreaField(
        filters=[clean_text],
        validators=[
            DataRequired(message=_("Write what went wrong")),
            Length(max=LONGEST_BODY, message=_("Use 5,000 characters or fewer")),
        ],
    )
    reply_to = StringField(
        filters=[clean_text],
        validators=[Length(max=LONGEST_REPLY_TO, message=_("Use 500 characters or fewer"))],
    )


class AcknowledgementForm(FlaskForm):  # type: ignore[misc]
    """How they hear that we have it."""

    way = RadioField(
        choices=[SelectChoice(*way) for way in _WAYS],
        validators=[AnyOf([BY_EMAIL, BY_HAND], message="Choose how they hear of it.")],
        validate_choice=False,
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """What was found, in a word to be counted and in words to be read."""

    finding = RadioField(
        choices=[SelectChoice(each.value, each.label) for each in Finding],
        validators=[AnyOf(list(Finding), message="Choose what you found.")],
        validate_choice=False,
    )
    outcome = TextAreaField(
        filters=[clean_text],
        validators=[
            DataRequired(message="Write what you found and what you do about it."),
            Length(max=LONGEST_BODY, message=f"Use {LONGEST_BODY:,} characters or fewer."),
        ],
    )
    answer_way = RadioField(
        choices=[SelectChoice(*way) for way in _WAYS],
        validators=[AnyOf([BY_EMAIL, BY_HAND], message="Choose how they hear of it.")],
        validate_choice=False,
    )
