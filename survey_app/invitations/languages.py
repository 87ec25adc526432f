"""In which languages a message goes out, and what the council wrote for it in each."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.contacts.ways import Way
from survey_app.invitations.message_texts import OwnTexts, Written
from survey_app.invitations.models import Invitation, MessageKind
from survey_app.kernel.languages import ENGLISH, TRANSLATED
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import language_codes_of

WELSH, WALES = "cy", "Wales"


@dataclass(frozen=True)
class Edition:
    """A message in one language; `own` is what the council wrote for it, around the question and above our footer."""

    language: str = ENGLISH
    own: Written | None = None


def languages_of_message(survey: Survey, invitation: Invitation, nation: str) -> tuple[str, ...]:
    """The languages of one message, in their order on it.

    Welsh and English side by side where the survey is so: Welsh first in Wales, as the Welsh Language Standards ask,
    and for whoever was in touch in Welsh. Else that of the contact.
    """
    if survey.is_bilingual:
        is_welsh_first = nation == WALES or invitation.language == WELSH
        return (WELSH, ENGLISH) if is_welsh_first else (ENGLISH, WELSH)
    return (language_of_contact(invitation),)


def language_of_contact(invitation: Invitation) -> str:
    """That in which the contact was, where the survey can be read in it or our own texts are there; else English."""
    offered = language_codes_of(invitation.survey_version) | set(TRANSLATED)
    return invitation.language if invitation.language in offered else ENGLISH


def editions_of(
    invitation: Invitation, kind: MessageKind, way: Way, texts: OwnTexts, nation: str
) -> tuple[Edition, ...]:
    """The message in each of its languages.

    The council's English text stands in for one in another language, but not beside itself.
    """
    survey = invitation.survey_version.survey
    languages = languages_of_message(survey, invitation, nation)
    owns = ((language, texts.of(survey.id, kind, way, language)) for language in languages)
    return tuple(
        Edition(language, own if own is None or len(languages) == 1 or own.language == language else None)
        for language, own in owns
    )
