"""The forms of setting up. What cannot be taken comes back as it was typed, with what to put right."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.contacts.reading import read_email
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.contrast import READABLE, WASH, WHITE, Reading, read_colour, reading
from survey_app.statistics.target_status import Comparator
from survey_app.web.fields import at_most, one_line, plain, read_number, typed_day

FEWEST_DIGITS = 3  # of a number that can be called, like 101
NATIONS = ("England", "Northern Ireland", "Scotland", "Wales")


class CouncilForm(FlaskForm):  # type: ignore[misc]
    """What residents read about the council."""

    name = StringField(filters=[one_line], validators=[DataRequired("Type the council's name."), at_most(120), plain])
    nation = RadioField(
        choices=[SelectChoice(nation, nation) for nation in NATIONS],
        default=NATIONS[0],
        validators=[AnyOf(NATIONS, message="Choose the nation.")],
        validate_choice=False,
    )
    postal_address = StringField(filters=[one_line], validators=[at_most(300), plain])
    complaint_url = StringField(filters=[one_line], validators=[at_most(500), plain])
    complaint_phone = StringField(filters=[one_line], validators=[at_most(40), plain])

    def validate_complaint_url(self, field: Field) -> None:
        if not field.data:
            if not self.complaint_phone.data:
                raise ValidationError("Give an address or a phone number for complaints: every message names it.")
            return
        try:
            parts = urlsplit(field.data)
            is_address = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in field.data
        except ValueError:
            is_address = False
        if not is_address:
            raise ValidationError("Type the whole address, like https://www.council.gov.uk/complaints.")

    def validate_complaint_phone(self, field: Field) -> None:
        if field.data and sum(character.isdigit() for character in field.data) < FEWEST_DIGITS:
            raise ValidationError("Type a phone number, like 01632 960100.")


class LogoForm(FlaskForm):  # type: ignore[misc]
    logo = FileField(validators=[FileRequired("Choose a file.")])


class ColoursForm(FlaskForm):  # type: ignore[misc]
    """The council's two colours; each must be read by everyone where it stands."""

    brand = StringField(filters=[one_line])
    link = StringField(filters=[one_line])

    def validate_brand(self, field: Field) -> None:
        found = _colour_reading(field, WHITE)
        if not found.is_readable:
            raise ValidationError(
                f"White on this colour has a contrast of {found.ratio_words}, and {READABLE}:1 is needed. "
                f"The nearest that has it is {found.nearest}."
            )

    def validate_link(self, field: Field) -> None:
        found = _colour_reading(field, WASH)
        if not found.is_readable:
            raise ValidationError(
                f"On the lightest grey of our pages this colour has a contrast of {found.ratio_words} "
                f"({reading(read_colour(field.data)).ratio_words} on white), and {READABLE}:1 is needed. "
                f"The nearest that has it is {found.nearest}."
            )


def _colour_reading(field: Field, against: str) -> Reading:
    try:
        return reading(read_colour(field.data), against=against)
    except InvalidInput as error:
        raise ValidationError(str(error)) from error


class ServicesForm(FlaskForm):  # type: ignore[misc]
    services = TextAreaField(validators=[at_most(20_000)])


class FileForm(FlaskForm):  # type: ignore[misc]
    file = FileField(validators=[FileRequired("Choose a file.")])


class TargetForm(FlaskForm):  # type: ignore[misc]
    """What share of residents should be satisfied, from which day on."""

    percent = StringField(filters=[one_line])
    comparator = RadioField(
        choices=[
            SelectChoice(Comparator.OVER.value, "More than this"),
            SelectChoice(Comparator.AT_LEAST.value, "This or more"),
        ],
        default=Comparator.OVER.value,
        validators=[AnyOf(list(Comparator), message="Choose one of the two.")],
        validate_choice=False,
    )
    valid_from = StringField(filters=[one_line])
    approved_by = StringField(filters=[one_line], validators=[at_most(120), plain])

    @property
    def share(self) -> float:
        """The percentage as a share of 1."""
        return float(read_number(self.percent.data) / 100)

    def validate_percent(self, field: Field) -> None:
        try:
            found = read_number(field.data)
        except ValueError:
            raise ValidationError("Type a percentage as a number, like 90.") from None
        if not 1 <= found <= 100:
            raise ValidationError("Type a percentage from 1 to 100.")
        if self.comparator.data == Comparator.OVER and found == 100:
            raise ValidationError("Nothing is more than 100%. Choose “This or more”.")

    def validate_valid_from(self, field: Field) -> None:
        typed_day(field)


class SenderForm(FlaskForm):  # type: ignore[misc]
    """Who residents see as the sender, and where their replies go."""

    name = StringField(filters=[one_line], validators=[DataRequired("Type the name."), at_most(120), plain])
    email = StringField(filters=[one_line])

    def validate_email(self, field: Field) -> None:
        if not field.data or read_email(field.data) is None:
            raise ValidationError("Type an e-mail address, like feedback@council.gov.uk.")
