"""Taking contacts in, and taking note of who asked us to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from flask import current_app
from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act
from survey_app.contacts.models import ContactDetail, OptOut
from survey_app.contacts.queries import digests_by_reference, ids_by_reference
from survey_app.contacts.reading import (
    COLUMNS,
    REQUIRED_COLUMNS,
    ContactRow,
    Rejected,
    content_digest,
    read_contact,
)
from survey_app.contacts.rejects import OWN_KEYS, is_rejects_file, original_values, rejects_beside
from survey_app.extensions import Base, db, transaction
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import CsvRow, open_csv
from survey_app.kernel.tokens import keyed_hash
from survey_app.organisation.names import NameIndex, fold
from survey_app.organisation.operations import get_or_make_sites, get_or_make_teams
from survey_app.organisation.queries import services_by_code_or_name
from survey_app.settings import Settings
from survey_app.work.jobs import wake

ReadRow: TypeAlias = tuple[CsvRow, ContactRow | Rejected]

BATCH_ROWS = 5_000
KEEP_DAYS = 30  # how long after the contact we can reach the person; then their details are deleted


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A row that becomes a contact."""

    row: ContactRow
    service_id: int
    digest: str


@dataclass
class _Batch:
    """What became of the rows of one batch."""

    fresh: list[_Fresh] = field(default_factory=list)
    duplicate: int = 0
    changed: int = 0
    rejected: list[tuple[CsvRow, Rejected]] = field(default_factory=list)
    new_teams: list[str] = field(default_factory=list)
    new_sites: list[str] = field(default_factory=list)


@dataclass
class ContactsImport:
    """What an import did. `read` = `accepted` + `duplicate` + `rejected`; `changed` are duplicates that differ."""

    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    changed: int = 0
    rejected: int = 0
    bad_emails: int = 0  # left out of accepted rows
    bad_phones: int = 0
    new_teams: list[str] = field(default_factory=list)
    new_sites: list[str] = field(default_factory=list)
    rejects_file: str | None = None
    dropped_columns: list[str] = field(default_factory=list)

    def add(self, batch: _Batch, rows: int) -> None:
        self.read += rows
        self.accepted += len(batch.fresh)
        self.duplicate += batch.duplicate
        self.changed += batch.changed
        self.rejected += len(batch.rejected)
        self.bad_emails += sum(fresh.row.bad_email for fresh in batch.fresh)
        self.bad_phones += sum(fresh.row.bad_phone for fresh in batch.fresh)
        self.new_teams += batch.new_teams
        self.new_sites += batch.new_sites


def import_contacts(
    path: Path,
    *,
    now: datetime,
    actor_kind: str = "command",
    actor_id: str | None = None,
    keep_days: int = KEEP_DAYS,
    batch_rows: int = BATCH_ROWS,
    on_progress: Callable[[int], None] = lambda _bytes: None,
) -> ContactsImport:
    """Take in a CSV of contacts, as a stream, in transactions of a batch each; then wake the draw.

    A reference that we have, or that came earlier in the file, is a duplicate and changes nothing: an import that
    died is simply run again. Rejected rows go to FILE.rejected.csv with line and reason. `on_progress` hears how many
    bytes of the file are done. InvalidInput when the file as a whole cannot be read; nothing is stored then.
    """
    result = ContactsImport()
    with open_csv(path, required=REQUIRED_COLUMNS) as file, rejects_beside(path, file.header) as rejects:
        is_returned = is_rejects_file(file.keys)
        used = {*COLUMNS, *(OWN_KEYS if is_returned else ())}
        result.dropped_columns = [name for name, key in zip(file.header, file.keys, strict=True) if key not in used]
        for rows in _batches(file, batch_rows):
            batch = _store([_read(row, is_returned, now) for row in rows], now, keep_days)
            for row, rejected in batch.rejected:
                rejects.add(row, rejected.reasons)
            result.add(batch, len(rows))
            on_progress(file.position_bytes)
        result.rejects_file = str(rejects.path) if rejects.is_made else None
    with transaction():
        counts = ("read", "accepted", "duplicate", "changed", "rejected")
        record_act(
            "contacts.import",
            path.name[:120],
            at=now,
            actor_kind=actor_kind,
            actor_id=actor_id,
            after={count: getattr(result, count) for count in counts},
        )
        wake("draw_invitations")
    return result


def opt_out(
    *, email_key: str | None, phone_key: str | None, customer_ref: str | None, source: str, now: datetime
) -> bool:
    """Never ask this person again, known by any of the three. True when that is new; asking twice changes nothing."""
    pairs = (("email_key", email_key), ("phone_key", phone_key), ("customer_ref", customer_ref))
    given = {column: key for column, key in pairs if key}
    if all(_is_opted_out(column, key) for column, key in given.items()):
        return False
    db.session.add(OptOut(**given, source=source, created_at=now))
    db.session.flush()
    return True


def _is_opted_out(column: str, key: str) -> bool:
    return db.session.scalar(select(OptOut.id).where(getattr(OptOut, column) == key).limit(1)) is not None


