"""The forms of a survey as a whole. What cannot be taken comes back as it was typed, with the reason beside it."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.editing import last_page
from survey_app.surveys.structure import SurveyStructure
from survey_app.web.fields import at_most, one_line, plain

LONGEST_TEXT, LONGEST_NAME, LONGEST_ADDRESS = 500, 120, 500


class DraftForm(FlaskForm):  # type: ignore[misc]
    """A form of a draft says which revision its page was made of."""

    revision = HiddenField(default="0")

    @property
    def of_revision(self) -> int:
        """What is no number is the revision of nobody: the change is not kept, and shown again."""
        return int(self.revision.data) if (self.revision.data or "").isdecimal() else -1


class NewSurveyForm(FlaskForm):  # type: ignore[misc]
    """A new survey, and what it begins with."""

    name = StringField(
        filters=[one_line],
        validators=[DataRequired("Say what it is called, like After a call."), at_most(LONGEST_NAME), plain],
    )
    customer_kind = RadioField(
        choices=[SelectChoice(kind.value, kind.label) for kind in CustomerKind],
        default=CustomerKind.RESIDENT.value,
        validators=[AnyOf([*CustomerKind], message="Choose whom it asks.")],
        validate_choice=False,
    )
    source = RadioField(
        choices=[
            SelectChoice("usual", "The usual post-contact survey: satisfaction, what drives it, and what to improve"),
            SelectChoice("bank", "Questions that I choose from the bank"),
            SelectChoice("empty", "Nothing: I write all of it"),
        ],
        default="usual",
        validators=[AnyOf(["usual", "bank", "empty"], message="Choose what it begins with.")],
        validate_choice=False,
    )


class AboutForm(DraftForm):
    """What is said of a survey as a whole."""

    name = StringField(
        filters=[one_line],
        validators=[DataRequired("Say what it is called, like After a call."), at_most(LONGEST_NAME), plain],
    )
    length_sentence = StringField(filters=[one_line], validators=[at_most(LONGEST_TEXT), plain])
    bsl_url = StringField(filters=[one_line], validators=[at_most(LONGEST_ADDRESS), plain])

    def validate_bsl_url(self, field: Field) -> None:
        if field.data and not field.data.startswith("https://"):
            raise ValidationError("Type the whole address of the video, beginning with https://.")


class TitlesForm(DraftForm):
    """The titles of the pages, a field for each."""

    def title(self, page: int) -> Field:
        return self[f"title-{page}"]


def titles_form(structure: SurveyStructure, **values: Any) -> TitlesForm:
    fields = {
        f"title-{page}": StringField(
            filters=[one_line], validators=[at_most(LONGEST_NAME), plain], default=structure.page_titles.get(page, "")
        )
        for page in range(1, last_page(structure) + 1)
    }
    made: type[TitlesForm] = type("MadeTitlesForm", (TitlesForm,), fields)
    return made(**values)
