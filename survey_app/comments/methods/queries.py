"""Reading which methods judged which comments, and what another method says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, Select, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from survey_app.comments.checking.models import BlindItem, BlindLabel
from survey_app.comments.evaluation import LABELS
from survey_app.comments.languages import NOT_JUDGED
from survey_app.comments.method import current
from survey_app.comments.methods.comparing import Pair
from survey_app.comments.models import Comment, CommentJudgement, Judging
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.kernel.languages import ENGLISH
from survey_app.organisation.queries import within
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import SurveyResponse
from survey_app.responses.queries import counting
from survey_app.surveys.kinds import TextType
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of


def present_method() -> str:
    """What judges English comments now."""
    return current().name


@dataclass(frozen=True)
class MethodUse:
    """How many comments stand there as one method judged them, and of which days."""

    method: str
    first_on: date
    last_on: date
    comments: int


def methods_in_use(scope: Scope) -> list[MethodUse]:
    """Every method whose labels stand beside comments that count, the last to begin first."""
    first, last = func.min(SurveyResponse.counts_on), func.max(SurveyResponse.counts_on)
    rows = db.session.execute(
        select(Comment.method, type_coerce(first, Date), type_coerce(last, Date), func.count())
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(*_counting_in(scope))
        .group_by(Comment.method)
    )
    uses = [MethodUse(*row) for row in rows]
    return sorted(uses, key=lambda use: (use.first_on, use.last_on, use.method), reverse=True)


def judgings() -> Sequence[Judging]:
    """All that were ever asked for, the newest first."""
    return db.session.scalars(select(Judging).order_by(Judging.id.desc())).all()


def judging_by_id(judging_id: int) -> Judging:
    """NotFound when there is none."""
    found = db.session.get(Judging, judging_id)
    if found is None:
        raise NotFound("Nobody asked for that.")
    return found


def _locked(one: Select[Judging]) -> Select[Judging]:
    """As it is once nobody else changes it: somebody may take its labels back at this moment."""
    return one.with_for_update().execution_options(populate_existing=True)


def unfinished() -> Judging | None:
    """The oldest that the present method still has comments to judge for. One of an earlier method ends as it is."""
    waiting = select(Judging).where(Judging.done_at.is_(None), Judging.method == present_method())
    return db.session.scalar(_locked(waiting.order_by(Judging.id).limit(1)))


def to_be_adopted() -> Judging | None:
    """The oldest whose labels are to count and do not yet all."""
    waiting = select(Judging).where(Judging.adopted_at.is_not(None), Judging.adoption_done_at.is_(None))
    return db.session.scalar(_locked(waiting.order_by(Judging.id).limit(1)))


def to_be_taken_back() -> Judging | None:
    """The newest whose labels are to count no longer."""
    waiting = select(Judging).where(Judging.adopted_at.is_(None), Judging.adopted_to > 0)
    return db.session.scalar(_locked(waiting.order_by(Judging.id.desc()).limit(1)))


def adopted_later(judging: Judging) -> Judging | None:
    """Another whose labels took the place of these, on some of the same days."""
    later = select(Judging).where(
        Judging.id != judging.id,
        Judging.adopted_at > judging.adopted_at,
        Judging.first_on <= judging.last_on,
        Judging.last_on >= judging.first_on,
    )
    return db.session.scalar(later.limit(1))


def judgings_waiting(_now: datetime) -> Backlog:
    """How many are not worked through, and since when."""
    open_ = or_(
        Judging.done_at.is_(None) & (Judging.method == present_method()),
        Judging.adopted_at.is_not(None) & Judging.adoption_done_at.is_(None),
        Judging.adopted_at.is_(None) & (Judging.adopted_to > 0),
    )
    return backlog_of(select(func.coalesce(Judging.adopted_at, Judging.asked_at)).where(open_))


def comments_to_judge(judging: Judging) -> Select[Comment, str]:
    """Comments of its days that another method judged, each with the language of its form."""
    return (
        select(Comment, SurveyResponse.answered_in)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(Comment.id > judging.judged_to, *_of_days(judging), *_of_another_method(judging.method))
    )


def has_comments_of_another_method(first: date, last: date, than: str) -> bool:
    """Whether there is anything to judge on these days."""
    found = select(Comment.id).join(SurveyResponse, SurveyResponse.id == Comment.response_id)
    of_days = SurveyResponse.counts_on.between(first, last)
    return db.session.scalar(found.where(of_days, *_of_another_method(than)).limit(1)) is not None


def left_to_judge(judging: Judging) -> int:
    """How many comments are still to be judged for it."""
    waiting = comments_to_judge(judging).with_only_columns(func.count())
    return db.session.scalar(waiting) or 0


def labels_to_adopt(judging: Judging) -> Select[Comment, CommentJudgement, date, int]:
    """Comments whose label is still the other method's, with the new one, day and service."""
    return (
        select(Comment, CommentJudgement, SurveyResponse.counts_on, SurveyResponse.service_id)
        .join(CommentJudgement, CommentJudgement.comment_id == Comment.id)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(
            Comment.id > judging.adopted_to,
            CommentJudgement.method == judging.method,
            Comment.method != judging.method,
            *_of_days(judging),
        )
    )


