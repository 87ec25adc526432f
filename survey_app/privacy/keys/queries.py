"""What is encrypted, found in the models and not in a list of ours, and how far it has come under the newest key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Select, Text, func, literal, select, type_coerce
from sqlalchemy.types import TypeEngine

from survey_app.contacts.models import ContactDetail
from survey_app.contacts.queries import index_key
from survey_app.extensions import Base, EncryptedText, cipher, db
from survey_app.kernel.clock import london_day
from survey_app.kernel.tokens import keyed_hash
from survey_app.privacy.models import Reencryption
from survey_app.work.backlog import Backlog

AT_ONCE = 1_000
LOOKED_AT = 20


@dataclass(frozen=True)
class Encrypted:
    """One encrypted column."""

    column: Column[Any]

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    @property
    def key(self) -> Column[Any]:
        (key,) = self.column.table.primary_key.columns
        return key

    @property
    def is_numbered(self) -> bool:
        """Whether rows have a number, by which a pass may stop and go on. The others are few."""
        kind: TypeEngine[Any] = self.key.type
        return isinstance(kind, Integer)

    @property
    def sealed(self) -> ColumnElement[str]:
        """As it stands in the database."""
        return type_coerce(self.column, Text)

    def rows(self, after: int = 0) -> Select[Any]:
        """Number and ciphertext of the rows that hold something, in order."""
        found = select(self.key, self.sealed).where(self.sealed.is_not(None), self.sealed != "").order_by(self.key)
        return found.where(self.key > after) if self.is_numbered and after else found


def encrypted_columns() -> list[Encrypted]:
    """Every column of every table that is encrypted under DATA_KEYS."""
    return [
        Encrypted(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]


def unfinished() -> Iterator[tuple[Encrypted, Reencryption | None]]:
    """The columns that still may hold rows under an older key, with how far each has come."""
    newest = cipher().key_digests[0]
    rows = db.session.scalars(select(Reencryption).where(Reencryption.key_digest == newest)).all()
    held = {row.column: row for row in rows}
    for each in encrypted_columns():
        row = held.get(each.name)
        if row is None or row.finished_at is None:
            yield each, row


def rows_to_renew(_now: datetime) -> Backlog:
    """Rows that the job has yet to look at, in one statement. With one key alone there is nothing to do."""
    newest, *older = cipher().key_digests
    columns = encrypted_columns() if older else []
    waiting = [_waiting(each, newest) for each in columns]
    return Backlog(db.session.scalar(select(sum(waiting, start=literal(0)))) or 0, None)


def _waiting(each: Encrypted, newest: str) -> ColumnElement[int]:
    """How many rows of a column lie ahead of its pass; none once it is done."""
    row = select(Reencryption.last_id).where(Reencryption.column == each.name, Reencryption.key_digest == newest)
    rows = select(func.count()).where(
        each.sealed.is_not(None),
        each.sealed != "",
        ~row.where(Reencryption.finished_at.is_not(None)).exists(),
    )
    if each.is_numbered:
        rows = rows.where(each.key > func.coalesce(row.scalar_subquery(), 0))
    return rows.scalar_subquery()


def wrong_keys(now: datetime) -> list[str]:
    """Which of DATA_KEYS and INDEX_KEY are not those under which contact details are stored.

    One value is looked at, among those that were kept longest: whoever has a newer key than we do renews that one
    last, and then it waits for us to be started again with that key.
    """
    sealed, key = _kept_longest(now)
    if not sealed or cipher().waits_for_key(sealed, now):
        return []
    if cipher().place_of_key(sealed) is None:
        return ["DATA_KEYS"]
    is_same = key is None or keyed_hash(index_key(), cipher().decrypt(sealed)) == key
    return [] if is_same else ["INDEX_KEY"]


def _kept_longest(now: datetime) -> tuple[str | None, str | None]:
    """An address or a number as it is stored, with its keyed hash; the few rows that are read come by an index."""
    email, phone = (type_coerce(column, Text) for column in (ContactDetail.email, ContactDetail.phone))
    rows = db.session.execute(
        select(email, ContactDetail.email_key, phone, ContactDetail.phone_key)
        .where(ContactDetail.keep_until >= london_day(now))
        .order_by(ContactDetail.keep_until)
        .limit(LOOKED_AT)
    ).all()
    pairs = [pair for row in rows for pair in ((row[0], row[1]), (row[2], row[3]))]
    return next((pair for pair in pairs if pair[0]), (None, None))


@dataclass
class KeysInUse:
    """How many values stand under each key, newest first, and which can be read by none."""

    by_key: list[int]
    unreadable: dict[str, int] = field(default_factory=dict)  # by column

    @property
    def old_are_needed(self) -> bool:
        return any(self.by_key[1:])


def keys_in_use() -> KeysInUse:
    """Look at every value of every encrypted column."""
    known = cipher()
    found = KeysInUse([0] * len(known.key_digests))
    for each in encrypted_columns():
        for _number, sealed in db.session.execute(each.rows().execution_options(yield_per=AT_ONCE)):
            place = known.place_of_key(sealed)
            if place is None:
                found.unreadable[each.name] = found.unreadable.get(each.name, 0) + 1
            else:
                found.by_key[place] += 1
    return found
