"""In which languages a message goes out."""

from __future__ import annotations

from survey_app.invitations.models import Invitation
from survey_app.kernel.languages import ENGLISH
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import languages_of

WELSH, WALES = "cy", "Wales"


def languages_of_message(survey: Survey, invitation: Invitation, nation: str) -> tuple[str, ...]:
    """The languages of one message, in their order on it.

    Welsh and English side by side where the survey is so: Welsh first in Wales, as the Welsh Language Standards ask,
    and for whoever was in touch in Welsh. Else that of the contact where the survey can be read in it; else English.
    """
    if survey.is_bilingual:
        is_welsh_first = nation == WALES or invitation.language == WELSH
        return (WELSH, ENGLISH) if is_welsh_first else (ENGLISH, WELSH)
    offered = languages_of(invitation.survey_version)
    return (invitation.language,) if invitation.language in offered else (ENGLISH,)
