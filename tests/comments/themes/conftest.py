"""A council that two services have been written about, with two themes of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.comments.themes.said import make_comment
from tests.factories import make_answers, make_council, make_service, make_survey

Say = Callable[..., Comment]


@pytest.fixture
def council(app: object) -> tuple[SurveyVersion, Service]:
    make_council()
    return make_survey(), make_service("waste", "Waste")


@pytest.fixture
def bins(council: object) -> Theme:
    theme = Theme(code="bins", name="Bins", keywords="bin")
    db.session.add_all([theme, Theme(code="roads", name="Roads", keywords="road")])
    db.session.commit()
    return theme


@pytest.fixture
def say(council: tuple[SurveyVersion, Service]) -> Say:
    """say("My bin", bins) is a comment that has these themes; `flags` and `day` may be given."""
    survey, service = council

    def said(text: str, *themes: Theme, day: date = date(2026, 10, 1), flags: tuple[str, ...] = ()) -> Comment:
        (response,) = make_answers(survey, service, day, {"satisfaction": "4"})
        comment = make_comment(response, text, flags=flags)
        comment.themes = [CommentTheme(theme_id=theme.id, matched=["bin"]) for theme in themes]
        recount(Subject.COMMENTS, [(day, service.id)])
        db.session.commit()
        return comment

    return said
