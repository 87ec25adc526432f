"""The resident's form, made from a published survey version. Every kind of question has a field.

A field is named by the question's code; what is written at an option "other" by `other_of`. A question of several
controls has them as "<code>.<part>", and an empty one of its own name beside them, which says that the page asked it:
so what was chosen before can be taken away again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from survey_app.invitations.codes import OPEN_CODE_LENGTH, read_code, what_is_wrong
from survey_app.kernel.translatable import for_translation
from survey_app.responses.given import LONGEST_TEXT, GivenAnswers, clean_text, other_of
from survey_app.responses.typed import (
    Unreadable,
    as_parts,
    places_of,
    read_day,
    read_number,
    read_ranks,
)
from survey_app.surveys.bank import Limits
from survey_app.surveys.kinds import ONE_OPTION, SEVERAL_OPTIONS, WRITTEN, QuestionKind
from survey_app.surveys.models import Option, QuestionVersion, SurveyItem, SurveyVersion
from survey_app.web.templates import translated as _

LONGEST_SHORT_TEXT = 200
LONGEST_OTHER = 200
TOO_LONG = for_translation("Shorten what you wrote to %(most)s characters or fewer")
NOT_AN_OPTION = for_translation("Select one of the answers shown")
OTHER_NOT_CHOSEN = for_translation(
    "You wrote something at ‘%(other)s’: select that answer as well, or delete what you wrote"
)
NOT_TOGETHER = for_translation("Select ‘%(alone)s’ or other answers, not both")
TOO_FEW = for_translation("Select %(least)s or more answers")
TOO_MANY = for_translation("Select at most %(most)s answers")
RANK_MORE = for_translation("Number at least %(least)s of the answers")
_EXAMPLE = date(2026, 3, 27)


class OneOf(RadioField):  # type: ignore[misc]
    """Radio buttons, none chosen to begin with, with our words when something else is sent."""

    def pre_validate(self, form: Form) -> None:
        if self.data and all(self.data != choice.value for choice in self.iter_choices()):
            raise StopValidation(_(NOT_AN_OPTION))


class OneAnswer(OneOf):
    """One option of a question. What is written at its "other" chooses it where nothing is chosen."""

    data: str | None

    def __init__(self, question: QuestionVersion, needed: str | None, **of_form: Any) -> None:
        choices = [SelectChoice(option.code, option.label) for option in question.options]
        validators = [Optional() if needed is None else InputRequired(needed)]
        super().__init__(question.wording, choices=choices, validators=validators, **of_form)
        self.other = other_option(question)

    def take_written(self, form: Form) -> None:
        if self.other is not None and not self.data and form[other_of(self.name)].data:
            self.data = self.other.code
            self.raw_data = [self.data]

    def pre_validate(self, form: Form) -> None:
        super().pre_validate(form)
        if self.other is not None and self.data != self.other.code and form[other_of(self.name)].data:
            raise StopValidation(_(OTHER_NOT_CHOSEN, other=self.other.label))


class SeveralAnswers(SelectMultipleField):  # type: ignore[misc]
    """Any number of options, within the limits of the question; one that says "none of these" stands alone."""

    def __init__(self, question: QuestionVersion, needed: str | None, **of_form: Any) -> None:
        choices = [SelectChoice(option.code, option.label) for option in question.options]
        super().__init__(question.wording, choices=choices, validate_choice=False, **of_form)
        self.other, self._question, self._needed = other_option(question), question, needed

    def process_data(self, value: str | None) -> None:
        self.data = _split(value)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        sent = [code for value in valuelist for code in _split(value)]
        known = [option.code for option in self._question.options if option.code in sent]
        self.data = known + [code for code in sent if code not in known]

    def take_written(self, form: Form) -> None:
        if self.other is not None and self.other.code not in self.data and form[other_of(self.name)].data:
            chosen = {*self.data, self.other.code}
            self.data = [option.code for option in self._question.options if option.code in chosen]

    def pre_validate(self, form: Form) -> None:
        options = {option.code: option for option in self._question.options}
        if any(code not in options for code in self.data):
            raise StopValidation(_(NOT_AN_OPTION))
        alone = [options[code].label for code in self.data if not options[code].is_substantive]
        if alone and len(self.data) > 1:
            raise StopValidation(_(NOT_TOGETHER, alone=alone[0]))
        if not self.data and self._needed is not None:
            raise StopValidation(self._needed)
        if self.data and not alone:
            self._check_number(len(self.data))

    def _check_number(self, number: int) -> None:
        limits = limits_of(self._question)
        if limits.least is not None and number < limits.least:
            raise StopValidation(_(TOO_FEW, least=int(limits.least)))
        if limits.most is not None and number > limits.most:
            raise StopValidation(_(TOO_MANY, most=int(limits.most)))


class NumberAnswer(StringField):  # type: ignore[misc]
    """A number in one line: `typed` as somebody wrote it, `data` as it is kept once it validates."""

    def __init__(self, question: QuestionVersion, needed: str | None, **of_form: Any) -> None:
        super().__init__(question.wording, filters=[clean_text], **of_form)
        self._limits, self._needed, self.typed = limits_of(question), needed, ""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        self.typed = self.data or ""

    def pre_validate(self, form: Form) -> None:
        if not self.typed and self._needed is None:
            return
        if not self.typed and self._needed:
            raise StopValidation(self._needed)
        try:
            self.data = read_number(self.typed, self._limits)
        except Unreadable as problem:
            raise StopValidation(_(problem.words, **problem.facts)) from None


class _InParts(Field, ABC):  # type: ignore[misc]
    """A question of several controls. `typed` is what stands in them, `data` all of it as it is kept, once it validates
    or as it was kept before; `wrong` are the controls that have to be put right."""

    def __init__(self, question: QuestionVersion, needed: str | None, **of_form: Any) -> None:
        super().__init__(question.wording, **of_form)
        self.question, self._needed = question, needed
        self.typed: dict[str, str] = {}
        self.wrong: tuple[str, ...] = ()

    @property
    @abstractmethod
    def parts(self) -> Sequence[str]:
        """The names of its controls, in their order."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        whole = data if isinstance(data, str) else ""
        sent: dict[str, str] = {}
        if formdata:
            whole = ",".join(filter(None, formdata.getlist(self.name)))
            names = {part: f"{self.name}.{part}" for part in self.parts}
            sent = {part: clean_text(formdata[name]) for part, name in names.items() if name in formdata}
        self.data = whole
        self.typed = dict.fromkeys(self.parts, "") | (sent or self._taken_apart(whole))

    def pre_validate(self, form: Form) -> None:
        try:
            self.data = self._read()
        except Unreadable as problem:
            self.wrong = problem.parts
            raise StopValidation(_(problem.words, **problem.facts)) from None
        if not self.data and self._needed is not None:
            raise StopValidation(self._needed)

    @abstractmethod
    def _taken_apart(self, whole: str) -> dict[str, str]:
        """What stands in each control for an answer as it is kept."""

    @abstractmethod
    def _read(self) -> str:
        """What was typed, as it is kept; "" for nothing. Unreadable says what has to be put right."""


