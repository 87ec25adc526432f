"""The comments of the last twelve months that keywords are tried on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import Select, select

from survey_app.comments.models import Comment, CommentTheme
from survey_app.comments.themes.queries import is_sorted_by_words
from survey_app.dashboards.queries import CommentFilter, conditions_of
from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.responses.models import SurveyResponse

Columns = TypeVarTuple("Columns")

MOST_TRIED = 20_000
_AT_ONCE = 2_000


@dataclass(frozen=True)
class PastComment:
    """One comment as staff may read it."""

    text: str
    day: date
    service: str


def texts_to_try(chosen: CommentFilter) -> Iterator[tuple[int, str]]:
    """The newest first, a batch after another, so that a large council's do not stand in memory."""
    statement = _newest(select(Comment.id, Comment.redacted_text), chosen)
    yield from map(tuple, db.session.execute(statement, execution_options={"yield_per": _AT_ONCE}))


def themes_of_texts(chosen: CommentFilter) -> list[tuple[int, int]]:
    """The same comments' themes: the number of the comment, and that of the theme."""
    newest = _newest(select(Comment.id), chosen).subquery()
    pairs = select(CommentTheme.comment_id, CommentTheme.theme_id).join(newest, newest.c.id == CommentTheme.comment_id)
    return [(comment, theme) for comment, theme in db.session.execute(pairs)]


def past_comments(ids: Collection[int]) -> Mapping[int, PastComment]:
    """These, by their number."""
    rows = db.session.execute(
        select(Comment.id, Comment.redacted_text, SurveyResponse.counts_on, Service.name)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
        .where(Comment.id.in_(ids))
    )
    return {comment: PastComment(text, day, service) for comment, text, day, service in rows}


def _newest(statement: Select[*Columns], chosen: CommentFilter) -> Select[*Columns]:
    return (
        statement.join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(*conditions_of(chosen), is_sorted_by_words())
        .order_by(SurveyResponse.counts_on.desc(), Comment.id.desc())
        .limit(MOST_TRIED)
    )
