"""The forms of exhibits."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from survey_app.evidence.models import Element, ExhibitKind


class PinForm(FlaskForm):  # type: ignore[misc]
    """Which figure stands at which elements, how, and under what title."""

    figure = HiddenField(validators=[DataRequired("Choose the figure first: open it and press Pin to evidence.")])
    kind = RadioField(
        "How should it be shown?",
        choices=[
            SelectChoice(ExhibitKind.CHART.value, "As a chart by month, with the figure"),
            SelectChoice(ExhibitKind.FIGURE.value, "As a figure alone"),
        ],
        default=ExhibitKind.CHART.value,
        validators=[AnyOf(list(ExhibitKind), message="Choose how it should be shown.")],
        validate_choice=False,
    )
    title = StringField("Title", validators=[Length(max=200, message="Use 200 characters or fewer for the title.")])
    elements = SelectMultipleField(
        "Elements", validators=[DataRequired("Choose at least one element.")], validate_choice=False
    )

    def offer(self, elements: Iterable[Element]) -> None:
        """Let these elements be chosen. A choice is written framework/number."""
        self.elements.choices = [
            SelectChoice(f"{element.framework.code}/{element.number}", f"{element.number} {element.title}")
            for element in elements
        ]

    def validate_elements(self, field: SelectMultipleField) -> None:
        if not set(field.data) <= {choice.value for choice in field.choices}:
            raise ValidationError("Choose elements from the list.")
