"""The form that uploads a document."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, HiddenField, StringField

from survey_app.web.fields import at_most, one_line, plain, typed_day


class DocumentForm(FlaskForm):  # type: ignore[misc]
    """A file, what it is called and the day that it is of."""

    element = HiddenField()  # framework/number
    file = FileField(validators=[FileRequired("Choose a file.")])
    title = StringField(filters=[one_line], validators=[at_most(200), plain])
    dated_on = StringField(filters=[one_line])

    day: date

    def validate_dated_on(self, field: Field) -> None:
        self.day = typed_day(field)
