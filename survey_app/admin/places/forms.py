"""The form of a team or a site."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.organisation.structure import LONGEST_NAME, UnitKind, is_code
from survey_app.web.fields import at_most, one_line, plain, typed_day

KINDS = (UnitKind.TEAM, UnitKind.SITE)


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """Its name, and the last day on which it is offered."""

    name = StringField(filters=[one_line], validators=[DataRequired("Type a name."), at_most(LONGEST_NAME), plain])
    valid_to = StringField(filters=[one_line])

    def validate_valid_to(self, field: Field) -> None:
        if field.data:
            typed_day(field)


class NewPlaceForm(FlaskForm):  # type: ignore[misc]
    """One that is added; without a code it gets one from its name."""

    kind = RadioField(
        choices=[SelectChoice(UnitKind.TEAM.value, "Team"), SelectChoice(UnitKind.SITE.value, "Site")],
        default=UnitKind.TEAM.value,
        validators=[AnyOf([kind.value for kind in KINDS], message="Choose one of the two.")],
        validate_choice=False,
    )
    name = StringField(filters=[one_line], validators=[DataRequired("Type a name."), at_most(LONGEST_NAME), plain])
    code = StringField(filters=[one_line])

    def validate_code(self, field: Field) -> None:
        if field.data and not is_code(field.data):
            raise ValidationError("Use up to 60 letters, digits, dots and hyphens, without spaces.")
