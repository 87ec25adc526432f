"""The form of a channel; the page has one for each."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField

from survey_app.web.fields import at_most, one_line, plain

LONGEST_NAME = 60


class ChannelForm(FlaskForm):  # type: ignore[misc]
    """Its own name, empty for the usual one, and whether it is used."""

    name = StringField(filters=[one_line], validators=[at_most(LONGEST_NAME), plain])
    is_used = BooleanField()
