"""The scenarios as data: what each one has to show. What is drawn at random is drawn around these figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from survey_app.kernel.periods import Period
from survey_app.organisation.channels import Channel


class Fate(StrEnum):
    """What became of a contact on its way to an answer. The first ten are reasons why nobody was asked."""

    NOT_SAMPLED = "not_sampled"
    NO_ADDRESS = "no_address"
    RECENTLY_ASKED = "recently_asked"
    SAME_CASE = "same_case"
    SENSITIVE = "sensitive"
    OPTED_OUT = "opted_out"
    OPEN_COMPLAINT = "open_complaint"
    DO_NOT_SURVEY = "do_not_survey"
    STAFF = "staff"
    TOO_OLD = "too_old"
    OPTED_OUT_UNSENT = "opted_out_unsent"  # after the draw, before the message
    TOO_OLD_UNSENT = "too_old_unsent"
    FAILED = "failed"
    UNDELIVERABLE = "undeliverable"  # the address does not exist
    UNAVAILABLE = "unavailable"  # the mailbox was full
    STOPPED_BY_NETWORK = "stopped_by_network"
    OPTED_OUT_ASKED = "opted_out_asked"  # by the link in the message
    SILENT = "silent"
    SCANNED = "scanned"  # a mail scanner sent the form: quarantined, never counted
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"  # or neither: in the base and not in the numerator
    NO_OPINION = "no_opinion"  # answered "I do not know": outside the base


NOT_ASKED = (
    Fate.NOT_SAMPLED,
    Fate.NO_ADDRESS,
    Fate.RECENTLY_ASKED,
    Fate.SAME_CASE,
    Fate.SENSITIVE,
    Fate.OPTED_OUT,
    Fate.OPEN_COMPLAINT,
    Fate.DO_NOT_SURVEY,
    Fate.STAFF,
    Fate.TOO_OLD,
)
RETURNED = (Fate.UNDELIVERABLE, Fate.UNAVAILABLE, Fate.STOPPED_BY_NETWORK)
UNSENT = (Fate.OPTED_OUT_UNSENT, Fate.TOO_OLD_UNSENT, Fate.FAILED)
ANSWERED = (Fate.SATISFIED, Fate.DISSATISFIED, Fate.NO_OPINION)


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
    """A year's figures, exactly. `answers` are satisfied and base by service; `drivers` favourable shares."""

    contacts: int
    asked: int
    delivered: int
    dont_know: int
    answers: Mapping[str, tuple[int, int]]
    drivers: Mapping[str, float]
    dips: tuple[Dip, ...] = ()
    scanned: int = 0

    @property
    def satisfied(self) -> int:
        return sum(satisfied for satisfied, _base in self.answers.values())

    @property
    def base(self) -> int:
        return sum(base for _satisfied, base in self.answers.values())


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


@dataclass(frozen=True)
class Scenario:
    """A council of a kind, with three years of answers. `years` are the year before last, last year and this year."""

    name: str
    summary: str
    council: str
    domain: str
    reference_prefix: str
    services: tuple[ServicePlan, ...]
    sites: tuple[SitePlan, ...]
    years: tuple[YearPlan, YearPlan, YearPlan]
    months: Mapping[int, float]
    targets: tuple[TargetPlan, ...]
    users: tuple[DemoUser, ...]
    sampling_fraction: float
    headline: str  # the measure named as headline of each year, before it began
    not_asked: Mapping[Fate, float]
    not_delivered: Mapping[Fate, float]
    finer: Mapping[Fate, Mapping[Fate, float]]  # of one fate, in which proportion it was this or another
    leanings: Mapping[Fate, Mapping[str, float]] = field(default_factory=lambda: MappingProxyType({}))
    splits: tuple[Split, ...] = ()
    quicker: tuple[Quicker, ...] = ()
    stories: tuple[Story, ...] = ()
    pins: tuple[Pin, ...] = ()
    claims: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # by number of the element


def this_year(today: date) -> Period:
    """The last full financial year before `today`."""
    return Period.financial_year(Period.financial_year_of(today).first.year - 1)


def years_until(today: date) -> tuple[Period, Period, Period]:
    """The year before last, last year and this year, as `today` sees them."""
    start = this_year(today).first.year
    return Period.financial_year(start - 2), Period.financial_year(start - 1), Period.financial_year(start)


