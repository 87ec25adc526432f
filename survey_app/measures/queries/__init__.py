"""Reads figures and their passports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select

from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.address import DIMENSIONS, FigureQuery, from_id, make_query, split_by
from survey_app.measures.choosing import Choices
from survey_app.measures.counting import count
from survey_app.measures.definitions import Measure, Source
from survey_app.measures.drivers import DRIVERS, OUTCOME, DriverStudy, study_drivers
from survey_app.measures.figures import Cell, Figure, adjust_together, make_figures
from survey_app.measures.label_methods import NOT_COMPARED, MethodTurn, are_of_one_method, turns
from survey_app.measures.lineage import Lineage, not_compared_sentence
from survey_app.measures.models import Tallied
from survey_app.measures.naming import Naming
from survey_app.measures.own.queries import measure_called
from survey_app.measures.passport import ROWS_PROVED, Digests, Passport, PassportRow, make_document
from survey_app.measures.provisional import is_provisional
from survey_app.measures.queries.counts import Counts, as_choices, counts_by_choice, held_back, values_by
from survey_app.measures.queries.cuts import Cut
from survey_app.measures.queries.driver_patterns import driver_patterns
from survey_app.measures.queries.passport_rows import considered, held_references, newest_first, stream
from survey_app.measures.queries.standing import Standing, read_standing
from survey_app.measures.rules import USUAL, Rules
from survey_app.measures.targets import target_on
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import PUBLIC, CustomerKind
from survey_app.organisation.scope import EVERYTHING, Scope

OF_COMMENTS = "comment_sentiment"
MOST_PERIODS = 240  # twice as many windows is what SQLite joins in one union
Place = tuple[int, tuple[str, ...]]  # of a cell: its window and its group

__all__ = [
    "Asked",
    "Standing",
    "choices_counted",
    "cut_of",
    "drivers_study",
    "figures",
    "figures_at",
    "figures_together",
    "measure_called",
    "method_turns",
    "open_passport",
    "quarantined",
    "query_from_id",
    "read_standing",
    "rows_behind",
]


def query_from_id(figure_id: str) -> FigureQuery:
    """The query of a passport's id, of our measures and of the council's own. InvalidInput as `from_id` says."""
    return from_id(figure_id, measure_called)


def figures(
    measure: str | Measure,
    first: date,
    last: date,
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str | Iterable[str]] | None = None,
    rules: Rules = USUAL,
    scope: Scope = EVERYTHING,
    now: datetime,
    standing: Standing | None = None,
    are_compared: bool = True,
) -> list[Figure]:
    """The figures of a measure for London days, both included, in the order of periods and then of group codes.

    `by` names at most one of month, quarter and year, and any dimensions; a group without answers is left out, a
    period without answers is not. InvalidInput and NotFound say what is wrong with the question. The number of
    statements is the same for any number of periods and groups; a page of many figures reads `standing` once. A name
    that is none of ours is looked for among the council's own measures. Without `are_compared` no change is tested.
    """
    definition = measure_called(measure) if isinstance(measure, str) else measure
    query = make_query(definition, first, last, where, rules)
    standing = standing or read_standing(now)
    cells, counted_from = _cells(query, by, scope, now, standing)
    (table,) = adjust_together(
        [make_figures(query.definition, cells, counted_from, are_compared=are_compared)], _namings(standing, scope)
    )
    return table


@dataclass(frozen=True)
class Asked:
    """One table of a page: a measure, and its breakdown as `figures` takes it."""

    measure: str | Measure
    by: tuple[str, ...] = ()


def figures_together(
    asked: Sequence[Asked],
    first: date,
    last: date,
    *,
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    now: datetime,
    standing: Standing | None = None,
) -> list[list[Figure]]:
    """As `figures`, for all tables of one page: each change allows for every comparison that the page makes (Holm).

    A headline named before its year began stands alone: it is the whole council's, so never a part's of a scope.
    """
    standing = standing or read_standing(now)
    tables = [
        figures(table.measure, first, last, by=table.by, where=where, scope=scope, now=now, standing=standing)
        for table in asked
    ]
    return adjust_together(tables, _namings(standing, scope))


def figures_at(
    query: FigureQuery, periods: Sequence[Period], *, scope: Scope = EVERYTHING, now: datetime, standing: Standing
) -> list[Figure]:
    """One question in several periods, which may overlap, in one statement. Each stands for itself, as on its passport:
    the page that shows them judges their changes together."""
    cells, counted_from = _cells_of(query, periods, (), scope=scope, now=now, standing=standing)
    return [make_figures(query.definition, [cell], counted_from)[0] for cell in cells]


def _namings(standing: Standing, scope: Scope) -> Sequence[Naming]:
    """Those that a figure of a scope may carry."""
    return standing.namings if scope.is_everything else ()


def _cells(
    query: FigureQuery, by: Sequence[str], scope: Scope, now: datetime, standing: Standing
) -> tuple[list[Cell], str]:
    unit, groups = split_by(by)
    whole = Period.between(query.first, query.last)
    periods = whole.split(unit) if unit else [whole]
    if len(periods) > MOST_PERIODS:
        raise InvalidInput(f"That is {len(periods)} periods; ask for at most {MOST_PERIODS}.")
    return _cells_of(query, periods, groups, scope=scope, now=now, standing=standing)


def _cells_of(
    query: FigureQuery,
    periods: Sequence[Period],
    groups: Sequence[str],
    *,
    scope: Scope,
    now: datetime,
    standing: Standing,
) -> tuple[list[Cell], str]:
    services, cut = standing.services, cut_of(query, standing.services, scope)
    windows = [*periods, *(period.previous for period in periods)]
    counts = counts_by_choice(
        query.definition,
        windows,
        cut=cut,
        groups=groups,
        services=services,
        choices=standing.choices(query.definition, query.rules),
        lineage=standing.lineage,
    )
    relabelled = _relabelled(query.definition, windows, cut, services)
    is_public = set(_customers(query)) <= set(PUBLIC)  # targets are of what residents and businesses say
    lines = standing.targets.get(query.measure, ()) if is_public else ()
    cells = [
        Cell(
            query=(own := _query_of(query, period, dict(zip(groups, group, strict=True)), services)),
            period=period,
            group=group,
            now=count(query.definition, counts.cells.get((n, group), {})),
            before=count(query.definition, counts.cells.get((n + len(periods), group), {})),
            target=target_on(period.last, lines, _place_in_tree(own, services)),
            not_compared=NOT_COMPARED
            if n in relabelled
            else _not_compared(counts, standing.lineage, (n, group), (n + len(periods), group)),
            provisional=is_provisional(
                period.first,
                period.last,
                unsettled=standing.unsettled,
                today=london_day(now),
                change_days=standing.change_days,
            ),
        )
        for n, period in enumerate(periods)
        for group in _groups(counts, len(periods), groups)
    ]
    return cells, counts.counted_from


def drivers_study(
    first: date,
    last: date,
    *,
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    now: datetime,
    standing: Standing | None = None,
) -> DriverStudy:
    """What goes with satisfaction in a period, or why that cannot be told. Reads every answer; filters as `figures`.

    Answers to an earlier wording of a question are left out, as they are from the figure beside it.
    """
    standing = standing or read_standing(now)
    query, *drivers = (make_query(measure_called(name), first, last, where) for name in (OUTCOME, *DRIVERS))
    cut, period = cut_of(query, standing.services, scope), Period.between(first, last)
    asked = [{version for version, _ in choices_counted(each, cut, standing)} for each in (query, *drivers)]
    counted = _as_counted(query, cut, scope, standing.services)
    return study_drivers(driver_patterns(asked, period, cut), period, counted)


def open_passport(query: FigureQuery, *, scope: Scope = EVERYTHING, now: datetime) -> Passport:
    """A figure with a digest of each row behind it. Reads every answer, one by one: never for a page of many."""
    standing = read_standing(now)
    services, measure = standing.services, query.definition
    cut = cut_of(query, services, scope)
    choices = standing.choices(measure, query.rules)
    held, quarantined = held_references(query), 0
    digests, versions, values = Digests(), set[str](), Counter[tuple[int, str]]()
    for row in stream(rows_of(query, standing, scope, now)):
        digests.add(row.digest)
        versions.add(f"{row.survey}@{row.label}")
        values[row.version, row.value] += 1
        quarantined += row.reference in held
    feeding = standing.lineage.feeding({version for version, _ in values})
    (cell,), counted_from = _cells(query, (), scope, now, standing)
    if measure.source in ROWS_PROVED:  # figure and document stand on the same rows
        counted = count(measure, as_choices(measure, values, choices, feeding))
        cell, counted_from = replace(cell, now=counted), "answers"
    (figure,) = make_figures(measure, [cell], counted_from)
    document = make_document(
        figure,
        cell.now,
        digests,
        versions=versions,
        where=_as_counted(query, cut, scope, services),
        data_cut=now,
        quarantined=quarantined,
    )
    return Passport(figure, digests, document, feeding, _counted_services(cut, services))


def _as_counted(query: FigureQuery, cut: Cut, scope: Scope, services: ServiceTree) -> dict[str, list[str]]:
    """The filters of a document, with the services of a viewer who does not see all."""
    where = {name: list(codes) for name, codes in query.where}
    if not scope.is_everything:
        where["scope"] = _counted_services(cut, services) or []
    return where


def _counted_services(cut: Cut, services: ServiceTree) -> list[str] | None:
    """Their codes in order; None where all are counted."""
    return None if cut.services is None else sorted(services.code(service) for service in cut.services)


def rows_behind(
    passport: Passport, *, scope: Scope = EVERYTHING, now: datetime, most: int, skip: int = 0
) -> list[PassportRow]:
    """One page of the rows behind a figure, the newest first."""
    query, standing = passport.figure.query, read_standing(now)
    measure, services, choices = query.definition, standing.services, standing.choices(query.definition, query.rules)
    rows = rows_of(query, standing, scope, now)
    if rows is None:
        return []
    return [
        PassportRow(
            reference=row.reference,
            day=row.day,
            service=services.code(row.service),
            channel=row.channel,
            question=row.question,
            value=row.value,
            is_in_base=row.version in passport.feeding
            and (choices.get((row.version, row.value)) or measure.choice(row.value)).is_substantive,
            version=f"{row.survey}@{row.label}",
        )
        for row in newest_first(rows, most=most, skip=skip)
    ]


def choices_counted(query: FigureQuery, cut: Cut, standing: Standing) -> Choices:
    """The options of the wordings that a figure counts: with these alone its parts add up to it."""
    measure, period = query.definition, Period.between(query.first, query.last)
    choices = standing.choices(measure, query.rules)
    counts = counts_by_choice(
        measure, [period], cut=cut, groups=(), services=standing.services, choices=choices, lineage=standing.lineage
    )
    feeding = counts.versions.get((0, ()), ())
    return {(version, value): choice for (version, value), choice in choices.items() if version in feeding}


def rows_of(query: FigureQuery, standing: Standing, scope: Scope, now: datetime) -> Select[Any] | None:
    """The rows that a figure looks at, to be read one by one or by the page; None where it is only counted."""
    versions = {version for version, _ in standing.choices(query.definition, query.rules)}
    return considered(query, cut_of(query, standing.services, scope), versions, now)


def _not_compared(counts: Counts, lineage: Lineage, now: Place, before: Place) -> str | None:
    wording = lineage.between(counts.versions.get(now, ()), counts.versions.get(before, ()))
    return None if wording is None else not_compared_sentence(wording)


def _relabelled(measure: Measure, windows: Sequence[Period], cut: Cut, services: ServiceTree) -> set[int]:
    """The places of periods whose comments another method labelled than those of the year before. `windows` are the
    periods, and then the same a year earlier."""
    if measure.source is not Source.COMMENTS:
        return set()
    labels, periods = values_by(Tallied.METHODS, windows, cut, (), services), len(windows) // 2
    return {
        n for n in range(periods) if not are_of_one_method(labels.get((n, ()), {}), labels.get((n + periods, ()), {}))
    }


def method_turns(
    first: date,
    last: date,
    *,
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    standing: Standing,
) -> list[MethodTurn]:
    """The months within these days from which on another method labels the comments; filters as `figures`."""
    query = make_query(measure_called(OF_COMMENTS), first, last, where)
    months = Period.between(first, last).split("month")
    labels = values_by(Tallied.METHODS, months, cut_of(query, standing.services, scope), (), standing.services)
    return turns((month.first, labels.get((n, ()), {})) for n, month in enumerate(months))


def quarantined(query: FigureQuery, *, scope: Scope = EVERYTHING, standing: Standing) -> int:
    """How many responses of a figure's days, customers and places are quarantined, and so outside it."""
    return held_back(Period.between(query.first, query.last), cut_of(query, standing.services, scope))


