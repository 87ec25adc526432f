"""Reads published editions, and what the next one would count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.counting import count
from survey_app.measures.definitions import MEASURES, Measure, Source, Unit, measure_named
from survey_app.measures.models import PublishedEdition
from survey_app.measures.provisional import is_provisional
from survey_app.measures.publishing import (
    NOT_RECORDED,
    NOTHING,
    WHOLE,
    Contents,
    Edition,
    NextEdition,
    PublishedCell,
    Share,
    TableName,
    next_edition,
)
from survey_app.measures.queries import Standing, choices_counted, cut_of
from survey_app.measures.queries.counts import counts_by_choice
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import Channel
from survey_app.organisation.scope import EVERYTHING


def publishable_measures() -> list[Measure]:
    """The measures of which tables can be published: shares of answers."""
    return [each for each in MEASURES.values() if each.unit is Unit.SHARE and each.source is Source.ANSWERS]


def publishable(name: str) -> Measure:
    """The measure of this name, if tables of it can be published. InvalidInput else."""
    measure = measure_named(name)
    if measure not in publishable_measures():
        raise InvalidInput(f"Tables are published of shares of answers; {measure.label} is none.")
    return measure


def financial_year(label: str) -> Period:
    """The financial year of a label such as 2025/26. InvalidInput for any other period: editions would overlap."""
    year = Period.parse(label)
    if year != Period.financial_year_of(year.first):
        raise InvalidInput(f"Tables are published of financial years, such as 2025/26, not of {label}.")
    return year


def editions(measure: str, year: Period) -> Sequence[PublishedEdition]:
    """What was published of a measure and year, the oldest first."""
    of_year = select(PublishedEdition).where(PublishedEdition.measure == measure, PublishedEdition.first == year.first)
    return db.session.scalars(of_year.order_by(PublishedEdition.number)).all()


def edition_numbered(measure: str, year: Period, number: int) -> PublishedEdition:
    """One edition. NotFound when there is none."""
    found = next((edition for edition in editions(measure, year) if edition.number == number), None)
    if found is None:
        raise NotFound("There is no such edition.")
    return found


def latest_editions(first: date, last: date) -> list[PublishedEdition]:
    """The newest edition of each measure and each year within these days, by measure and year."""
    within = select(PublishedEdition).where(PublishedEdition.first >= first, PublishedEdition.last <= last)
    in_order = within.order_by(PublishedEdition.measure, PublishedEdition.first, PublishedEdition.number)
    return list({(each.measure, each.first): each for each in db.session.scalars(in_order)}.values())


def read_edition(stored: PublishedEdition) -> Edition:
    return Edition(stored.number, tuple(PublishedCell.read(cell) for cell in stored.cells))


def proposed_edition(
    measure: Measure, year: Period, earlier: Sequence[PublishedEdition], *, standing: Standing
) -> NextEdition:
    """The next edition as it would be published at this moment, provisional or not."""
    return next_edition(_contents(measure, year, standing), [read_edition(each) for each in earlier])


def is_year_provisional(year: Period, *, now: datetime, standing: Standing) -> bool:
    """Whether answers of the year may still come or change."""
    return is_provisional(
        year.first,
        year.last,
        unsettled=standing.unsettled,
        today=london_day(now),
        change_days=standing.change_days,
    )


def _contents(measure: Measure, year: Period, standing: Standing) -> Contents:
    months, services = year.split("month"), standing.services
    query = make_query(measure.name, year.first, year.last)
    cut = cut_of(query, services, EVERYTHING)
    choices = choices_counted(query, cut, standing)

    def read(windows: Sequence[Period], *groups: str) -> list[tuple[int, str, Share]]:
        counts = counts_by_choice(measure, windows, cut=cut, groups=groups, services=services, choices=choices)
        counted = ((n, group, count(measure, cell)) for (n, group), cell in counts.cells.items())
        return [(n, "".join(group), Share(each.numerator, each.base)) for n, group, each in counted if each.base]

    rows = {
        TableName.SERVICE: _pooled((_top(services, code), share) for _, code, share in read([year], "service")),
        TableName.CHANNEL: _pooled((code, share) for _, code, share in read([year], "channel")),
        TableName.MONTH: _pooled((months[n].label, share) for n, _, share in read(months)),
        TableName.CUSTOMER_GROUP: _pooled((code, share) for _, code, share in read([year], "customer_group")),
    }
    return Contents(
        whole=sum(rows[TableName.SERVICE].values(), NOTHING),
        rows=rows,
        labels={(table, row): _label(table, row, services) for table, cells in rows.items() for row in cells}
        | {(WHOLE.table, WHOLE.row): "All answers", (TableName.CUSTOMER_GROUP, ""): "All answers"},
    )


def _top(services: ServiceTree, code: str) -> str:
    return services.code(services.upwards(code)[-1])


def _pooled(cells: Iterable[tuple[str, Share]]) -> dict[str, Share]:
    """By row, in the order of the rows; "" is a row of its own, and never the one of totals."""
    pooled: defaultdict[str, Share] = defaultdict(lambda: NOTHING)
    for row, share in cells:
        pooled[row or NOT_RECORDED] += share
    return {row: pooled[row] for row in sorted(pooled)}


def _label(table: TableName, row: str, services: ServiceTree) -> str:
    if row == NOT_RECORDED:
        return "Not recorded"
    match table:
        case TableName.SERVICE:
            return services.name(row)
        case TableName.CHANNEL:
            return Channel(row).label
        case TableName.MONTH:
            return Period.parse(row).title
    return row
