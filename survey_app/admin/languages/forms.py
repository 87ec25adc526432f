"""The form of a language that is added."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from survey_app.web.fields import at_most, one_line, plain


class LanguageForm(FlaskForm):  # type: ignore[misc]
    """Its code, and how its speakers call it where that is not what we think."""

    code = StringField(filters=[one_line], validators=[DataRequired("Type the code of the language."), at_most(12)])
    own_name = StringField(filters=[one_line], validators=[at_most(60), plain])
