"""The forms of the stop list. What was typed comes back only where something is wrong with it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, ValidationError

from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import index_key
from survey_app.contacts.stop_list import Named, named
from survey_app.web.fields import one_line, plain

PUT_RIGHT = {
    "email": "Enter an e-mail address, like name@example.org.",
    "phone": "Enter a phone number of the United Kingdom, like 07700 900123.",
    "customer_ref": "Use 80 characters or fewer.",
}


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """Somebody, by any of the three details that may be known of them."""

    email = StringField(filters=[one_line])
    phone = StringField(filters=[one_line])
    customer_ref = StringField(filters=[one_line], validators=[plain])

    @property
    def person(self) -> PersonKeys:
        return self._named().person

    def validate(self, extra_validators: object = None) -> bool:
        """Each detail is one, and there is at least one."""
        is_good = bool(super().validate(extra_validators))
        for name, field in ((name, self[name]) for name in PUT_RIGHT):
            if name in self._named().wrong:
                field.errors = [PUT_RIGHT[name]]
                is_good = False
        if not any(self[name].data for name in PUT_RIGHT):
            self.email.errors = ["Enter at least one of the three."]
            is_good = False
        return is_good

    def _named(self) -> Named:
        return named(self.email.data, self.phone.data, self.customer_ref.data, index_key())


class AddressForm(FlaskForm):  # type: ignore[misc]
    """One address or number that is blocked."""

    address = StringField(filters=[one_line], validators=[DataRequired("Enter the address or number.")])

    @property
    def keys(self) -> list[str]:
        """Its keyed hash: as an e-mail address, or as a phone number."""
        text = self.address.data
        found = (named(text, "", "", index_key()).person.email_key, named("", text, "", index_key()).person.phone_key)
        return [key for key in found if key]

    def validate_address(self, field: StringField) -> None:
        if not self.keys:
            raise ValidationError("Enter an e-mail address or a phone number of the United Kingdom.")


class ListForm(FlaskForm):  # type: ignore[misc]
    file = FileField(validators=[FileRequired("Choose a file.")])
