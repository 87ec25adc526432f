"""What the survey page and the thank-you show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup
from wtforms import Field

from survey_app.invitations.models import Invitation
from survey_app.invitations.wording import contact_noun, in_sentence
from survey_app.kernel.clock import london_day
from survey_app.organisation.channels import Channel
from survey_app.responses.filling import Words
from survey_app.responses.forms import (
    DayAnswer,
    NumberAnswer,
    OneAnswer,
    RankedAnswers,
    SeveralAnswers,
    SurveyForm,
    limits_of,
    other_option,
)
from survey_app.responses.given import other_of
from survey_app.responses.models import OpenLink
from survey_app.responses.paging import Progress
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import QuestionVersion, SurveyItem
from survey_app.web.language import spoken
from survey_app.web.templates import day as date_in_words
from survey_app.web.templates import day_and_time
from survey_app.web.templates import translated as _

QUESTIONS_KEPT = 1_000  # by each process, of some kB each: one question can name the service and the day


class Control(StrEnum):
    """How a question is answered on a page."""

    RADIOS = "radios"
    SCALE = "scale"  # many points without words, side by side
    CHECKBOXES = "checkboxes"
    RANKING = "ranking"
    NUMBER = "number"
    DAY = "day"
    LINE = "line"
    TEXT = "text"


@dataclass(frozen=True)
class OtherView:
    """The control at an option "other" in which somebody may write what it is."""

    option: str
    name: str
    value: str
    error: str | None


@dataclass(frozen=True)
class QuestionView:
    """One question of the form: its control, or several that stand together.

    `values` are the options chosen, or what was typed by the control's part: `typed`. `wrong` are the parts that have
    to be put right; the first control has the name of the question as its id, the others "<name>.<part>".
    """

    name: str
    control: Control
    wording: str
    hint: str
    options: tuple[tuple[str, str], ...]
    apart: str | None  # the option before which "or" stands: the first one outside the scale
    is_optional: bool
    value: str
    error: str | None
    values: tuple[str, ...] = ()
    icons: Mapping[str, str] = field(default_factory=dict, hash=False)
    other: OtherView | None = None
    typed: Mapping[str, str] = field(default_factory=dict, hash=False)
    wrong: tuple[str, ...] = ()
    unit: str = ""
    is_whole: bool = True  # of a number: without decimals
    places: int = 0  # of a ranking: how many numbers there are to give
    stem: str = ""

    @property
    def is_text(self) -> bool:
        return self.control is Control.TEXT

    @property
    def is_plain(self) -> bool:
        """Whether it is answered by one of a list or by some words, and looks like nothing else."""
        plain = self.control in (Control.RADIOS, Control.TEXT)
        return plain and not (self.other or self.stem or any(self.icons.values()))

    @property
    def is_untouched(self) -> bool:
        """Whether nothing of it comes from somebody who answers."""
        given = (self.value, self.error, *self.values, *self.typed.values(), *self.wrong)
        return not (any(given) or (self.other and (self.other.value or self.other.error)))

    @property
    def ranked(self) -> tuple[tuple[str, str], ...]:
        """The options of a ranking that are given a number."""
        return tuple(option for option in self.options if option[0] in self.typed)

    @property
    def alone(self) -> tuple[tuple[str, str], ...]:
        """The options of a ranking that stand outside its order."""
        return tuple(option for option in self.options if option[0] not in self.typed)

    @property
    def first_wrong(self) -> str:
        """The id of the control to which its error leads."""
        part = self.wrong[0] if self.wrong else None
        return self.name if part is None or part == next(iter(self.typed), None) else f"{self.name}.{part}"


def question_views(items: list[SurveyItem], form: SurveyForm) -> list[QuestionView]:
    """The form's questions in their order, with what was typed and what is wrong."""
    return [_question_view(item, form) for item in items if item.question_version.question.code in form]


def filled_in(views: Iterable[QuestionView], words: Words) -> list[QuestionView]:
    """The same with what their texts leave open filled in."""
    return [
        replace(view, wording=words.fill(view.wording), hint=words.fill(view.hint), stem=words.fill(view.stem))
        for view in views
    ]


def question_markup(view: QuestionView, *, hint: str | None, as_h1: bool, small: bool, has_errors: bool) -> Markup:
    """A question as it stands on the page. As long as nothing is given it is the same for all who read these words in
    this language, so it is made once; what somebody gave is not kept here."""
    made = _made_once if view.is_untouched else _made
    return made(view, spoken(), hint=hint, as_h1=as_h1, small=small, has_errors=has_errors)


def _made(view: QuestionView, _language: str, **place: Any) -> Markup:
    found: Markup = current_app.jinja_env.get_template("responses/question.html").module.question(view, **place)  # type: ignore[attr-defined]
    return found


_made_once = lru_cache(QUESTIONS_KEPT)(_made)


