"""Blocking addresses and numbers, known by their keyed hashes alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from survey_app.audit.operations import record_act_by
from survey_app.contacts.blocking.pausing import WITHIN, last_straw
from survey_app.contacts.blocking.queries import is_long_over, is_old
from survey_app.contacts.models import AddressBlock, AddressFailure, BlockReason
from survey_app.extensions import db, transaction, upsert

_QUIET = {"synchronize_session": False}


def block_address(key: str, reason: BlockReason, *, now: datetime, until: datetime | None = None) -> None:
    """Send nothing more to it, for good or until then. Blocked again for one reason, the newest end holds."""
    row = upsert(AddressBlock).values(key=key, reason=reason, created_at=now, until=until)
    db.session.execute(
        row.on_conflict_do_update(index_elements=["key", "reason"], set_={"created_at": now, "until": until})
        if until is not None
        else row.on_conflict_do_nothing()
    )


def unblock_address(key: str, reason: BlockReason) -> None:
    """Send to it again, unless another reason holds."""
    block = delete(AddressBlock).where(AddressBlock.key == key, AddressBlock.reason == reason)
    db.session.execute(block, execution_options=_QUIET)


def lift_blocks(keys: Collection[str], *, now: datetime, by: int | None = None) -> None:
    """Send to these addresses and numbers again, whatever blocked them; what failed before counts no longer."""
    db.session.execute(delete(AddressBlock).where(AddressBlock.key.in_(keys)), execution_options=_QUIET)
    db.session.execute(delete(AddressFailure).where(AddressFailure.key.in_(keys)), execution_options=_QUIET)
    record_act_by("address blocks.lifted", "address blocks", at=now, by=by, after={"details": len(keys)})


def note_failure(key: str, message_reference: str, *, failed_at: datetime) -> None:
    """A message did not arrive for the time being. Told twice of one message it is one failure, of the first moment.

    The third within 30 days pauses the address for 30 days.
    """
    row = upsert(AddressFailure).values(key=key, message_reference=message_reference, failed_at=failed_at)
    db.session.execute(row.on_conflict_do_nothing())
    _pause(key)


def forget_failure(key: str, message_reference: str) -> None:
    """It did arrive, or will never: the failure no longer counts, nor a pause that stood on it."""
    failure = delete(AddressFailure).where(
        AddressFailure.key == key, AddressFailure.message_reference == message_reference
    )
    if db.session.scalars(failure.returning(AddressFailure.id), execution_options=_QUIET).all():
        _pause(key)


def forget_failures(now: datetime, worker: str) -> int:
    """Delete failures that no longer count, and pauses that are over; how many."""
    with transaction():
        failures = delete(AddressFailure).where(is_old(now))
        pauses = delete(AddressBlock).where(is_long_over(now))
        return sum(
            len(db.session.scalars(old, execution_options=_QUIET).all())
            for old in (failures.returning(AddressFailure.id), pauses.returning(AddressBlock.id))
        )


def _pause(key: str) -> None:
    straw = last_straw(db.session.scalars(select(AddressFailure.failed_at).where(AddressFailure.key == key)))
    if straw is None:
        unblock_address(key, BlockReason.FAILS_FOR_NOW)
    else:
        block_address(key, BlockReason.FAILS_FOR_NOW, now=straw, until=straw + WITHIN)
