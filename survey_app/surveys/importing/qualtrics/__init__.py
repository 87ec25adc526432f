"""Qualtrics: the survey that it exports (.qsf), and the CSV of its answers, which has three header rows."""

from survey_app.surveys.importing.qualtrics.answers import READER as ANSWERS_READER
from survey_app.surveys.importing.qualtrics.answers import read_answers
from survey_app.surveys.importing.qualtrics.answers import recognises as holds_answers
from survey_app.surveys.importing.qualtrics.reading import READER

__all__ = ["ANSWERS_READER", "READER", "holds_answers", "read_answers"]
