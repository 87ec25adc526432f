"""The forms of inviting, prolonging and commenting. What cannot be taken comes back as it was typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from survey_app.accounts.operations import checked_email
from survey_app.evidence.assessors.access import usual_last_day
from survey_app.evidence.assessors.operations import Invitation
from survey_app.evidence.models import Framework, Visit
from survey_app.kernel.errors import InvalidInput
from survey_app.web.fields import at_most, one_line, plain, typed_day

NO_VISIT = ""


def typed(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


class InviteForm(FlaskForm):  # type: ignore[misc]
    """Who may read which framework, and until when."""

    name = StringField(filters=[one_line], validators=[DataRequired("Type their name."), at_most(120), plain])
    email = StringField(
        filters=[one_line], validators=[DataRequired("Type their e-mail address."), at_most(254), plain]
    )
    body = StringField(filters=[one_line], validators=[at_most(120), plain])
    framework = SelectField(validate_choice=False)
    visit = SelectField(validate_choice=False)
    expires_on = StringField(filters=[one_line], validators=[DataRequired("Type the last day.")])

    def offer(self, frameworks: Sequence[Framework], visits: Sequence[tuple[Visit, str]], today: date) -> None:
        """Let these be chosen; 30 days is what is usual."""
        self.framework.choices = [SelectChoice(each.code, each.name) for each in frameworks]
        self.visit.choices = [
            SelectChoice(NO_VISIT, "No visit"),
            *(SelectChoice(str(v.id), label) for v, label in visits),
        ]
        if self.expires_on.data is None:
            self.expires_on.data = typed(usual_last_day(today))

    def validate_email(self, field: StringField) -> None:
        try:
            checked_email(field.data or "")
        except InvalidInput as problem:
            raise ValidationError("Type an e-mail address, like name@assessors.example.") from problem

    def validate_framework(self, field: SelectField) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose a framework from the list.")

    def validate_visit(self, field: SelectField) -> None:
        if (field.data or NO_VISIT) not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose a visit from the list.")

    def validate_expires_on(self, field: StringField) -> None:
        typed_day(field)

    @property
    def invitation(self) -> Invitation:
        return Invitation(self.name.data, self.email.data, self.body.data or "", typed_day(self.expires_on))


class ProlongForm(FlaskForm):  # type: ignore[misc]
    """Another last day."""

    expires_on = StringField(filters=[one_line], validators=[DataRequired("Type the last day.")])

    def validate_expires_on(self, field: StringField) -> None:
        typed_day(field)

    @property
    def day(self) -> date:
        return typed_day(self.expires_on)


class CommentForm(FlaskForm):  # type: ignore[misc]
    """What is said about an element; of an assessor, whether it is a question."""

    kind = RadioField(
        choices=[("question", "A question for the council"), ("remark", "A remark")],
        default="question",
        validate_choice=False,
    )
    text = TextAreaField()
