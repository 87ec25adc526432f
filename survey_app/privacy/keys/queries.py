"""What is encrypted, found in the models and not in a list of ours, and how far it has come under the newest key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Select, Text, func, select, type_coerce
from sqlalchemy.types import TypeEngine

from survey_app.extensions import Base, EncryptedText, cipher, db
from survey_app.privacy.models import Reencryption
from survey_app.work.backlog import Backlog

AT_ONCE = 1_000


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
    """Rows that the job has yet to look at. With one key alone there is nothing to do."""
    if len(cipher().key_digests) < 2:
        return Backlog(0, None)
    waiting = 0
    for each, row in unfinished():
        found = each.rows(row.last_id if row is not None else 0).order_by(None).subquery()
        waiting += db.session.scalar(select(func.count()).select_from(found)) or 0
    return Backlog(waiting, None)


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
