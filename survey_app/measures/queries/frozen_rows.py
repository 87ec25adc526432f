"""The rows of a frozen figure one by one, in the order of their digests, as far as they still stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.measures.frozen import query_of
from survey_app.measures.models import FrozenPassport
from survey_app.measures.passport import DIGEST_BYTES
from survey_app.measures.queries import rows_of
from survey_app.measures.queries.passport_rows import stream
from survey_app.measures.queries.standing import read_standing
from survey_app.measures.rerun import KEPT_BYTES, kept_rows
from survey_app.organisation.scope import EVERYTHING
from survey_app.responses.models import ResponseChange, SurveyResponse

_NUMBER_BYTES = 8
_ROW_BYTES = DIGEST_BYTES + 3 * _NUMBER_BYTES  # the digest; then its kind, its response and its lot


@dataclass(frozen=True)
class RowKind:
    """What rows have in common. `version` is that of the question, `month` its first day."""

    version: int
    value: str
    month: date
    is_in_base: bool


@dataclass(frozen=True)
class FrozenRow:
    """One row of a frozen figure. Of one that was withdrawn, changed or held since nothing but its digest is told.

    `digest` has 64 hex digits, or 16 where the whole of it is not known any more. `lot` is random, secret and always
    the same for a row.
    """

    digest: str
    kind: RowKind | None = None
    response: int = 0
    lot: int = 0


class FrozenListing:
    """Reads every row of a figure of answers once, at 56 bytes each; then they can be gone through again and again."""

    def __init__(self, frozen: FrozenPassport, *, now: datetime) -> None:
        document: Mapping[str, Any] = json.loads(frozen.document)
        self._query, standing = query_of(document), read_standing(now)
        self._kept = [part.digests for part in frozen.rows]
        self._by_first_byte = [bytearray() for _ in range(256)]
        measure, choices = self._query.definition, standing.choices(self._query.definition, self._query.rules)
        kinds, seen = dict[tuple[int, str, date], int](), set[int]()
        for row in stream(rows_of(self._query, standing, EVERYTHING, now)):
            seen.add(row.version)
            kind = kinds.setdefault((row.version, row.value, row.day.replace(day=1)), len(kinds))
            packed = bytes.fromhex(row.digest) + b"".join(
                number.to_bytes(_NUMBER_BYTES) for number in (kind, row.id, int(row.salt[: 2 * _NUMBER_BYTES], 16))
            )
            self._by_first_byte[packed[0]] += packed
        for place, rows in enumerate(self._by_first_byte):
            in_order = sorted(bytes(rows[at : at + _ROW_BYTES]) for at in range(0, len(rows), _ROW_BYTES))
            self._by_first_byte[place] = bytearray().join(in_order)
        feeding = standing.lineage.feeding(seen)
        self._kinds = [
            RowKind(
                version,
                value,
                month,
                version in feeding and (choices.get((version, value)) or measure.choice(value)).is_substantive,
            )
            for version, value, month in kinds
        ]
        self._gone = dict[bytes, str]()
        self._gone = self._digests_of_gone()

    def __len__(self) -> int:
        """How many there were when the figure was frozen, as far as they were kept."""
        return sum(map(len, self._kept)) // KEPT_BYTES

    def __iter__(self) -> Iterator[FrozenRow]:
        standing = self._standing()
        row = next(standing, None)
        for kept in kept_rows(self._kept):
            while row is not None and row[:KEPT_BYTES] < kept:
                row = next(standing, None)  # it came later
            if row is not None and row[:KEPT_BYTES] == kept:
                yield self._read(row)
                row = next(standing, None)
            else:
                yield FrozenRow(self._gone.get(kept, kept.hex()))

    @property
    def are_whole(self) -> bool:
        """Whether the whole digest of every row is known, so that the figure's hash over them can be had again."""
        return all(len(digest) == 2 * DIGEST_BYTES for digest in self._gone.values())

    def _standing(self) -> Iterator[bytes]:
        for rows in self._by_first_byte:
            for at in range(0, len(rows), _ROW_BYTES):
                yield bytes(rows[at : at + _ROW_BYTES])

    def _read(self, row: bytes) -> FrozenRow:
        kind, response, lot = (
            int.from_bytes(row[at : at + _NUMBER_BYTES]) for at in range(DIGEST_BYTES, _ROW_BYTES, _NUMBER_BYTES)
        )
        return FrozenRow(row[:DIGEST_BYTES].hex(), self._kinds[kind], response, lot)

    def _digests_of_gone(self) -> dict[bytes, str]:
        """Of the rows that are gone: what we know of their digests, of which the change feed keeps the whole."""
        gone = {bytes.fromhex(row.digest): row.digest for row in self if row.kind is None}
        if gone:
            lines = (
                select(ResponseChange.row_digest)
                .join(SurveyResponse)
                .where(
                    ResponseChange.row_digest.is_not(None),
                    SurveyResponse.counts_on.between(self._query.first, self._query.last),
                )
            )
            for digest in db.session.scalars(lines):
                if (kept := bytes.fromhex(str(digest)[: 2 * KEPT_BYTES])) in gone:
                    gone[kept] = str(digest)
        return gone
