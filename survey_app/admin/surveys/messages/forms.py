"""The forms for the messages of a survey. What cannot be taken comes back as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from survey_app.contacts.reading import is_mobile, read_phone
from survey_app.contacts.ways import Way
from survey_app.invitations.message_texts import Slot, Written, body_fault, subject_fault
from survey_app.responses.given import clean_text
from survey_app.web.fields import one_line, read_number

DEAREST_PART = Decimal(100)  # pence


class TextForm(FlaskForm):  # type: ignore[misc]
    """A text of one place. `based_on` is the mark of the text that the writer began with, empty for ours."""

    subject = StringField(filters=[clean_text])
    body = TextAreaField(filters=[clean_text])
    based_on = HiddenField()
    phone = StringField(filters=[one_line])  # where a test of a text message goes

    def __init__(self, slot: Slot, *, takes_numbers: bool, longest: Mapping[str, str], **values: Any) -> None:
        super().__init__(**values)
        self._slot, self._takes_numbers, self._longest = slot, takes_numbers, longest

    @property
    def written(self) -> Written:
        subject = self.subject.data if self._slot.way is Way.EMAIL else ""
        return Written(subject, self.body.data, self._slot.language)

    def validate_subject(self, field: Field) -> None:
        if self._slot.way is Way.EMAIL and (fault := subject_fault(field.data)):
            raise ValidationError(fault)

    def validate_body(self, field: Field) -> None:
        way = self._slot.way
        if fault := body_fault(field.data, way, takes_numbers=self._takes_numbers, longest=self._longest):
            raise ValidationError(fault)

    def number_to_try(self) -> str | None:
        """The mobile number for a test; None, with what to put right, where it is none."""
        number = read_phone(self.phone.data or "")
        if number is None or not is_mobile(number):
            self.phone.errors = ["Type your mobile number, like 07700 900123: the test goes there once."]
            return None
        return number


class PriceForm(FlaskForm):  # type: ignore[misc]
    """What one part of a text message costs the council, in pence."""

    pence = StringField(filters=[one_line])

    def validate_pence(self, field: Field) -> None:
        try:
            is_price = not field.data or 0 <= read_number(field.data.removesuffix("p")) <= DEAREST_PART
        except ValueError:
            is_price = False
        if not is_price:
            raise ValidationError("Type pence for one part, like 2.4, or nothing.")

    @property
    def hundredths(self) -> int | None:
        """In hundredths of a penny."""
        return round(read_number(self.pence.data.removesuffix("p")) * 100) if self.pence.data else None
