"""The forms of improvements. What cannot be taken comes back as it was typed, with what to put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.operations import Written, aim_of
from survey_app.actions.models import Direction, Improvement, Prompt
from survey_app.kernel.moments import read_day
from survey_app.measures.definitions import Measure
from survey_app.measures.effects import MOST_SETTLING_DAYS, SETTLING_DAYS
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service, Site
from survey_app.web.fields import at_most, one_line, plain, read_number, typed_day

LONGEST_STORY = 2000
MOST_POUNDS = 2_000_000_000
PROMPTS = {
    Prompt.SURVEY: "What the survey says",
    Prompt.CONSULTATION: "A consultation",
    Prompt.COMPLAINT: "A complaint",
    Prompt.STAFF_IDEA: "An idea of staff",
}


class ImprovementForm(FlaskForm):  # type: ignore[misc]
    """What was heard and done, and what it should move."""

    title = StringField(
        filters=[one_line], validators=[DataRequired("Give it a title, like Officers at the front desk."), at_most(120)]
    )
    heard = TextAreaField(validators=[DataRequired("Write what you heard."), at_most(LONGEST_STORY)])
    did = TextAreaField(validators=[DataRequired("Write what you did."), at_most(LONGEST_STORY)])
    done_on = StringField(filters=[one_line])
    place = StringField(filters=[one_line], validators=[at_most(200), plain])
    prompt = RadioField(
        choices=[SelectChoice(prompt.value, words) for prompt, words in PROMPTS.items()], default=Prompt.SURVEY.value
    )
    idea = HiddenField()  # the reference of an idea of staff that it began with
    prompt_note = StringField(filters=[one_line], validators=[at_most(300), plain])
    owner = StringField(filters=[one_line], validators=[at_most(120), plain])
    cost_pounds = StringField(filters=[one_line])
    measure = SelectField(default="satisfaction")
    direction = RadioField(
        choices=[SelectChoice(Direction.INCREASE.value, "Go up"), SelectChoice(Direction.DECREASE.value, "Go down")],
        default=Direction.INCREASE.value,
    )
    services = SelectMultipleField(validate_choice=False)
    channels = SelectMultipleField(
        choices=lambda: [SelectChoice(channel.value, channel.label) for channel in Channel], validate_choice=False
    )
    sites = SelectMultipleField(validate_choice=False)
    settling_days = StringField(filters=[one_line], default=str(SETTLING_DAYS))

    def offer(self, measures: Sequence[Measure], services: Sequence[Service], sites: Sequence[Site]) -> None:
        """What may be chosen."""
        self.measure.choices = [SelectChoice(measure.name, measure.label) for measure in measures]
        self.services.choices = [SelectChoice(service.code, service.name) for service in services]
        self.sites.choices = [SelectChoice(site.code, site.name) for site in sites]

    @property
    def written(self) -> Written:
        return Written(
            title=self.title.data or "",
            heard=(self.heard.data or "").strip(),
            did=(self.did.data or "").strip(),
            done_on=read_day(self.done_on.data),
            prompt=Prompt(self.prompt.data),
            prompt_note=self.prompt_note.data or "",
            place=self.place.data or "",
            owner=self.owner.data or "",
            cost_pounds=self._pounds(),
            settling_days=int(self.settling_days.data),
        )

    @property
    def aim(self) -> Aim:
        return Aim(
            self.measure.data,
            Direction(self.direction.data),
            tuple(self.services.data or ()),
            tuple(self.channels.data or ()),
            tuple(self.sites.data or ()),
        )

    def _pounds(self) -> int | None:
        typed = (self.cost_pounds.data or "").replace(",", "").removeprefix("£")
        return round(read_number(typed)) if typed else None

    def validate_done_on(self, field: Field) -> None:
        typed_day(field)

    def validate_cost_pounds(self, field: Field) -> None:
        try:
            pounds = self._pounds()
        except ValueError:
            raise ValidationError("Type whole pounds, like 1200, or leave it empty.") from None
        if pounds is not None and not 0 <= pounds <= MOST_POUNDS:
            raise ValidationError("Type whole pounds from 0 on.")

    def validate_settling_days(self, field: Field) -> None:
        if not (field.data or "").isdecimal() or int(field.data) > MOST_SETTLING_DAYS:
            raise ValidationError(f"Type a number of days from 0 to {MOST_SETTLING_DAYS}.")


class FigureForm(FlaskForm):  # type: ignore[misc]
    """To which improvement a figure belongs."""

    figure = HiddenField(validators=[DataRequired("Open the figure first, and choose the improvement from there.")])
    improvement = SelectField(validators=[DataRequired("Choose an improvement.")], validate_choice=False)


def filled(improvement: Improvement) -> ImprovementForm:
    """The form as it was last sent."""
    aim = aim_of(improvement)
    return ImprovementForm(
        title=improvement.title,
        heard=improvement.heard,
        did=improvement.did,
        done_on=typed(improvement.done_on),
        place=improvement.place,
        prompt=improvement.prompt.value,
        prompt_note=improvement.prompt_note,
        owner=improvement.owner,
        cost_pounds="" if improvement.cost_pounds is None else str(improvement.cost_pounds),
        measure=aim.measure,
        direction=aim.direction.value,
        services=list(aim.services),
        channels=list(aim.channels),
        sites=list(aim.sites),
        settling_days=str(improvement.settling_days),
    )


def typed(day: date) -> str:
    """A day as people type it: 1/9/2025."""
    return f"{day.day}/{day.month}/{day.year}"
