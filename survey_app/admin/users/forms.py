"""The forms of a new person and of somebody's role."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from survey_app.accounts.operations import checked_email
from survey_app.accounts.roles import ROLES, RoleName
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.models import Service
from survey_app.organisation.queries import all_services, all_teams
from survey_app.web.fields import at_most, one_line, plain

STAFF_ROLES = [SelectChoice(name, ROLES[name].label) for name in RoleName if name != RoleName.ASSESSOR]


def in_their_tree(services: Sequence[Service]) -> list[tuple[str, str]]:
    """Code and words of each service, each below the one that it belongs to: Housing › Repairs."""
    by_id = {service.id: service for service in services}

    def path(service: Service) -> list[str]:
        above = by_id.get(service.parent_id or 0)
        return [*(path(above) if above is not None else []), service.name]

    return sorted(((service.code, " › ".join(path(service))) for service in services), key=lambda each: each[1])


class RoleForm(FlaskForm):  # type: ignore[misc]
    """What somebody may do, and for which services where the role is for own ones."""

    role = SelectField(choices=STAFF_ROLES)
    services = SelectMultipleField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.services.choices = [SelectChoice(code, words) for code, words in in_their_tree(all_services())]

    def validate_services(self, field: SelectMultipleField) -> None:
        rule = ROLES.get(self.role.data)
        if rule is not None and rule.own_services_only and not field.data:
            raise ValidationError(f"Choose at least one service: this role, {rule.label}, sees its own services only.")

    @property
    def chosen(self) -> list[str]:
        """The services that go with the role; for a role that sees all, none, whatever was ticked."""
        return list(self.services.data or ()) if ROLES[self.role.data].own_services_only else []


class TeamsForm(FlaskForm):  # type: ignore[misc]
    """The teams in which somebody answers contacts."""

    teams = SelectMultipleField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.teams.choices = [SelectChoice(team.code, team.name) for team in all_teams()]


class TeamFileForm(FlaskForm):  # type: ignore[misc]
    file = FileField(validators=[FileRequired("Choose a file.")])


class PersonForm(RoleForm):
    """Somebody who is given access."""

    name = StringField(filters=[one_line], validators=[DataRequired("Type their name."), at_most(120), plain])
    email = StringField(filters=[one_line], validators=[DataRequired("Type their e-mail address."), at_most(254)])
    is_break_glass = BooleanField()

    def validate_email(self, field: StringField) -> None:
        try:
            checked_email(field.data)
        except InvalidInput as error:
            raise ValidationError("Type an e-mail address, like name@council.gov.uk.") from error

    def validate_is_break_glass(self, field: BooleanField) -> None:
        if field.data and self.role.data != RoleName.ADMINISTRATOR:
            raise ValidationError("A break-glass account is an administrator’s: choose that role.")
