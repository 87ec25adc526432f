"""The forms of exhibits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.models import Improvement
from survey_app.comments.models import Theme
from survey_app.evidence.exhibits.operations import LONGEST_TITLE
from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.exhibits.quotes import QuoteChoice
from survey_app.evidence.models import Element, Exhibit, ExhibitKind
from survey_app.kernel.periods import in_words
from survey_app.measures.models import PublishedEdition
from survey_app.measures.queries import measure_called
from survey_app.organisation.models import Service
from survey_app.web.fields import at_most, one_line, plain, typed_day


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


class AddForm(FlaskForm):  # type: ignore[misc]
    """What every form of the page of a new exhibit has: the element at which it is to stand."""

    element = HiddenField(validators=[DataRequired("Choose an element first.")])


class CiteForm(AddForm):
    """An exhibit that is there already."""

    exhibit = SelectField(coerce=int, validate_choice=False)

    def offer(self, exhibits: Iterable[Exhibit]) -> None:
        self.exhibit.choices = [
            SelectChoice(each.number, f"{exhibit_number(each.number)} {each.title}") for each in exhibits
        ]


class ImprovementForm(AddForm):
    improvement = SelectField(coerce=int, validate_choice=False)

    def offer(self, improvements: Iterable[Improvement]) -> None:
        self.improvement.choices = [
            SelectChoice(each.id, f"{letter_of(each.number)} {each.title}") for each in improvements
        ]


class TableForm(AddForm):
    edition = SelectField(coerce=int, validate_choice=False)

    def offer(self, editions: Iterable[PublishedEdition]) -> None:
        self.edition.choices = [
            SelectChoice(
                each.id, f"{measure_called(each.measure).label} {in_words(each.first)} to {in_words(each.last)}"
            )
            for each in editions
        ]


class LinkForm(AddForm):
    """A page elsewhere."""

    address = StringField(filters=[one_line], validators=[DataRequired("Give its address.")])
    title = StringField(
        filters=[one_line], validators=[DataRequired("Give the page a title."), at_most(LONGEST_TITLE), plain]
    )
    dated_on = StringField(filters=[one_line], validators=[DataRequired("Say of which day it is.")])

    def validate_dated_on(self, field: StringField) -> None:
        typed_day(field)

    @property
    def day(self) -> date:
        return typed_day(self.dated_on)


class QuotesForm(AddForm):
    """Quotes of a choice of comments: by rule, or those that are ticked."""

    title = StringField(filters=[one_line], validators=[at_most(LONGEST_TITLE), plain])
    chosen = SelectMultipleField(coerce=int, validate_choice=False)


class QuoteChoiceForm(FlaskForm):  # type: ignore[misc]
    """Among which comments quotes are picked: a GET form."""

    class Meta:
        csrf = False

    first = StringField(filters=[one_line])
    last = StringField(filters=[one_line])
    service = SelectField(validate_choice=False)
    theme = SelectField(validate_choice=False)

    def offer(self, services: Iterable[Service], themes: Iterable[Theme], not_reported: Mapping[str, str]) -> None:
        """`not_reported` says by code which themes are found too seldom to stand for what people write."""
        self.service.choices = [SelectChoice("", "All"), *(SelectChoice(each.code, each.name) for each in services)]
        self.theme.choices = [
            SelectChoice("", "All"),
            *(SelectChoice(each.code, _with_warning(each.name, not_reported.get(each.code))) for each in themes),
        ]

    def validate_first(self, field: StringField) -> None:
        typed_day(field)

    def validate_last(self, field: StringField) -> None:
        if typed_day(field) < typed_day(self.first):
            raise ValidationError("The last day lies before the first.")

    def validate_service(self, field: SelectField) -> None:
        _check_offered(field)

    def validate_theme(self, field: SelectField) -> None:
        _check_offered(field)

    @property
    def choice(self) -> QuoteChoice:
        days = typed_day(self.first), typed_day(self.last)
        return QuoteChoice(*days, self.service.data or None, self.theme.data or None)


def _with_warning(name: str, warning: str | None) -> str:
    return f"{name} ({warning})" if warning else name


def _check_offered(field: SelectField) -> None:
    if (field.data or "") not in {choice.value for choice in field.choices}:
        raise ValidationError("Choose one from the list.")
