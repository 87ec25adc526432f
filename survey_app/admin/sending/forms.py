"""The forms of sending. What cannot be taken comes back as it was typed, with what to put right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, ValidationError

from survey_app.admin.asking.forms import whole_number
from survey_app.admin.sending.hours import DAYS, read_minute
from survey_app.contacts.ways import Way
from survey_app.invitations.timing import Window
from survey_app.organisation.models import Service
from survey_app.web.fields import one_line

ANY = ""
WAYS = {Way.EMAIL: "E-mail", Way.SMS: "Text message"}
LONGEST_DELAY = 20_160  # minutes: two weeks
LONGEST_OPEN, MOST_A_DAY = 90, 10_000_000
YES_NO = [SelectChoice("no", "No"), SelectChoice("yes", "Yes")]


class RulesForm(FlaskForm):  # type: ignore[misc]
    """Ways, delay, reminder, limits and templates."""

    texts_are_on = RadioField()
    letters_are_on = RadioField()
    delay_minutes = StringField(filters=[one_line])
    reminder_after_days = StringField(filters=[one_line])
    remind_by_sms = RadioField()
    open_days = StringField(filters=[one_line])
    most_emails_a_day = StringField(filters=[one_line])
    most_texts_a_day = StringField(filters=[one_line])
    notify_email_template = StringField(filters=[one_line])
    notify_text_template = StringField(filters=[one_line])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        for field in (self.texts_are_on, self.letters_are_on, self.remind_by_sms):
            field.choices = YES_NO
            field.validate_choice = False
            field.validators = [AnyOf(["no", "yes"], message="Choose one of the two.")]

    @property
    def changes(self) -> dict[str, Any]:
        """By the names of AskingRules."""
        return {
            **{name: self[name].data == "yes" for name in ("texts_are_on", "letters_are_on", "remind_by_sms")},
            **{name: int(self[name].data) for name in ("delay_minutes", "reminder_after_days", "open_days")},
            **{
                name: int(self[name].data) if self[name].data else None
                for name in ("most_emails_a_day", "most_texts_a_day")
            },
            **{name: self[name].data or None for name in ("notify_email_template", "notify_text_template")},
        }

    def validate_delay_minutes(self, field: Field) -> None:
        whole_number(field, 0, LONGEST_DELAY, f"Type a number of minutes from 0 to {LONGEST_DELAY:,}, like 60.")

    def validate_open_days(self, field: Field) -> None:
        whole_number(field, 1, LONGEST_OPEN, f"Type a number of days from 1 to {LONGEST_OPEN}, like 14.")

    def validate_reminder_after_days(self, field: Field) -> None:
        whole_number(field, 0, LONGEST_OPEN, f"Type a number of days from 0 to {LONGEST_OPEN}, like 4; 0 is none.")
        if (self.open_days.data or "").isdecimal() and 0 < int(self.open_days.data) <= int(field.data):
            raise ValidationError("The invitation would be closed by then. Type fewer days.")

    def validate_most_emails_a_day(self, field: Field) -> None:
        _limit(field)

    def validate_most_texts_a_day(self, field: Field) -> None:
        _limit(field)

    def validate_notify_email_template(self, field: Field) -> None:
        _template(field)

    def validate_notify_text_template(self, field: Field) -> None:
        _template(field)


class WindowForm(FlaskForm):  # type: ignore[misc]
    """When messages of one way go out, of all services or of one."""

    way = RadioField(
        choices=[SelectChoice(way.value, label) for way, label in WAYS.items()],
        validators=[AnyOf([way.value for way in WAYS], message="Choose the way.")],
        validate_choice=False,
    )
    service = SelectField(validate_choice=False)
    opens = StringField(filters=[one_line])
    closes = StringField(filters=[one_line])
    weekdays = StringField(filters=[one_line])
    on_bank_holidays = RadioField(
        choices=YES_NO, validators=[AnyOf(["no", "yes"], message="Choose one of the two.")], validate_choice=False
    )

    def __init__(self, services: Sequence[Service], **values: Any) -> None:
        super().__init__(**values)
        self._ids = {service.code: service.id for service in services}
        self.service.choices = [
            SelectChoice(ANY, "Every service that has no window of its own"),
            *(SelectChoice(service.code, service.name) for service in services),
        ]

    @property
    def service_id(self) -> int | None:
        return self._ids.get(self.service.data or ANY)

    @property
    def window(self) -> Window:
        weekdays = "".join(sorted(set(self.weekdays.data)))
        opens, closes = read_minute(self.opens.data), read_minute(self.closes.data)
        return Window(opens, closes, weekdays, self.on_bank_holidays.data == "yes")

    def validate_service(self, field: Field) -> None:
        if field.data and field.data not in self._ids:
            raise ValidationError("Choose a service.")

    def validate_opens(self, field: Field) -> None:
        _time(field, "Type when it opens, like 09:00.")

    def validate_closes(self, field: Field) -> None:
        closes = _time(field, "Type when it closes, like 20:00; 24:00 is the end of the day.")
        try:
            opens = read_minute(self.opens.data or "")
        except ValueError:
            return
        if closes <= opens:
            raise ValidationError("It closes before it opens. A window lies within one day.")

    def validate_weekdays(self, field: Field) -> None:
        if not field.data or set(field.data) - {day for day, _ in DAYS}:
            raise ValidationError("Choose at least one day of the week.")


def _time(field: Field, problem: str) -> int:
    try:
        return read_minute(field.data or "")
    except ValueError:
        raise ValidationError(problem) from None


def _limit(field: Field) -> None:
    if field.data:
        whole_number(field, 1, MOST_A_DAY, "Type how many a day, like 5000, or nothing for no limit of yours.")


def _template(field: Field) -> None:
    if field.data and not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", field.data.lower()):
        raise ValidationError("Copy the id as GOV.UK Notify shows it: 36 characters, with its hyphens.")
