"""The form of one question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from survey_app.admin.surveys.forms.drafts import LONGEST_NAME, DraftForm
from survey_app.admin.surveys.words import ICON_LABELS, TEXT_TYPE_LABELS
from survey_app.kernel.characters import shortened
from survey_app.measures.definitions import MEASURES
from survey_app.surveys.bank import ICONS, BankQuestion, Choice, Limits
from survey_app.surveys.codes import answer_code
from survey_app.surveys.kinds import (
    MEASURED,
    NAMED_OPTIONS,
    ONE_OPTION,
    SEVERAL_OPTIONS,
    WRITTEN,
    QuestionKind,
    TextType,
)
from survey_app.surveys.reading import SCORES, SELECT_ONE
from survey_app.surveys.structure import Item, SurveyStructure
from survey_app.surveys.usual_answers import USUAL_ANSWERS
from survey_app.web.fields import at_most, one_line, plain, read_number

LONGEST_WORDING, LONGEST_LABEL, LONGEST_UNIT = 500, 200, 30
MOST_ANSWERS = 100
MORE_ROWS = 3
LARGEST = 1_000_000_000
TYPE_IT = "Type an answer"
SAME, OTHER = "same", "other"

WITH_ANSWERS = ONE_OPTION | SEVERAL_OPTIONS
FIXED_ANSWERS = frozenset({QuestionKind.CONSENT, QuestionKind.THUMBS})  # worded anew, but neither added nor left out
WITH_PICTURES = frozenset({QuestionKind.THUMBS, QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE})
LIMITED = frozenset({QuestionKind.NUMBER, QuestionKind.MULTIPLE_CHOICE}) | WRITTEN


class AnswerRow(Form):  # type: ignore[misc]
    """One answer to choose. Its code was given when it was first kept, and does not change with its label."""

    code = HiddenField()
    label = StringField(filters=[one_line], validators=[at_most(LONGEST_LABEL), plain])
    score = SelectField(validate_choice=False)
    is_other = BooleanField()
    is_outside = BooleanField()
    icon = SelectField(
        choices=[SelectChoice("", "No picture"), *(SelectChoice(icon, ICON_LABELS[icon]) for icon in ICONS)],
        default="",
        validate_choice=False,
    )


class QuestionForm(DraftForm):
    """One question of a kind. Which fields a page shows, and which are looked at, its kind decides."""

    wording = TextAreaField(
        filters=[one_line], validators=[DataRequired("Type the question."), at_most(LONGEST_WORDING), plain]
    )
    hint = StringField(filters=[one_line], validators=[at_most(LONGEST_WORDING), plain])
    short_label = StringField(filters=[one_line], validators=[at_most(LONGEST_NAME), plain])
    stem = StringField(filters=[one_line], validators=[at_most(LONGEST_WORDING), plain])
    is_required = BooleanField()
    missing_message = StringField(filters=[one_line], validators=[at_most(LONGEST_LABEL), plain])
    asks = SelectField(validate_choice=False)
    text_type = RadioField(validate_choice=False)
    least = StringField(filters=[one_line])
    most = StringField(filters=[one_line])
    unit = StringField(filters=[one_line], validators=[at_most(LONGEST_UNIT), plain])
    decimals = IntegerField(default=0)
    answers = FieldList(FormField(AnswerRow))
    asks_now = RadioField(
        choices=[
            SelectChoice(
                SAME, "The same as before, in other words. Its figures go on; its trend shows where the words changed"
            ),
            SelectChoice(
                OTHER, "Something else. It is another question: its figures begin anew, and the old ones stay"
            ),
        ],
        default=SAME,
        validate_choice=False,
    )

    def __init__(self, kind: QuestionKind, item: Item | None, structure: SurveyStructure, **values: Any) -> None:
        """`item` is the question as it is kept; None for a new one."""
        super().__init__(**values)
        self.kind, self._item, self._structure = kind, item, structure
        self.asks.choices = [
            SelectChoice("", "None"),
            *(SelectChoice(name, MEASURES[name].label) for name, kinds in MEASURED.items() if kind in kinds),
        ]
        facts = (
            [SelectChoice("", "Something else, such as a name of a place")] if kind is QuestionKind.SHORT_TEXT else []
        )
        self.text_type.choices = [*(SelectChoice(one.value, words) for one, words in TEXT_TYPE_LABELS.items()), *facts]
        scores = [SelectChoice(str(score), str(score)) for score in reversed(SCORES.get(kind, range(0)))]
        for row in self.answers:
            row.form.score.choices = [*scores, SelectChoice("", "Not counted")]

    @property
    def has_answers(self) -> bool:
        return self.kind in WITH_ANSWERS

    @property
    def has_named_answers(self) -> bool:
        return self.kind in NAMED_OPTIONS

    @property
    def has_fixed_answers(self) -> bool:
        return self.kind in FIXED_ANSWERS

    @property
    def has_pictures(self) -> bool:
        return self.kind in WITH_PICTURES

    @property
    def has_limits(self) -> bool:
        return self.kind in LIMITED

    @property
    def is_written(self) -> bool:
        return self.kind in WRITTEN

    def item(self, code: str) -> Item:
        """What a form that validates says, with this code, in the place where it stood."""
        question = BankQuestion(
            code=code,
            kind=self.kind,
            wording=self.wording.data,
            short_label=self.short_label.data or shortened(self.wording.data, LONGEST_NAME),
            asks=(self.asks.data or None) if len(self.asks.choices) > 1 else None,
            hint=self.hint.data,
            missing_message=self.missing_message.data or self._usual_message(),
            text_type=TextType(self.text_type.data) if self.is_written and self.text_type.data else None,
            choices=self._choices() if self.has_answers else (),
            limits=self._limits(),
        )
        before = self._item or Item(question)
        return replace(before, question=question, is_required=self._is_required(), stem=self.stem.data)

    def rearranged(self, pressed: str) -> list[dict[str, Any]]:
        """The rows of the answers after a button beside them was pressed: "up 2", "down 2" or "more"."""
        rows = [row.form.data for row in self.answers]
        word, _, number = pressed.partition(" ")
        place = int(number) if number.isdecimal() else 0
        other = place - 1 if word == "up" else place + 1
        if word in ("up", "down") and 0 <= other < len(rows) and place < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
        return rows + [{}] * (MORE_ROWS if word == "more" else 0)

    def validate_answers(self, field: FieldList) -> None:
        if not self.has_answers:
            return
        rows = [row.form for row in field if row.form.label.data]
        self._check_fixed(field)
        labels = [row.label.data.casefold() for row in rows]
        for n, row in enumerate(rows):
            if labels.index(labels[n]) < n:
                raise ValidationError(f"“{shortened(row.label.data)}” is there twice. Change or remove one of them.")
        codes = [row.code.data for row in rows if row.code.data]
        if len(set(codes)) < len(codes) or not all(map(_is_code, codes)):
            raise ValidationError("The answers got mixed up. Load the page again, and change them once more.")
        if len(rows) > MOST_ANSWERS:
            raise ValidationError(f"A question has at most {MOST_ANSWERS} answers.")
        choices = self._choices()
        if sum(choice.is_substantive for choice in choices) < 2:
            more = "" if self.has_named_answers else " that count"
            raise ValidationError(f"Give at least two answers{more}.")
        self._check_scores(choices)

    def validate_asks(self, field: Field) -> None:
        if field.data and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose a measure that this kind of question can feed.")
        others = (
            item
            for item in self._structure.items
            if self._item is None or item.question.code != self._item.question.code
        )
        fed = next((item.question for item in others if field.data and item.question.asks == field.data), None)
        if fed is not None:
            raise ValidationError(
                f"“{shortened(fed.short_label)}” feeds this measure already. One answer must not count twice."
            )

    def validate_text_type(self, field: Field) -> None:
        if self.is_written and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose what the words answer: how they are read depends on it.")

    def validate_least(self, field: Field) -> None:
        if self.has_limits:
            self._amount(field)

    def validate_most(self, field: Field) -> None:
        if not self.has_limits:
            return
        most = self._amount(field)
        try:
            least = self._amount(self.least)
        except ValidationError:
            return
        if most is not None and least is not None and most < least:
            raise ValidationError("The most is less than the least.")

    def validate_decimals(self, field: Field) -> None:
        if self.kind is QuestionKind.NUMBER and field.data not in range(7):
            raise ValidationError("Type a whole number from 0 to 6.")

    def validate_asks_now(self, field: Field) -> None:
        if field.data not in (SAME, OTHER, None):
            raise ValidationError("Choose one of the two.")

    def _check_fixed(self, field: FieldList) -> None:
        if self.has_fixed_answers:
            usual = [choice.code for choice in USUAL_ANSWERS[self.kind]]
            if [row.form.code.data for row in field if row.form.label.data] != usual:
                raise ValidationError("Word each of the answers: none of them can be left out.")

    def _check_scores(self, choices: Sequence[Choice]) -> None:
        given = [choice.score for choice in choices if choice.score is not None]
        if len(set(given)) < len(given):
            raise ValidationError("Two answers count the same. Give each its own number.")
        if any(score not in SCORES.get(self.kind, range(101)) for score in given):
            raise ValidationError("Choose what each answer counts.")
        needs_yes = self.kind is QuestionKind.YES_PARTLY_NO and self.asks.data
        if needs_yes and "yes" not in {choice.code for choice in choices}:
            raise ValidationError("The answer “Yes” is what the measure counts. Leave it, or feed no measure.")

    def _choices(self) -> tuple[Choice, ...]:
        before = USUAL_ANSWERS.get(self.kind, ()) if self._item is None else self._item.question.choices
        kept = {choice.code: choice for choice in before}  # what no field here says of an answer stays with its code
        rows = [row.form for row in self.answers if row.form.label.data]
        taken, found = {row.code.data for row in rows if row.code.data}, []
        for row in rows:
            code = row.code.data or self._new_code(row, taken)
            taken.add(code)
            is_named = self.has_named_answers
            found.append(
                Choice(
                    code,
                    row.label.data,
                    kept[code].score if is_named and code in kept else self._score(row),
                    bool(row.is_outside.data) if is_named else None,
                    bool(row.is_other.data) and self.kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE),
                    self._icon(row, kept.get(code)),
                )
            )
        return tuple(found)

    def _icon(self, row: Any, before: Choice | None) -> str:
        if self.has_pictures:
            return row.icon.data if row.icon.data in ICONS else ""
        return before.icon if before else ""

    def _score(self, row: Any) -> int | None:
        typed = row.score.data or ""
        return int(typed) if typed.isdecimal() and not self.has_named_answers else None

    def _new_code(self, row: Any, taken: Collection[str]) -> str:
        """An answer of a scale is known by what it counts, as those of the bank are."""
        score = row.score.data
        return (
            score if score and not self.has_named_answers and score not in taken else answer_code(row.label.data, taken)
        )

    def _is_required(self) -> bool:
        return bool(self.is_required.data) and not self.is_written

    def _usual_message(self) -> str:
        if not self._is_required():
            return ""
        return SELECT_ONE if self.has_answers else TYPE_IT

    def _limits(self) -> Limits:
        if not self.has_limits:
            return self._item.question.limits if self._item else Limits()
        is_number = self.kind is QuestionKind.NUMBER
        least, most = self._amount(self.least), self._amount(self.most)
        return Limits(least, most, self.unit.data if is_number else "", (self.decimals.data or 0) if is_number else 0)

    def _amount(self, field: Field) -> float | None:
        if not field.data:
            return None
        try:
            number = read_number(field.data)
        except ValueError:
            raise ValidationError("Type a number, or leave it empty.") from None
        is_whole = number == number.to_integral_value()
        if abs(number) > LARGEST or (self.kind is not QuestionKind.NUMBER and not (is_whole and number >= 0)):
            raise ValidationError("Type a number that makes sense here, or leave it empty.")
        return int(number) if is_whole else float(number)


def question_values(item: Item, revision: int) -> dict[str, Any]:
    """What the form of a question that is kept begins with."""
    question, limits = item.question, item.question.limits
    return {
        "revision": str(revision),
        "wording": question.wording,
        "hint": question.hint,
        "short_label": question.short_label,
        "stem": item.stem,
        "is_required": item.is_required,
        "missing_message": question.missing_message,
        "asks": question.asks or "",
        "text_type": question.text_type.value if question.text_type else "",
        "least": _as_typed(limits.least),
        "most": _as_typed(limits.most),
        "unit": limits.unit,
        "decimals": limits.decimals,
        "answers": answer_values(question.choices, is_open=question.kind in WITH_ANSWERS - FIXED_ANSWERS),
        "asks_now": SAME,
    }


def answer_values(choices: Sequence[Choice], *, is_open: bool) -> list[Mapping[str, Any]]:
    """The rows of the answers; empty ones for more where more can be added."""
    rows: list[Mapping[str, Any]] = [
        {
            "code": choice.code,
            "label": choice.label,
            "score": "" if choice.score is None else str(choice.score),
            "is_other": choice.is_other,
            "is_outside": not choice.is_substantive,
            "icon": choice.icon,
        }
        for choice in choices
    ]
    return rows + [{}] * (MORE_ROWS - min(len(rows), 2) if is_open else 0)


def _as_typed(number: float | None) -> str:
    return "" if number is None else f"{number:.6f}".rstrip("0").rstrip(".")


def _is_code(text: str) -> bool:
    return len(text) <= LONGEST_UNIT and text.isascii() and text.replace("_", "").replace("-", "").isalnum()
