"""The form of the rules of samples and themes."""

from __future__ import annotations

from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from survey_app.comments.checking.models import CheckingRules
from survey_app.comments.checking.operations import LEAST_SAMPLE, MOST_CASES, MOST_SAMPLE, RuleFacts
from survey_app.statistics.rounding import target_text
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.web.fields import one_line, read_number


def _number(field: Field, least: int, most: int, what: str) -> Decimal:
    try:
        found = read_number(field.data)
    except ValueError:
        found = Decimal(-1)
    if not least <= found <= most:
        raise ValidationError(f"Type {least} to {most}{what}.")
    return found


def _whole(field: Field, least: int, most: int, what: str) -> None:
    if _number(field, least, most, what) % 1:
        raise ValidationError(f"Type a whole number, {least} to {most}.")


class RulesForm(FlaskForm):  # type: ignore[misc]
    sample_size = StringField(filters=[one_line])
    least_recall = StringField(filters=[one_line])
    fewest_cases = StringField(filters=[one_line])

    @classmethod
    def of(cls, rules: CheckingRules) -> RulesForm:
        """Filled in as the rules hold."""
        return cls(
            formdata=None,
            sample_size=str(rules.sample_size),
            least_recall=target_text(rules.least_recall),
            fewest_cases=str(rules.fewest_cases),
        )

    @property
    def facts(self) -> RuleFacts:
        """What a form that validates sets."""
        return RuleFacts(
            sample_size=int(read_number(self.sample_size.data)),
            least_recall=float(read_number(self.least_recall.data) / 100),
            fewest_cases=int(read_number(self.fewest_cases.data)),
        )

    def validate_sample_size(self, field: StringField) -> None:
        _whole(field, LEAST_SAMPLE, MOST_SAMPLE, " comments")

    def validate_least_recall(self, field: StringField) -> None:
        _number(field, 0, 100, " percent")

    def validate_fewest_cases(self, field: StringField) -> None:
        _whole(field, MINIMUM_BASE, MOST_CASES, " comments")
