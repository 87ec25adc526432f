"""Reading contacts, rules of asking and opt-outs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import current_app
from sqlalchemy import func, or_, select

from survey_app.contacts.models import AskingRules, Contact, ContactDetail, ContactsFile, OptOut
from survey_app.contacts.packing import unpacked
from survey_app.contacts.people import People, PersonKeys
from survey_app.contacts.previewing import ContactsPreview, new_preview
from survey_app.contacts.reading import REQUIRED_COLUMNS
from survey_app.contacts.sorting import dropped_columns, read_batches, references_in, sort_rows
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import CsvFile
from survey_app.kernel.errors import NotFound
from survey_app.organisation.queries import services_by_code_or_name
from survey_app.settings import Settings

_BATCH_ROWS = 2_000


def asking_rules() -> AskingRules:
    """The council's rules of asking; the defaults until it has set its own."""
    return db.session.scalar(select(AskingRules)) or AskingRules(**_default_rules())


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


def content_of(file: ContactsFile, now: datetime) -> bytes:
    """What was uploaded. NotFound once it was imported or its time is over."""
    if file.content is None or file.keep_until <= now:
        raise NotFound("The content of this file is no longer kept.")
    return unpacked(file.content)


def preview_of(file: ContactsFile, now: datetime) -> ContactsPreview:
    """What importing an uploaded file would do now. Stores nothing."""
    csv_file = CsvFile(BytesIO(content_of(file, now)), required=REQUIRED_COLUMNS)
    preview = new_preview(csv_file, dropped_columns(csv_file))
    services, rules = services_by_code_or_name(), asking_rules()
    known: dict[str, str] = {}
    for rows in read_batches(csv_file, _BATCH_ROWS, now):
        known |= digests_by_reference([ref for ref in references_in(rows) if ref not in known])
        preview.add(rows, sort_rows(rows, services, known, index_key()), services, rules, london_day(now))
    preview.finish(services)
    return preview


def has_contacts() -> bool:
    return db.session.scalar(select(Contact.id).limit(1)) is not None


def has_people() -> bool:
    """Whether contacts of people who can be known again were ever taken in."""
    return db.session.scalar(select(ContactDetail.contact_id).limit(1)) is not None


def index_key() -> bytes:
    """The key of the hashes of contact details."""
    settings: Settings = current_app.extensions["settings"]
    return settings.index_key


def opted_out_among(contacts: Sequence[Contact]) -> People:
    """Those who made one of these contacts and asked us to stop."""
    among = People.of(PersonKeys.of(contact) for contact in contacts)
    rows = db.session.execute(
        select(OptOut.email_key, OptOut.phone_key, OptOut.customer_ref).where(
            or_(
                OptOut.email_key.in_(among.email_keys),
                OptOut.phone_key.in_(among.phone_keys),
                OptOut.customer_ref.in_(among.customer_refs),
            )
        )
    )
    return People.of(PersonKeys(*row) for row in rows)


def digests_by_reference(references: Collection[str]) -> dict[str, str]:
    """The content digest of each of these contacts that we have."""
    rows = db.session.execute(
        select(Contact.reference, Contact.content_digest).where(Contact.reference.in_(references))
    )
    return dict(rows.all())


def newest_id() -> int:
    """The highest id of a contact so far."""
    return db.session.scalar(select(func.max(Contact.id))) or 0


def ids_after(newest: int) -> dict[str, int]:
    """The id of each contact, by reference, that came after an id was the newest; of other imports too."""
    return dict(db.session.execute(select(Contact.reference, Contact.id).where(Contact.id > newest)).all())


def ids_with_email(contacts: Sequence[Contact]) -> set[int]:
    """Which of these contacts have an e-mail address; none is decrypted to know it."""
    ids = [contact.id for contact in contacts]
    return set(
        db.session.scalars(
            select(ContactDetail.contact_id).where(ContactDetail.contact_id.in_(ids), ContactDetail.email.is_not(None))
        )
    )
