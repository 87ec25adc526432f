"""The form of a measure of the council's own. What cannot be taken comes back as it was typed."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from survey_app.measures.definitions import Unit
from survey_app.measures.own.queries import AskedOption, AskedQuestion
from survey_app.measures.own.rule import OwnRule, Part, problems_of
from survey_app.responses.given import clean_text

UNITS = {
    Unit.SHARE: "a share: those that count, of all in the base",
    Unit.NET_SHARE: "a net share: those that count less those that count against, of all in the base",
    Unit.MEAN: "a mean of the options’ scores",
}
PARTS = {
    Part.COUNTS: "Counts",
    Part.AGAINST: "Counts against (net share)",
    Part.BASE: "In the base only",
    Part.OUTSIDE: "Outside the base",
}
BETTER = {"higher": "Higher is better", "lower": "Lower is better"}
TOP_TWO = 4  # the lowest of the two best scores of five


class MeasureForm(FlaskForm):  # type: ignore[misc]
    """One measure. `form_for` adds a field for each option of its question; `based_on` is the version changed."""

    code = StringField(filters=[clean_text])
    label = StringField(filters=[clean_text])
    words = TextAreaField(filters=[clean_text])
    unit = RadioField(
        choices=[SelectChoice(unit.value, words) for unit, words in UNITS.items()],
        default=Unit.SHARE.value,
        validators=[AnyOf([unit.value for unit in UNITS], message="Choose what the figure is.")],
        validate_choice=False,
    )
    better = RadioField(
        choices=[SelectChoice(code, words) for code, words in BETTER.items()],
        default="higher",
        validators=[AnyOf(list(BETTER), message="Choose which way is better.")],
        validate_choice=False,
    )
    question = HiddenField()
    based_on = HiddenField(default="0")

    option_names: Sequence[tuple[str, str]] = ()  # the name of each option's field, and the option's code

    @property
    def option_fields(self) -> list[Field]:
        return [self[name] for name, _ in self.option_names]

    @property
    def version(self) -> int:
        """The version that the author saw; -1 where that was tampered with, which is no version."""
        return int(self.based_on.data) if (self.based_on.data or "").isdecimal() else -1

    def rule(self, question: AskedQuestion) -> OwnRule:
        """What was typed, as a rule."""
        return OwnRule(
            code=(self.code.data or "").strip(),
            label=" ".join((self.label.data or "").split()),
            words=" ".join((self.words.data or "").split()),
            question=question.code,
            unit=Unit(self.unit.data),
            options={code: Part(self[name].data) for name, code in self.option_names},
            lower_is_better=self.better.data == "lower",
        )

    def takes(self, question: AskedQuestion) -> bool:
        """Whether the form makes a measure; if not, each problem stands at its field."""
        if not self.validate():
            return False
        problems = problems_of(self.rule(question), [option.choice for option in question.options])
        for name, words in problems.items():
            field = self.option_fields[0] if name == "options" else self[name]
            field.errors = [*field.errors, words]
        return not problems


def form_for(question: AskedQuestion, rule: OwnRule | None = None, *, version: int = 0) -> MeasureForm:
    """The form for measures on a question, filled with the rule that is changed, or as most measures are."""
    fields = {
        f"option_{place}": SelectField(
            option.label,
            choices=[SelectChoice(part.value, words) for part, words in PARTS.items()],
            default=_usual_part(option, rule),
            validators=[AnyOf([part.value for part in PARTS], message=f"Choose what “{option.label}” counts as.")],
            validate_choice=False,
        )
        for place, option in enumerate(question.options)
    }
    names = [(name, option.choice.code) for name, option in zip(fields, question.options, strict=True)]
    form = type("MeasureFormOfQuestion", (MeasureForm,), fields | {"option_names": names})
    given = {"question": question.code, "based_on": str(version)}
    if rule is not None:
        better = "lower" if rule.lower_is_better else "higher"
        given |= {"code": rule.code, "label": rule.label, "words": rule.words, "unit": rule.unit, "better": better}
    made: MeasureForm = form(data=given)
    return made


def _usual_part(option: AskedOption, rule: OwnRule | None) -> str:
    if rule is not None:
        return rule.options.get(option.choice.code, Part.OUTSIDE).value
    if option.choice.score is None:
        return Part.OUTSIDE.value
    return (Part.COUNTS if option.choice.score >= TOP_TWO else Part.BASE).value