def in_groups(views: list[QuestionView]) -> list[tuple[str, list[QuestionView]]]:
    """Questions that follow each other under one stem, which is "" of those that stand alone."""
    groups: list[tuple[str, list[QuestionView]]] = []
    for view in views:
        if view.stem and groups and groups[-1][0] == view.stem:
            groups[-1][1].append(view)
        else:
            groups.append((view.stem, [view]))
    return groups


def errors_of(views: list[QuestionView]) -> list[tuple[str, str]]:
    """Pairs of control and message for the error summary."""
    found: list[tuple[str, str]] = []
    for view in views:
        if view.error:
            found.append((view.first_wrong, view.error))
        if view.other is not None and view.other.error:
            found.append((view.other.name, view.other.error))
    return found


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
    """How far a page is, and after the first how long it takes: "Question 2 of 9. Less than a minute to go"; "of up to
    9" where how many there are depends on answers that are still to come."""
    numbers = {"first": progress.first, "last": progress.last, "of": progress.of}
    match progress.first == progress.last, progress.is_at_most:
        case True, False:
            place = _("Question %(first)s of %(of)s", **numbers)
        case True, True:
            place = _("Question %(first)s of up to %(of)s", **numbers)
        case False, False:
            place = _("Questions %(first)s to %(last)s of %(of)s", **numbers)
        case _:
            place = _("Questions %(first)s to %(last)s of up to %(of)s", **numbers)
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
    place = _("You had got to question %(first)s.", first=progress.first)
    return f"{place} {kept}"


def reference_for_people(reference: str) -> str:
    """A reference in groups that can be read aloud: 7KQ4M-2HDRT."""
    return f"{reference[:5]}-{reference[5:]}"


def _minutes_words(minutes: int) -> str:
    if minutes > 1:
        return _("About %(minutes)s minutes to go", minutes=minutes)
    return _("About a minute to go") if minutes else _("Less than a minute to go")


def _question_view(item: SurveyItem, form: SurveyForm) -> QuestionView:
    question = item.question_version
    code, limits = question.question.code, limits_of(question)
    field = form[code]
    outside = next((option.code for option in question.options if not option.is_substantive), None)
    value = field.typed if isinstance(field, NumberAnswer) else field.data
    return QuestionView(
        name=code,
        control=_CONTROLS.get(question.kind, Control.RADIOS),
        wording=question.wording,
        hint=_how(question) if question.hint in ("", item.stem) else question.hint,
        options=tuple((option.code, option.label) for option in question.options),
        apart=outside if question.kind is not QuestionKind.YES_PARTLY_NO else None,
        is_optional=not item.is_required,
        value=value if isinstance(value, str) else "",
        error=_error_of(field),
        values=tuple(_chosen(field)),
        icons={option.code: option.icon for option in question.options if option.icon},
        other=_other_view(question, form),
        typed=field.typed if isinstance(field, DayAnswer | RankedAnswers) else {},
        wrong=field.wrong if isinstance(field, DayAnswer | RankedAnswers) else (),
        unit=limits.unit,
        is_whole=limits.decimals == 0,
        places=field.places if isinstance(field, RankedAnswers) else 0,
        stem=item.stem,
    )


_CONTROLS = {
    QuestionKind.NPS: Control.SCALE,
    QuestionKind.MULTIPLE_CHOICE: Control.CHECKBOXES,
    QuestionKind.RANKING: Control.RANKING,
    QuestionKind.NUMBER: Control.NUMBER,
    QuestionKind.DATE: Control.DAY,
    QuestionKind.SHORT_TEXT: Control.LINE,
    QuestionKind.TEXT: Control.TEXT,
}


def _how(question: QuestionVersion) -> str:
    """How to answer, where the survey does not say it and the control alone does not tell."""
    most = limits_of(question).most
    match question.kind:
        case QuestionKind.MULTIPLE_CHOICE if most is not None:
            return _("Select up to %(most)s.", most=int(most))
        case QuestionKind.MULTIPLE_CHOICE:
            return _("Select all that apply.")
        case QuestionKind.RANKING:
            return _("Give 1 to what comes first for you, 2 to the next, and so on. You can leave some out.")
        case QuestionKind.DATE:
            return _("For example, 27 3 2026")
    return ""


def _chosen(field: Field) -> Sequence[str]:
    if isinstance(field, RankedAnswers):
        return field.chosen_apart
    if isinstance(field, SeveralAnswers):
        return list(field.data)
    return [field.data] if isinstance(field, OneAnswer) and field.data else []


def _other_view(question: QuestionVersion, form: SurveyForm) -> OtherView | None:
    option = other_option(question)
    if option is None:
        return None
    field = form[other_of(question.question.code)]
    return OtherView(option.code, field.name, field.data or "", _error_of(field))


def _error_of(field: Field) -> str | None:
    return _(str(field.errors[0])) if field.errors else None
