"""When messages may go out: the windows that a council sets."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from survey_app.audit.operations import record_change
from survey_app.contacts.models import SendingWindow
from survey_app.contacts.ways import Way
from survey_app.extensions import db
from survey_app.invitations.timing import Window


def set_window(way: Way, service_id: int | None, window: Window, *, now: datetime, by: int | None = None) -> None:
    """From now on messages of this way go out in this window only; without a service: of all that have none."""
    found = db.session.scalar(
        select(SendingWindow).where(SendingWindow.way == way, SendingWindow.service_id.is_not_distinct_from(service_id))
    )
    before = asdict(window_of(found)) if found is not None else None
    if found is None:
        found = SendingWindow(way=way, service_id=service_id)
        db.session.add(found)
    for name, value in asdict(window).items():
        setattr(found, name, value)
    db.session.flush()
    record_change("sending.window", window_subject(way, service_id), at=now, by=by, before=before, after=asdict(window))


def remove_window(found: SendingWindow, *, now: datetime, by: int | None = None) -> None:
    """From now on the window of the way holds there, or the usual one."""
    subject = window_subject(found.way, found.service_id)
    record_change("sending.window", subject, at=now, by=by, before=asdict(window_of(found)), after=None)
    db.session.delete(found)
    db.session.flush()


def window_of(row: SendingWindow) -> Window:
    return Window(row.opens_minute, row.closes_minute, row.weekdays, row.on_bank_holidays)


def window_subject(way: Way, service_id: int | None) -> str:
    """What the history of changes calls one window."""
    return f"{way.value} {'any' if service_id is None else service_id}"
