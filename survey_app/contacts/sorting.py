"""Telling the rows of a file apart: new contacts, duplicates of what we have, and rows that are no contact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import TypeAlias

from survey_app.contacts.reading import COLUMNS, ContactRow, Rejected, content_digest, read_contact
from survey_app.contacts.rejects import OWN_KEYS, is_rejects_file, original_values
from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvFile, CsvRow
from survey_app.organisation.names import NameIndex

# Unknown services of one batch for which the nearest is looked for: each is compared with every service there is, and
# where somebody's free text stands in that column, every row would be.
MOST_COMPARED = 20

ReadRow: TypeAlias = tuple[CsvRow, ContactRow | Rejected]


@dataclass(frozen=True, slots=True)
class Fresh:
    """A row that becomes a contact."""

    row: ContactRow
    service_id: int
    digest: str


class RowOutcome(StrEnum):
    """What became of one row. A changed one is a duplicate that differs from what we have, which stays."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CHANGED = "changed"
    REJECTED = "rejected"


@dataclass
class Sorted:
    """What the rows of one batch are. `changed` are duplicates that differ from what we have."""

    fresh: list[Fresh] = field(default_factory=list)
    duplicate: int = 0
    changed: int = 0
    rejected: list[tuple[CsvRow, Rejected]] = field(default_factory=list)
    outcomes: list[RowOutcome] = field(default_factory=list)  # one a row, in their order


def dropped_columns(file: CsvFile) -> list[str]:
    """The columns that are no part of a contact, as the file names them."""
    used = {*COLUMNS, *(OWN_KEYS if is_rejects_file(file.keys) else ())}
    return [name for name, key in zip(file.header, file.keys, strict=True) if key not in used]


def read_batches(file: CsvFile, size: int, now: datetime) -> Iterator[list[ReadRow]]:
    """The rows of the file, read, up to `size` at a time."""
    is_returned = is_rejects_file(file.keys)
    rows = iter(file)
    while batch := list(islice(rows, size)):
        yield [_read(row, is_returned, now) for row in batch]


def references_in(rows: Iterable[ReadRow]) -> list[str]:
    """The references of those rows that can be contacts."""
    return [row.reference for _, row in rows if isinstance(row, ContactRow)]


def sort_rows(rows: Sequence[ReadRow], services: NameIndex, known: MutableMapping[str, str], key: bytes) -> Sorted:
    """Sort one batch. `known` are the digests of the contacts that we have, by reference; the new ones are added."""
    result = Sorted()
    unknown: dict[str, Rejected] = {}
    for csv_row, row in rows:
        if isinstance(row, Rejected):
            result.rejected.append((csv_row, row))
            result.outcomes.append(RowOutcome.REJECTED)
            continue
        service_id = services.find(row.service)
        if service_id is None:
            if row.service not in unknown:
                near = services.near(row.service) if len(unknown) < MOST_COMPARED else []
                unknown[row.service] = _unknown_service(row.service, near)
            result.rejected.append((csv_row, unknown[row.service]))
            result.outcomes.append(RowOutcome.REJECTED)
            continue
        digest = content_digest(row, service_id, key)
        before = known.get(row.reference)
        if before is None:
            known[row.reference] = digest
            result.fresh.append(Fresh(row, service_id, digest))
            result.outcomes.append(RowOutcome.ACCEPTED)
        else:
            is_same = before in (digest, "")  # of one whose person was erased nothing is left to compare
            result.duplicate += 1
            result.changed += not is_same
            result.outcomes.append(RowOutcome.DUPLICATE if is_same else RowOutcome.CHANGED)
    return result


def _read(row: CsvRow, is_returned: bool, now: datetime) -> ReadRow:
    if row.problem is not None:
        return row, Rejected((row.problem,))
    return row, read_contact(original_values(row.values) if is_returned else row.values, now=now)


def _unknown_service(service: str, near: Sequence[str]) -> Rejected:
    meant = f" (did you mean {' or '.join(near)}?)" if near else ""
    return Rejected((f"there is no service, or more than one, of this name{meant}: {shortened(service)}",))
