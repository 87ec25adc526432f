"""The forms of what comes after an answer. What cannot be taken comes back as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.organisation.models import Service
from survey_app.organisation.names import code_from
from survey_app.responses.afterwards.equality import PREFER_NOT, EqualityItem
from survey_app.responses.afterwards.operations import QuestionFacts
from survey_app.web.fields import at_most, one_line, plain

ALL = ""
LONGEST_CODE, LONGEST_LABEL, LONGEST_WORDING, LONGEST_TEXT = 40, 120, 300, 2_000
NOT_HTTPS = "Type the whole address of a page that begins with https://, like https://www.bbc.co.uk/weather."


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """One question about the person. An answer keeps its code however it is worded, so that figures go on."""

    is_asked = RadioField(
        choices=[SelectChoice("yes", "Yes, after every survey"), SelectChoice("no", "No")],
        validators=[AnyOf(["yes", "no"], message="Choose one of the two.")],
        validate_choice=False,
    )
    has_policy = BooleanField()
    wording = StringField(
        filters=[one_line], validators=[DataRequired("Type the question."), at_most(LONGEST_WORDING), plain]
    )
    more = TextAreaField()

    def __init__(self, item: EqualityItem, standard: EqualityItem, **values: Any) -> None:
        super().__init__(**values)
        self._item, self._standard = item, standard

    @property
    def facts(self) -> QuestionFacts:
        """What a form that validates sets; words that are the standard ones are not stored."""
        options = self._options()
        return QuestionFacts(
            is_asked=self.is_asked.data == "yes",
            wording=None if self.wording.data == self._standard.wording else self.wording.data,
            options=None if options == dict(self._standard.options) else options,
        )

    @property
    def labels(self) -> Mapping[str, Field]:
        """The field of each answer that there is, by its code."""
        return {code: self[f"option-{code}"] for code in self._item.options}

    def validate_has_policy(self, field: Field) -> None:
        if self.is_asked.data == "yes" and not field.data:
            raise ValidationError("Confirm that the council has an appropriate policy document, or do not ask.")

    def validate_more(self, field: Field) -> None:
        added = self._added()
        if any(len(label) > LONGEST_LABEL or not label.isprintable() for label in added):
            raise ValidationError(f"Use {LONGEST_LABEL} characters or fewer for each answer.")
        labels = [*(label.data for label in self.labels.values() if label.data), *added]
        if len({label.casefold() for label in labels}) < len(labels):
            raise ValidationError("Two answers are the same. Change or remove one of them.")
        if len(labels) < 2:
            raise ValidationError("Leave at least two answers to choose from.")

    def _added(self) -> list[str]:
        return [label for line in (self.more.data or "").splitlines() if (label := one_line(line))]

    def _options(self) -> dict[str, str]:
        options = {code: field.data for code, field in self.labels.items() if field.data}
        for label in self._added():
            options[_fresh_code(label, {*options, *self._item.options, PREFER_NOT})] = label
        return options


class SupportForm(FlaskForm):  # type: ignore[misc]
    """Where to turn in danger, with the surveys of one service and those below it, or of all."""

    service = SelectField(validate_choice=False)
    body = TextAreaField(
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Type where to turn, such as whom to call."), at_most(LONGEST_TEXT)],
    )
    exit_url = StringField(filters=[one_line], validators=[at_most(500), plain])

    def __init__(self, services: Sequence[Service], **values: Any) -> None:
        super().__init__(**values)
        self._ids = {service.code: service.id for service in services}
        self.service.choices = [
            SelectChoice(ALL, "All services that have no text of their own"),
            *(SelectChoice(service.code, service.name) for service in services),
        ]

    @property
    def service_id(self) -> int | None:
        return self._ids.get(self.service.data or ALL)

    def validate_service(self, field: Field) -> None:
        if field.data and field.data not in self._ids:
            raise ValidationError("Choose a service.")

    def validate_exit_url(self, field: Field) -> None:
        if field.data and not _is_safe_page(field.data):
            raise ValidationError(NOT_HTTPS)


def question_form(item: EqualityItem, standard: EqualityItem, **values: Any) -> QuestionForm:
    """The form of one question: a field for each answer that it has."""
    fields = {
        f"option-{code}": StringField(filters=[one_line], validators=[at_most(LONGEST_LABEL), plain])
        for code in item.options
    }
    make: Callable[[str, tuple[type, ...], Mapping[str, Any]], type[QuestionForm]] = type(QuestionForm)
    return make("MadeQuestionForm", (QuestionForm,), fields)(item, standard, **values)


def _is_safe_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            parts.scheme == "https"
            and "." in (parts.hostname or "")
            and not parts.username
            and parts.port is None
            and " " not in address
        )
    except ValueError:
        return False


def _fresh_code(label: str, taken: set[str]) -> str:
    code = code_from(label, longest=LONGEST_CODE - 3)
    others = (f"{code}-{number}" for number in range(2, len(taken) + 3))
    return code if code not in taken else next(other for other in others if other not in taken)
