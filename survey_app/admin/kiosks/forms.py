"""The forms of kiosks."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from survey_app.admin.links.forms import NameForm, PlaceForm
from survey_app.organisation.models import Service, Site
from survey_app.responses.kiosk.operations import MOST_SECONDS
from survey_app.responses.kiosk.pins import LONGEST, SHORTEST, is_pin
from survey_app.surveys.models import Survey
from survey_app.web.fields import one_line

USUAL_SECONDS = "3"
ONE_QUESTION = "one question"  # the survey for kiosks; with its space the code of no survey
WRONG_PIN = f"Use {SHORTEST} to {LONGEST} digits."


class SecondsForm(FlaskForm):  # type: ignore[misc]
    """How soon after an answer a tap counts as another one."""

    seconds = StringField(filters=[one_line], default=USUAL_SECONDS)

    @property
    def chosen_seconds(self) -> int:
        return int(self.seconds.data)

    def validate_seconds(self, field: StringField) -> None:
        text = field.data
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_SECONDS))) or int(text) > MOST_SECONDS:
            raise ValidationError(f"Use a whole number of seconds from 0 to {MOST_SECONDS}.")


class KioskForm(PlaceForm, SecondsForm):
    """A new kiosk. Its own survey of one question can be chosen before there is one."""

    pin = PasswordField()

    def __init__(
        self, services: Sequence[Service], sites: Sequence[Site], surveys: Sequence[Survey], **values: object
    ) -> None:
        others = [survey for survey in surveys if not survey.is_for_kiosks]
        super().__init__(services, sites, others, ONE_QUESTION, **values)
        self.survey.choices = [SelectChoice(ONE_QUESTION, "One question: overall satisfaction"), *self.survey.choices]

    @property
    def longer_survey(self) -> Survey | None:
        """The survey that was chosen; None for the one of one question."""
        return self._surveys.get(self.survey.data)

    def validate_pin(self, field: PasswordField) -> None:
        if not is_pin(field.data or ""):
            raise ValidationError(WRONG_PIN)


class ChangeForm(NameForm, SecondsForm):
    """What can be changed of a kiosk. A PIN that is left empty stays as it is."""

    pin = PasswordField()

    def validate_pin(self, field: PasswordField) -> None:
        if field.data and not is_pin(field.data):
            raise ValidationError(WRONG_PIN)
