"""The forms of an element's page. What cannot be taken comes back as it was typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from survey_app.accounts.models import User
from survey_app.evidence.elements.claims import too_long_a_claim
from survey_app.evidence.elements.operations import LONGEST_TEXT
from survey_app.evidence.elements.state import RATING_WORDS
from survey_app.evidence.frameworks import LONGEST
from survey_app.evidence.models import Element, Rating
from survey_app.web.fields import at_most, one_line, plain, typed_day

NOBODY = ""
TEXT = Length(max=LONGEST_TEXT, message=f"Use {LONGEST_TEXT:,} characters or fewer.")


class ClaimForm(FlaskForm):  # type: ignore[misc]
    """What the council claims for an element."""

    claim = TextAreaField("What do you claim?")

    def validate_claim(self, field: TextAreaField) -> None:
        if (problem := too_long_a_claim(field.data or "")) is not None:
            raise ValidationError(problem)


class RatingForm(FlaskForm):  # type: ignore[misc]
    """How well an element is met, and why."""

    rating = RadioField(
        choices=[*((rating.value, words) for rating, words in RATING_WORDS.items()), ("not_rated", "Not rated yet")],
        validators=[AnyOf([*Rating, "not_rated"], message="Choose a rating.")],
        validate_choice=False,
    )
    reason = TextAreaField(validators=[TEXT])

    @property
    def chosen(self) -> Rating | None:
        return None if self.rating.data == "not_rated" else Rating(self.rating.data)


class OwnerForm(FlaskForm):  # type: ignore[misc]
    """Who looks after an element, and by when they look again."""

    owner_id = SelectField(validate_choice=False)
    owner = StringField(filters=[one_line], validators=[at_most(120), plain])
    review_on = StringField(filters=[one_line])

    def offer(self, staff: Sequence[User]) -> None:
        """Let these people be chosen; anybody else by name."""
        people = [SelectChoice(str(user.id), user.name or user.email) for user in staff]
        self.owner_id.choices = [SelectChoice(NOBODY, "Nobody of these"), *people]

    @classmethod
    def of(cls, element: Element, staff: Sequence[User]) -> OwnerForm:
        """Filled with what is so."""
        day = element.review_on
        form = cls(
            formdata=None,
            owner_id=str(element.owner_id) if element.owner_id else NOBODY,
            owner=element.owner,
            review_on=f"{day.day}/{day.month}/{day.year}" if day else "",
        )
        form.offer(staff)
        return form

    def validate_owner_id(self, field: SelectField) -> None:
        if (field.data or NOBODY) not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose somebody from the list.")

    def validate_review_on(self, field: StringField) -> None:
        if field.data:
            typed_day(field)

    @property
    def chosen_id(self) -> int | None:
        return int(self.owner_id.data) if self.owner_id.data else None

    @property
    def day(self) -> date | None:
        return typed_day(self.review_on) if self.review_on.data else None


class GuidanceForm(FlaskForm):  # type: ignore[misc]
    """What is shown and told on the day, and notes for staff alone."""

    show_me = TextAreaField(validators=[TEXT])
    tell_me = TextAreaField(validators=[TEXT])
    notes = TextAreaField(validators=[TEXT])


class WordingForm(FlaskForm):  # type: ignore[misc]
    """How an element reads."""

    number = StringField(
        filters=[one_line], validators=[DataRequired("Give it a number."), at_most(LONGEST["element"]), plain]
    )
    title = StringField(
        filters=[one_line], validators=[DataRequired("Give it a title."), at_most(LONGEST["title"]), plain]
    )
    about = TextAreaField(validators=[TEXT])
