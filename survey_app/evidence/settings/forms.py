"""The forms of frameworks: a file with a new one, and when one is passed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, StringField
from wtforms.validators import DataRequired, ValidationError

from survey_app.evidence.models import LONGEST_CODE, LONGEST_NAME
from survey_app.evidence.thresholds import LONGEST_YEARS, Thresholds
from survey_app.statistics.rounding import rounded
from survey_app.web.fields import at_most, one_line, plain, read_number


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A framework of the council's own."""

    name = StringField(filters=[one_line], validators=[DataRequired("Give it a name."), at_most(LONGEST_NAME), plain])
    code = StringField(
        filters=[one_line], validators=[DataRequired("Give it a short name."), at_most(LONGEST_CODE), plain]
    )
    file = FileField(validators=[FileRequired("Choose a file.")])


class ThresholdsForm(FlaskForm):  # type: ignore[misc]
    """When a framework is passed. The number of partly met elements is asked once a criterion."""

    share_needed = StringField(filters=[one_line])
    ageing_months = StringField(filters=[one_line])
    stale_months = StringField(filters=[one_line])
    pack_years = StringField(filters=[one_line])

    def __init__(self, thresholds: Thresholds, criteria: Sequence[str], **values: Any) -> None:
        start = {
            "share_needed": rounded(thresholds.share_needed * 100, 1).removesuffix(".0"),
            "ageing_months": str(thresholds.ageing_months),
            "stale_months": str(thresholds.stale_months),
            "pack_years": str(thresholds.pack_years),
        }
        super().__init__(data=start, **values)
        self.criteria = [
            PartialsField(place, name, thresholds.partials_in(place)) for place, name in enumerate(criteria)
        ]

    def validate_share_needed(self, field: Field) -> None:
        if not 0 < _number(field) <= 100:
            raise ValidationError("Type a percentage of more than 0 and at most 100.")

    def validate_ageing_months(self, field: Field) -> None:
        _whole(field)

    def validate_stale_months(self, field: Field) -> None:
        _whole(field)

    def validate_pack_years(self, field: Field) -> None:
        number = _number(field)
        if number != number.to_integral_value() or not 1 <= number <= LONGEST_YEARS:
            raise ValidationError(f"Type a whole number of years from 1 to {LONGEST_YEARS}.")

    def read_partials(self, typed: Sequence[str]) -> bool:
        """Take what was typed for each criterion; False where one of them is no number."""
        for row, text in zip(self.criteria, typed, strict=False):
            row.read(text)
        return not any(row.errors for row in self.criteria)

    @property
    def thresholds(self) -> Thresholds:
        """What was typed, once it is valid."""
        return Thresholds(
            share_needed=float(_number(self.share_needed) / 100),
            partials_allowed=tuple(row.value for row in self.criteria),
            ageing_months=_whole(self.ageing_months),
            stale_months=_whole(self.stale_months),
            pack_years=int(_number(self.pack_years)),
        )


class PartialsField:
    """How many elements of one criterion may be partly met, as it was typed; nothing is no limit."""

    name = "partials"

    def __init__(self, place: int, label: str, value: int | None) -> None:
        self.id, self.label, self.value = f"partials-{place + 1}", label, value
        self.data, self.errors = "" if value is None else str(value), list[str]()

    def read(self, text: str) -> None:
        self.data = text.strip()
        self.value = int(self.data) if self.data.isdecimal() and len(self.data) < 4 else None
        if self.data and self.value is None:
            self.errors = [f"Type a whole number for {self.label}, or nothing for no limit."]


def _number(field: Field) -> Decimal:
    try:
        return read_number(field.data or "")
    except ValueError:
        raise ValidationError("Type a number.") from None


def _whole(field: Field) -> int:
    number = _number(field)
    if number != number.to_integral_value() or not 0 < number <= 120:
        raise ValidationError("Type a whole number of months from 1 to 120.")
    return int(number)
