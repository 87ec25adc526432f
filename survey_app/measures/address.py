"""What identifies a figure: its measure, days and filters; and the address that says the same.

The id in `/figures/<id>` is readable and safe in a path without quoting:
`satisfaction~2025-04-01~2026-03-31~channel.phone~service.waste`. A code with other characters than letters, digits,
"_" and "-" stands as "=" and its URL-safe base64. Other rules than the usual ones follow: `~dont_know.in`. Each query
has exactly one id.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from survey_app.kernel.characters import is_fit
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.definitions import Measure, Source, Unit, measure_named
from survey_app.measures.rules import RULES, USUAL, Rules
from survey_app.organisation.channels import Channel, CustomerKind, Mode

PERIODS = ("month", "quarter", "year")
DIMENSIONS = ("service", "channel", "site", "team", "mode", "language", "customer_group", "reason")
# `service` takes the services under it as well, `service_alone` does not; without `customer_kind` a figure is of
# residents and businesses.
FILTERS = (*DIMENSIONS, "service_alone", "customer_kind")
SENSITIVE = frozenset({"customer_group", "language"})  # small counts of these point at persons as well
_CODES: dict[str, set[str]] = {
    "channel": {*Channel, ""},
    "mode": {*Mode, ""},
    "customer_kind": {*CustomerKind},
}
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class FigureQuery:
    """Which figure: London days, both included, for each filter the codes that it lets in ("" is unknown), and what
    else its base holds or leaves out."""

    definition: Measure
    first: date
    last: date
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    rules: Rules = USUAL

    @property
    def measure(self) -> str:
        return self.definition.name

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        return dict(self.where)


def is_sensitive(query: FigureQuery) -> bool:
    """Whether a figure is of chosen customer groups or languages (MEASURES.md 4.1)."""
    return not SENSITIVE.isdisjoint(query.filters)


def make_query(
    measure: str | Measure,
    first: date,
    last: date,
    where: Mapping[str, str | Iterable[str]] | None = None,
    rules: Rules = USUAL,
) -> FigureQuery:
    """A checked query. InvalidInput says what is unknown (measure, filter, code), that the days are turned, or that a
    rule does not apply. A name is one of ours; a council's own measure is given as it stands."""
    definition = measure_named(measure) if isinstance(measure, str) else measure
    _check_rules(definition, rules)
    if first > last:
        raise InvalidInput(f"The last day, {last}, is before the first, {first}.")
    filters = {}
    for name, codes in (where or {}).items():
        if name not in FILTERS:
            raise InvalidInput(f"There is no filter called {name}. The filters are {', '.join(FILTERS)}.")
        wanted = {codes} if isinstance(codes, str) else set(codes)
        if not all(map(is_fit, wanted)):
            raise InvalidInput(f"No {name} has a code with such characters.")
        unknown = sorted(wanted - _CODES[name]) if name in _CODES else []
        if unknown or not wanted:
            raise InvalidInput(f"{name} cannot be {', '.join(unknown) or 'nothing'}.")
        filters[name] = tuple(sorted(wanted))
    return FigureQuery(definition, first, last, tuple(sorted(filters.items())), rules)


def _check_rules(measure: Measure, rules: Rules) -> None:
    if rules != USUAL and measure.source is not Source.ANSWERS:
        raise InvalidInput(f"{measure.label} is not counted from answers to a question: its rules cannot be changed.")
    if rules.dont_know and measure.unit is Unit.MEAN:
        raise InvalidInput("“I do not know” has no score: it cannot be in the base of a mean.")


def split_by(by: Iterable[str]) -> tuple[str | None, tuple[str, ...]]:
    """The period and the dimensions of a breakdown. InvalidInput for an unknown, a repeated or a second period."""
    names = tuple(by)
    periods = [name for name in names if name in PERIODS]
    groups = tuple(name for name in names if name not in PERIODS)
    for name in groups:
        if name not in DIMENSIONS:
            raise InvalidInput(f"Figures go by {', '.join((*PERIODS, *DIMENSIONS))}, not by {name}.")
    if len(periods) > 1 or len(set(names)) < len(names):
        raise InvalidInput("Name each breakdown once, and one of month, quarter and year.")
    return (periods[0] if periods else None), groups


def to_id(query: FigureQuery) -> str:
    """The id of a figure's passport, for `/figures/<id>`."""
    filters = [".".join((name, *map(_written, codes))) for name, codes in query.where]
    rules = [f"{name}.{setting}" for name, setting in query.rules.changed.items()]
    return "~".join([query.measure, query.first.isoformat(), query.last.isoformat(), *filters, *rules])


def from_id(figure_id: str, measure_called: Callable[[str], Measure] = measure_named) -> FigureQuery:
    """The query of an id. InvalidInput when it is not one, or not the one way to write it.

    `measure_called` finds the measure by its name; without it, ours alone are known.
    """
    try:
        measure, first, last, *filters = figure_id.split("~")
        days = date.fromisoformat(first), date.fromisoformat(last)
        where, settings = {}, {}
        for part in filters:
            name, *codes = part.split(".")
            if name in RULES:
                (settings[name],) = codes
            else:
                where[name] = [_read(code) for code in codes]
    except ValueError as problem:
        raise InvalidInput(f"{figure_id} is not the address of a figure.") from problem
    query = make_query(measure_called(measure), *days, where, Rules.read(settings))
    if to_id(query) != figure_id:
        raise InvalidInput(f"{figure_id} is not the address of a figure.")
    return query


def _written(code: str) -> str:
    if _PLAIN.fullmatch(code):
        return code
    return "=" + base64.urlsafe_b64encode(code.encode()).decode("ascii").rstrip("=")


def _read(written: str) -> str:
    if not written.startswith("="):
        return written
    packed = written[1:]
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise ValueError(written) from problem