def labels_to_take_back(judging: Judging) -> Select[Comment, CommentJudgement, date, int]:
    """Comments with its label, and the one that counted last before it."""
    return (
        select(Comment, CommentJudgement, SurveyResponse.counts_on, SurveyResponse.service_id)
        .join(CommentJudgement, CommentJudgement.comment_id == Comment.id)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(
            Comment.id <= judging.adopted_to,
            Comment.method == judging.method,
            _counted_last(CommentJudgement),
            *_of_days(judging),
        )
    )


def pairs(judging: Judging, scope: Scope) -> list[Pair]:
    """What both methods say, counted by day: the one that was asked for, and the one whose labels count, or counted
    until these did."""
    other = aliased(CommentJudgement)
    waiting = (
        select(
            SurveyResponse.counts_on,
            Comment.sentiment,
            Comment.needs_review,
            CommentJudgement.sentiment,
            CommentJudgement.needs_review,
            func.count(),
        )
        .join(CommentJudgement, CommentJudgement.comment_id == Comment.id)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(CommentJudgement.method == judging.method, *_of_days(judging), *_counting_in(scope))
    )
    adopted = (
        select(
            SurveyResponse.counts_on,
            other.sentiment,
            other.needs_review,
            Comment.sentiment,
            Comment.needs_review,
            func.count(),
        )
        .join(other, other.comment_id == Comment.id)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(Comment.method == judging.method, _counted_last(other), *_of_days(judging), *_counting_in(scope))
    )
    found = []
    for statement in (waiting, adopted):
        grouped = statement.group_by(*list(statement.selected_columns)[:-1])
        for day, before, before_waits, after, after_waits, n in db.session.execute(grouped):
            found.append(Pair(day, None if before_waits else before, None if after_waits else after, n))
    return found


@dataclass(frozen=True)
class LabelledComment:
    """A comment as the machine may learn from it: redacted, and what people say of it."""

    reference: str
    text: str
    label: str
    question: TextType | None


def labelled_comments(first: date | None = None, last: date | None = None) -> list[LabelledComment]:
    """English comments that people labelled: the last label that somebody gave, else what both readers of a blind
    sample agree on. In the order of comments."""
    agreed = (
        select(BlindItem.comment_id, func.min(BlindLabel.label).label("label"))
        .join(BlindLabel, BlindLabel.item_id == BlindItem.id)
        .group_by(BlindItem.id, BlindItem.comment_id)
        .having(func.count(BlindLabel.label) == 2, func.min(BlindLabel.label) == func.max(BlindLabel.label))
        .subquery("agreed")
    )
    label = func.coalesce(Comment.person_label, agreed.c.label)
    rows = db.session.execute(
        select(Comment.reference, Comment.redacted_text, label, Comment.text_type)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .outerjoin(agreed, agreed.c.comment_id == Comment.id)
        .where(
            label.in_(LABELS),
            or_(Comment.language.is_(None), Comment.language == ENGLISH),
            *_counting_in(EVERYTHING),
            *([SurveyResponse.counts_on >= first] if first else []),
            *([SurveyResponse.counts_on <= last] if last else []),
        )
        .order_by(Comment.id)
    )
    return list({row.reference: LabelledComment(*row) for row in rows}.values())  # in two samples, once


def _counted_last(judgement: type[CommentJudgement]) -> ColumnElement[bool]:
    """Whether it is the newest label of its comment that counted."""
    newer = aliased(CommentJudgement)
    is_newer = (newer.comment_id == judgement.comment_id) & (newer.counted_until > judgement.counted_until)
    return judgement.counted_until.is_not(None) & ~exists().where(is_newer)


def _of_another_method(than: str) -> list[ColumnElement[bool]]:
    """Judged, by something else. What stands in another language was told apart by present rules."""
    return [Comment.method != than, Comment.method != NOT_JUDGED, Comment.method.not_like("words-%")]


def _of_days(judging: Judging) -> list[ColumnElement[bool]]:
    return [SurveyResponse.counts_on.between(judging.first_on, judging.last_on)]


def _counting_in(scope: Scope) -> list[ColumnElement[bool]]:
    return [*counting(), *within(scope, SurveyResponse.service_id)]
