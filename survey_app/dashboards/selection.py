"""What a viewer chose to look at, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.charts import AxisSwitch
from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.organisation.channels import Channel, CustomerKind

LAST_12_MONTHS = "last-12-months"


@dataclass(frozen=True)
class DataDays:
    """The first and the last day on which an answer in scope counts."""

    first: date
    last: date


@dataclass(frozen=True)
class Choice:
    """One entry of a drop-down."""

    value: str
    label: str


class PartKind(StrEnum):
    """By what the council is looked at, beside its services; the filter of figures that lets one of them in."""

    CHANNEL = "channel"
    SITE = "site"
    TEAM = "team"
    GROUP = "customer_group"


@dataclass(frozen=True)
class Part:
    """One channel, site, team or group of customers, which a page is about."""

    kind: PartKind
    code: str
    name: str


@dataclass(frozen=True)
class Selection:
    """Which period, service and channel. `code` is the period as the address has it; None elsewhere means all.

    `part` is what the page is about, beside the council and its services.
    """

    code: str
    period: Period
    service: str | None = None
    channel: Channel | None = None
    customers: CustomerKind | None = None  # None: residents and businesses
    is_full_axis: bool = False
    part: Part | None = None

    @property
    def where(self) -> dict[str, str]:
        """The filters of every figure on the page."""
        chosen = {"service": self.service, "channel": self.channel, "customer_kind": self.customers}
        where = {name: code for name, code in chosen.items() if code is not None}
        return where if self.part is None else where | {self.part.kind.value: self.part.code}

    @property
    def place(self) -> dict[str, list[str]]:
        """The service and the channel, as improvements name theirs."""
        return {name: [code] for name, code in self.where.items() if name != "customer_kind"}

    @property
    def address(self) -> dict[str, str]:
        """The arguments of the address that shows the same again, axis apart."""
        return {"period": self.code, **self.where}


def narrower_than_filters(selection: Selection) -> bool:
    """Whether a page is about a part that other pages cannot be narrowed to: they know services and channels alone."""
    return selection.part is not None and selection.part.kind is not PartKind.CHANNEL


def read_selection(
    args: Mapping[str, str], days: DataDays, today: date, *, customers: Sequence[CustomerKind] | None = None
) -> Selection:
    """The selection of an address; what it leaves out is as usual. InvalidInput for what cannot be read.

    `customers` are those who can be chosen instead of residents and businesses; None on a page without that choice.
    """
    code = args.get("period") or default_period(days, today).label
    return Selection(
        code=code,
        period=read_period(code, days),
        service=args.get("service") or None,
        channel=read_channel(args.get("channel") or None),
        customers=None if customers is None else _read_customers(args.get("customer_kind") or None, customers),
        is_full_axis=read_axis(args),
    )


def read_axis(args: Mapping[str, str]) -> bool:
    """Whether an address asks for whole axes. InvalidInput for another word."""
    axis = args.get("axis") or "zoomed"
    if axis not in {"zoomed", "full"}:
        raise InvalidInput("The axis is zoomed or full.")
    return axis == "full"


def axis_switch(path: str, args: Mapping[str, str]) -> AxisSwitch:
    """The choice of axis of a page whose address holds no other."""
    return AxisSwitch(read_axis(args), path, f"{path}?axis=full")


def _read_customers(code: str | None, customers: Sequence[CustomerKind]) -> CustomerKind | None:
    if code is None:
        return None
    if code not in customers:
        raise InvalidInput(f"No survey was published for customers of the kind “{shortened(code)}”.")
    return CustomerKind(code)


def read_period(code: str, days: DataDays) -> Period:
    """A month, quarter or financial year by its label, or the last 12 months that have answers."""
    return last_12_months(days) if code == LAST_12_MONTHS else Period.parse(code)


def read_channel(code: str | None) -> Channel | None:
    if code is None:
        return None
    try:
        return Channel(code)
    except ValueError as problem:
        raise InvalidInput(f"“{code}” is not a channel. The channels are {', '.join(Channel)}.") from problem


def default_period(days: DataDays, today: date) -> Period:
    """The latest financial year with answers that is over, else the one that runs."""
    latest = Period.financial_year_of(min(days.last, today))
    before = latest.previous
    return before if latest.last >= today and before.last >= days.first else latest


def last_12_months(days: DataDays) -> Period:
    """Twelve whole months, up to the one with the newest answer."""
    last = Period.month_of(days.last).last
    return Period.between((last + ONE_DAY).replace(year=(last + ONE_DAY).year - 1), last)


def period_choices(days: DataDays, chosen: Selection) -> Sequence[Choice]:
    """The last 12 months, then the years and the quarters that have answers, newest first."""
    choices = [Choice(LAST_12_MONTHS, f"Last 12 months ({short_days(last_12_months(days))})")]
    choices += [*_parts(days, "year"), *_parts(days, "quarter")]
    if chosen.code not in {choice.value for choice in choices}:
        choices.insert(0, Choice(chosen.code, chosen.period.title))
    return choices


def year_choices(days: DataDays) -> list[Choice]:
    """The financial years that have answers, newest first."""
    return _parts(days, "year")


def _parts(days: DataDays, unit: str) -> list[Choice]:
    parts = [Period.parse(part.label) for part in reversed(Period.between(days.first, days.last).split(unit))]
    return [Choice(part.label, f"{part.label} ({short_days(part)})") for part in parts]


def short_day(day: date) -> str:
    """10 Mar 2026, as tables have it."""
    return f"{day.day} {day:%b %Y}"


def short_days(period: Period) -> str:
    """1 Apr 2025 to 31 Mar 2026."""
    return f"{short_day(period.first)} to {short_day(period.last)}"
