"""The form that says how much of a survey a page shows."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from survey_app.surveys.kinds import Paging

WORDS = {
    Paging.ONE_PAGE: "All on one page: the questions below each other, and one button to send them",
    Paging.PAGES: "Page by page, as the survey is divided: a few questions, Continue, the next few",
    Paging.ONE_QUESTION: "One question a page: a question, Continue, the next question",
}


class PagingForm(FlaskForm):  # type: ignore[misc]
    """One of the three ways. Its prefix tells the surveys of a page apart."""

    paging = RadioField(
        choices=[SelectChoice(paging.value, words) for paging, words in WORDS.items()],
        validators=[AnyOf(list(WORDS), message="Choose how much a page shows.")],
        validate_choice=False,
    )
