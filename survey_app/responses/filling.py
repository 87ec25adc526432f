"""Filling the pipes of a survey's words, in the language of the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from survey_app.invitations.models import Invitation
from survey_app.invitations.wording import contact_noun, in_sentence
from survey_app.kernel.periods import in_words
from survey_app.responses.models import OpenLink
from survey_app.surveys.bank import Limits
from survey_app.surveys.kinds import WRITTEN, QuestionKind
from survey_app.surveys.models import QuestionVersion, SurveyItem
from survey_app.surveys.piping import ANSWER, CHANNEL, DATE, SERVICE, piped
from survey_app.web.templates import translated as _


@dataclass(frozen=True)
class Words:
    """What is known of a contact, and what was chosen at earlier questions, as it is read in a sentence."""

    about: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    def fill(self, text: str) -> str:
        """The text with its pipes filled in; what is not known reads well all the same."""
        if "{{" not in text:
            return text
        fallbacks = {
            SERVICE: _("our service"),
            CHANNEL: _("contact"),
            DATE: _("that day"),
            ANSWER: _("your answer"),
        }
        return piped(text, self.about, self.answers, fallbacks)


def about_contact(invitation: Invitation) -> dict[str, str]:
    """Of somebody who was asked about a contact: "housing", "phone call", "10 March 2026"."""
    return {
        SERVICE: in_sentence(invitation.service.name),
        CHANNEL: _(contact_noun(invitation.channel)),
        DATE: in_words(invitation.counts_on),
    }


def about_visit(link: OpenLink) -> dict[str, str]:
    """Of whoever follows an open link; on which day is not known."""
    return {SERVICE: in_sentence(link.service.name), CHANNEL: _(contact_noun(link.channel))}


def answers_in_words(items: Iterable[SurveyItem], given: Mapping[str, str], codes: Collection[str]) -> dict[str, str]:
    """What was chosen at those of these questions that have an answer, by code; never what somebody wrote."""
    questions = [item.question_version for item in items]
    return {
        code: _answer_in_words(question, given[code])
        for question in questions
        if (code := question.question.code) in codes and given.get(code) and question.kind not in WRITTEN
    }


def _answer_in_words(question: QuestionVersion, given: str) -> str:
    if question.kind is QuestionKind.NUMBER:
        return f"{given} {Limits(**(question.limits or {})).unit}".strip()
    if question.kind is QuestionKind.DATE:
        return in_words(date.fromisoformat(given))
    labels = {option.code: option.label for option in question.options}
    return _listed([labels[code] for code in given.split(",") if code in labels])


def _listed(labels: Sequence[str]) -> str:
    """One, two and three."""
    if len(labels) < 2:
        return "".join(labels)
    return _("%(several)s and %(last)s", several=", ".join(labels[:-1]), last=labels[-1])
