"""Taking contacts in, and taking note of who asked us to stop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act, record_act_by
from survey_app.contacts.asking.operations import draw_seeds
from survey_app.contacts.feeds.operations import note_arrival
from survey_app.contacts.feeds.sources import COMMAND, FOLDER, PAGE, Source
from survey_app.contacts.models import LONGEST_FILE_NAME, Contact, ContactDetail, ContactsFile, OptOut
from survey_app.contacts.people import People, PersonKeys, domain_key
from survey_app.contacts.processing import processing_days
from survey_app.contacts.queries import (
    are_over,
    asking_rules,
    content_of,
    digests_by_reference,
    ids_after,
    index_key,
    newest_id,
    people_who_stopped,
)
from survey_app.contacts.reading import REQUIRED_COLUMNS, ContactRow, is_mobile
from survey_app.contacts.rejects import RejectedRows, rejects_beside
from survey_app.contacts.sampling import draw_score, seed_year
from survey_app.contacts.sorting import Fresh, ReadRow, Sorted, dropped_columns, read_batches, references_in, sort_rows
from survey_app.extensions import db, insert_many, transaction
from survey_app.kernel.characters import shortened
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import CsvFile, open_csv
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.packing import packed
from survey_app.kernel.tokens import keyed_hash, new_reference
from survey_app.organisation.names import fold
from survey_app.organisation.operations import get_or_make_sites, get_or_make_teams
from survey_app.organisation.queries import council_nation, services_by_code_or_name
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import hold, recount

BATCH_ROWS = 10_000  # a second or less, in which on SQLite nobody else writes
# Batches come in one after the other: two with the same rows in another order would wait for each other for ever.
IN_TURN = "contacts come in"
# Of an upload, which one transaction takes in: on SQLite an answer that is sent meanwhile waits for its end, and fails
# after the 20 seconds of busy_timeout.
MOST_FILE_BYTES = 5_000_000
KEEP_FILE = timedelta(hours=12)  # how long an upload waits to be imported
KEEP_DAYS = 30  # how long after the contact we can reach the person; then their details are deleted


@dataclass
class _Batch:
    """What became of the rows of one batch."""

    found: Sorted
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
        found = batch.found
        self.read += rows
        self.accepted += len(found.fresh)
        self.duplicate += found.duplicate
        self.changed += found.changed
        self.rejected += len(found.rejected)
        self.bad_emails += sum(fresh.row.bad_email for fresh in found.fresh)
        self.bad_phones += sum(fresh.row.bad_phone for fresh in found.fresh)
        self.new_teams += batch.new_teams
        self.new_sites += batch.new_sites


def import_contacts(
    path: Path,
    *,
    now: datetime,
    by: int | None = None,
    source: Source = COMMAND,
    keep_days: int = KEEP_DAYS,
    batch_rows: int = BATCH_ROWS,
    on_progress: Callable[[int], None] = lambda _bytes: None,
) -> ContactsImport:
    """Take in a CSV of contacts, as a stream, in transactions of a batch each; then wake the draw.

    A reference that we have, or that came earlier in the file, is a duplicate and changes nothing: an import that
    died is simply run again. Rejected rows go to FILE.rejected.csv with line and reason. `on_progress` hears how many
    bytes of the file are done. InvalidInput when the file as a whole cannot be read; nothing is stored then, but for
    batches before the place at which too many quotation marks do not close.
    """
    result = ContactsImport()
    with open_csv(path, required=REQUIRED_COLUMNS) as file, rejects_beside(path, file.header) as rejects:
        result.dropped_columns = dropped_columns(file)
        for rows in read_batches(file, batch_rows, now):
            batch = _store(rows, now, keep_days, source)
            for row, rejected in batch.found.rejected:
                rejects.add(row, rejected.reasons)
            result.add(batch, len(rows))
            on_progress(file.position_bytes)
        result.rejects_file = str(rejects.path) if rejects.is_made else None
    with transaction():
        if not result.read:
            note_arrival(source, Sorted(), now=now)
        _note_import(result, path.name, source, now, by)
    return result


def take_contacts(rows: Sequence[ReadRow], *, source: Source, scope: Scope = EVERYTHING, now: datetime) -> Sorted:
    """Take in rows of another system in the caller's transaction: all that are contacts, and why the others are none.

    A service outside the scope is one that there is not. A reference that we have changes nothing, also when two send
    the same rows at once. The commit wakes the draw.
    """
    hold(IN_TURN)
    try:
        with db.session.begin_nested():
            found = _store_noted(rows, now, KEEP_DAYS, source, scope).found
    except IntegrityError:  # an upload had some of these rows in flight; now they are duplicates
        found = _store_noted(rows, now, KEEP_DAYS, source, scope).found
    wake("draw_invitations")
    return found


def keep_file(name: str, content: bytes, *, now: datetime, by: int | None = None) -> ContactsFile:
    """Keep an uploaded file, encrypted, until somebody imports it or the time to do so is over.

    InvalidInput when it is too large or as a whole no file of contacts. Whatever waited before is forgotten.
    """
    if len(content) > MOST_FILE_BYTES:
        raise InvalidInput(
            f"The file has {len(content) / 1_000_000:.1f} MB, and at most {MOST_FILE_BYTES // 1_000_000} MB can be "
            "taken in here. Choose a smaller one, or import it with: flask contacts import FILE"
        )
    for _row in CsvFile(BytesIO(content), required=REQUIRED_COLUMNS):
        pass  # a file that cannot be told apart into rows is refused here, beside the button
    db.session.execute(delete(ContactsFile).where(ContactsFile.imported_at.is_(None)))
    file = ContactsFile(
        reference=new_reference(),
        name=shortened(name, LONGEST_FILE_NAME),
        content=packed(content),
        uploaded_at=now,
        keep_until=now + KEEP_FILE,
    )
    db.session.add(file)
    db.session.flush()
    record_act_by("contacts.file uploaded", file.reference, at=now, by=by, after={"bytes": len(content)})
    return file


def import_file(file: ContactsFile, *, now: datetime, by: int | None = None) -> ContactsImport:
    """Take in an uploaded file: all of it in the caller's transaction, or nothing. Of its content only the rejected
    rows are kept, to be fetched and corrected until KEEP_FILE is over.

    Refused when it was imported already, also by somebody who pressed the button at the same moment.
    """
    _hold(file)
    if file.imported_at is not None:
        raise Refused("This file has been imported already.")
    result = ContactsImport()
    csv_file = CsvFile(BytesIO(content_of(file, now)), required=REQUIRED_COLUMNS)
    result.dropped_columns = dropped_columns(csv_file)
    text = StringIO(newline="")
    rejects = RejectedRows(lambda: text, csv_file.header)
    try:
        for rows in read_batches(csv_file, BATCH_ROWS, now):
            batch = _store_noted(rows, now, KEEP_DAYS, PAGE)
            for row, rejected in batch.found.rejected:
                rejects.add(row, rejected.reasons)
            result.add(batch, len(rows))
    except IntegrityError as error:
        raise Refused("Other contacts came in at the same moment. Nothing was imported: try once more.") from error
    file.content = packed(text.getvalue().encode()) if rejects.is_made else None
    file.imported_at, file.accepted, file.keep_until = now, result.accepted, now + KEEP_FILE
    db.session.flush()
    _note_import(result, file.reference, PAGE, now, by)
    return result


def undo_import(file: ContactsFile, *, now: datetime, by: int | None = None) -> int:
    """Take the contacts of an uploaded file out again; how many. Refused once it was decided who of them is asked.

    Teams and sites that came with them stay.
    """
    _hold(file)
    if file.imported_at is None:
        raise Refused("This file has not been imported.")
    of_file = Contact.imported_at == file.imported_at
    free = select(Contact).where(of_file, Contact.draw_outcome.is_(None)).with_for_update()
    parts = db.session.execute(free.with_only_columns(Contact.occurred_on, Contact.service_id)).all()
    if len(parts) < (file.accepted or 0):
        raise Refused("This cannot be undone any more: people have been chosen from these contacts to be asked.")
    in_file = select(Contact.id).where(of_file)
    quiet = {"synchronize_session": False}
    db.session.execute(delete(ContactDetail).where(ContactDetail.contact_id.in_(in_file)), execution_options=quiet)
    db.session.execute(delete(Contact).where(of_file), execution_options=quiet)
    _count_again(parts)
    db.session.delete(file)
    record_act_by("contacts.import undone", file.reference, at=now, by=by, before={"accepted": len(parts)})
    db.session.flush()
    return len(parts)


def forget_file(file: ContactsFile, *, now: datetime, by: int | None = None) -> None:
    """Forget an uploaded file that nobody wants to import. Refused when it was imported."""
    _hold(file)
    if file.imported_at is not None:
        raise Refused("This file has been imported already.")
    db.session.delete(file)
    record_act_by("contacts.file forgotten", file.reference, at=now, by=by)
    db.session.flush()


def _hold(file: ContactsFile) -> None:
    """Nobody else does anything with the file until the transaction ends. NotFound when somebody has forgotten it."""
    held = select(ContactsFile).where(ContactsFile.id == file.id).with_for_update()
    if db.session.scalar(held.execution_options(populate_existing=True)) is None:
        raise NotFound("There is no such file.")


def forget_files(now: datetime, worker: str) -> int:
    """Forget uploaded files whose time to be imported is over, and rejected rows that nobody fetched; how many."""
    is_over = ContactsFile.keep_until <= now
    with transaction():
        waited = delete(ContactsFile).where(is_over, ContactsFile.imported_at.is_(None))
        rejected = update(ContactsFile).where(is_over, ContactsFile.content.is_not(None)).values(content=None)
        return sum(len(db.session.scalars(ended.returning(ContactsFile.id)).all()) for ended in (waited, rejected))


def fetch_rejected_rows(file: ContactsFile, *, now: datetime, by: int | None = None) -> bytes:
    """The rejected rows of an imported file as CSV, with line and reason. NotFound when there were none, or their
    time is over. They may hold details of people, so that it is written down who fetched them."""
    if file.imported_at is None:
        raise NotFound("This file has not been imported.")
    content = content_of(file, now)
    record_act_by("contacts.rejected rows fetched", file.reference, at=now, by=by)
    return content


def start_asking(*, now: datetime, by: int | None = None) -> None:
    """From now on contacts are drawn and messages go out; those that waited first."""
    _set_pause(False, now, by)
    wake("draw_invitations")
    wake("send_messages")


def pause_asking(*, now: datetime, by: int | None = None) -> None:
    """Nobody is drawn and nothing is sent until somebody starts again; links that went out keep working."""
    _set_pause(True, now, by)


def _set_pause(is_paused: bool, now: datetime, by: int | None) -> None:
    rules = asking_rules()
    if rules.is_paused == is_paused:
        return
    rules.is_paused = is_paused
    db.session.add(rules)
    record_act_by("asking.paused" if is_paused else "asking.started", "asking rules", at=now, by=by)
    db.session.flush()


def _note_import(result: ContactsImport, subject: str, source: Source, now: datetime, by: int | None) -> None:
    counts = ("read", "accepted", "duplicate", "changed", "rejected")
    after = {count: getattr(result, count) for count in counts}
    if source == FOLDER:
        record_act("contacts.import", subject, at=now, actor_kind="job", after=after)
    else:
        record_act_by("contacts.import", subject, at=now, by=by, after=after)
    wake("draw_invitations")


def opt_out(people: Iterable[PersonKeys], *, source: str, now: datetime) -> list[PersonKeys]:
    """Never ask these people again, known by any of their keys; those for whom that is new.

    Asking twice in the same way changes nothing. In another way it does: a stop that staff wrote down may be undone,
    and what the person told us themselves must hold after that.
    """
    given = list(dict.fromkeys(people))
    known = people_who_stopped(People.of(given), source)
    fresh: list[PersonKeys] = []
    for person in given:
        if not known.knows(person):
            known.add(person)
            fresh.append(person)
    if fresh:
        rows = [dataclasses.asdict(person) | {"source": source, "created_at": now} for person in fresh]
        db.session.execute(insert(OptOut), rows)
    return fresh


def undo_opt_outs(*conditions: ColumnElement[bool]) -> list[datetime]:
    """Take back the stops that meet all conditions; when each of them was given."""
    gone = delete(OptOut).where(*conditions).returning(OptOut.created_at)
    return list(db.session.scalars(gone, execution_options={"synchronize_session": False}))


def _store(rows: Sequence[ReadRow], now: datetime, keep_days: int, source: Source) -> _Batch:
    """Store a batch in a transaction of its own."""
    try:
        with transaction():
            hold(IN_TURN)
            return _store_noted(rows, now, keep_days, source)
    except IntegrityError:  # an upload had some of these rows in flight; now they are duplicates
        with transaction():
            hold(IN_TURN)
            return _store_noted(rows, now, keep_days, source)


def _store_noted(
    rows: Sequence[ReadRow], now: datetime, keep_days: int, source: Source, scope: Scope = EVERYTHING
) -> _Batch:
    """Store a batch and note what came, so that the one stands if and only if the other does."""
    batch = _store_now(rows, now, keep_days, scope)
    note_arrival(source, batch.found, now=now)
    return batch


def _store_now(rows: Sequence[ReadRow], now: datetime, keep_days: int, scope: Scope) -> _Batch:
    key = index_key()
    known = digests_by_reference(references_in(rows))
    fresh_rows = (found := sort_rows(rows, services_by_code_or_name(scope), known, key)).fresh
    batch = _Batch(found)
    if not fresh_rows:
        return batch
    team_ids, batch.new_teams = get_or_make_teams(fresh.row.team for fresh in fresh_rows if fresh.row.team)
    site_ids, batch.new_sites = get_or_make_sites(fresh.row.site for fresh in fresh_rows if fresh.row.site)
    nation = council_nation()
    seeds = draw_seeds({london_day(fresh.row.occurred_at) for fresh in fresh_rows}, now)
    newest = newest_id()
    values = [_contact_values(fresh, team_ids, site_ids, seeds, nation=nation, now=now) for fresh in fresh_rows]
    insert_many(Contact, values)
    _count_again((value["occurred_on"], value["service_id"]) for value in values)
    ids = ids_after(newest)
    details = [
        _detail_values(fresh.row, ids[fresh.row.reference], key, now, keep_days)
        for fresh in fresh_rows
        if fresh.row.email or fresh.row.phone
    ]
    if details:
        insert_many(ContactDetail, details)
    return batch


def _count_again(parts: Iterable[tuple[date, int]]) -> None:
    recount(Subject.CONTACTS, parts)
    wake("fold_tallies")


def _contact_values(
    fresh: Fresh,
    team_ids: Mapping[str, int],
    site_ids: Mapping[str, int],
    seeds: Mapping[date, bytes],
    *,
    nation: str,
    now: datetime,
) -> dict[str, Any]:
    row = fresh.row
    occurred_on = london_day(row.occurred_at)
    return {
        "reference": row.reference,
        "occurred_at": row.occurred_at,
        "occurred_on": occurred_on,
        "closed_at": row.closed_at,
        "processing_days": processing_days(row.occurred_at, row.closed_at, nation),
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
        "draw_score": draw_score(seeds[seed_year(occurred_on)], row.reference),
        "content_digest": fresh.digest,
        "imported_at": now,
    }


def forget_details(now: datetime, worker: str) -> int:
    """Delete addresses and numbers that were kept long enough; how many. Their hashes stay: a stop still holds."""
    with transaction():
        ended = (
            update(ContactDetail)
            .where(*are_over(now))
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
        "phone_is_mobile": row.phone is not None and is_mobile(row.phone),
        "email_key": keyed_hash(key, row.email) if row.email else None,
        "phone_key": keyed_hash(key, row.phone) if row.phone else None,
        "domain_key": domain_key(key, row.email.rpartition("@")[2]) if row.email else None,
        "keep_until": keep_until,
    }
