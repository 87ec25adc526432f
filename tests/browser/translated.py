"""A survey that can be read in Urdu as well, with our own words: to lay pages out from right to left."""

from __future__ import annotations

from datetime import datetime

from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.surveys.operations import begin_draft, publish_survey, save_draft
from survey_app.surveys.phrases import known_texts
from survey_app.surveys.queries import structure_in
from survey_app.surveys.translating import with_translations


def publish_in(survey: Survey, *languages: str, now: datetime) -> SurveyVersion:
    """The next version of a survey, with what is known to us of these languages."""
    draft = begin_draft(survey, now=now)
    structure = structure_in(draft)
    for language in languages:
        structure = with_translations(structure, language, known_texts(structure, language))
    save_draft(survey, structure, revision=draft.revision, what="Translated", now=now)
    return publish_survey(survey, now=now)
