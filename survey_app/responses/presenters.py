"""What the survey page and the thank-you show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from survey_app.invitations.models import Invitation
from survey_app.invitations.wording import contact_noun, in_sentence
from survey_app.kernel.clock import london_day
from survey_app.organisation.channels import Channel
from survey_app.responses.forms import SurveyForm
from survey_app.responses.models import OpenLink
from survey_app.responses.paging import Progress
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import SurveyItem
from survey_app.web.templates import day as date_in_words
from survey_app.web.templates import day_and_time
from survey_app.web.templates import translated as _


@dataclass(frozen=True)
class QuestionView:
    """One control of the form."""

    name: str
    is_text: bool
    wording: str
    hint: str
    options: tuple[tuple[str, str], ...]
    apart: str | None  # the option before which "or" stands: the first one outside the scale
    is_optional: bool
    value: str
    error: str | None


def question_views(items: list[SurveyItem], form: SurveyForm) -> list[QuestionView]:
    """The form's controls in their order, with what was typed and what is wrong."""
    return [_question_view(item, form) for item in items if item.question_version.question.code in form]


def errors_of(views: list[QuestionView]) -> list[tuple[str, str]]:
    """Pairs of control and message for the error summary."""
    return [(view.name, view.error) for view in views if view.error]


def about(invitation: Invitation) -> tuple[str, str]:
    """About which contact this is, in two parts: "About your phone call on 10 March 2026 about", "housing"."""
    noun, day = _(contact_noun(invitation.channel)), date_in_words(invitation.counts_on)
    return _("About your %(contact)s on %(day)s about", contact=noun, day=day), in_sentence(invitation.service.name)


def about_link(link: OpenLink) -> tuple[str, str]:
    """The same for whoever follows an open link: "About your visit to Riverside House about", "housing"."""
    noun = _(contact_noun(link.channel))
    if link.site and link.channel is Channel.FACE_TO_FACE:
        start = _("About your %(contact)s to %(place)s about", contact=noun, place=link.site.name)
    else:
        start = _("About your %(contact)s about", contact=noun)
    return start, in_sentence(link.service.name)


def answered_notice(answered_at: datetime) -> str:
    """What stands above the form once an answer counts. It says nothing of the answer: others may hold the link."""
    return _(
        "We have an answer from this link, given on %(day)s. If you gave it you do not have to do anything. "
        "If it was not you, or you want to change it, answer again: the new answer replaces it.",
        day=day_and_time(answered_at),
    )


def progress_words(progress: Progress) -> str:
    """How far a page is, and after the first how long it takes: "Question 2 of 9. Less than a minute to go"."""
    if progress.first == progress.last:
        place = _("Question %(first)s of %(of)s", first=progress.first, of=progress.of)
    else:
        place = _("Questions %(first)s to %(last)s of %(of)s", first=progress.first, last=progress.last, of=progress.of)
    if progress.first == 1:
        return place
    return f"{place}. {_minutes_words(progress.minutes_left)}"


def stood_open(*, is_last: bool) -> str:
    """What stands above a page that came back because it was too old to be taken."""
    button = _("Send") if is_last else _("Continue")
    return _(
        "This page was open for a long time. We kept what you wrote: check it and press %(button)s once more.",
        button=button,
    )


def resumed_notice(progress: Progress, drops_at: datetime) -> str:
    """What stands above the page at which somebody goes on."""
    day = date_in_words(london_day(drops_at - timedelta(seconds=1)))
    kept = _("Your answers so far are kept until %(day)s.", day=day)
    if progress.first == 1:
        return kept
    return f"{_('You had got to question %(first)s.', first=progress.first)} {kept}"


def reference_for_people(reference: str) -> str:
    """A reference in groups that can be read aloud: 7KQ4M-2HDRT."""
    return f"{reference[:5]}-{reference[5:]}"


def _minutes_words(minutes: int) -> str:
    if minutes > 1:
        return _("About %(minutes)s minutes to go", minutes=minutes)
    return _("About a minute to go") if minutes else _("Less than a minute to go")


def _question_view(item: SurveyItem, form: SurveyForm) -> QuestionView:
    question = item.question_version
    field = form[question.question.code]
    is_text = question.kind is QuestionKind.TEXT
    outside = next((option.code for option in question.options if not option.is_substantive), None)
    return QuestionView(
        name=question.question.code,
        is_text=is_text,
        wording=question.wording,
        hint=question.hint,
        options=tuple((option.code, option.label) for option in question.options),
        apart=outside if question.kind is not QuestionKind.YES_PARTLY_NO else None,
        is_optional=not item.is_required,
        value=field.data or "",
        error=_(str(field.errors[0])) if field.errors else None,
    )
