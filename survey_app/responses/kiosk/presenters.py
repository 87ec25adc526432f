"""What the pages of a kiosk show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from survey_app.organisation.presenters import council_view
from survey_app.responses.filling import Words, about_visit
from survey_app.responses.kiosk.asking import asked_at_a_kiosk
from survey_app.responses.models import OpenLink
from survey_app.surveys.models import Option, QuestionVersion, SurveyVersion
from survey_app.web.templates import page_language

FACES = 5  # one for each score from 1 to 5


@dataclass(frozen=True)
class Choice:
    """A large button. Its face is decoration, drawn for a scale of five alone."""

    code: str
    label: str
    face: int | None


@dataclass(frozen=True)
class Screen:
    """One question, which fills the screen."""

    name: str
    wording: str
    hint: str
    choices: Sequence[Choice]
    apart: Sequence[Choice]  # what is outside the scale, below it
    can_be_skipped: bool


def screens(version: SurveyVersion, link: OpenLink) -> list[Screen]:
    """A screen for each question that a kiosk asks, with what is known of the visit filled into its words."""
    words, asked = Words(about_visit(link)), asked_at_a_kiosk(version)
    return [_screen(question, words, is_first=place == 0) for place, question in enumerate(asked)]


def kiosk_page(
    template: str, link: OpenLink, *, nonce: str = "", version: SurveyVersion | None = None, **context: Any
) -> str:
    """Render a page of a kiosk: the council and the place on top; no cookie."""
    return render_template(
        f"responses/kiosk/{template}.html",
        **page_language(),
        council=council_view(),
        link=link,
        nonce=nonce,
        version=version,
        **context,
    )


def given_so_far(sent: Mapping[str, str], asked: Sequence[Screen]) -> dict[str, str]:
    """What was answered or skipped on the screens before, by question; an empty text is a question skipped."""
    names = {screen.name for screen in asked}
    return {name: value for name, value in sent.items() if name in names}


def _screen(question: QuestionVersion, words: Words, *, is_first: bool) -> Screen:
    scale = [option for option in question.options if option.is_substantive]
    outside = [option for option in question.options if not option.is_substantive]
    has_faces = sorted(option.score or 0 for option in scale) == list(range(1, FACES + 1))
    return Screen(
        name=question.question.code,
        wording=words.fill(question.wording),
        hint=words.fill(question.hint),
        choices=[_choice(option, has_faces) for option in scale],
        apart=[_choice(option, has_face=False) for option in outside],
        can_be_skipped=not is_first,
    )


def _choice(option: Option, has_face: bool) -> Choice:
    return Choice(option.code, option.label, option.score if has_face else None)
