"""Bringing rows under the newest key, a batch in a transaction, whoever writes meanwhile."""

from __future__ import annotations

from datetime import datetime

from cryptography.fernet import InvalidToken
from sqlalchemy import Text, bindparam, cast, update

from survey_app.extensions import cipher, db, transaction
from survey_app.privacy.keys.queries import Encrypted, unfinished
from survey_app.privacy.models import Reencryption

BATCH = 500


def renew_rows(now: datetime, _worker: str) -> int:
    """The next rows of the next column; how many were looked at, at least 1 while there is anything to do.

    A row that somebody changes meanwhile keeps what they wrote. A column is done with a pass that finds nothing under
    an older key: so what another process wrote behind the first pass, not yet restarted, is found by the next.
    """
    if len(cipher().key_digests) < 2:
        return 0
    with transaction():
        waiting = next(unfinished(), None)
        return 0 if waiting is None else _renew(*waiting, now)


def _renew(each: Encrypted, row: Reencryption | None, now: datetime) -> int:
    if row is None:
        row = Reencryption(column=each.name, key_digest=cipher().key_digests[0], last_id=0, found=0, done=0)
        db.session.add(row)
    batch = each.rows(row.last_id)
    rows = db.session.execute(batch.limit(BATCH) if each.is_numbered else batch).all()
    for number, sealed in rows:
        try:
            fresh = cipher().renewed(sealed)
        except InvalidToken:
            continue  # no key of ours opens it, so none can be missed for it
        if fresh is not None:
            row.found += 1
            row.done += _exchange(each, number, sealed, fresh)
    if each.is_numbered and len(rows) == BATCH:
        row.last_id = rows[-1][0]
    elif row.found:
        row.last_id, row.found = 0, 0  # once more from the start
    else:
        row.finished_at = now
    db.session.flush()
    return max(1, len(rows))


def _exchange(each: Encrypted, number: object, sealed: str, fresh: str) -> int:
    """Only where it is still what was read."""
    column = each.column
    changed = (
        update(column.table)
        .where(each.key == number, cast(column, Text) == bindparam("sealed", sealed, Text))
        .values({column: bindparam("fresh", fresh, Text)})
    )
    return db.session.connection().execute(changed).rowcount
