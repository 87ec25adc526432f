"""What the page of the stop list shows: counts, and nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.contacts.models import (
    STOPPED_BY_COMPLAINT,
    STOPPED_BY_IMPORT,
    STOPPED_BY_ONE_CLICK,
    STOPPED_BY_SMS,
    STOPPED_BY_STAFF,
    STOPPED_ON_PAGE,
    BlockReason,
)
from survey_app.contacts.queries import blocks_by_reason, imported_stops, stops_by_source

MOST_IMPORTS = 10
SOURCES = {
    STOPPED_ON_PAGE: "Pressed the button on our page",
    STOPPED_BY_ONE_CLICK: "Pressed “unsubscribe” in their mail program",
    STOPPED_BY_SMS: "Sent us STOP as a text message",
    STOPPED_BY_COMPLAINT: "Marked our message as spam",
    STOPPED_BY_STAFF: "Told us, and staff wrote it down",
    STOPPED_BY_IMPORT: "Came on a list",
}
BLOCKS = {
    BlockReason.DOES_NOT_EXIST: "The address or number does not exist",
    BlockReason.COMPLAINED: "Marked our message as spam",
    BlockReason.FAILS_FOR_NOW: "Three messages in 30 days did not arrive: paused for a while",
}


@dataclass(frozen=True)
class SourceRow:
    how: str
    stops: int
    last: datetime


@dataclass(frozen=True)
class BlockRow:
    why: str
    addresses: int


@dataclass(frozen=True)
class ImportRow:
    """One import whose stops can be taken back. `moment` names it in a form."""

    at: datetime
    stops: int

    @property
    def moment(self) -> str:
        return self.at.isoformat()


def source_rows() -> Sequence[SourceRow]:
    return [SourceRow(SOURCES.get(source, source), count, last) for source, count, last in stops_by_source()]


def block_rows(now: datetime) -> Sequence[BlockRow]:
    counts = blocks_by_reason(now)
    return [BlockRow(words, counts[reason]) for reason, words in BLOCKS.items() if reason in counts]


def import_rows() -> Sequence[ImportRow]:
    return [ImportRow(at, count) for at, count in imported_stops(MOST_IMPORTS)]
