"""In which language somebody reads their survey."""

from __future__ import annotations

from survey_app.responses.models import SurveyDraft
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import languages_of, version_in
from survey_app.web.language import speak_to_reader


def read_in_language(
    version: SurveyVersion, draft: SurveyDraft | None = None, contacts: str | None = None
) -> tuple[SurveyVersion, str]:
    """The version as this person reads it, and its language: the one chosen in the address, else that in which they
    began, else that of the contact, else their browser's; among those in which the version can be read."""
    begun_in = draft.shown_in if draft is not None and draft.answers is not None else None
    language = speak_to_reader(begun_in, contacts, offered=languages_of(version))
    return version_in(version, language), language
