"""The form of a theme. What cannot be taken comes back as it was typed, with what to put right."""

from __future__ import annotations

from hashlib import sha256

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, ValidationError

from survey_app.comments.themes import ThemeRule, UnclearKeyword, read_keywords
from survey_app.comments.themes.editing import LONGEST_DEFINITION, LONGEST_NAME, ThemeState
from survey_app.web.fields import at_most, one_line, plain

PAST, NEW = "past", "new"
LONGEST_LIST = 50_000  # characters
LONGEST_ID = 9  # digits


class ThemeForm(FlaskForm):  # type: ignore[misc]
    """Name, definition and keywords. `based_on` is the edit that its page was made from, `tried` a digest of the
    keywords that were last tried on past comments."""

    name = StringField(
        filters=[one_line], validators=[DataRequired("Give the theme a name."), at_most(LONGEST_NAME), plain]
    )
    definition = TextAreaField(filters=[one_line], validators=[at_most(LONGEST_DEFINITION), plain])
    keywords = TextAreaField(
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Type at least one keyword."), at_most(LONGEST_LIST)],
    )
    reach = RadioField(
        choices=[
            SelectChoice(PAST, "All comments, past ones too: trends stay comparable"),
            SelectChoice(NEW, "New comments only: past ones stay as they are, and trends show a mark"),
        ],
        default=PAST,
        validators=[AnyOf([PAST, NEW], message="Choose one of the two.")],
        validate_choice=False,
    )
    based_on = HiddenField(default="0")
    tried = HiddenField(default="")

    @classmethod
    def of(cls, state: ThemeState, *, based_on: int) -> ThemeForm:
        """Filled with how a theme stands."""
        return cls(
            formdata=None, name=state.name, definition=state.definition, keywords=state.keywords, based_on=str(based_on)
        )

    @property
    def state(self) -> ThemeState:
        return ThemeState.written(self.name.data, self.definition.data, self.keywords.data)

    @property
    def edit_id(self) -> int:
        text = self.based_on.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else 0

    @property
    def sorts_past(self) -> bool:
        return bool(self.reach.data == PAST)

    @property
    def digest(self) -> str:
        """Of the keywords as they are typed now."""
        return sha256("\n".join(sorted(read_keywords(self.keywords.data))).encode()).hexdigest()[:16]

    @property
    def is_tried(self) -> bool:
        return bool(self.tried.data == self.digest)

    def rule(self, code: str) -> ThemeRule:
        return ThemeRule(code, self.name.data, read_keywords(self.keywords.data))

    def validate_keywords(self, field: Field) -> None:
        try:
            found = read_keywords(field.data)
        except UnclearKeyword as problem:
            raise ValidationError(problem.message) from problem
        if all(keyword.startswith("-") for keyword in found):
            raise ValidationError("There are exceptions only. Type at least one keyword that finds something.")
