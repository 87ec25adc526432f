"""Reading contacts, rules of asking and opt-outs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.contacts.asking.queries import exclusions_in_force
from survey_app.contacts.models import (
    STOPPED_BY_IMPORT,
    AddressBlock,
    AskingRules,
    BlockReason,
    Contact,
    ContactDetail,
    ContactsFile,
    OptOut,
)
from survey_app.contacts.people import People, PersonKeys, Someone, erased_reference, hidden_reference
from survey_app.contacts.previewing import AskingAsSet, ContactsPreview, new_preview
from survey_app.contacts.reading import REQUIRED_COLUMNS
from survey_app.contacts.sorting import dropped_columns, read_batches, references_in, sort_rows
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import CsvFile
from survey_app.kernel.errors import NotFound
from survey_app.kernel.packing import unpacked
from survey_app.organisation.queries import services_by_code_or_name
from survey_app.settings import Settings
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of

MOST_OF_ONE_PERSON = 20
_BATCH_ROWS = 2_000


_ASKING_RULES = select(AskingRules)


def asking_rules() -> AskingRules:
    """The council's rules of asking; the defaults until it has set its own."""
    return db.session.scalar(_ASKING_RULES) or AskingRules(**_default_rules())


def _default_rules() -> dict[str, Any]:
    """A row that was never stored has no defaults of its own."""
    given = {column.key: column.default for column in AskingRules.__table__.columns}
    return {key: [] if default.is_callable else default.arg for key, default in given.items() if default is not None}


def file_by_reference(reference: str, now: datetime) -> ContactsFile:
    """An uploaded file that was imported, or that still waits. NotFound when there is none, or its time is over."""
    file = db.session.scalar(select(ContactsFile).where(ContactsFile.reference == reference))
    if file is None or (file.imported_at is None and file.keep_until <= now):
        raise NotFound("There is no such file.")
    return file


def uploaded_files(now: datetime) -> Sequence[ContactsFile]:
    """Files that wait to be imported, and those that were, the newest first."""
    is_there = or_(ContactsFile.imported_at.is_not(None), ContactsFile.keep_until > now)
    return db.session.scalars(select(ContactsFile).where(is_there).order_by(ContactsFile.id.desc())).all()


def files_with_rejected_rows(now: datetime) -> set[int]:
    """The ids of imported files whose rejected rows can still be fetched."""
    kept = (ContactsFile.imported_at.is_not(None), ContactsFile.content.is_not(None), ContactsFile.keep_until > now)
    return set(db.session.scalars(select(ContactsFile.id).where(*kept)))


def content_of(file: ContactsFile, now: datetime) -> bytes:
    """What was uploaded; once it was imported, the rows that were rejected. NotFound when there is none any more."""
    if file.content is None or file.keep_until <= now:
        raise NotFound("The content of this file is no longer kept.")
    return unpacked(file.content)


def preview_of(file: ContactsFile, now: datetime) -> ContactsPreview:
    """What importing an uploaded file would do now. Stores nothing."""
    csv_file = CsvFile(BytesIO(content_of(file, now)), required=REQUIRED_COLUMNS)
    preview = new_preview(csv_file, dropped_columns(csv_file))
    services = services_by_code_or_name()
    asking = AskingAsSet(asking_rules(), exclusions_in_force(), index_key())
    known: dict[str, str] = {}
    for rows in read_batches(csv_file, _BATCH_ROWS, now):
        known |= digests_by_reference([ref for ref in references_in(rows) if ref not in known])
        preview.add(rows, sort_rows(rows, services, known, index_key()), services, asking, london_day(now))
    preview.finish(services)
    return preview


def contacts_to_draw(_now: datetime) -> Backlog:
    """New contacts about whom nothing is decided yet. The oldest is the one that came first."""
    waiting = select(Contact.id).where(Contact.draw_outcome.is_(None)).subquery()
    # + 0: SQLite would look for the smallest id among all contacts, in their order, instead of in the index of those
    first = select(func.min(waiting.c.id + 0)).scalar_subquery()
    came_at = select(Contact.imported_at).where(Contact.id == first).scalar_subquery()
    count, oldest_at = db.session.execute(select(func.count(), came_at).select_from(waiting)).one()
    return Backlog(count, oldest_at)


def details_to_forget(now: datetime) -> Backlog:
    """Addresses and numbers that were kept long enough. Since when they wait is not told: days are enough here."""
    return Backlog(db.session.scalar(select(func.count()).where(*are_over(now))) or 0, None)


