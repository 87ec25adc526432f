"""An idea of somebody in a team."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from survey_app.organisation.models import Service


class IdeaForm(FlaskForm):  # type: ignore[misc]
    """What would be better, and for which service."""

    words = TextAreaField()
    service = SelectField(default="")

    def offer(self, services: Sequence[Service]) -> None:
        """What may be chosen."""
        self.service.choices = [SelectChoice(each.code, each.name) for each in services]
