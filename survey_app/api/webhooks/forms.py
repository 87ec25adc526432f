"""The form of a webhook."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from survey_app.api.webhooks.addresses import LONGEST_URL
from survey_app.api.webhooks.events import EVENTS
from survey_app.api.webhooks.operations import WebhookFacts
from survey_app.api.webhooks.operations.keeping import LONGEST_NAME
from survey_app.web.fields import at_most, one_line, plain


class WebhookForm(FlaskForm):  # type: ignore[misc]
    """Which system is told, where it listens, and what it is told of."""

    name = StringField(filters=[one_line], validators=[DataRequired("Name the system."), at_most(LONGEST_NAME), plain])
    address = StringField(
        filters=[one_line], validators=[DataRequired("Type the address that it listens at."), at_most(LONGEST_URL)]
    )
    events = SelectMultipleField(
        choices=[SelectChoice(kind, words) for kind, words in EVENTS.items()],
        validators=[DataRequired("Choose at least one kind of event.")],
    )

    @property
    def facts(self) -> WebhookFacts:
        return WebhookFacts(self.name.data, self.address.data, tuple(self.events.data))
