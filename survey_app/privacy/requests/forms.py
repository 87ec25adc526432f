"""The forms of requests. Whom they are about is typed anew each time: it is kept nowhere."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired

from survey_app.privacy.models import RequestKind
from survey_app.privacy.people.naming import NamedBy
from survey_app.web.fields import at_most, one_line, plain, typed_day

KINDS = {
    RequestKind.ACCESS: "What do you hold about me?",
    RequestKind.ERASURE: "Delete what you hold about me",
    RequestKind.OBJECTION: "Do not ask me again",
}
ANY = "any"


class ReceivedForm(FlaskForm):  # type: ignore[misc]
    """Somebody asked, on a day."""

    kind = RadioField(
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        validators=[AnyOf(list(RequestKind), message="Choose what they asked.")],
        validate_choice=False,
    )
    received_on = StringField(filters=[one_line])

    def validate_received_on(self, field: StringField) -> None:
        self.day = typed_day(field)


class PersonForm(FlaskForm):  # type: ignore[misc]
    """Whom it is about."""

    person = StringField(
        filters=[one_line],
        validators=[
            DataRequired("Enter an e-mail address, a phone number or a customer reference."),
            at_most(254),
            plain,
        ],
    )
    named_by = SelectField(
        choices=[
            SelectChoice(ANY, "What fits"),
            SelectChoice(NamedBy.EMAIL.value, "An e-mail address"),
            SelectChoice(NamedBy.PHONE.value, "A phone number"),
            SelectChoice(NamedBy.CUSTOMER_REF.value, "A customer reference"),
        ],
        default=ANY,
    )

    @property
    def named_as(self) -> NamedBy | None:
        return None if self.named_by.data in (None, ANY) else NamedBy(self.named_by.data)