_CHANNELS = (Channel.PHONE, Channel.WEB, Channel.EMAIL, Channel.FACE_TO_FACE, Channel.WEBCHAT, Channel.LETTER)


def _channels(*weights: float) -> Mapping[Channel, float]:
    """Weights of phone, web, e-mail, visits, webchat and letters."""
    return dict(zip(_CHANNELS, weights, strict=True))


_RECEPTION_OPENS = MonthDay(6, 2)
_OFFICERS_AT_THE_DESK = MonthDay(9, 1)
_QUICKER_BENEFITS = MonthDay(10, 6)

BOROUGH = Scenario(
    name="borough",
    summary="A borough council: 99% satisfied against a target of over 90%, 97% the year before.",
    council="Anyborough Council",
    domain="anyborough.example",
    reference_prefix="AB",
    services=(
        ServicePlan(
            "planning",
            "Planning",
            "Planning support",
            0.064,
            _channels(34, 30, 28, 5, 1, 2),
            (
                Reason("Progress of an application", 46, 12),
                Reason("Advice before applying", 24, 15),
                Reason("Comment on an application", 18),
                Reason("Building control", 12, 3),
            ),
            business=0.2,
        ),
        ServicePlan(
            "housing",
            "Housing options",
            "Housing options",
            0.158,
            _channels(44, 14, 12, 26, 3, 1),
            (
                Reason("Housing register", 38, 8),
                Reason("At risk of homelessness", 22, 5),
                Reason("Repair in temporary accommodation", 25, 3),
                Reason("Advice for private tenants", 15),
            ),
        ),
        ServicePlan(
            "waste",
            "Waste and recycling",
            "Waste contract team",
            0.196,
            _channels(40, 42, 10, 1, 7, 0.4),
            (
                Reason("Missed collection", 36, 2),
                Reason("New or replacement bin", 28, 6),
                Reason("Bulky collection", 16, 7),
                Reason("Garden waste", 20),
            ),
            business=0.05,
        ),
        ServicePlan(
            "council-tax",
            "Council tax",
            "Revenues",
            0.215,
            _channels(52, 22, 13, 6, 5, 2),
            (
                Reason("Moving home", 32, 5),
                Reason("Bill or instalments", 36),
                Reason("Discount or exemption", 22, 9),
                Reason("Reminder or summons", 10),
            ),
            business=0.06,
        ),
        ServicePlan(
            "benefits",
            "Benefits",
            "Benefits assessment",
            0.118,
            _channels(45, 18, 12, 19, 4, 2),
            (
                Reason("New claim", 34, 24),
                Reason("Change of circumstances", 36, 24),
                Reason("Progress of a claim", 20),
                Reason("Payment", 10),
            ),
        ),
        ServicePlan(
            "parking",
            "Parking and permits",
            "Parking services",
            0.112,
            _channels(30, 44, 16, 4, 5, 1),
            (
                Reason("Resident's permit", 48, 3),
                Reason("Challenge to a penalty charge", 30, 14),
                Reason("Visitors' vouchers", 22),
            ),
            business=0.05,
        ),
        ServicePlan(
            "libraries",
            "Libraries",
            "Libraries",
            0.078,
            _channels(18, 30, 8, 43, 1, 0.2),
            (Reason("Loans and renewals", 55), Reason("Computers and printing", 25), Reason("Events", 20)),
            has_desk=False,
        ),
        ServicePlan(
            "registrars",
            "Registrars",
            "Registration service",
            0.048,
            _channels(38, 24, 8, 29, 1, 1),
            (Reason("Birth", 34, 2), Reason("Death", 30, 1), Reason("Marriage", 20, 10), Reason("Certificate", 16, 4)),
        ),
        ServicePlan(
            "licensing",
            "Licensing",
            "Licensing",
            0.007,
            _channels(26, 36, 30, 6, 1, 1),
            (Reason("Taxi licence", 55, 18), Reason("Premises licence", 30, 24), Reason("Street trading", 15, 10)),
            business=0.6,
        ),
        ServicePlan(
            "cemeteries",
            "Cemeteries",
            "Bereavement services",
            0.013,
            _channels(58, 8, 14, 14, 0.2, 6),
            (Reason("Burial or cremation", 60, 4), Reason("Memorial", 40, 15)),
        ),
    ),
    sites=(
        SitePlan("town-hall", "Town Hall", 0.38),
        SitePlan("riverside-house", "Riverside House", 0.62, Window(since=_RECEPTION_OPENS)),
    ),
    years=(
        YearPlan(
            contacts=93_205,
            asked=9_980,
            delivered=9_506,
            dont_know=6,
            answers={
                "planning": (74, 77),
                "housing": (160, 174),
                "waste": (208, 214),
                "council-tax": (241, 247),
                "benefits": (135, 140),
                "parking": (123, 127),
                "libraries": (95, 96),
                "registrars": (55, 56),
                "licensing": (7, 7),
                "cemeteries": (11, 12),
            },
            drivers={
                "delivery": 0.950,
                "timeliness": 0.928,
                "information": 0.905,
                "professionalism": 0.985,
                "staff_attitude": 0.988,
                "access": 0.940,
                "resolved": 0.865,
            },
        ),
        YearPlan(
            contacts=94_880,
            asked=10_120,
            delivered=9_655,
            dont_know=5,
            answers={
                "planning": (77, 80),
                "housing": (165, 180),
                "waste": (215, 221),
                "council-tax": (251, 255),
                "benefits": (141, 144),
                "parking": (128, 131),
                "libraries": (99, 100),
                "registrars": (57, 58),
                "licensing": (7, 7),
                "cemeteries": (12, 12),
            },
            drivers={
                "delivery": 0.958,
                "timeliness": 0.935,
                "information": 0.915,
                "professionalism": 0.988,
                "staff_attitude": 0.990,
                "access": 0.945,
                "resolved": 0.870,
            },
            dips=(Dip("waste", month=11, share=0.84),),  # collections missed after a change of rounds
        ),
        YearPlan(
            contacts=96_412,
            asked=10_314,
            delivered=9_826,
            dont_know=4,
            answers={
                "planning": (71, 78),
                "housing": (186, 187),
                "waste": (229, 230),
                "council-tax": (261, 262),
                "benefits": (149, 150),
                "parking": (136, 137),
                "libraries": (104, 104),
                "registrars": (62, 62),
                "licensing": (8, 8),
                "cemeteries": (16, 16),
            },
            drivers={
                "delivery": 0.976,
                "timeliness": 0.937,
                "information": 0.929,
                "professionalism": 0.990,
                "staff_attitude": 0.991,
                "access": 0.960,
                "resolved": 0.895,
            },
            scanned=41,
        ),
    ),
    months={4: 98, 5: 101, 6: 104, 7: 107, 8: 96, 9: 110, 10: 112, 11: 105, 12: 84, 1: 108, 2: 103, 3: 106},
    targets=(
        TargetPlan("satisfaction", 0.90, is_over=True),
        TargetPlan("delivery", 0.90),
        TargetPlan("timeliness", 0.85),
        TargetPlan("information", 0.90),
        TargetPlan("professionalism", 0.90),
        TargetPlan("staff_attitude", 0.90),
        TargetPlan("access", 0.90),
        TargetPlan("resolved", 0.85),
    ),
    users=(
        DemoUser("cse.lead@anyborough.example", "Priya Shah", "cse_lead"),
        DemoUser("manager.planning@anyborough.example", "Tom Ellis", "service_manager", ("planning",)),
        DemoUser("manager.housing@anyborough.example", "Grace Adeyemi", "service_manager", ("housing",)),
        DemoUser("adviser@anyborough.example", "Sam Okafor", "adviser", ("council-tax", "benefits")),
        DemoUser("assessor@anyborough.example", "Alan Whitfield", "assessor"),
        DemoUser("admin@anyborough.example", "Jo Carter", "administrator"),
    ),
    sampling_fraction=0.18,
    headline="satisfaction",
    not_asked={
        Fate.NOT_SAMPLED: 47_588,
        Fate.NO_ADDRESS: 21_340,
        Fate.RECENTLY_ASKED: 9_870,
        Fate.SENSITIVE: 2_410,
        Fate.OPTED_OUT: 1_630,
        Fate.OPEN_COMPLAINT: 1_480,
        Fate.DO_NOT_SURVEY: 1_265,
        Fate.TOO_OLD: 515,
    },
    not_delivered={
        Fate.UNDELIVERABLE: 371,
        Fate.OPTED_OUT_UNSENT: 52,
        Fate.FAILED: 38,
        Fate.TOO_OLD_UNSENT: 27,
    },
    finer={
        Fate.RECENTLY_ASKED: {Fate.RECENTLY_ASKED: 7_666, Fate.SAME_CASE: 2_204},
        Fate.DO_NOT_SURVEY: {Fate.DO_NOT_SURVEY: 768, Fate.STAFF: 497},
        Fate.UNDELIVERABLE: {Fate.UNDELIVERABLE: 279, Fate.UNAVAILABLE: 61, Fate.STOPPED_BY_NETWORK: 31},
    },
    # By service or channel; 1 where nothing is said.
    leanings={
        Fate.NO_ADDRESS: {"phone": 1.4, "face_to_face": 1.7, "letter": 1.8, "web": 0.1, "email": 0.02, "webchat": 0.3},
        Fate.SENSITIVE: {"housing": 2.5, "registrars": 3.0, "cemeteries": 5.0, "benefits": 1.3},
        Fate.OPEN_COMPLAINT: {"waste": 1.8, "housing": 1.5, "planning": 1.5},
        Fate.SATISFIED: {"web": 0.86, "face_to_face": 1.4, "letter": 1.4, "webchat": 1.06},
        Fate.DISSATISFIED: {"web": 0.9, "email": 1.6, "face_to_face": 0.9},
        Fate.SCANNED: {"phone": 0.02, "face_to_face": 0.02, "letter": 0.02, "webchat": 0.1, "libraries": 0.1},
    },
    splits=(
        Split("resolved", 0.773, Window(until=_OFFICERS_AT_THE_DESK), service="housing"),
        Split("resolved", 0.894, Window(since=_OFFICERS_AT_THE_DESK), service="housing"),
        Split("access", 0.885, Window(until=_RECEPTION_OPENS), channel=Channel.FACE_TO_FACE),
        Split("access", 0.972, Window(since=_RECEPTION_OPENS), channel=Channel.FACE_TO_FACE),
        Split("timeliness", 0.871, Window(until=_QUICKER_BENEFITS), service="benefits"),
        Split("timeliness", 0.919, Window(since=_QUICKER_BENEFITS), service="benefits"),
    ),
    quicker=(Quicker("benefits", 17, Window(since=_QUICKER_BENEFITS)),),
    stories=(
        Story("hearing-back", service="planning", pull=1.0),
        Story("missed-collections", service="waste", pull=0.8),
        Story("passed-around", Window(until=_OFFICERS_AT_THE_DESK), service="housing", pull=0.8),
        Story(
            "front-desk", Window(since=_OFFICERS_AT_THE_DESK), service="housing", channel=Channel.FACE_TO_FACE, pull=0.9
        ),
        Story("quicker-decisions", Window(since=_QUICKER_BENEFITS), service="benefits", pull=0.3),
        Story("riverside-reception", Window(since=_RECEPTION_OPENS), channel=Channel.FACE_TO_FACE, pull=0.3),
    ),
    pins=(
        Pin("satisfaction", ("1.3.2", "1.3.4", "2.1.4"), is_chart=True),
        Pin("response_rate", ("1.3.1",)),
        Pin("delivery", ("1.3.3", "4.2.2")),
        Pin("timeliness", ("1.3.3", "5.3.1")),
        Pin("information", ("1.3.3", "3.2.1")),
        Pin("professionalism", ("1.3.3", "2.2.2")),
        Pin("staff_attitude", ("1.3.3", "2.1.4", "2.2.2")),
        Pin("access", ("3.3.1",)),
        Pin("resolved", ("5.2.2",)),
    ),
    claims=MappingProxyType(
        {
            "1.3.2": "We ask people after they contact us, in every service and by every channel, and publish how many "
            "answered beside what they said.",
            "1.3.4": "Our target is that over 90% are satisfied. It was set before the year began, and whether a year "
            "beat the last is tested before we say so.",
            "2.1.4": "Everybody who answers is asked whether the people they dealt with were polite and listened. What "
            "they say stands beside this claim, with its base and interval.",
        }
    ),
)

SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in (BOROUGH,)}
