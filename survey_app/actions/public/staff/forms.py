"""The forms of what is published. What was typed comes back beside what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from survey_app.actions.public.operations import ChangeWords, StandardWords
from survey_app.measures.models import PublishedEdition
from survey_app.web.fields import at_most, one_line, plain

LONGEST = 2_000
AS_STATED = ""  # no published figure: the council's own word


def _text(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _long(message: str | None = None) -> list[object]:
    length = Length(max=LONGEST, message=f"Use {LONGEST:,} characters or fewer.")
    return [DataRequired(message), length] if message else [length]


class ChangeForm(FlaskForm):  # type: ignore[misc]
    """One change, in words for residents."""

    heading = StringField(
        filters=[one_line], validators=[DataRequired("Write a heading, such as Housing."), at_most(120), plain]
    )
    said = TextAreaField(filters=[_text], validators=_long("Write what people said."))
    did = TextAreaField(filters=[_text], validators=_long("Write what you did."))
    helped = TextAreaField(filters=[_text], validators=_long())

    @property
    def words(self) -> ChangeWords:
        return ChangeWords(self.heading.data, self.said.data, self.did.data, self.helped.data)


class StandardForm(FlaskForm):  # type: ignore[misc]
    """One promise, with a published figure or one that the council states."""

    heading = StringField(filters=[one_line], validators=[at_most(120), plain])
    promise = TextAreaField(filters=[_text], validators=_long("Write the promise."))
    figure = SelectField(validate_choice=False)
    stated_target = StringField(filters=[one_line], validators=[at_most(120), plain])
    stated_figure = StringField(filters=[one_line], validators=[at_most(120), plain])
    stated_source = StringField(filters=[one_line], validators=[at_most(200), plain])
    stated_on = DateField(validators=[Optional()])

    def offer(self, figures: Mapping[str, tuple[str, PublishedEdition, str | None]]) -> None:
        """These figures stand published: words, edition and service, by value."""
        self.offered = figures
        self.figure.choices = [
            SelectChoice(AS_STATED, "As we state it below"),
            *(SelectChoice(value, words) for value, (words, _, _) in figures.items()),
        ]

    def validate_figure(self, field: SelectField) -> None:
        if field.data and field.data not in self.offered:
            raise ValidationError("Choose a figure of this list.")

    def validate_stated_figure(self, field: StringField) -> None:
        self._need(field.data, "Say what the figure is.")

    def validate_stated_source(self, field: StringField) -> None:
        self._need(field.data, "Say where the figure comes from.")

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """A stated figure needs its day too, which its field alone cannot ask for."""
        is_fine = bool(super().validate(extra_validators))
        if not self.figure.data and self.stated_on.data is None:
            self.stated_on.errors = ["Choose the day of the figure."]
            return False
        return is_fine

    def _need(self, text: str, message: str) -> None:
        if not self.figure.data and not text:
            raise ValidationError(message)

    @property
    def words(self) -> StandardWords:
        if self.figure.data in self.offered:
            _, edition, service = self.offered[self.figure.data]
            return StandardWords(self.heading.data, self.promise.data, edition, service)
        return StandardWords(
            self.heading.data,
            self.promise.data,
            stated_target=self.stated_target.data,
            stated_figure=self.stated_figure.data,
            stated_source=self.stated_source.data,
            stated_on=self.stated_on.data,
        )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why something is sent back or withdrawn."""

    reason = TextAreaField(filters=[_text], validators=_long("Give a reason."))