def _groups(counts: Counts, periods: int, by: Sequence[str]) -> list[tuple[str, ...]]:
    """Groups with an answer, or a question left empty, in one of the periods (not only in those a year before)."""
    if not by:
        return [()]
    return sorted({group for (n, group), choices in counts.cells.items() if n < periods and any(choices.values())})


def _query_of(query: FigureQuery, period: Period, group: Mapping[str, str], services: ServiceTree) -> FigureQuery:
    """What counts this one figure again. A service in a breakdown stands for itself, without those under it."""
    where = {
        "service_alone" if name == "service" and services.has_parts(code) else name: code
        for name, code in group.items()
    }
    filters = query.filters | {name: (code,) for name, code in where.items()}
    if "service_alone" in where:
        filters.pop("service", None)
    return make_query(query.definition, period.first, period.last, filters, query.rules)


def _place_in_tree(query: FigureQuery, services: ServiceTree) -> list[int]:
    codes = query.filters.get("service_alone") or query.filters.get("service") or ()
    return services.upwards(codes[0]) if len(codes) == 1 else []


def _customers(query: FigureQuery) -> tuple[CustomerKind, ...]:
    return tuple(CustomerKind(kind) for kind in query.filters.get("customer_kind", PUBLIC))


def cut_of(query: FigureQuery, services: ServiceTree, scope: Scope) -> Cut:
    """What of a figure's filters the counts need. NotFound names a service that is not there or not in scope."""
    filters = query.filters
    for code in (*filters.get("service", ()), *filters.get("service_alone", ())):
        if scope.narrowed_to(services.subtree([code])).service_ids == frozenset():
            raise NotFound(f"There is no service {code}.")
    if "service" in filters:
        scope = scope.narrowed_to(services.subtree(filters["service"]))
    if "service_alone" in filters:
        scope = scope.narrowed_to(services.ids(filters["service_alone"]))
    return Cut(
        scope.service_ids,
        _customers(query),
        {name: codes for name, codes in filters.items() if name in DIMENSIONS and name != "service"},
        query.rules,
    )
