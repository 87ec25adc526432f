"""Editions as their template and their file receive them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from survey_app.dashboards.selection import Choice
from survey_app.kernel.clock import LONDON
from survey_app.kernel.csvfile import SafeWriter
from survey_app.kernel.periods import Period, in_words
from survey_app.measures.address import make_query, to_id
from survey_app.measures.definitions import Measure
from survey_app.measures.publishing import (
    IN_NUMERATOR,
    OUTSIDE_IT,
    WHOLE,
    CellKey,
    Edition,
    NextEdition,
    PublishedCell,
    Share,
    TableName,
)
from survey_app.measures.sentences import Headline
from survey_app.statistics.intervals import wilson_interval
from survey_app.statistics.rounding import percent

TITLES = {
    TableName.TOTAL: ("All answers", "Answers"),
    TableName.SERVICE: ("By service", "Service"),
    TableName.CHANNEL: ("By channel", "Channel"),
    TableName.MONTH: ("By month", "Month"),
    TableName.CUSTOMER_GROUP: ("By customer group", "Customer group"),
}
KINDS = {IN_NUMERATOR: "in the share", OUTSIDE_IT: "others", "": "all"}
SYMBOLS = (
    (
        "[c]",
        "Confidential: not shown, so that no group of fewer than 10 answers, and no count below 5 of a customer group, "
        "can be worked out.",
    ),
    ("[u]", "Low reliability: fewer than 30 answers."),
)
WITHHELD = "Withheld: a total that stands above is too small to be split by group."
UNCHANGED = "unchanged until the next edition"
COLUMNS = ("table", "group", "answers", "numerator", "base", "value", "low", "high", "symbol", "note")


@dataclass(frozen=True)
class Published:
    """An edition that went out, with what stands beside it."""

    edition: Edition
    published_at: datetime
    passport_code: str
    file: str


class CellText(NamedTuple):
    """What a cell prints, and the interval under a share."""

    words: str
    interval: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row with its cells in the order of the columns."""

    label: str
    cells: Sequence[CellText]
    note: str


@dataclass(frozen=True)
class TableView:
    title: str
    row_name: str
    columns: Sequence[str]
    rows: Sequence[TableRow]
    withheld: str = ""


@dataclass(frozen=True)
class Proposal:
    """What would go out next. `seen` tells whether it is still the same when somebody publishes it; None: it cannot be
    published, and `why_not` says why."""

    number: int
    seen: str | None
    why_not: str


@dataclass(frozen=True)
class TablesPage:
    headline: Headline
    measures: Sequence[Choice]
    years: Sequence[Choice]
    proposal: Proposal | None
    editions: Sequence[tuple[str, str]]
    tables: Sequence[TableView]
    passport: str
    symbols: Sequence[tuple[str, str]] = SYMBOLS


def tables_page(
    measure: Measure,
    year: Period,
    published: Sequence[Published],
    proposed: NextEdition | None,
    *,
    measures: Sequence[Measure],
    years: Sequence[Period],
    is_provisional: bool,
) -> TablesPage:
    """`published` are all editions, the oldest first; `proposed` is None for who may not publish."""
    latest = published[-1] if published else None
    proposal = None if proposed is None else _proposal(proposed, latest, is_provisional=is_provisional)
    return TablesPage(
        headline=_headline(measure, year, latest, proposal),
        measures=[Choice(each.name, each.label) for each in measures],
        years=[Choice(each.label, each.label) for each in years],
        proposal=proposal,
        editions=[(_edition_words(each), each.file) for each in reversed(published)],
        tables=tables_of(
            latest.edition if latest else None,
            proposed.edition if proposed and not proposed.is_unchanged else None,
        ),
        passport=f"/figures/{to_id(make_query(measure.name, year.first, year.last))}",
    )


def _headline(measure: Measure, year: Period, latest: Published | None, proposal: Proposal | None) -> Headline:
    name = f"{measure.label} {year.label}"
    claim = (
        f"No tables of {name} are published."
        if latest is None
        else f"{name} is published: {_edition_words(latest, 'edition')}."
    )
    if proposal is None:
        return Headline(claim, "Everybody may know what stands in it." if latest else "")
    return Headline(claim, proposal.why_not or f"Edition {proposal.number} is ready below: read it before you publish.")


def _proposal(proposed: NextEdition, latest: Published | None, *, is_provisional: bool) -> Proposal:
    number, why_not = proposed.edition.number, ""
    if is_provisional:
        why_not = "Answers of the year may still come in or change: the next edition waits until it is settled."
    elif not proposed.edition.printed:
        why_not = "Fewer than 10 answered: there is nothing to publish."
    elif proposed.is_unchanged and latest is not None:
        why_not = f"Nothing has moved by enough to be printed anew: edition {latest.edition.number} stands."
    return Proposal(number, None if why_not else proposed.edition.digest, why_not)


