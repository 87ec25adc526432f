"""The forms about one follow-up. What was typed comes back beside what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length, ValidationError

from survey_app.actions.followups.causes import CAUSES
from survey_app.actions.followups.notes import TYPED, NoteKind
from survey_app.actions.followups.outcomes import LABELS
from survey_app.actions.followups.verdicts import LABELS as VERDICTS
from survey_app.actions.models import Outcome, Verdict

LONGEST_NOTE = 4_000
LONGEST_REFERENCE = 60
NO_NOTE = "Say in a few words what was done."


def whole_number(text: str) -> int:
    """What somebody typed as a number from 1 to 999; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def _text(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


class NoteForm(FlaskForm):  # type: ignore[misc]
    """What somebody writes down."""

    what = RadioField(
        choices=[SelectChoice(kind, kind.label) for kind in TYPED],
        validators=[AnyOf(TYPED, message="Choose one of the three.")],
        validate_choice=False,
    )
    text = TextAreaField(
        filters=[_text], validators=[Length(max=LONGEST_NOTE, message=f"Use {LONGEST_NOTE:,} characters or fewer.")]
    )

    @property
    def kind(self) -> NoteKind:
        return NoteKind(self.what.data)

    def validate_text(self, field: TextAreaField) -> None:
        if self.what.data == NoteKind.NOTE and not field.data:
            raise ValidationError(NO_NOTE)


class ClosingForm(FlaskForm):  # type: ignore[misc]
    """How it ended, and what was behind it."""

    outcome = RadioField(
        choices=[SelectChoice(outcome, label) for outcome, label in LABELS.items()],
        validators=[AnyOf(list(Outcome), message="Choose how it ended.")],
        validate_choice=False,
    )
    cause = SelectField(
        choices=[SelectChoice("", "Choose a cause"), *(SelectChoice(code, words) for code, words in CAUSES.items())],
        validators=[AnyOf(list(CAUSES), message="Choose what was behind it.")],
        validate_choice=False,
    )
    complaint_reference = StringField(
        filters=[_text],
        validators=[Length(max=LONGEST_REFERENCE, message=f"Use {LONGEST_REFERENCE} characters or fewer.")],
    )
    closing_text = TextAreaField(
        filters=[_text], validators=[Length(max=LONGEST_NOTE, message=f"Use {LONGEST_NOTE:,} characters or fewer.")]
    )

    def validate_closing_text(self, field: TextAreaField) -> None:
        if self.cause.data == "other" and not field.data:
            raise ValidationError("Say what was behind it.")


class OwnerForm(FlaskForm):  # type: ignore[misc]
    owner = SelectField(coerce=int, validate_choice=False)


class StepForm(FlaskForm):  # type: ignore[misc]
    """A step of a complaint and its day, as a browser's own control sends it."""

    step = SelectField(validate_choice=False)
    done_on = DateField()

    def offer(self, steps: Sequence[tuple[str, str]]) -> None:
        """These can be chosen: key and words."""
        self.step.choices = [SelectChoice(key, words) for key, words in steps]

    @property
    def day(self) -> date:
        found: date = self.done_on.data
        return found

    def validate_done_on(self, field: DateField) -> None:
        if field.data is None:
            raise ValidationError("Choose the day.")


class ExtensionForm(FlaskForm):  # type: ignore[misc]
    days = StringField(filters=[_text])

    def validate_days(self, field: StringField) -> None:
        if not whole_number(field.data):
            raise ValidationError("Type a number of working days.")


class VerdictForm(FlaskForm):  # type: ignore[misc]
    verdict = RadioField(
        choices=[SelectChoice(verdict, label) for verdict, label in VERDICTS.items()],
        validators=[AnyOf(list(Verdict), message="Choose one of the three.")],
        validate_choice=False,
    )
