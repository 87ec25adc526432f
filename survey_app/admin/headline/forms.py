"""The form that names a headline."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length

from survey_app.kernel.periods import Period
from survey_app.measures.definitions import MEASURES
from survey_app.measures.operations import CLAIMABLE
from survey_app.responses.given import clean_text

NAMES = tuple(name for name, measure in MEASURES.items() if measure.unit in CLAIMABLE)
LONGEST_REASON = 500


class HeadlineForm(FlaskForm):  # type: ignore[misc]
    """Which measure, for which year, and why. Give it the years that may be chosen by `offer_years`."""

    measure = RadioField(
        choices=[SelectChoice(name, MEASURES[name].label) for name in NAMES],
        validators=[AnyOf(NAMES, message="Choose the measure.")],
        validate_choice=False,
    )
    year = RadioField(choices=[], validators=[], validate_choice=False)
    reason = TextAreaField(
        filters=[clean_text],
        validators=[
            DataRequired("Say why this measure, in one sentence."),
            Length(max=LONGEST_REASON, message=f"Shorten the reason to {LONGEST_REASON} characters or fewer."),
        ],
    )

    def offer_years(self, today: date) -> None:
        """The next year, which can still be named in time, and the one that runs."""
        running = Period.financial_year_of(today)
        following = Period.financial_year(running.first.year + 1)
        self.year.choices = [
            SelectChoice(following.label, f"{following.label}, in time: it stands alone"),
            SelectChoice(running.label, f"{running.label}, has begun: it will be marked as named late"),
        ]
        labels = [following.label, running.label]
        self.year.validators = [AnyOf(labels, message="Choose the year.")]
