"""SurveyJS: the JSON that its creator saves."""

from survey_app.surveys.importing.surveyjs.reading import READER

__all__ = ["READER"]