def _read(row: CsvRow, is_returned: bool, now: datetime) -> ReadRow:
    if row.problem is not None:
        return row, Rejected((row.problem,))
    return row, read_contact(original_values(row.values) if is_returned else row.values, now=now)


def _store(rows: Sequence[ReadRow], now: datetime, keep_days: int) -> _Batch:
    """Store a batch in a transaction of its own."""
    try:
        with transaction():
            return _store_now(rows, now, keep_days)
    except IntegrityError:  # another import had some of these rows in flight; now they are duplicates
        with transaction():
            return _store_now(rows, now, keep_days)


def _store_now(rows: Sequence[ReadRow], now: datetime, keep_days: int) -> _Batch:
    key = _index_key()
    batch = _sort(rows, services_by_code_or_name(), key)
    if not batch.fresh:
        return batch
    team_ids, batch.new_teams = get_or_make_teams(fresh.row.team for fresh in batch.fresh if fresh.row.team)
    site_ids, batch.new_sites = get_or_make_sites(fresh.row.site for fresh in batch.fresh if fresh.row.site)
    tables = Base.metadata.tables  # not the mapped classes: those insert rows with different empty columns apart
    db.session.execute(
        insert(tables["contact"]), [_contact_values(fresh, team_ids, site_ids, now) for fresh in batch.fresh]
    )
    ids = ids_by_reference([fresh.row.reference for fresh in batch.fresh])
    details = [
        _detail_values(fresh.row, ids[fresh.row.reference], key, now, keep_days)
        for fresh in batch.fresh
        if fresh.row.email or fresh.row.phone
    ]
    if details:
        db.session.execute(insert(tables["contact_detail"]), details)
    return batch


def _sort(rows: Sequence[ReadRow], services: NameIndex, key: bytes) -> _Batch:
    """Tell new contacts, duplicates and rejected rows apart."""
    batch = _Batch()
    known = digests_by_reference([row.reference for _, row in rows if isinstance(row, ContactRow)])
    why_unknown = cache(lambda service: _unknown_service(service, services))
    for csv_row, row in rows:
        if isinstance(row, Rejected):
            batch.rejected.append((csv_row, row))
            continue
        service_id = services.find(row.service)
        if service_id is None:
            batch.rejected.append((csv_row, why_unknown(row.service)))
            continue
        digest = content_digest(row, service_id, key)
        before = known.get(row.reference)
        if before is None:
            known[row.reference] = digest
            batch.fresh.append(_Fresh(row, service_id, digest))
        else:
            batch.duplicate += 1
            batch.changed += before != digest
    return batch


def _unknown_service(service: str, services: NameIndex) -> Rejected:
    near = services.near(service)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    return Rejected((f"there is no service, or more than one, called {service}{meant}",))


def _contact_values(
    fresh: _Fresh, team_ids: Mapping[str, int], site_ids: Mapping[str, int], now: datetime
) -> dict[str, object]:
    row = fresh.row
    return {
        "reference": row.reference,
        "occurred_at": row.occurred_at,
        "occurred_on": london_day(row.occurred_at),
        "closed_at": row.closed_at,
        "channel": row.channel,
        "service_id": fresh.service_id,
        "team_id": team_ids[fold(row.team)] if row.team else None,
        "site_id": site_ids[fold(row.site)] if row.site else None,
        "adviser_ref": row.adviser_ref,
        "reason": row.reason,
        "outcome": row.outcome,
        "resolved_first_time": row.resolved_first_time,
        "case_ref": row.case_ref,
        "open_complaint": row.open_complaint,
        "customer_kind": row.customer_kind,
        "customer_ref": row.customer_ref,
        "language": row.language,
        "customer_group": row.customer_group,
        "sensitive": row.sensitive,
        "do_not_survey": row.do_not_survey,
        "content_digest": fresh.digest,
        "imported_at": now,
    }


def forget_details(now: datetime, worker: str) -> int:
    """Delete addresses and numbers that were kept long enough; how many. Their hashes stay: a stop still holds."""
    with transaction():
        ended = (
            update(ContactDetail)
            .where(
                ContactDetail.keep_until < london_day(now),
                or_(ContactDetail.email.is_not(None), ContactDetail.phone.is_not(None)),
            )
            .values(email=None, phone=None)
            .returning(ContactDetail.contact_id)
            .execution_options(synchronize_session=False)
        )
        return len(db.session.scalars(ended).all())


def _detail_values(row: ContactRow, contact_id: int, key: bytes, now: datetime, keep_days: int) -> dict[str, object]:
    keep_until = london_day(row.occurred_at) + timedelta(days=keep_days)
    is_kept = keep_until >= london_day(now)  # an old contact's address would be deleted at once
    return {
        "contact_id": contact_id,
        "email": row.email if is_kept else None,
        "phone": row.phone if is_kept else None,
        "email_key": keyed_hash(key, row.email) if row.email else None,
        "phone_key": keyed_hash(key, row.phone) if row.phone else None,
        "keep_until": keep_until,
    }


def _batches(rows: Iterable[CsvRow], size: int) -> Iterator[list[CsvRow]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def _index_key() -> bytes:
    settings: Settings = current_app.extensions["settings"]
    return settings.index_key
