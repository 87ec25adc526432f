"""The forms of the targets. What cannot be taken comes back as it was typed, with what to put right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.admin.targets.amounts import margin_value, target_value
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.moments import read_day
from survey_app.measures.definitions import Measure, Unit
from survey_app.statistics.target_status import Comparator
from survey_app.web.fields import at_most, one_line, plain, read_number, typed_day

LONGEST_REASON = 500


class TargetForm(FlaskForm):  # type: ignore[misc]
    """What a measure should reach, from when to when, who approved it and why."""

    value = StringField(filters=[one_line])
    comparator = RadioField(
        default=Comparator.AT_LEAST.value,
        validators=[AnyOf(list(Comparator), message="Choose one of the two.")],
        validate_choice=False,
    )
    stretch = StringField(filters=[one_line])
    valid_from = StringField(filters=[one_line])
    valid_to = StringField(filters=[one_line])
    approved_by = StringField(filters=[one_line], validators=[at_most(120), plain])
    reason = TextAreaField(filters=[one_line], validators=[at_most(LONGEST_REASON), plain])

    def __init__(self, measure: Measure, today: date, **values: Any) -> None:
        super().__init__(**values)
        self.measure, self.today = measure, today
        over, at_least = (
            ("Less than this", "This or less") if measure.lower_is_better else ("More than this", "This or more")
        )
        self.comparator.choices = [
            SelectChoice(Comparator.OVER.value, over),
            SelectChoice(Comparator.AT_LEAST.value, at_least),
        ]

    @property
    def amount(self) -> float:
        """The target in the measure's unit."""
        return target_value(read_number(self.value.data), self.measure)

    @property
    def stretch_amount(self) -> float | None:
        return target_value(read_number(self.stretch.data), self.measure) if self.stretch.data else None

    @property
    def first_day(self) -> date:
        return read_day(self.valid_from.data)

    @property
    def last_day(self) -> date | None:
        return read_day(self.valid_to.data) if self.valid_to.data else None

    def validate_value(self, field: Field) -> None:
        found = _amount(field, self.measure, target_value)
        if self.comparator.data == Comparator.OVER and found == _furthest(self.measure):
            raise ValidationError("No figure can be beyond this. Choose the other comparison.")

    def validate_stretch(self, field: Field) -> None:
        if not field.data:
            return
        stretch = _amount(field, self.measure, target_value)
        if self.value.errors:
            return
        is_beyond = stretch < self.amount if self.measure.lower_is_better else stretch > self.amount
        if not is_beyond:
            raise ValidationError("A stretch goes further than the target.")

    def validate_valid_from(self, field: Field) -> None:
        typed_day(field)

    def validate_valid_to(self, field: Field) -> None:
        if field.data and not self.valid_from.errors and typed_day(field) < self.first_day:
            raise ValidationError("The last day is before the first.")

    def validate_reason(self, field: Field) -> None:
        if not field.data and not self.valid_from.errors and self.first_day < self.today:
            raise ValidationError("It begins in the past, when answers could be seen. Say why it is set now.")


class EndForm(FlaskForm):  # type: ignore[misc]
    """The last day of a target, and why it ends."""

    last_day = StringField(filters=[one_line])
    reason = TextAreaField(
        filters=[one_line], validators=[DataRequired("Say why it ends."), at_most(LONGEST_REASON), plain]
    )

    def validate_last_day(self, field: Field) -> None:
        typed_day(field)


class MarginForm(FlaskForm):  # type: ignore[misc]
    """How far a measure may fall and still count as maintained."""

    margin = StringField(filters=[one_line])
    margin_approved_by = StringField(filters=[one_line], validators=[at_most(120), plain])

    def __init__(self, measure: Measure, **values: Any) -> None:
        super().__init__(**values)
        self.measure = measure

    @property
    def amount(self) -> float:
        """The margin in the measure's unit."""
        return margin_value(read_number(self.margin.data), self.measure)

    def validate_margin(self, field: Field) -> None:
        _amount(field, self.measure, margin_value)


def _amount(field: Field, measure: Measure, value_of: Callable[[Decimal, Measure], float]) -> float:
    try:
        return value_of(read_number(field.data or ""), measure)
    except InvalidInput as problem:
        raise ValidationError(problem.message) from problem
    except ValueError:
        raise ValidationError("Type a number, like 90.") from None


def _furthest(measure: Measure) -> float:
    """The best that a figure of this measure can be."""
    lowest, highest = measure.scale or ((-1, 1) if measure.unit is Unit.NET_SHARE else (0, 1))
    return float(lowest if measure.lower_is_better else highest)
