"""What forms of staff pages share: how a line is cleaned, and how a number and a day are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import Length, ValidationError

from survey_app.kernel.moments import read_day

MOST_DIGITS = 20  # before the point, and after it: a number with an exponent may stand for more than fits into memory


def one_line(text: str | None) -> str:
    """Without line breaks, and with single blanks."""
    return " ".join((text or "").split())


def at_most(length: int) -> Length:
    return Length(max=length, message=f"Use {length} characters or fewer.")


def plain(_form: FlaskForm, field: Field) -> None:
    if not (field.data or "").isprintable():
        raise ValidationError("There are invisible characters in it. Type it again instead of pasting it.")


def read_number(text: str) -> Decimal:
    """A number as people type it, with or without a percent sign. ValueError for anything else, and for one of more
    digits than anything here has."""
    try:
        found = Decimal(text.replace("\N{MINUS SIGN}", "-").removesuffix("%").strip())
    except InvalidOperation as problem:
        raise ValueError(f"{text!r} is no number") from problem
    if not found.is_finite() or abs(found.adjusted()) > MOST_DIGITS or len(found.as_tuple().digits) > 2 * MOST_DIGITS:
        raise ValueError(f"{text!r} is no number")
    return found


def typed_day(field: Field) -> date:
    """The day in a field. ValidationError for what is no day, or lies outside this century."""
    try:
        day = read_day(field.data)
    except ValueError:
        raise ValidationError("Type the day like 1/4/2026.") from None
    if not 2000 <= day.year <= 2100:
        raise ValidationError("Type a day of this century.")
    return day