class DayAnswer(_InParts):
    """A day: "2026-03-01"."""

    parts = ("day", "month", "year")

    def _taken_apart(self, whole: str) -> dict[str, str]:
        try:
            return as_parts(date.fromisoformat(whole))
        except ValueError:  # nothing was kept, or no page of ours sent it
            return {}

    def _read(self) -> str:
        if not any(self.typed.values()):
            return ""
        return read_day(**self.typed, example=_EXAMPLE).isoformat()


class RankedAnswers(_InParts):
    """Options in order, as codes with commas. One that stands outside the order ("I do not know") is chosen alone."""

    @property
    def parts(self) -> Sequence[str]:
        return [option.code for option in self.question.options if option.is_substantive]

    @property
    def places(self) -> int:
        """How many numbers there are to give."""
        return places_of(self.parts, limits_of(self.question))

    @property
    def apart(self) -> Sequence[Option]:
        return [option for option in self.question.options if not option.is_substantive]

    @property
    def chosen_apart(self) -> list[str]:
        given = _split(self.data)
        return [option.code for option in self.apart if option.code in given]

    def _taken_apart(self, whole: str) -> dict[str, str]:
        ranked = [code for code in _split(whole) if code in self.parts]
        return {code: str(rank) for rank, code in enumerate(ranked, 1)}

    def _read(self) -> str:
        labels = {option.code: option.label for option in self.question.options}
        ranked, alone = read_ranks(self.typed, labels, places=self.places), self.chosen_apart
        if alone and (ranked or len(alone) > 1):
            raise Unreadable(NOT_TOGETHER, alone=labels[alone[0]])
        least = limits_of(self.question).least
        if ranked and least is not None and len(ranked) < min(least, self.places):
            raise Unreadable(RANK_MORE, least=int(least))
        return ",".join([*ranked, *alone])


