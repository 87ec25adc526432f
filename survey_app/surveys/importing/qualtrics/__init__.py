"""Qualtrics: the survey that it exports (.qsf), and the CSV of its answers, which has three header rows."""

from survey_app.surveys.importing.qualtrics.reading import READER

__all__ = ["READER"]
