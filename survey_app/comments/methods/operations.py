"""Judging past comments by the present method too, and deciding whose labels count. Nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Select, delete

from survey_app.audit.operations import record_act_by
from survey_app.comments.analysis import WordLists, judge_as_written, needs_review
from survey_app.comments.methods import queries
from survey_app.comments.models import Comment, CommentJudgement, Judging
from survey_app.comments.queries import council_word_lists
from survey_app.comments.sentiment import Flag
from survey_app.extensions import db, transaction, upsert
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import recount

BATCH = 200
JOB = "judge_again"


class Decision(Protocol):
    """What somebody decides about a judging. Refused where it cannot be."""

    def __call__(self, judging: Judging, *, now: datetime, by: int | None) -> None: ...


Labelled = tuple[Comment, CommentJudgement, date, int]


def ask_for_judging(first: date, last: date, reason: str, *, now: datetime, by: int | None) -> Judging:
    """Have the comments of these days judged by the present method too. No label that counts changes by it.

    InvalidInput or Refused where there is nothing to do, or something is being done already.
    """
    method = queries.present_method()
    if first > last:
        raise InvalidInput("The last day is before the first.")
    if queries.unfinished() is not None:
        raise Refused("Comments are being judged just now. Wait until that is done.")
    if not queries.has_comments_of_another_method(first, last, method):
        raise Refused("Every comment of these days was judged by the present method already.")
    judging = Judging(method=method, first_on=first, last_on=last, reason=reason, asked_by=by, asked_at=now)
    db.session.add(judging)
    db.session.flush()
    record_act_by("comments.judging asked", f"judging {judging.id}", at=now, by=by, after=_as_audited(judging))
    wake(JOB)
    return judging


def adopt(judging: Judging, *, now: datetime, by: int | None) -> None:
    """Let its labels count, and keep those before them. Refused before all are made, or where they count already."""
    db.session.flush()
    db.session.refresh(judging, with_for_update=True)
    if judging.done_at is None:
        raise Refused("Not all comments have been judged yet.")
    if judging.adopted_at is not None:
        raise Refused("These labels count already.")
    if judging.adopted_to:
        raise Refused("The earlier labels are just being put back. Wait until that is done.")
    judging.adopted_at, judging.adopted_by, judging.adoption_done_at = now, by, None
    record_act_by("comments.judging adopted", f"judging {judging.id}", at=now, by=by, after=_as_audited(judging))
    wake(JOB)


def take_back(judging: Judging, *, now: datetime, by: int | None) -> None:
    """Let the labels before them count again. Refused where a later method's took their place."""
    db.session.flush()
    db.session.refresh(judging, with_for_update=True)
    if judging.adopted_at is None:
        raise Refused("These labels do not count.")
    if queries.adopted_later(judging) is not None:
        raise Refused("A later method's labels took their place. Put those back first.")
    judging.adopted_at = judging.adopted_by = judging.adoption_done_at = None
    record_act_by("comments.judging taken back", f"judging {judging.id}", at=now, by=by, before=_as_audited(judging))
    wake(JOB)


def judge_again(now: datetime, _worker: str) -> int:
    """One batch of what was asked for; how many comments. Killed at any moment, it goes on where it was."""
    with transaction():
        for find, do in _STEPS:
            judging = find()
            if judging is not None:
                return max(1, do(judging, now))
    return 0


def _judge_batch(judging: Judging, now: datetime) -> int:
    lists = council_word_lists().lists
    rows = db.session.execute(queries.comments_to_judge(judging).order_by(Comment.id).limit(BATCH)).all()
    for comment, answered_in in rows:
        if comment.redacted_text and "unreadable" not in comment.flags:
            _keep(comment.id, judging.method, _judged(comment, answered_in, lists) | {"judged_at": now})
        judging.judged_to = comment.id
    judging.judged += len(rows)
    if len(rows) < BATCH:
        judging.done_at = now
    return len(rows)


def _judged(comment: Comment, answered_in: str, lists: WordLists) -> dict[str, object]:
    language, judged = judge_as_written(comment.redacted_text, comment.text_type, answered_in, lists)
    is_judged = not {Flag.NO_CONTENT, Flag.NOT_ANALYSED} & set(judged.flags)
    return {
        "sentiment": judged.label.value if is_judged else None,
        "polarity": judged.polarity if is_judged else None,
        "confidence": judged.confidence if is_judged else None,
        "needs_review": needs_review(judged),
        "flags": [flag.value for flag in judged.flags],
        "language": language,
    }


def _adopt_batch(judging: Judging, now: datetime) -> int:
    rows = _batch(queries.labels_to_adopt(judging).order_by(Comment.id).limit(BATCH))
    for comment, judgement, _day, _service in rows:
        _swap(comment, judgement, counted_until=now)
        judging.adopted_to = comment.id
    if len(rows) < BATCH:
        judging.adoption_done_at = now
        judging.adopted_to = max(judging.adopted_to, judging.judged_to)
    return len(rows)


def _take_back_batch(judging: Judging, _now: datetime) -> int:
    rows = _batch(queries.labels_to_take_back(judging).order_by(Comment.id.desc()).limit(BATCH))
    for comment, judgement, _day, _service in rows:
        _swap(comment, judgement, counted_until=None)
        judging.adopted_to = comment.id - 1
    if len(rows) < BATCH:
        judging.adopted_to = 0
    return len(rows)


# What is to be taken back comes first: somebody found it wrong.
_STEPS: tuple[tuple[Callable[[], Judging | None], Callable[[Judging, datetime], int]], ...] = (
    (queries.to_be_taken_back, _take_back_batch),
    (queries.to_be_adopted, _adopt_batch),
    (queries.unfinished, _judge_batch),
)


def _batch(statement: Select[Comment, CommentJudgement, date, int]) -> Sequence[Labelled]:
    """The next labels to swap; what they are counted in is counted again."""
    rows = [(comment, judgement, day, service) for comment, judgement, day, service in db.session.execute(statement)]
    recount(Subject.COMMENTS, ((day, service) for _comment, _judgement, day, service in rows))
    wake("fold_tallies")
    return rows


_FACTS = ("sentiment", "polarity", "confidence", "needs_review", "flags", "language")


def _swap(comment: Comment, judgement: CommentJudgement, *, counted_until: datetime | None) -> None:
    """The judgement becomes the comment's own label, and the one that it had is kept. A person's stands above both."""
    kept = {name: getattr(comment, name) for name in _FACTS}
    kept |= {"judged_at": comment.analysed_at, "counted_until": counted_until}
    method = comment.method
    for name in _FACTS:
        setattr(comment, name, getattr(judgement, name))
    comment.method, comment.analysed_at = judgement.method, judgement.judged_at
    gone = (CommentJudgement.comment_id == comment.id) & (CommentJudgement.method == judgement.method)
    db.session.execute(delete(CommentJudgement).where(gone), execution_options={"synchronize_session": False})
    db.session.expunge(judgement)
    _keep(comment.id, method, kept)


def _keep(comment_id: int, method: str, facts: dict[str, object]) -> None:
    """Store a judgement, in the place of an older one by the same method."""
    stored = upsert(CommentJudgement).values(comment_id=comment_id, method=method, **facts)
    db.session.execute(stored.on_conflict_do_update(index_elements=["comment_id", "method"], set_=facts))


def _as_audited(judging: Judging) -> dict[str, object]:
    return {
        "method": judging.method,
        "from": judging.first_on.isoformat(),
        "to": judging.last_on.isoformat(),
    }