class SurveyForm(Form):  # type: ignore[misc]
    """The base of every survey's form; its fields are named by question code."""

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        for field in self:
            if isinstance(field, OneAnswer | SeveralAnswers):
                field.take_written(self)


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
    on_path: Collection[str] | None = None,
) -> SurveyForm:
    """The form of a version, or of its questions of these codes.

    `sent` is what was posted, `kept` what was given before; `chosen` pre-selects an answer to the first question.
    Without `needs_all` a question that needs an answer may be left out for now, and one that is not `on_path` always.
    """
    asked = [item for item in version.items if codes is None or item.question_version.question.code in codes]
    first = version.items[0].question_version.question.code
    preset = {first: chosen} if is_option(version, chosen) else {}
    fields: dict[str, Any] = {}
    for item in asked:
        is_on_path = on_path is None or item.question_version.question.code in on_path
        fields |= _fields(item, needs_all=needs_all and is_on_path)
    make: Callable[[str, tuple[type, ...], Mapping[str, Any]], type[SurveyForm]] = type(SurveyForm)
    return make("MadeSurveyForm", (SurveyForm,), fields)(sent, data={**(kept or {}), **preset})


def is_option(version: SurveyVersion, chosen: str | None) -> bool:
    """Whether that is an answer to the first question, as a link in an e-mail may name one."""
    first = version.items[0].question_version
    return first.kind in ONE_OPTION and chosen in {option.code for option in first.options}


def sent_beside(kept: Mapping[str, str], sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """What a page sent, and what was kept of questions that it did not ask."""
    both: MultiDict[str, str] = MultiDict(kept)
    for name, values in sent.lists():
        both.setlist(name, values)
    return both


def values_of(form: SurveyForm) -> dict[str, str]:
    """What a form holds, by the names of its fields, several options with commas; "" where it was left empty."""
    return {field.name: ",".join(field.data) if isinstance(field.data, list) else field.data or "" for field in form}


def given_from(version: SurveyVersion, values: Mapping[str, str]) -> GivenAnswers:
    """What was given on all pages as one answer. A name that is no question's is not in it, nor what was written at an
    option that is not chosen."""
    choices: dict[str, str] = {}
    texts: dict[str, str] = {}
    several: dict[str, tuple[str, ...]] = {}
    for item in version.items:
        question = item.question_version
        code = question.question.code
        value = values.get(code)
        if not value:
            continue
        if question.kind in WRITTEN:
            texts[code] = value
            continue
        if question.kind in ONE_OPTION:
            choices[code] = value
        else:
            several[code] = tuple(_split(value)) if question.kind in SEVERAL_OPTIONS else (value,)
        other, written = other_option(question), values.get(other_of(code))
        if written and other is not None and other.code in _split(value):
            texts[other_of(code)] = written
    return GivenAnswers(choices, texts, several)


def other_option(question: QuestionVersion) -> Option | None:
    """The option at which somebody may write what it is: the first of them, where there are several."""
    return next((option for option in question.options if option.is_other), None)


def limits_of(question: QuestionVersion) -> Limits:
    return Limits(**(question.limits or {}))


def longest_text(question: QuestionVersion) -> int:
    """How many characters may be written."""
    usual = LONGEST_TEXT if question.kind is QuestionKind.TEXT else LONGEST_SHORT_TEXT
    most = limits_of(question).most
    return usual if most is None else max(1, min(LONGEST_TEXT, int(most)))


_FIELDS: dict[QuestionKind, type[Field]] = {
    **dict.fromkeys(ONE_OPTION, OneAnswer),
    QuestionKind.MULTIPLE_CHOICE: SeveralAnswers,
    QuestionKind.RANKING: RankedAnswers,
    QuestionKind.NUMBER: NumberAnswer,
    QuestionKind.DATE: DayAnswer,
}


def _fields(item: SurveyItem, *, needs_all: bool) -> dict[str, Any]:
    question = item.question_version
    code = question.question.code
    if question.kind in WRITTEN:
        return {code: _text_field(question)}
    needed = question.missing_message if item.is_required and needs_all else None
    found = {code: _FIELDS[question.kind](question, needed)}
    if other_option(question) is not None:
        found[other_of(code)] = StringField(filters=[clean_text], validators=[_at_most(LONGEST_OTHER)])
    return found


def _text_field(question: QuestionVersion) -> Field:
    made = TextAreaField if question.kind is QuestionKind.TEXT else StringField
    return made(question.wording, filters=[clean_text], validators=[_at_most(longest_text(question))])


def _at_most(characters: int) -> Length:
    return Length(max=characters, message=_(TOO_LONG, most=f"{characters:,}"))


def _split(value: str | None) -> list[str]:
    return [code for code in (value or "").split(",") if code]
