"""Reading complaints about data. Their words are read by `operations.read_words` alone, which writes it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import defer

from survey_app.accounts.models import User
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.privacy.complaints.findings import Finding
from survey_app.privacy.models import ComplaintLetter, DataComplaint, LetterState
from survey_app.work.backlog import Backlog

_WITHOUT_WORDS = (defer(DataComplaint.body), defer(DataComplaint.reply_to), defer(DataComplaint.outcome))
_UNANSWERED = DataComplaint.answered_at.is_(None)


@dataclass(frozen=True)
class Counts:
    """What became of the complaints of some days. Times are in days, of those that were done."""

    received: int
    acknowledged: int
    in_time: int
    answered: int
    days_to_answer: Sequence[int]  # of each answered one, sorted
    findings: dict[Finding, int]


def complaint(reference: str) -> DataComplaint:
    """NotFound where there is none."""
    found = db.session.scalar(
        select(DataComplaint).where(DataComplaint.reference == reference).options(*_WITHOUT_WORDS)
    )
    if found is None:
        raise NotFound("There is no such complaint.")
    return found


def has_reply_to(row: DataComplaint) -> bool:
    """Whether there is anything to reach them by, without reading it."""
    return bool(db.session.scalar(select(DataComplaint.reply_to.is_not(None)).where(DataComplaint.id == row.id)))


def number_of_complaints() -> int:
    return db.session.scalar(select(func.count()).select_from(DataComplaint)) or 0


def complaints(*, skip: int, most: int) -> Sequence[DataComplaint]:
    """What is due first: those to be acknowledged, those to be answered, then the answered, newest first."""
    place = case((DataComplaint.acknowledged_at.is_(None), 0), else_=1)
    return db.session.scalars(
        select(DataComplaint)
        .options(*_WITHOUT_WORDS)
        .order_by(
            case((_UNANSWERED, 0), else_=1),
            case((_UNANSWERED, place), else_=0),
            case((_UNANSWERED, DataComplaint.received_at)),
            DataComplaint.answered_at.desc(),
            DataComplaint.id,
        )
        .offset(skip)
        .limit(most)
    ).all()


def waiting() -> tuple[int, int, date | None]:
    """How many are to be acknowledged, how many to be answered after that, and by when the first has to be
    acknowledged."""
    unacknowledged = and_(_UNANSWERED, DataComplaint.acknowledged_at.is_(None))
    row = db.session.execute(
        select(
            func.count(case((unacknowledged, 1))),
            func.count(case((and_(_UNANSWERED, DataComplaint.acknowledged_at.is_not(None)), 1))),
            func.min(case((unacknowledged, DataComplaint.acknowledge_by))),
        ).where(_UNANSWERED)
    ).one()
    return row[0], row[1], row[2]


def counts(since: datetime) -> Counts:
    """Of those received since then."""
    rows = db.session.execute(
        select(
            DataComplaint.received_at,
            DataComplaint.acknowledge_by,
            DataComplaint.acknowledged_at,
            DataComplaint.answered_at,
            DataComplaint.finding,
        ).where(DataComplaint.received_at >= since)
    ).all()
    acknowledged = [row for row in rows if row.acknowledged_at is not None]
    answered = [row for row in rows if row.answered_at is not None]
    return Counts(
        received=len(rows),
        acknowledged=len(acknowledged),
        in_time=sum(london_day(row.acknowledged_at) <= row.acknowledge_by for row in acknowledged),
        answered=len(answered),
        days_to_answer=sorted((row.answered_at - row.received_at).days for row in answered),
        findings={each: sum(row.finding is each for row in answered) for each in Finding},
    )


def handler(row: DataComplaint) -> str:
    """Who acted last, by name."""
    user = db.session.get(User, row.handled_by) if row.handled_by is not None else None
    return "" if user is None else user.name or user.email


def to_send() -> ColumnElement[bool]:
    return DataComplaint.letter_state == LetterState.WAITING


def letters_to_send(now: datetime) -> Backlog:
    of_failed = func.count(case((DataComplaint.letter_state == LetterState.FAILED, 1)))
    of_waiting = case((to_send(), DataComplaint.received_at))
    waits, oldest_at, failed = db.session.execute(
        select(func.count(of_waiting), func.min(of_waiting), of_failed).where(DataComplaint.letter.is_not(None))
    ).one()
    return Backlog(waits, oldest_at, failed)


def is_told(row: DataComplaint, letter: ComplaintLetter) -> bool:
    """Whether that e-mail has gone out."""
    return row.letter is letter and row.letter_state is LetterState.SENT
