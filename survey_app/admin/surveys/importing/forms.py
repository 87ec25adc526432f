"""The form that takes a file."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from survey_app.admin.surveys.queries import all_surveys


class FileForm(FlaskForm):  # type: ignore[misc]
    """A file, and for one that holds answers alone the survey that they are to."""

    file = FileField(validators=[FileRequired("Choose a file.")])
    survey = SelectField(default="")

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        surveys = [SelectChoice(survey.code, survey.name) for survey in all_surveys()]
        self.survey.choices = [SelectChoice("", "The file brings its survey along"), *surveys]
