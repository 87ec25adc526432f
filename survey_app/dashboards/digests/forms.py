"""What somebody asks to have sent."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from survey_app.dashboards.digests.queries import DigestChoice
from survey_app.dashboards.digests.rhythm import LABELS, WHEN
from survey_app.dashboards.models import Rhythm
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service


class DigestForm(FlaskForm):  # type: ignore[misc]
    """How often, and of what."""

    rhythm = RadioField(
        choices=[(each.value, f"{LABELS[each]}: {WHEN[each]}") for each in Rhythm],
        default=Rhythm.WEEKLY.value,
        validators=[DataRequired("Choose how often.")],
    )
    service = SelectField(default="")
    channel = SelectField(
        default="", choices=[SelectChoice("", "All channels"), *(SelectChoice(c.value, c.label) for c in Channel)]
    )

    def offer(self, services: Sequence[Service], *, sees_all: bool) -> None:
        """What may be chosen."""
        everything = SelectChoice("", "All services" if sees_all else "All your services")
        self.service.choices = [everything, *(SelectChoice(each.code, each.name) for each in services)]

    @property
    def choice(self) -> DigestChoice:
        channel = Channel(self.channel.data) if self.channel.data else None
        return DigestChoice(Rhythm(self.rhythm.data), self.service.data or None, channel)
