"""The forms after an answer: may we contact you, and the questions about the person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, Optional, ValidationError

from survey_app.contacts.reading import read_email, read_phone
from survey_app.responses.afterwards.equality import PREFER_NOT, PREFER_NOT_TO_SAY, EqualityItem
from survey_app.responses.forms import OneOf
from survey_app.responses.given import clean_text

YES, NO = "yes", "no"
LONGEST_REACH = 254  # characters
UNREADABLE = _("Type an e-mail address like name@example.org, or a phone number like 01632 960123")
NOTHING_TO_REACH_BY = _("Type an e-mail address or a phone number, so that we can reach you")


class ContactForm(Form):  # type: ignore[misc]
    """May we contact you? Whoever is not known to us says how."""

    wanted = RadioField(
        choices=[SelectChoice(YES, _("Yes, please contact me")), SelectChoice(NO, _("No, thank you"))],
        validators=[AnyOf([YES, NO], message=_("Select yes or no"))],
        validate_choice=False,
    )
    reach = StringField(filters=[clean_text])

    def __init__(self, sent: MultiDict[str, str] | None = None, *, is_known: bool, has_agreed: bool = False) -> None:
        """`has_agreed` in the survey: who is not known says here how to reach them."""
        super().__init__(sent, data={"wanted": YES} if has_agreed else None)
        self._is_known = is_known

    @property
    def typed(self) -> Mapping[str, str] | None:
        """The address or number of a form that validates, as it is kept; None where nothing was typed."""
        read = {"email": read_email(self.reach.data or ""), "phone": read_phone(self.reach.data or "")}
        return next(({name: value} for name, value in read.items() if value), None)

    def validate_reach(self, field: StringField) -> None:
        if self.wanted.data != YES:
            return
        if not field.data and not self._is_known:
            raise ValidationError(NOTHING_TO_REACH_BY)
        if field.data and (len(field.data) > LONGEST_REACH or self.typed is None):
            raise ValidationError(UNREADABLE)


class AboutYouForm(Form):  # type: ignore[misc]
    """The base of the form about the person; its fields are named by question code, and none has to be answered."""

    @property
    def given(self) -> dict[str, str]:
        return {field.name: field.data for field in self if field.data}


def about_you_form(items: Iterable[EqualityItem], sent: MultiDict[str, str] | None = None) -> AboutYouForm:
    """The form of these questions."""
    fields = {item.code: _field(item) for item in items}
    make: Callable[[str, tuple[type, ...], Mapping[str, Any]], type[AboutYouForm]] = type(AboutYouForm)
    return make("MadeAboutYouForm", (AboutYouForm,), fields)(sent)


def _field(item: EqualityItem) -> Any:
    choices = [SelectChoice(code, label) for code, label in item.options.items()]
    return OneOf(item.wording, choices=[*choices, SelectChoice(PREFER_NOT, PREFER_NOT_TO_SAY)], validators=[Optional()])
