"""Reads what may be quoted: evidence, digests and the page of a team pick from the same."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from survey_app.comments.alerts.queries import raised_no_alarm
from survey_app.comments.models import Comment
from survey_app.comments.picking import JUDGED, Quotable, answer_digest, is_quotable
from survey_app.dashboards.queries import CommentFilter, conditions_of, of_answers
from survey_app.extensions import db
from survey_app.measures.queries.subjects import sentiment_label
from survey_app.organisation.scope import Scope
from survey_app.responses.models import SurveyResponse


def quotable_comments(chosen: CommentFilter, *more: ColumnElement[bool]) -> list[Quotable]:
    """The comments of answers that count among which quotes are picked, the newest first: never one that raised an
    alarm."""
    return _read(*conditions_of(chosen), *more)


def quotes_again(numbers: Collection[int], scope: Scope) -> dict[int, Quotable]:
    """Comments that were picked earlier, as they read now, by number. Those that were withdrawn or erased since,
    whose answer does not count any more or raised an alarm, are gone."""
    return {each.comment: each for each in _read(Comment.id.in_(numbers), *of_answers(scope))} if numbers else {}


def _read(*conditions: ColumnElement[bool]) -> list[Quotable]:
    rows = db.session.execute(
        select(Comment.id, Comment.redacted_text, sentiment_label(), SurveyResponse.reference, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(raised_no_alarm(), *conditions)
        .order_by(SurveyResponse.counts_on.desc(), Comment.id.desc())
    )
    return [
        Quotable(number, answer_digest(reference), text, label if label in JUDGED else None, day.replace(day=1))
        for number, text, label, reference, day in rows
        if is_quotable(text)
    ]
