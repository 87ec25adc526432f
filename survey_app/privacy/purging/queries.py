"""What would go now, by class; and the days that the council set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select, text

from survey_app.accounts.people.queries import accounts_left
from survey_app.actions.followups import queries as follow_ups
from survey_app.comments.models import Comment
from survey_app.contacts.blocking.queries import failures_to_forget
from survey_app.contacts.models import Contact, ContactDetail
from survey_app.contacts.people import ERASED
from survey_app.contacts.queries import files_to_forget
from survey_app.evidence.assessors.queries import lines_to_forget
from survey_app.evidence.packs.queries import packs_over
from survey_app.exports.queries import exports_to_forget
from survey_app.extensions import db
from survey_app.invitations.models import CALLBACK_ATTEMPTS, Callback, Invitation, InvitationToken, ReceivedText
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.privacy.models import DataComplaint, RetentionRule
from survey_app.privacy.requests.queries import erasures_since_scrub
from survey_app.privacy.retention import BY_CODE, CLASSES, FIXED, Rule, cutoff, days_in_force
from survey_app.responses.afterwards.queries import consents_to_forget
from survey_app.responses.models import AnswerText, EqualityAnswer, SurveyResponse
from survey_app.responses.queries import drafts_to_drop, replaced_to_drop
from survey_app.surveys.queries import survey_files_to_forget
from survey_app.work.backlog import Backlog

MOST_BYTES = 1_000_000_000  # of a file that the worker makes anew; of a larger one `flask privacy scrub` does
Rows = Select[int, date] | Select[int, datetime] | Select[int, datetime | None]  # number and day


@dataclass(frozen=True)
class Due:
    """How much of a class goes now. `oldest_on` is the day of the oldest; None: there is none, or no days count."""

    code: str
    name: str
    rows: int
    oldest_on: date | None
    keep_days: int | None


@dataclass(frozen=True)
class InTheFile:
    """What the file of the database may still hold of people who were erased."""

    erasures: int
    is_too_large: bool  # for the worker: making it anew would hold up whoever works longer than a writer waits


def still_in_the_file() -> InTheFile:
    return InTheFile(erasures_since_scrub(), (_database_bytes() or 0) > MOST_BYTES)


def erasures_in_the_file(_now: datetime) -> Backlog:
    """How many people were erased since the file was made anew, for the list of jobs."""
    return Backlog(erasures_since_scrub(), None)


def rules() -> Mapping[str, Rule]:
    """What the council set, by class."""
    rows = db.session.scalars(select(RetentionRule))
    return {
        row.data_class: Rule(row.keep_days, row.earlier_days, row.changed_at)
        for row in rows
        if row.data_class in BY_CODE
    }


def due_now(now: datetime, instead: Mapping[str, int] | None = None) -> list[Due]:
    """What goes now, of every class; with `instead`, what would go if a class were kept for so many days."""
    held, found = rules(), []
    for each in CLASSES:
        days = (instead or {}).get(each.code, days_in_force(each, held.get(each.code), now))
        count, oldest = _count(each.code, cutoff(london_day(now), days))
        found.append(Due(each.code, each.name, count, oldest, days))
    for fixed in FIXED:
        backlog = _WAITING[fixed.code](now)
        oldest_on = london_day(backlog.oldest_at) if backlog.oldest_at else None
        found.append(Due(fixed.code, fixed.name, backlog.waiting, oldest_on, None))
    return found


def ids_due(code: str, before: date, most: int) -> list[int]:
    """The next rows of a class that go, those before a day."""
    rows = _DUE[code](before).subquery()
    return list(db.session.scalars(select(rows.c[0]).order_by(rows.c[0]).limit(most)))


def _count(code: str, before: date) -> tuple[int, date | None]:
    rows = _DUE[code](before).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(rows.c[1])).select_from(rows)).one()
    if isinstance(oldest, str):  # SQLite forgets what min() is of
        oldest = datetime.fromisoformat(oldest)
    return count, oldest.date() if isinstance(oldest, datetime) else oldest


def _contact_details(before: date) -> Rows:
    held = or_(ContactDetail.email.is_not(None), ContactDetail.phone.is_not(None))
    return select(ContactDetail.contact_id, Contact.occurred_on).join(Contact).where(Contact.occurred_on < before, held)


def _raw_comments(before: date) -> Rows:
    return (
        select(AnswerText.id, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == AnswerText.response_id)
        .where(SurveyResponse.counts_on < before, AnswerText.raw != "")
    )


def _comments(before: date) -> Rows:
    return (
        select(Comment.answer_text_id, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(SurveyResponse.counts_on < before, Comment.redacted_text != "")
    )


def _people(before: date) -> Rows:
    is_known = ~Contact.reference.startswith(ERASED, autoescape=True)
    return select(Contact.id, Contact.occurred_on).where(Contact.occurred_on < before, is_known)


def _about_you(before: date) -> Rows:
    return (
        select(EqualityAnswer.id, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == EqualityAnswer.response_id)
        .where(SurveyResponse.counts_on < before)
    )


def _links(before: date) -> Rows:
    return (
        select(InvitationToken.id, Invitation.counts_on)
        .join(Invitation, Invitation.id == InvitationToken.invitation_id)
        .where(Invitation.closes_at < day_starts_at(before))
    )


def _received_texts(before: date) -> Rows:
    return select(ReceivedText.id, ReceivedText.received_at).where(ReceivedText.received_at < day_starts_at(before))


def _callbacks(before: date) -> Rows:
    given_up = Callback.attempts >= CALLBACK_ATTEMPTS
    return select(Callback.id, Callback.received_at).where(given_up, Callback.received_at < day_starts_at(before))


def complaints_over(now: datetime) -> Select[int]:
    """Complaints whose words are kept no longer."""
    held = or_(DataComplaint.body.is_not(None), DataComplaint.reply_to.is_not(None), DataComplaint.outcome.is_not(None))
    return select(DataComplaint.id).where(DataComplaint.keep_until < london_day(now), held)


def _counted(rows: Callable[[datetime], Select[int]]) -> Callable[[datetime], Backlog]:
    def waiting(now: datetime) -> Backlog:
        return Backlog(db.session.scalar(select(func.count()).select_from(rows(now).subquery())) or 0, None)

    return waiting


_DUE: Mapping[str, Callable[[date], Rows]] = {
    "contact_details": _contact_details,
    "raw_comments": _raw_comments,
    "comments": _comments,
    "response_links": _people,
    "about_you": _about_you,
    "messages": _links,
    "received_texts": _received_texts,
    "callbacks": _callbacks,
    "staff_accounts": accounts_left,
}
_WAITING: Mapping[str, Callable[[datetime], Backlog]] = {
    "consents": consents_to_forget,
    "follow_ups": follow_ups.details_to_forget,
    "drafts": drafts_to_drop,
    "replaced_answers": replaced_to_drop,
    "contact_files": files_to_forget,
    "export_files": exports_to_forget,
    "survey_files": survey_files_to_forget,
    "failures": failures_to_forget,
    "access_lines": _counted(lines_to_forget),
    "packs": lambda now: Backlog(len(packs_over(now)), None),
    "complaints": _counted(complaints_over),
}


def _database_bytes() -> int | None:
    """How large the file of the database is; None where it is none of ours to make anew."""
    if db.engine.dialect.name != "sqlite":
        return None
    pages = db.session.scalar(text("PRAGMA page_count")) or 0
    return int(pages) * int(db.session.scalar(text("PRAGMA page_size")) or 0)
