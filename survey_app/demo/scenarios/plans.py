"""A scenario as data: what it has to show. What is drawn at random is drawn around these figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from survey_app.kernel.periods import Period
from survey_app.organisation.channels import Channel, CustomerKind

CHANNELS = (Channel.PHONE, Channel.WEB, Channel.EMAIL, Channel.FACE_TO_FACE, Channel.WEBCHAT, Channel.LETTER)


@dataclass(frozen=True)
class MonthDay:
    """A day of "this year", whichever year that is."""

    month: int
    day: int

    def in_year(self, year: Period) -> date:
        """The day in this financial year."""
        return date(year.first.year if self.month >= 4 else year.last.year, self.month, self.day)


@dataclass(frozen=True)
class Window:
    """From `since` (included) until `until` (not included) of this year; open on the side that is None."""

    since: MonthDay | None = None
    until: MonthDay | None = None

    def holds(self, day: date, this_year: Period) -> bool:
        return (self.since is None or day >= self.since.in_year(this_year)) and (
            self.until is None or day < self.until.in_year(this_year)
        )

    def is_early(self, day: date) -> bool:
        """Whether the day lies before the window's edge, in whichever financial year it is."""
        edge = self.since or self.until
        return edge is not None and day < edge.in_year(Period.financial_year_of(day))


ALWAYS = Window()


@dataclass(frozen=True)
class Reason:
    """Why people get in touch. With `working_days` it opens a case that takes about so long."""

    name: str
    weight: float
    working_days: int | None = None


@dataclass(frozen=True)
class ServicePlan:
    """A service and how it is used. `volume` is its weight among the contacts; `business` the share from businesses."""

    code: str
    name: str
    team: str
    volume: float
    channels: Mapping[Channel, float]
    reasons: tuple[Reason, ...]
    business: float = 0.0
    has_desk: bool = True  # its visitors come to one of the council's receptions
    customers: CustomerKind | None = None  # who alone use it; None: residents, and `business` of businesses


@dataclass(frozen=True)
class SitePlan:
    """A reception. `pull` is its weight among visits while it is open."""

    code: str
    name: str
    pull: float
    open: Window = ALWAYS


@dataclass(frozen=True)
class Dip:
    """A month that holds this share of the year's dissatisfied answers of a service."""

    service: str
    month: int
    share: float


@dataclass(frozen=True)
class Split:
    """A part of the answers whose favourable share of a driver differs from that of the council.

    In the years before, the share holds on both sides of the day on which the window opens or closes, so that months
    can be compared with the same months a year earlier.
    """

    driver: str
    share: float
    window: Window
    service: str | None = None
    channel: Channel | None = None


@dataclass(frozen=True)
class Quicker:
    """From a day on, the cases of a service take this many working days."""

    service: str
    working_days: int
    window: Window


@dataclass(frozen=True)
class Story:
    """Where and while the texts of a story are true, and how often somebody who could tell it does."""

    code: str
    window: Window = ALWAYS
    service: str | None = None
    channel: Channel | None = None
    pull: float = 0.5


@dataclass(frozen=True)
class YearPlan:
    """A year's figures, exactly. `answers` are satisfied and base by service, and say which services these are of.

    `drivers` are favourable shares of those who have a view; of a driver in `counted` everybody has, and so many are
    favourable. `channels` are exact where they are given, and add up to `contacts`. What is counted on its own, a
    month or other customers, stands `beside`, with months or services of its own: it is in none of these figures.
    """

    contacts: int
    asked: int
    delivered: int
    dont_know: int
    answers: Mapping[str, tuple[int, int]]
    drivers: Mapping[str, float]
    dips: tuple[Dip, ...] = ()
    scanned: int = 0
    counted: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    channels: Mapping[Channel, int] = field(default_factory=lambda: MappingProxyType({}))
    months: Mapping[int, float] | None = None  # weights, where not those of the scenario
    beside: tuple[YearPlan, ...] = ()

    @property
    def satisfied(self) -> int:
        return sum(satisfied for satisfied, _base in self.answers.values())

    @property
    def base(self) -> int:
        return sum(base for _satisfied, base in self.answers.values())

    @property
    def parts(self) -> tuple[YearPlan, ...]:
        """The year without what stands beside it, then that."""
        return self, *self.beside

    def holds(self, service: str, day: date) -> bool:
        """Whether a contact is one of its own."""
        return service in self.answers and (self.months is None or day.month in self.months)


@dataclass(frozen=True)
class TargetPlan:
    """What a measure should reach."""

    measure: str
    value: float
    is_over: bool = False  # more than the value, where others ask for at least it


@dataclass(frozen=True)
class DemoUser:
    """Somebody who can sign in to a demo."""

    email: str
    name: str
    role: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pin:
    """A figure of this year that stands as an exhibit at these elements, with or without its trend."""

    measure: str
    elements: tuple[str, ...]
    is_chart: bool = False
    customers: CustomerKind | None = None  # whose figure; None: that of residents and businesses
    framework: str = "cse"
    month: int | None = None  # of this year; None: the whole of it


@dataclass(frozen=True)
class ImprovementPlan:
    """What was heard, what was done on a day of this year, and which measure it should move where."""

    title: str
    heard: str
    did: str
    done_on: MonthDay
    measure: str
    services: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    is_decrease: bool = False
    prompt: str = "survey"
    prompt_note: str = ""
    place: str = ""
    owner: str = ""
    cost_pounds: int | None = None
    settling_days: int = 14
    heading: str = ""  # under which residents read of it; without one it is not published
    elements: tuple[str, ...] = ()  # where it stands as an exhibit


@dataclass(frozen=True)
class IdeaPlan:
    """What an adviser put into the box. It waits where it has no answer; `improvement` is the place of what it became.

    `service` is one of theirs; their first where nothing is said.
    """

    words: str
    answer: str = ""
    improvement: int | None = None
    service: str = ""


@dataclass(frozen=True)
class VisitPlan:
    """A visit of the assessor so many years after this year's first day, on a day of that year.

    It is held once its day is over. `months` are those since the full assessment: 0 begins a round. `plus` are the
    elements that the assessor found better than compliant, `partial` those only partly met, and `to_show` what is to
    be shown again at a visit to come.
    """

    year: int
    day: MonthDay
    months: int
    plus: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    to_show: tuple[str, ...] = ()
    report: str = ""


@dataclass(frozen=True)
class SelfAssessment:
    """How a council rates itself against a framework: compliant, but for the elements that are named.

    `partial` has reasons by element; `missing` have neither rating nor exhibit. `months` are the ages of the newest
    exhibits where they are not the usual ones. Owners take their turns.
    """

    framework: str
    owners: tuple[str, ...]
    plus: tuple[str, ...] = ()
    partial: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    missing: tuple[str, ...] = ()
    months: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    visits: tuple[VisitPlan, ...] = ()
    assessed_by: str = "The assessment body"


@dataclass(frozen=True)
class StandardPlan:
    """A promise to residents: with the published figure of a measure, or with one that the council states itself."""

    heading: str
    promise: str
    measure: str | None = None
    target: str = ""
    figure: str = ""
    source: str = ""


@dataclass(frozen=True)
class OtherSeriesPlan:
    """Figures that others count: by year, of the year before last, last year and this year."""

    name: str
    source: str
    counts: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
    month: int  # in which it is done
    target: float | None = None


def by_channel(*weights: float) -> Mapping[Channel, float]:
    """Weights of phone, web, e-mail, visits, webchat and letters."""
    return dict(zip(CHANNELS, weights, strict=True))
