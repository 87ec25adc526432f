"""The forms of open links."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service, Site
from survey_app.organisation.queries import channels_in_use
from survey_app.responses.links.origins import read_origin
from survey_app.responses.models import LinkKind
from survey_app.surveys.models import Survey
from survey_app.web.fields import at_most, one_line, plain

LONGEST_NAME = 120
KINDS = {
    LinkKind.OPEN: "On a poster, a card or a page of ours, opened on people’s own devices",
    LinkKind.EMBED: "In a frame on a page of another web site",
}
USUAL_CHANNELS = {LinkKind.OPEN: Channel.FACE_TO_FACE, LinkKind.EMBED: Channel.WEB}
_KINDS = [SelectChoice(kind.value, words) for kind, words in KINDS.items()]


def _channels() -> list[SelectChoice]:
    in_use = [SelectChoice(channel.value, channel.label) for channel in channels_in_use()]
    return [SelectChoice("", "As usual: face to face on a poster, the web in a frame"), *in_use]


class NameForm(FlaskForm):  # type: ignore[misc]
    """What staff call a link."""

    name = StringField(
        filters=[one_line],
        validators=[
            DataRequired("Say what it is called, like Riverside House reception."),
            at_most(LONGEST_NAME),
            plain,
        ],
    )


class PlaceForm(NameForm):
    """Something new that asks: about any of these services, at any of these sites, by any of these surveys."""

    service = SelectField()
    site = SelectField()
    survey = SelectField()

    def __init__(
        self,
        services: Sequence[Service],
        sites: Sequence[Site],
        surveys: Sequence[Survey],
        usual: str,
        **values: object,
    ) -> None:
        super().__init__(**values)
        self._services = {service.code: service for service in services}
        self._sites = {site.code: site for site in sites}
        self._surveys = {survey.code: survey for survey in surveys}
        self.service.choices = [SelectChoice("", "Choose a service"), *_choices(self._services)]
        self.site.choices = [SelectChoice("", "No site, or all of them"), *_choices(self._sites)]
        self.survey.choices = _choices(self._surveys)
        if not self.survey.data:
            self.survey.data = usual

    @property
    def can_be_made(self) -> bool:
        """Whether there is anything to ask, and anything to ask about."""
        return bool(self._services and self._surveys)

    @property
    def chosen_service(self) -> Service:
        return self._services[self.service.data]

    @property
    def chosen_site(self) -> Site | None:
        return self._sites.get(self.site.data)

    @property
    def chosen_survey(self) -> Survey:
        return self._surveys[self.survey.data]

    def validate_service(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError("Choose the service that people tell about.")


class LinkForm(PlaceForm):
    """A new link."""

    kind = RadioField(
        choices=_KINDS,
        default=LinkKind.OPEN.value,
        validators=[AnyOf([kind.value for kind in KINDS], message="Choose where people find it.")],
        validate_choice=False,
    )
    channel = SelectField(choices=_channels, default="")
    framed_by = StringField(filters=[one_line])

    @property
    def chosen_kind(self) -> LinkKind:
        return LinkKind(self.kind.data)

    @property
    def chosen_channel(self) -> Channel:
        return Channel(self.channel.data) if self.channel.data else USUAL_CHANNELS[self.chosen_kind]

    def validate_framed_by(self, field: StringField) -> None:
        if self.kind.data == LinkKind.EMBED:
            try:
                read_origin(field.data)
            except ValueError as problem:
                raise ValidationError(str(problem)) from None


def _choices(things: dict[str, Service] | dict[str, Site] | dict[str, Survey]) -> list[SelectChoice]:
    return [SelectChoice(code, thing.name) for code, thing in things.items()]
