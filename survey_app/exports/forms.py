"""The form that asks for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from survey_app.exports.formats import FileFormat
from survey_app.exports.orders import Content, Order
from survey_app.kernel.moments import read_day
from survey_app.organisation.channels import Channel
from survey_app.web.fields import one_line, typed_day

RESPONSES, ANSWERS, FIGURES = "responses", "answers", "figures"
WHAT = {
    RESPONSES: "Responses: a row for each, its answers side by side",
    ANSWERS: "Answers: a row for each answer, with its label",
    FIGURES: "Figures: a row for each, with its base, interval and target",
}
BREAKDOWNS = {
    "": "Not broken down",
    "month": "By month",
    "quarter": "By quarter",
    "year": "By financial year",
    "service": "By service",
    "channel": "By channel",
    "month,service": "By month and service",
    "quarter,service": "By quarter and service",
    "service,channel": "By service and channel",
}


class ExportForm(FlaskForm):  # type: ignore[misc]
    """What stands in the rows, of which days and parts, and in which form."""

    what = RadioField(validate_choice=False)
    file_format = SelectField(choices=[SelectChoice(kind.value, kind.label) for kind in FileFormat])
    first = StringField(filters=[one_line])
    last = StringField(filters=[one_line])
    service = SelectField(validate_choice=False)
    channel = SelectField(validate_choice=False)
    by = SelectField(choices=[SelectChoice(*each) for each in BREAKDOWNS.items()], default="")

    def offer(self, services: Sequence[tuple[str, str]], *, with_answers: bool) -> None:
        """What may be chosen: rows of answers only by whoever may take them away."""
        self.what.choices = [(what, words) for what, words in WHAT.items() if with_answers or what == FIGURES]
        self.what.data = self.what.data or self.what.choices[0][0]
        self.service.choices = _all_or("All services", services)
        self.channel.choices = _all_or("All channels", [(channel.value, channel.label) for channel in Channel])

    def begin(self, args: Mapping[str, str], first: date, last: date) -> None:
        """As whoever led here fills it in: a page with its days, service and channel, an order with all of it."""
        self.first.data = args.get("first") or f"{first:%-d/%-m/%Y}"
        self.last.data = args.get("last") or f"{last:%-d/%-m/%Y}"
        self.service.data, self.channel.data = args.get("service", ""), args.get("channel", "")
        self.what.data, self.by.data = args.get("what"), args.get("by", "")
        self.file_format.data = args.get("file_format", FileFormat.CSV.value)

    @property
    def order(self) -> Order:
        """Of a form that has been validated. InvalidInput for days in the wrong order."""
        where = {name: [field.data] for name, field in (("service", self.service), ("channel", self.channel))}
        is_figures = self.what.data == FIGURES
        return Order(
            Content.FIGURES if is_figures else Content.RESPONSES,
            FileFormat(self.file_format.data),
            read_day(self.first.data),
            read_day(self.last.data),
            {name: codes for name, codes in where.items() if codes[0]},
            self.by.data.split(",") if is_figures and self.by.data else (),
            is_long=self.what.data == ANSWERS,
        )

    def validate_what(self, field: Field) -> None:
        if field.data not in dict(field.choices):
            raise ValidationError("Choose what stands in the rows.")

    def validate_first(self, field: Field) -> None:
        typed_day(field)

    def validate_last(self, field: Field) -> None:
        typed_day(field)

    def validate_service(self, field: Field) -> None:
        _from_the_list(field, "a service")

    def validate_channel(self, field: Field) -> None:
        _from_the_list(field, "a channel")


def asked_again(order: Order) -> dict[str, str]:
    """The arguments of an address at which the form stands as it did for this order."""
    what = FIGURES if order.content is Content.FIGURES else ANSWERS if order.is_long else RESPONSES
    return {
        "what": what,
        "first": f"{order.first:%-d/%-m/%Y}",
        "last": f"{order.last:%-d/%-m/%Y}",
        "file_format": order.file_format.value,
        "by": ",".join(order.by),
        **{name: codes[0] for name, codes in order.where.items()},
    }


def _all_or(all_of_them: str, choices: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", all_of_them), *(SelectChoice(*choice) for choice in choices)]


def _from_the_list(field: Field, what: str) -> None:
    if field.data not in {choice.value for choice in field.choices}:
        raise ValidationError(f"Choose {what} from the list.")
