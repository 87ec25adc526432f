"""Sealing the audit, and walking along its chain once a day."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import islice

from flask import current_app

from survey_app.audit.operations import SEAL_AUDIT, begin_check, note_check, seal_lines
from survey_app.audit.queries import newest_check, newest_head, sealed_lines, signed_heads, unsealed_backlog
from survey_app.audit.sealing import public_key
from survey_app.audit.verifying import Chain
from survey_app.extensions import db, reading, transaction
from survey_app.work.jobs import Job

log = logging.getLogger(__name__)

CHECK_EVERY = timedelta(days=1)
CHECKED_AT_ONCE = 5000  # lines


def _seal(now: datetime, _worker: str) -> int:
    """The head goes into the log as well: where logs leave the machine, lines cannot be taken from the end of the chain
    without a trace."""
    with transaction():
        before = newest_head()
        head = seal_lines(now, _signing_key())
    if head is None:
        return 0
    log.info("the audit is sealed up to place %d: %s", head.place, head.seal)
    return head.place - (before.place if before else 0)


def _check(now: datetime, _worker: str) -> int:
    with transaction():
        check = newest_check()
        if newest_head() is None or (check and check.finished_at and now - check.begun_at < CHECK_EVERY):
            return 0
        check = begin_check(now) if check is None or check.finished_at else check
        key = check.id
        chain = Chain(public_key(_signing_key()), place=check.place, seal=check.seal, fitting_head=check.fitting_head)
    with reading():
        begun = chain.place
        lines = list(islice(sealed_lines(begun), CHECKED_AT_ONCE + 1))
        is_last = len(lines) <= CHECKED_AT_ONCE
        lines = lines[:CHECKED_AT_ONCE]
        place = lines[-1].place if lines else None
        up_to = None if is_last or not isinstance(place, int) else place
        found = list(chain.walk(lines, signed_heads(begun, up_to)))
        found += list(chain.end()) if is_last else []
        db.session.remove()
    for problem in found[:10]:
        log.error("the audit does not fit: %s", problem.words)
    with transaction():
        note_check(key, chain, found, now if is_last else None)
    return max(1, len(lines))


def _signing_key() -> bytes:
    key: bytes = current_app.extensions["settings"].signing_key
    return key


SEAL = Job(
    SEAL_AUDIT,
    "Seals what was written down of who did what, so that nobody changes it unseen.",
    _seal,
    backlog=unsealed_backlog,
)
CHECK = Job("check_audit", "Once a day, looks whether every sealed line is as it was sealed.", _check)
