"""The forms of asking. What cannot be taken comes back as it was typed, with what to put right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.contacts.eligibility import Dimension
from survey_app.contacts.reading import read_email
from survey_app.contacts.sampling import Amount
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.organisation.names import NameIndex, fold
from survey_app.web.fields import at_most, one_line, plain, read_number

ANY = ""
EVERYONE, SHARE, QUOTA = "everyone", "share", "quota"
MOST_A_MONTH = 1_000_000
LONGEST_WHY = 500
LONGEST_GAP, LONGEST_AGE = 730, 90  # days
MOST_KEPT_FREE = 90  # percent
DIMENSION_LABELS = {
    Dimension.REASON: "Reason for contact",
    Dimension.OUTCOME: "Outcome",
    Dimension.SERVICE: "Service, with those below it",
    Dimension.CHANNEL: "Channel",
    Dimension.LANGUAGE: "Language",
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", re.ASCII)


class LeftOutForm(FlaskForm):  # type: ignore[misc]
    """Contacts that nobody is asked about, and why. `stored_value` is what they are known by."""

    dimension = SelectField(
        choices=[SelectChoice(dimension.value, label) for dimension, label in DIMENSION_LABELS.items()],
        validators=[AnyOf(list(Dimension), message="Choose one of the list.")],
        validate_choice=False,
    )
    value = StringField(filters=[one_line], validators=[DataRequired("Type the value."), at_most(120), plain])
    why = TextAreaField(
        filters=[one_line],
        validators=[DataRequired("Say why, in one sentence that an assessor can read."), at_most(LONGEST_WHY), plain],
    )

    def __init__(self, services: Sequence[Service], index: NameIndex, **values: Any) -> None:
        super().__init__(**values)
        self._services, self._index = services, index
        self.stored_value = ""

    @property
    def chosen(self) -> Dimension:
        return Dimension(self.dimension.data)

    def validate_value(self, field: Field) -> None:
        if not field.data or self.dimension.data not in list(Dimension):
            return
        match self.chosen:
            case Dimension.CHANNEL:
                self.stored_value = _channel(field.data)
            case Dimension.SERVICE:
                self.stored_value = self._service(field.data)
            case Dimension.LANGUAGE:
                self.stored_value = fold(field.data)
                if not _LANGUAGE.fullmatch(self.stored_value):
                    raise ValidationError("Type a language code, like cy.")
            case _:
                self.stored_value = field.data

    def _service(self, text: str) -> str:
        found = self._index.find(text)
        if found is None:
            near = self._index.near(text)
            meant = f" Did you mean {' or '.join(near)}?" if near else ""
            raise ValidationError(f"There is no service called that.{meant}")
        return next(service.code for service in self._services if service.id == found)


class AmountForm(FlaskForm):  # type: ignore[misc]
    """How many of those who may be are asked, of one service and channel."""

    service = SelectField(validate_choice=False)
    channel = SelectField(
        choices=lambda: [
            SelectChoice(ANY, "Every channel"),
            *(SelectChoice(each.value, each.label) for each in Channel),
        ],
        validators=[AnyOf([ANY, *Channel], message="Choose a channel.")],
        validate_choice=False,
    )
    how = RadioField(
        choices=[
            SelectChoice(EVERYONE, "Everyone"),
            SelectChoice(SHARE, "A share of them, in percent"),
            SelectChoice(QUOTA, "About so many a month"),
        ],
        validators=[AnyOf([EVERYONE, SHARE, QUOTA], message="Choose one of the three.")],
        validate_choice=False,
    )
    number = StringField(filters=[one_line])

    def __init__(self, services: Sequence[Service], **values: Any) -> None:
        super().__init__(**values)
        self._ids = {service.code: service.id for service in services}
        self.service.choices = [
            SelectChoice(ANY, "Every service"),
            *(SelectChoice(service.code, service.name) for service in services),
        ]

    @property
    def service_id(self) -> int | None:
        return self._ids.get(self.service.data or ANY)

    @property
    def chosen_channel(self) -> Channel | None:
        return Channel(self.channel.data) if self.channel.data else None

    @property
    def amount(self) -> Amount:
        match self.how.data:
            case "share":
                return Amount(fraction=float(read_number(self.number.data)) / 100)
            case "quota":
                return Amount(monthly_quota=int(read_number(self.number.data)))
        return Amount(fraction=1.0)

    def validate_service(self, field: Field) -> None:
        if field.data and field.data not in self._ids:
            raise ValidationError("Choose a service.")

    def validate_number(self, field: Field) -> None:
        if self.how.data == SHARE:
            _number(field, 0, 100, "Type a share from 0 to 100, like 25.")
        elif self.how.data == QUOTA:
            whole_number(field, 1, MOST_A_MONTH, "Type how many a month, like 400.")


class RulesForm(FlaskForm):  # type: ignore[misc]
    """The rules for all contacts."""

    cooling_off_days = StringField(filters=[one_line])
    too_old_days = StringField(filters=[one_line])
    ask_second_contact = RadioField()
    ask_open_complaint = RadioField()
    reserved_percent = StringField(filters=[one_line])
    rare_below = StringField(filters=[one_line])
    staff_domains = TextAreaField(filters=[lambda text: (text or "").strip()], validators=[at_most(4_000)])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        for field in (self.ask_second_contact, self.ask_open_complaint):
            field.choices = [SelectChoice("no", "No"), SelectChoice("yes", "Yes")]
            field.validate_choice = False
            field.validators = [AnyOf(["no", "yes"], message="Choose one of the two.")]

    @property
    def changes(self) -> dict[str, Any]:
        """By the names of AskingRules."""
        return {
            "cooling_off_days": int(self.cooling_off_days.data),
            "too_old_days": int(self.too_old_days.data),
            "ask_second_contact": self.ask_second_contact.data == "yes",
            "ask_open_complaint": self.ask_open_complaint.data == "yes",
            "reserved_share": float(read_number(self.reserved_percent.data)) / 100,
            "rare_below": int(self.rare_below.data),
            "staff_domains": self.domains,
        }

    @property
    def domains(self) -> list[str]:
        given = (domain.strip().removeprefix("@") for domain in re.split(r"[\s,;]+", self.staff_domains.data))
        known = (read_email(f"x@{domain}") for domain in given if domain)
        return list(dict.fromkeys((address or "").removeprefix("x@") for address in known))

    def validate_cooling_off_days(self, field: Field) -> None:
        whole_number(field, 1, LONGEST_GAP, f"Type a number of days from 1 to {LONGEST_GAP}, like 90.")

    def validate_too_old_days(self, field: Field) -> None:
        whole_number(field, 1, LONGEST_AGE, f"Type a number of days from 1 to {LONGEST_AGE}, like 14.")

    def validate_reserved_percent(self, field: Field) -> None:
        _number(field, 0, MOST_KEPT_FREE, f"Type a share from 0 to {MOST_KEPT_FREE}, like 20.")

    def validate_rare_below(self, field: Field) -> None:
        whole_number(field, 1, MOST_A_MONTH, "Type a number of contacts, like 200.")

    def validate_staff_domains(self, field: Field) -> None:
        if "" in self.domains:
            raise ValidationError("Type only the part after the @ of your addresses, like anyborough.gov.uk.")


def whole_number(field: Field, lowest: int, highest: int, problem: str) -> None:
    if not re.fullmatch(r"[0-9]{1,9}", field.data or "") or not lowest <= int(field.data) <= highest:
        raise ValidationError(problem)


def _number(field: Field, lowest: float, highest: float, problem: str) -> None:
    try:
        found = read_number(field.data or "")
    except ValueError:
        raise ValidationError(problem) from None
    if not lowest <= found <= highest:
        raise ValidationError(problem)


def _channel(text: str) -> str:
    names = {channel: (channel.value, fold(channel.label), fold(channel.usual_label)) for channel in Channel}
    found = next((channel for channel, called in names.items() if fold(text) in called), None)
    if found is None:
        raise ValidationError(f"There is no such channel. Type one of {', '.join(Channel)}.")
    return found.value
