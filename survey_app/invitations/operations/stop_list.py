"""The list of those who must not be asked: taken in from a file, and given away as keyed hashes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

from survey_app.audit.operations import record_act_by
from survey_app.contacts.models import STOPPED_BY_IMPORT
from survey_app.contacts.queries import all_stops, index_key
from survey_app.contacts.rejects import OWN_COLUMNS, rejects_beside
from survey_app.contacts.stop_list import COLUMNS, EXPORT_COLUMNS, NAMING_COLUMNS, StopRow, key_check, read_stop
from survey_app.extensions import transaction
from survey_app.invitations.operations.stopping import stop_people
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import CsvFile, CsvRow, SafeWriter, open_csv
from survey_app.kernel.errors import InvalidInput

BATCH_ROWS = 2_000  # with the keys that contacts hold beside theirs, still few enough for one statement
MOST_FILE_BYTES = 5_000_000  # of an upload, which one transaction takes in: see contacts.operations
MOST_SHOWN = 50  # rejected rows of an upload


@dataclass
class StopsImport:
    """What an import did. `read` = `added` + `known` + `rejected`.

    Of a row of which only a part can be read that part is taken: it counts as taken, as `partly` too, and its reason
    is listed: a stop that we fail to see is a person asked against their will.
    """

    read: int = 0
    added: int = 0
    known: int = 0
    rejected: int = 0
    partly: int = 0
    rejects_file: str | None = None
    dropped_columns: list[str] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)  # line and reason of the first that have one


def import_stops(
    path: Path, *, now: datetime, by: int | None = None, on_progress: Callable[[int], None] = lambda _bytes: None
) -> StopsImport:
    """Take in a stop list, as a stream, in transactions of a batch each; see `stop_people` for what a stop does.

    Somebody on the list already changes nothing: an import that died is simply run again. Rows with a problem go to
    FILE.rejected.csv with line and reason. InvalidInput when the file as a whole cannot be read.
    """
    result = StopsImport()
    with open_csv(path) as file, rejects_beside(path, file.header) as rejects:
        result.dropped_columns = _unused_columns(file)
        for rows in _batches(file):
            with transaction():
                problems = _take(rows, result, now)
            for row, reasons in problems:
                rejects.add(row, reasons)
            on_progress(file.position_bytes)
        result.rejects_file = str(rejects.path) if rejects.is_made else None
    with transaction():
        _note(result, now, by)
    return result


def import_uploaded_stops(content: bytes, *, now: datetime, by: int | None = None) -> StopsImport:
    """The same for an upload, in the caller's transaction: all of it or nothing. Nothing of the file is kept.

    InvalidInput when it is too large or as a whole no stop list.
    """
    if len(content) > MOST_FILE_BYTES:
        raise InvalidInput(
            f"The file has {len(content) / 1_000_000:.1f} MB, and at most {MOST_FILE_BYTES // 1_000_000} MB can be "
            "taken in here. Import it with: flask contacts stops import FILE"
        )
    result = StopsImport()
    file = CsvFile(io.BytesIO(content))
    result.dropped_columns = _unused_columns(file)
    for rows in _batches(file):
        _take(rows, result, now)
    _note(result, now, by)
    return result


def write_stops(file: TextIO, *, now: datetime, by: int | None = None) -> int:
    """Write the whole list as CSV; how many rows. It holds no address: keyed hashes, that only this deployment's
    INDEX_KEY can make again, and the council's own references.
    """
    writer, key, count = SafeWriter(file), index_key(), 0
    writer.write(EXPORT_COLUMNS)
    for stop in all_stops():
        day = london_day(stop.created_at).isoformat()
        writer.write((stop.email_key, stop.phone_key, stop.customer_ref, stop.source, day, key_check(key)))
        count += 1
    record_act_by("stops.exported", "stop list", at=now, by=by, after={"stops": count})
    return count


def _unused_columns(file: CsvFile) -> list[str]:
    """The columns that name nobody. InvalidInput when none does."""
    if not set(NAMING_COLUMNS) & set(file.keys):
        raise InvalidInput(f"The header must name at least one of {', '.join(NAMING_COLUMNS)}.")
    used = {*COLUMNS, *EXPORT_COLUMNS, *OWN_COLUMNS}
    return [name for name, key in zip(file.header, file.keys, strict=True) if key not in used]


def _batches(file: CsvFile) -> Iterator[list[CsvRow]]:
    rows = iter(file)
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


def _take(rows: Sequence[CsvRow], result: StopsImport, now: datetime) -> list[tuple[CsvRow, Sequence[str]]]:
    """Stop those whom these rows name, and count; the rows that have a problem, with it."""
    key = index_key()
    found: list[tuple[CsvRow, StopRow]] = [(row, read_stop(row, key)) for row in rows]
    good = [stop.person for _row, stop in found if stop.person.count]
    added = len(stop_people(good, source=STOPPED_BY_IMPORT, now=now))
    result.read += len(rows)
    result.added += added
    result.known += len(good) - added
    result.rejected += len(rows) - len(good)
    result.partly += sum(bool(stop.person.count and stop.reasons) for _row, stop in found)
    problems = [(row, stop.reasons) for row, stop in found if stop.reasons]
    room = MOST_SHOWN - len(result.problems)
    result.problems += [(row.line, "; ".join(reasons)) for row, reasons in problems[:room]]
    return problems


def _note(result: StopsImport, now: datetime, by: int | None) -> None:
    after = {name: getattr(result, name) for name in ("read", "added", "known", "rejected", "partly")}
    record_act_by("stops.import", "stop list", at=now, by=by, after=after)
