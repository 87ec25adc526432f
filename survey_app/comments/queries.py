"""Reading comments and themes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVarTuple

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, lazyload

from survey_app.comments.models import Comment, Theme
from survey_app.comments.redaction import OLDER_VERSIONS
from survey_app.comments.word_lists import CouncilLists, read_folder
from survey_app.extensions import db
from survey_app.responses.models import AnswerText, ResponseState, SurveyResponse
from survey_app.surveys.models import QuestionVersion
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of

Columns = TypeVarTuple("Columns")


def texts_without_comment(most: int) -> Sequence[AnswerText]:
    """What was written in responses that count, to a question whose texts become comments, and is none yet: the oldest
    first."""
    return _texts(_without_comment(select(AnswerText)).order_by(AnswerText.id).limit(most))


def texts_to_make_comments_of(most: int) -> Sequence[AnswerText]:
    """The same, with their answers locked: one that is being held or taken back just now waits for the next turn, and
    none is while its comment is made."""
    waiting = _without_comment(select(AnswerText)).order_by(AnswerText.id).limit(most)
    return _texts(waiting.with_for_update(of=SurveyResponse, read=True, skip_locked=True))


def _texts(waiting: Select[AnswerText]) -> Sequence[AnswerText]:
    return db.session.scalars(
        waiting.options(
            defer(AnswerText.raw),  # decrypted one by one
            joinedload(AnswerText.question_version),
            joinedload(AnswerText.response),
        )
    ).all()


def texts_to_analyse(_now: datetime) -> Backlog:
    """How much was written and is no comment yet."""
    return backlog_of(_without_comment(select(SurveyResponse.submitted_at).select_from(AnswerText)))


def comments_redacted_before(most: int) -> Sequence[Comment]:
    """Comments redacted by older rules, the oldest first, each with its text still encrypted."""
    return db.session.scalars(
        select(Comment)
        .where(Comment.redacted_with.in_(OLDER_VERSIONS))
        .order_by(Comment.id)
        .limit(most)
        .options(joinedload(Comment.answer_text).defer(AnswerText.raw), lazyload(Comment.themes))
    ).all()


def comments_to_redact_again(_now: datetime) -> Backlog:
    """How many comments were redacted by older rules."""
    return backlog_of(select(Comment.analysed_at).where(Comment.redacted_with.in_(OLDER_VERSIONS)))


def _without_comment(texts: Select[*Columns]) -> Select[*Columns]:
    return (
        texts.join(SurveyResponse, SurveyResponse.id == AnswerText.response_id)
        .outerjoin(Comment, Comment.answer_text_id == AnswerText.id)
        .join(QuestionVersion, QuestionVersion.id == AnswerText.question_version_id)
        .where(
            Comment.id.is_(None),
            SurveyResponse.state == ResponseState.COUNTED,
            QuestionVersion.text_type.is_not(None),  # else it is a fact, such as a place, and nobody's opinion
        )
    )


def active_themes() -> Sequence[Theme]:
    """The themes in use, by name."""
    return db.session.scalars(select(Theme).where(Theme.is_active).order_by(Theme.name)).all()


def has_themes() -> bool:
    """Whether the council has any theme, in use or not."""
    return db.session.scalar(select(Theme.id).limit(1)) is not None


def council_word_lists() -> CouncilLists:
    """The council's own lists of words in other languages, as their files stand now."""
    return read_folder(current_app.extensions["settings"].instance_path / "lexicons")
