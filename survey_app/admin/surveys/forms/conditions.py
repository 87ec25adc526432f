"""The form of a condition: of whom a question is asked, or when a rule after a page is followed.

A row is one comparison. Which answers it offers depends on its question, so that a page without JavaScript shows them
when the form comes back: on "Show its answers", and on Save where none was chosen yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import FieldList, Form, FormField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, ValidationError

from survey_app.admin.surveys.forms.drafts import DraftForm
from survey_app.kernel.characters import shortened
from survey_app.surveys.bank import BankQuestion
from survey_app.surveys.in_words import COMPARISON_LABELS, FACT_LABELS, FactNames
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import Item
from survey_app.web.fields import one_line, read_number

MOST_TERMS = 20
OF_FACT = "fact "  # what the value of a fact begins with: a question may have the same name
THE_END = "end"
_CHOSEN = (Comparison.IS, Comparison.IS_NOT)
_MEASURED = (Comparison.AT_LEAST, Comparison.AT_MOST)


class TermRow(Form):  # type: ignore[misc]
    """One comparison; a row without a question is none."""

    about = SelectField(validate_choice=False)
    comparison = SelectField(
        choices=[SelectChoice(one.value, words) for one, words in COMPARISON_LABELS.items()],
        default=Comparison.IS.value,
        validate_choice=False,
    )
    values = SelectMultipleField(validate_choice=False)
    number = StringField(filters=[one_line])


class ConditionForm(DraftForm):
    """Comparisons of which all have to hold, or any. None at all: it holds for everybody."""

    needs_all = RadioField(
        choices=[SelectChoice("all", "all of these hold"), SelectChoice("any", "any of these holds")],
        default="all",
        validators=[AnyOf(["all", "any"], message="Choose one of the two.")],
        validate_choice=False,
    )
    terms = FieldList(FormField(TermRow))

    def __init__(self, items: Sequence[Item], facts: FactNames, **values: Any) -> None:
        """`items` are the questions that can have been answered by then."""
        super().__init__(**values)
        self._questions = {item.question.code: item.question for item in items}
        self._facts = facts
        about = [
            SelectChoice("", "Choose what it depends on"),
            *(SelectChoice(code, shortened(one.short_label, 80)) for code, one in self._questions.items()),
            *(SelectChoice(f"{OF_FACT}{fact}", words) for fact, words in FACT_LABELS.items()),
        ]
        for row in self.terms:
            row.form.about.choices = about
            row.form.values.choices = self._answers(row.form.about.data or "")

    @property
    def condition(self) -> Condition | None:
        """What a form that validates says; None for everybody."""
        terms = tuple(self._term(row.form) for row in self.terms if row.form.about.data)
        return Condition(terms, self.needs_all.data == "all") if terms else None

    def rows(self, pressed: str) -> list[dict[str, Any]]:
        """The rows after a button was pressed: "more" adds one, "without 2" takes one away, any other keeps them."""
        rows = [row.form.data for row in self.terms]
        word, _, number = pressed.partition(" ")
        if word == "without" and number.isdecimal() and int(number) < len(rows):
            del rows[int(number)]
        return rows + ([{}] if word == "more" else [])

    def validate_terms(self, field: FieldList) -> None:
        """Each fault stands at the control that puts it right."""
        for n, row in enumerate(field):
            form = row.form
            if form.about.data:
                wrong = self._wrong(form, is_one_too_many=n >= MOST_TERMS)
                if wrong:
                    name, sentence = wrong
                    form[name].errors = [sentence]
                    field.errors = [*field.errors, {name: [sentence]}]

    def _wrong(self, row: TermRow, *, is_one_too_many: bool) -> tuple[str, str] | None:
        if is_one_too_many:
            return "about", f"Use {MOST_TERMS} comparisons or fewer."
        if row.about.data not in {choice.value for choice in row.about.choices}:
            return "about", "Choose a question that is asked before, or what is known of the contact."
        if row.comparison.data not in list(Comparison):
            return "comparison", "Choose how it is compared."
        return self._wrong_comparison(row, Comparison(row.comparison.data))

    def _wrong_comparison(self, row: TermRow, comparison: Comparison) -> tuple[str, str] | None:
        answers = {choice.value for choice in row.values.choices}
        if comparison in _CHOSEN and not answers:
            return "comparison", "It has no answers to choose from. Choose “is answered” or a number instead."
        if comparison in _CHOSEN and not (row.values.data and answers.issuperset(row.values.data)):
            return "values", "Choose which answers."
        if comparison not in _CHOSEN and row.about.data.startswith(OF_FACT):
            return "comparison", "Choose “is one of” or “is none of”: this is known of everybody."
        return self._wrong_number(row) if comparison in _MEASURED else None

    def _wrong_number(self, row: TermRow) -> tuple[str, str] | None:
        question = self._questions[row.about.data]
        if question.kind is not QuestionKind.NUMBER and all(choice.score is None for choice in question.choices):
            return "comparison", "Its answers are neither numbers nor worth any. Choose another comparison."
        try:
            read_number(row.number.data)
        except ValueError:
            return "number", "Type a number."
        return None

    def _term(self, row: TermRow) -> Term:
        about, comparison = row.about.data, Comparison(row.comparison.data)
        subject = Fact(about.removeprefix(OF_FACT)) if about.startswith(OF_FACT) else about
        if comparison in _CHOSEN:
            return Term(subject, comparison, tuple(row.values.data))
        if comparison in _MEASURED:
            return Term(subject, comparison, (f"{float(read_number(row.number.data)):g}",))
        return Term(subject, comparison)

    def _answers(self, about: str) -> list[SelectChoice]:
        if about.startswith(OF_FACT):
            fact = about.removeprefix(OF_FACT)
            named = self._facts.get(Fact(fact), {}) if fact in list(Fact) else {}
            return [SelectChoice(value, label) for value, label in named.items()]
        question: BankQuestion | None = self._questions.get(about)
        return [SelectChoice(choice.code, choice.label) for choice in question.choices] if question else []


class RuleForm(ConditionForm):
    """Where to go after a page."""

    go_to = SelectField(validate_choice=False)

    def __init__(self, after_page: int, pages: Sequence[str], items: Sequence[Item], facts: FactNames, **values: Any):
        """`pages` are the words for each page of the survey, the first page first."""
        super().__init__(items, facts, **values)
        self._after_page = after_page
        later = [SelectChoice(str(n), words) for n, words in enumerate(pages, 1) if n > after_page]
        self.go_to.choices = [*later, SelectChoice(THE_END, "The end: the answers are sent")]

    @property
    def rule(self) -> Rule:
        return Rule(self._after_page, None if self.go_to.data == THE_END else int(self.go_to.data), self.condition)

    def validate_go_to(self, field: SelectField) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose the end, or a page after this one.")


def condition_values(condition: Condition | None, revision: int) -> dict[str, Any]:
    """What the form of a condition that is kept begins with; a first row where there is none."""
    terms = condition.terms if condition else ()
    return {
        "revision": str(revision),
        "needs_all": "all" if condition is None or condition.needs_all else "any",
        "terms": [_row(term) for term in terms] or [{}],
    }


def _row(term: Term) -> dict[str, Any]:
    return {
        "about": f"{OF_FACT}{term.about}" if isinstance(term.about, Fact) else term.about,
        "comparison": term.comparison.value,
        "values": list(term.values) if term.comparison in _CHOSEN else [],
        "number": term.values[0] if term.comparison in _MEASURED else "",
    }