def are_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition under which details are deleted."""
    return (
        ContactDetail.keep_until < london_day(now),
        or_(ContactDetail.email.is_not(None), ContactDetail.phone.is_not(None)),
    )


def files_to_forget(now: datetime) -> Backlog:
    """Uploads that nobody imported in time, and rejected rows that nobody fetched."""
    holds_something = or_(ContactsFile.imported_at.is_(None), ContactsFile.content.is_not(None))
    return backlog_of(select(ContactsFile.keep_until).where(ContactsFile.keep_until <= now, holds_something))


def has_contacts() -> bool:
    return db.session.scalar(select(Contact.id).limit(1)) is not None


def has_people() -> bool:
    """Whether contacts of people who can be known again were ever taken in."""
    return db.session.scalar(select(ContactDetail.contact_id).limit(1)) is not None


def index_key() -> bytes:
    """The key of the hashes of contact details."""
    settings: Settings = current_app.extensions["settings"]
    return settings.index_key


def opted_out_among(contacts: Iterable[Someone]) -> People:
    """Those who made one of these contacts and asked us to stop."""
    return people_who_stopped(People.of(PersonKeys.of(contact) for contact in contacts))


def people_who_stopped(among: People, *sources: str) -> People:
    """Those among some people who asked us to stop; with `sources`, those who did it in one of these ways."""
    rows = select(OptOut.email_key, OptOut.phone_key, OptOut.customer_ref).where(stops_of(among))
    if sources:
        rows = rows.where(OptOut.source.in_(sources))
    hidden = _hidden(among)
    return People.of(
        PersonKeys(email_key, phone_key, hidden.get(customer_ref, customer_ref))
        for email_key, phone_key, customer_ref in db.session.execute(rows)
    )


def stops_of(people: People) -> ColumnElement[bool]:
    """The condition under which a stop is that of one of these people, also of one who was erased and came again."""
    return or_(
        OptOut.email_key.in_(people.email_keys),
        OptOut.phone_key.in_(people.phone_keys),
        OptOut.customer_ref.in_([*people.customer_refs, *_hidden(people)]),
    )


def _hidden(people: People) -> dict[str | None, str]:
    """Their customer references, by what stands in the stop of somebody who was erased."""
    key = index_key()
    return {hidden_reference(key, reference): reference for reference in people.customer_refs}


def spellings_of(customer_ref: str) -> list[str]:
    """The references of customers that differ from this one in capitals at most, itself first.

    References are told apart by capitals, for some systems count with them. Whoever types one may not know that.
    """
    alike = select(Contact.customer_ref).where(func.lower(Contact.customer_ref) == customer_ref.lower()).distinct()
    found = [reference for reference in db.session.scalars(alike) if reference is not None]
    return sorted(found, key=lambda reference: (reference != customer_ref, reference))


def people_beside(people: Iterable[PersonKeys]) -> list[PersonKeys]:
    """The same people by the other keys that their contacts hold: who stops by e-mail is not asked by phone either.

    A key with more than MOST_OF_ONE_PERSON different others beside it is shared, such as that of a switchboard or a
    hostel: it says nothing about who they are.
    """
    among = People.of(people)
    found: list[PersonKeys] = []
    for column, keys in (
        (ContactDetail.email_key, among.email_keys),
        (ContactDetail.phone_key, among.phone_keys),
        (Contact.customer_ref, among.customer_refs),
    ):
        if not keys:
            continue
        beside: dict[str | None, list[PersonKeys]] = {}
        for key, email_key, phone_key, customer_ref in db.session.execute(_contacts_with(column, keys)):
            beside.setdefault(key, []).append(PersonKeys(email_key, phone_key, customer_ref))
        for several in beside.values():
            found += several if len(several) <= MOST_OF_ONE_PERSON else []
    return found


def _contacts_with(
    column: InstrumentedAttribute[str | None], keys: Collection[str]
) -> Select[str | None, str | None, str | None, str | None]:
    """The keys on contacts with one of these, each combination once. One column at a time, so that its index serves."""
    return (
        select(column, ContactDetail.email_key, ContactDetail.phone_key, Contact.customer_ref)
        .select_from(Contact)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(column.in_(keys))
        .distinct()
    )


def stops_by_source() -> list[tuple[str, int, datetime]]:
    """For each way to stop how many stops there are, and when the last was given.

    What was given at one moment is one stop, whatever we know of the person: nobody learns that from a count. A list
    counts each of its rows.
    """
    moments = func.count(OptOut.created_at.distinct())
    count = case((OptOut.source == STOPPED_BY_IMPORT, func.count()), else_=moments)
    rows = select(OptOut.source, count, func.max(OptOut.created_at)).group_by(OptOut.source).order_by(OptOut.source)
    return [(source, stops, last) for source, stops, last in db.session.execute(rows)]


def imported_stops(most: int) -> list[tuple[datetime, int]]:
    """The last imports of stops that still hold: when, and how many."""
    rows = (
        select(OptOut.created_at, func.count())
        .where(OptOut.source == STOPPED_BY_IMPORT)
        .group_by(OptOut.created_at)
        .order_by(OptOut.created_at.desc())
        .limit(most)
    )
    return [(at, count) for at, count in db.session.execute(rows)]


def all_stops() -> Iterator[OptOut]:
    """Every stop, in the order in which they were given, without holding them all at once."""
    return iter(db.session.scalars(select(OptOut).order_by(OptOut.id).execution_options(yield_per=_BATCH_ROWS)))


def blocks_by_reason(now: datetime) -> dict[BlockReason, int]:
    """How many addresses and numbers get nothing, by reason."""
    rows = (
        select(AddressBlock.reason, func.count())
        .where(or_(AddressBlock.until.is_(None), AddressBlock.until > now))
        .group_by(AddressBlock.reason)
    )
    return dict(db.session.execute(rows).all())


def digests_by_reference(references: Collection[str]) -> dict[str, str]:
    """The content digest of each of these contacts that we have; "" of one whose person was erased."""
    key = index_key()
    erased = {erased_reference(key, reference): reference for reference in references}
    rows = db.session.execute(
        select(Contact.reference, Contact.content_digest).where(Contact.reference.in_([*references, *erased]))
    )
    return {erased.get(reference, reference): digest for reference, digest in rows}


def newest_id() -> int:
    """The highest id of a contact so far."""
    return db.session.scalar(select(func.max(Contact.id))) or 0


def ids_after(newest: int) -> dict[str, int]:
    """The id of each contact, by reference, that came after an id was the newest; of other imports too."""
    return dict(db.session.execute(select(Contact.reference, Contact.id).where(Contact.id > newest)).all())