def _edition_words(published: Published, edition: str = "Edition") -> str:
    return f"{edition} {published.edition.number} of {in_words(published.published_at.astimezone(LONDON).date())}"


def tables_of(latest: Edition | None, proposed: Edition | None = None) -> list[TableView]:
    """The tables of the edition that is published, and beside them of the one that would be next."""
    shown = [(name, edition) for name, edition in (("Published", latest), ("Next edition", proposed)) if edition]
    editions = [edition for _, edition in shown]
    tables = []
    for table in TableName:
        title, row_name = TITLES[table]
        if table is TableName.CUSTOMER_GROUP:
            columns = [f"{name}: {words}" for name, _ in shown for words in KINDS.values()]
        else:
            columns = [name for name, _ in shown]
        if rows := _rows(table, editions):
            is_withheld = all(cell.share is None for edition in editions for cell in edition.of(table))
            tables.append(TableView(title, row_name, columns, rows, WITHHELD if is_withheld else ""))
    return tables


def _rows(table: TableName, editions: Sequence[Edition]) -> list[TableRow]:
    cells = [{(cell.key.row, cell.key.column): cell for cell in _cells(table, edition)} for edition in editions]
    labels = {cell.key.row: cell.label for known in cells for cell in known.values()}
    kinds = tuple(KINDS) if table is TableName.CUSTOMER_GROUP else ("",)
    rows = []
    for row in sorted(labels):
        mine = [[known.get((row, kind)) for kind in kinds] for known in cells]
        texts = [_text(cell) for of_edition in mine for cell in of_edition]
        rows.append(TableRow(labels[row], texts, _note(mine[-1])))
    return rows


def _cells(table: TableName, edition: Edition) -> list[PublishedCell]:
    """The cells of a table; the sensitive one takes its last corner, all answers, from the total."""
    cells = edition.of(table)
    if table is TableName.CUSTOMER_GROUP and cells and (whole := edition.printed.get(WHOLE)):
        cells.append(PublishedCell(CellKey(table), "All answers", Share(whole.base, whole.base)))
    return cells


def _text(cell: PublishedCell | None) -> CellText:
    """80.0% (80 of 100) [u]; a count alone; [c]; a dash where the edition has no such cell."""
    if cell is None:
        return CellText("–")
    share = cell.share
    if share is None:
        return CellText(cell.symbol)
    if cell.is_count:
        return CellText(f"{share.base:,}")
    if not share.base:
        return CellText("no answers")
    value = f"{percent(share.numerator / share.base)} ({share.numerator:,} of {share.base:,}) {cell.symbol}"
    interval = wilson_interval(share.numerator, share.base)
    return CellText(value.rstrip(), f"{percent(interval.low)} to {percent(interval.high)}")


def _note(cells: Sequence[PublishedCell | None]) -> str:
    """Of the newest edition alone: the older one has its own file."""
    since = {cell.since for cell in cells if cell is not None and cell.since is not None}
    return f"as in edition {min(since)}, {UNCHANGED}" if since else ""


def file_name(measure: str, year: Period, number: int) -> str:
    """satisfaction-2025-26-edition-1.csv"""
    return f"{measure}-{year.label.replace('/', '-')}-edition-{number}.csv"


def edition_csv(measure: Measure, year: Period, published: Published, base_url: str) -> bytes:
    """One edition for everybody: notes first, then a row a cell. Shares 0 to 1, unrounded; what is hidden is [c]."""
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    notes = (
        f"{measure.label}, {year.label}. {_edition_words(published)}",
        measure.definition,
        "Intervals (95%, Wilson) cover chance only, not who chose to answer.",
        *(f"{sign} {words}" for sign, words in SYMBOLS),
        f"Passport of the total: {published.passport_code}, {base_url.rstrip('/')}",
    )
    for note in notes:
        writer.write([note])
    writer.write([])
    writer.write(COLUMNS)
    for cell in published.edition.cells:
        writer.write(_csv_row(cell))
    return text.getvalue().encode("utf-8-sig")


def _csv_row(cell: PublishedCell) -> list[object]:
    start: list[object] = [TITLES[cell.key.table][0], cell.label, KINDS[cell.key.column]]
    note = f"as in edition {cell.since}, {UNCHANGED}" if cell.since else ""
    if cell.share is None:
        return [*start, *[cell.symbol] * 5, cell.symbol, note]
    return [*start, *_numbers(cell.share, is_count=cell.is_count), cell.symbol, note]


def _numbers(share: Share, *, is_count: bool) -> list[object]:
    if is_count or not share.base:
        return [None, share.base, None, None, None]
    interval = wilson_interval(share.numerator, share.base)
    return [share.numerator, share.base, share.numerator / share.base, interval.low, interval.high]
