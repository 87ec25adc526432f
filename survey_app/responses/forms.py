"""The resident's form, made from a published survey version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from survey_app.invitations.codes import OPEN_CODE_LENGTH, read_code, what_is_wrong
from survey_app.kernel.translatable import for_translation
from survey_app.responses.given import LONGEST_TEXT, GivenAnswers, clean_text
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import SurveyItem, SurveyVersion

TOO_LONG = for_translation("Shorten what you wrote to 5,000 characters or fewer")
NOT_AN_OPTION = for_translation("Select one of the answers shown")


class OneOf(RadioField):  # type: ignore[misc]
    """Radio buttons, none chosen to begin with, with our words when something else is sent."""

    def pre_validate(self, form: Form) -> None:
        if self.data and all(self.data != choice.value for choice in self.iter_choices()):
            raise StopValidation(NOT_AN_OPTION)


class SurveyForm(Form):  # type: ignore[misc]
    """The base of every survey's form; its fields are named by question code."""

    def given(self) -> GivenAnswers:
        """The answers of a form that validates. What was left empty is not in it."""
        return GivenAnswers(
            choices={field.name: field.data for field in self if isinstance(field, RadioField) and field.data},
            texts={field.name: field.data for field in self if isinstance(field, TextAreaField) and field.data},
        )


class CodeForm(Form):  # type: ignore[misc]
    """The one field of the page that asks for a code: of an invitation, or of an open link."""

    code = StringField(filters=[clean_text])

    def validate_code(self, field: StringField) -> None:
        if read_code(field.data) is None and read_code(field.data, OPEN_CODE_LENGTH) is None:
            raise ValidationError(what_is_wrong(field.data))


def survey_form(
    version: SurveyVersion,
    sent: MultiDict[str, str] | None = None,
    *,
    codes: Collection[str] | None = None,
    kept: Mapping[str, str] | None = None,
    chosen: str | None = None,
    needs_all: bool = True,
) -> SurveyForm:
    """The form of a version, or of its questions of these codes.

    `sent` is what was posted, `kept` what was given before; `chosen` pre-selects an answer to the first question.
    Without `needs_all` a question that needs an answer may be left out for now.
    """
    asked = [item for item in version.items if codes is None or item.question_version.question.code in codes]
    first = version.items[0].question_version.question.code
    preset = {first: chosen} if is_option(version, chosen) else {}
    fields = {item.question_version.question.code: _field(item, needs_all=needs_all) for item in asked}
    make: Callable[[str, tuple[type, ...], Mapping[str, Any]], type[SurveyForm]] = type(SurveyForm)
    return make("MadeSurveyForm", (SurveyForm,), fields)(sent, data={**(kept or {}), **preset})


def is_option(version: SurveyVersion, chosen: str | None) -> bool:
    """Whether that is an answer to the first question, as a link in an e-mail may name one."""
    return chosen in {option.code for option in version.items[0].question_version.options}


def values_of(form: SurveyForm) -> dict[str, str]:
    """What a form holds, by question code; "" where it was left empty."""
    return {field.name: field.data or "" for field in form}


def given_from(version: SurveyVersion, values: Mapping[str, str]) -> GivenAnswers:
    """What was given on all pages as one answer. A name that is no question's is not in it."""
    choices: dict[str, str] = {}
    texts: dict[str, str] = {}
    for item in version.items:
        question = item.question_version
        if value := values.get(question.question.code):
            (texts if question.kind is QuestionKind.TEXT else choices)[question.question.code] = value
    return GivenAnswers(choices, texts)


def _field(item: SurveyItem, *, needs_all: bool) -> Any:
    question = item.question_version
    if question.kind is QuestionKind.TEXT:
        return TextAreaField(
            question.wording, filters=[clean_text], validators=[Length(max=LONGEST_TEXT, message=TOO_LONG)]
        )
    choices = [SelectChoice(option.code, option.label) for option in question.options]
    needed = InputRequired(question.missing_message) if item.is_required and needs_all else Optional()
    return OneOf(question.wording, choices=choices, validators=[needed])
