"""What is compared with what, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.dashboards.selection import (
    Choice,
    DataDays,
    PartKind,
    Selection,
    read_period,
    read_selection,
)
from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import MEASURES, Source, Unit
from survey_app.measures.drivers import DRIVERS, OUTCOME

SEVERAL = "all"  # satisfaction and what drives it
CAN_BE_COMPARED = tuple(
    measure for measure in MEASURES.values() if measure.unit is Unit.SHARE and measure.source is Source.ANSWERS
)


class By(StrEnum):
    """What the two sides are. Teams are not set beside one another."""

    PERIOD = "period"
    SERVICE = "service"
    CHANNEL = "channel"
    SITE = "site"
    GROUP = "customer_group"

    @property
    def part_kind(self) -> PartKind | None:
        """None for periods and services, which are no parts beside the services."""
        return None if self in {By.PERIOD, By.SERVICE} else PartKind(self.value)


SIDES = (
    Choice(By.PERIOD, "Two periods"),
    Choice(By.SERVICE, "Two services"),
    Choice(By.CHANNEL, "Two channels"),
    Choice(By.SITE, "Two sites"),
    Choice(By.GROUP, "Two customer groups"),
)


@dataclass(frozen=True)
class Comparison:
    """Two periods of one selection, or two parts in one period. `problem` says why they cannot be compared: what was
    chosen stays as it is. An empty code of a part means that none is chosen yet."""

    by: By
    measures: tuple[str, ...]
    selection: Selection  # of the period that is looked at, or of both parts
    against: Period
    against_code: str
    one: str = ""
    other: str = ""
    problem: str = ""

    @property
    def measure(self) -> str:
        """As the address has it."""
        return SEVERAL if len(self.measures) > 1 else self.measures[0]

    @property
    def is_chosen(self) -> bool:
        return self.by is By.PERIOD or bool(self.one and self.other)

    @property
    def periods(self) -> tuple[Period, Period]:
        """Of the one side and of the other."""
        return self.selection.period, self.against if self.by is By.PERIOD else self.selection.period

    @property
    def wheres(self) -> tuple[dict[str, str], dict[str, str]]:
        """The filters of the one side and of the other."""
        where = self.selection.where
        if self.by is By.PERIOD:
            return where, where
        return where | {self.by.value: self.one}, where | {self.by.value: self.other}


def read_comparison(args: Mapping[str, str], days: DataDays, today: date) -> Comparison:
    """What an address compares. InvalidInput for what cannot be read; what can be read and not compared says so."""
    by = _one_of(By, args.get("by") or By.PERIOD, "Compare by")
    kept = {name: code for name, code in args.items() if name != by.value or by is By.PERIOD}
    selection = read_selection(kept, days, today)
    name = args.get("measure") or OUTCOME
    if name != SEVERAL and name not in {measure.name for measure in CAN_BE_COMPARED}:
        raise InvalidInput(f"“{shortened(name)}” is not a share of answers, which alone are compared here.")
    against_code = args.get("against") or selection.period.previous.label
    against = read_period(against_code, days) if args.get("against") else selection.period.previous
    one, other = args.get("one") or "", args.get("other") or ""
    return Comparison(
        by=by,
        measures=(OUTCOME, *DRIVERS) if name == SEVERAL else (name,),
        selection=selection,
        against=against,
        against_code=against_code,
        one=one,
        other=other,
        problem=_problem(by, selection.period, against, one, other),
    )


def _problem(by: By, period: Period, against: Period, one: str, other: str) -> str:
    if by is By.PERIOD and period.first <= against.last and against.first <= period.last:
        return "The two periods share days. Choose two that do not."
    if by is not By.PERIOD and one and one == other:
        return "Both sides are the same. Choose another for one of them."
    return ""


def _one_of(kinds: type[By], code: str, what: str) -> By:
    if code not in set(kinds):
        raise InvalidInput(f"{what} {', '.join(kinds)}.")
    return kinds(code)
