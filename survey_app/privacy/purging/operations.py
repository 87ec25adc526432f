"""Deleting what was kept long enough, a batch in a transaction; and setting how long that is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update

from survey_app.accounts.people.operations import forget_accounts
from survey_app.actions.followups.operations import forget_details as forget_follow_ups
from survey_app.audit.operations import record_act, record_change
from survey_app.contacts.blocking.operations import forget_failures
from survey_app.contacts.models import ContactDetail
from survey_app.contacts.operations import forget_files
from survey_app.dashboards.models import HomeView, PinnedFigure, SavedView
from survey_app.evidence.assessors.operations import forget_lines
from survey_app.evidence.packs.jobs import forget_next_pack
from survey_app.exports.jobs import forget_next_export
from survey_app.extensions import Base, db, transaction
from survey_app.invitations.models import Callback, InvitationToken, ReceivedText
from survey_app.kernel.clock import london_day
from survey_app.privacy.models import DataComplaint, RetentionRule
from survey_app.privacy.people.operations import forget_words, make_anonymous
from survey_app.privacy.people.operations.anonymising import forget_originals
from survey_app.privacy.purging.queries import complaints_over, ids_due, rules
from survey_app.privacy.retention import CLASSES, FIXED, checked, cutoff, days_in_force
from survey_app.responses.afterwards.operations import forget_consents
from survey_app.responses.models import EqualityAnswer
from survey_app.responses.operations import drop_drafts, drop_replaced
from survey_app.surveys.operations.uploads import forget_survey_files

BATCH = 500
_QUIET = {"synchronize_session": False}


def purge(now: datetime, worker: str) -> Iterator[tuple[str, int]]:
    """Delete what was kept long enough, class after class; each batch as it is done, with its class. It may be killed
    at any moment, and run twice.

    What leads to people goes last: links and texts go with it, and each is counted in its own class, as a dry run does.
    """
    for code in sorted((each.code for each in CLASSES), key="response_links".__eq__):
        while done := purge_batch(code, now):
            yield code, done
    for code in [each.code for each in FIXED]:
        while done := _FIXED[code](now, worker):
            yield code, done


def purge_batch(code: str, now: datetime) -> int:
    """The next rows of one class, in a transaction of their own; how many went."""
    with transaction():
        each = next(each for each in CLASSES if each.code == code)
        days = days_in_force(each, rules().get(code), now)
        ids = ids_due(code, cutoff(london_day(now), days), BATCH)
        if ids:
            _FORGET[code](ids, now)
            record_act("retention.purged", code, at=now, actor_kind="job", after={"rows": len(ids), "keep_days": days})
        return len(ids)


def keep_for(code: str, keep_days: int, *, now: datetime, by: int | None = None) -> bool:
    """From now on a class is kept for so many days; whether that is a change. A shorter time deletes nothing for a day,
    in which it can be undone. InvalidInput outside the limits of the class."""
    each = checked(code, keep_days)
    row = db.session.get(RetentionRule, code, with_for_update=True)
    before = row.keep_days if row is not None else each.usual_days
    if before == keep_days:
        return False
    if row is None:
        row = RetentionRule(data_class=code)
        db.session.add(row)
    row.keep_days, row.earlier_days, row.changed_at = keep_days, before, now
    db.session.flush()
    record_change("retention", code, at=now, by=by, before={"keep_days": before}, after={"keep_days": keep_days})
    return True


def undo_keep_for(code: str, *, now: datetime, by: int | None = None) -> bool:
    """Keep a class for as long as before the last change; whether there was one."""
    row = db.session.get(RetentionRule, code, with_for_update=True)
    return row is not None and row.earlier_days is not None and keep_for(code, row.earlier_days, now=now, by=by)


def _contact_details(ids: Collection[int], _now: datetime) -> None:
    gone = update(ContactDetail).where(ContactDetail.contact_id.in_(ids)).values(email=None, phone=None)
    db.session.execute(gone, execution_options=_QUIET)


def _forget_accounts(ids: Collection[int], _now: datetime) -> None:
    own = SavedView.owner_id.in_(ids), SavedView.is_shared.is_(False)
    db.session.execute(delete(SavedView).where(*own), execution_options=_QUIET)
    for of in (HomeView.user_id, PinnedFigure.user_id):
        db.session.execute(delete(of.class_).where(of.in_(ids)), execution_options=_QUIET)
    forget_accounts(ids)


def _deleted(model: type[Base]) -> Callable[[Collection[int], datetime], None]:
    def forget(ids: Collection[int], _now: datetime) -> None:
        db.session.execute(delete(model).where(model.__table__.c["id"].in_(ids)), execution_options=_QUIET)

    return forget


def _forget_complaints(now: datetime, _worker: str) -> int:
    """Delete the words of complaints that are kept no longer; how many."""
    with transaction():
        over = db.session.scalars(complaints_over(now).limit(BATCH)).all()
        for complaint in db.session.scalars(select(DataComplaint).where(DataComplaint.id.in_(over))):
            complaint.body = complaint.reply_to = complaint.outcome = None
        return len(over)


_FORGET: Mapping[str, Callable[[Collection[int], datetime], object]] = {
    "contact_details": _contact_details,
    "raw_comments": lambda ids, _now: forget_originals(ids),
    "comments": lambda ids, _now: forget_words(ids),
    "response_links": lambda ids, now: make_anonymous(ids, now=now),
    "about_you": _deleted(EqualityAnswer),
    "messages": _deleted(InvitationToken),
    "received_texts": _deleted(ReceivedText),
    "callbacks": _deleted(Callback),
    "staff_accounts": _forget_accounts,
}
_FIXED: Mapping[str, Callable[[datetime, str], int]] = {
    "consents": forget_consents,
    "follow_ups": forget_follow_ups,
    "drafts": drop_drafts,
    "replaced_answers": drop_replaced,
    "contact_files": forget_files,
    "export_files": forget_next_export,
    "survey_files": forget_survey_files,
    "failures": forget_failures,
    "access_lines": forget_lines,
    "packs": forget_next_pack,
    "complaints": _forget_complaints,
}
