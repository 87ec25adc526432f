"""The contacts of a scenario, each with its fate: drawn with a seed around figures that come out exactly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from survey_app.demo.allocation import allocate, scaled, seeded, shuffled, spread
from survey_app.demo.opening import counter_time, is_working_day, leisure_time, working_days_after
from survey_app.demo.scenarios.fates import ANSWERED, NOT_ASKED, UNSENT, Fate
from survey_app.demo.scenarios.plans import Reason, Scenario, ServicePlan, YearPlan
from survey_app.demo.scenarios.years import this_year, years_until
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.organisation.channels import Channel, CustomerKind

COOLING_OFF = timedelta(days=90)
LONGEST_OPEN = timedelta(days=16)
LANGUAGES, LANGUAGE_WEIGHTS = ("en", "pl", "ur", "ro", "cy"), (965, 12, 11, 8, 4)
GROUPS, GROUP_WEIGHTS = (None, "16 to 34", "35 to 64", "65 and over"), (62, 10, 18, 10)
ADVISERS = tuple(f"A{number:02}" for number in range(1, 37))
WITH_AN_ADVISER = frozenset({Channel.PHONE, Channel.FACE_TO_FACE, Channel.WEBCHAT, Channel.EMAIL})
AT_ANY_HOUR = frozenset({Channel.WEB, Channel.EMAIL})
WEEKEND = 0.45  # how much people do on their own screens on a day when the council is closed


@dataclass(slots=True)
class DemoContact:
    """One contact and what became of it. `number` and `customer_ref` come when all contacts stand in their order."""

    fate: Fate
    service: str
    channel: Channel
    reason: Reason
    occurred_on: date
    occurred_at: datetime
    closed_at: datetime | None
    site: str | None
    adviser_ref: str | None
    resolved_first_time: bool | None
    customer_kind: CustomerKind
    language: str
    customer_group: str | None
    number: int = 0
    customer_ref: str | None = None

    @property
    def is_asked(self) -> bool:
        return self.fate not in NOT_ASKED

    @property
    def is_sent(self) -> bool:
        return self.is_asked and self.fate not in UNSENT

    @property
    def is_answered(self) -> bool:
        return self.fate in ANSWERED


def make_contacts(scenario: Scenario, today: date, scale: float) -> list[DemoContact]:
    """All contacts of the three years, in the order of their times, numbered from 1.

    At scale 1 every count of the scenario comes out exactly, at others rounded. Nothing in them is after `today`.
    """
    contacts: list[DemoContact] = []
    for plan, year in zip(scenario.years, years_until(today), strict=True):
        of_year = list(_Year(scenario, plan, year, today, scale).contacts())
        _tell_fates_apart(of_year, scenario, seeded(scenario.name, today, scale, year.label, "finer"))
        contacts += of_year
    contacts.sort(key=lambda contact: contact.occurred_at)
    for number, contact in enumerate(contacts, 1):
        contact.number = number
    _say_who(contacts, seeded(scenario.name, today, scale, "people"))
    return contacts


def fates(scenario: Scenario, plan: YearPlan, scale: float) -> dict[Fate, int]:
    """How many contacts of a year meet which fate. Each total is scaled by itself, so that each is right to one."""
    contacts, asked, delivered = (scaled(count, scale) for count in (plan.contacts, plan.asked, plan.delivered))
    answered = scaled(plan.base + plan.dont_know, scale)
    base, satisfied, scanned = (scaled(count, scale) for count in (plan.base, plan.satisfied, plan.scanned))
    opted_out = scaled(plan.delivered // 100, scale)
    return {
        **allocate(contacts - asked, scenario.not_asked),
        **allocate(asked - delivered, scenario.not_delivered),
        Fate.OPTED_OUT_ASKED: opted_out,
        Fate.SCANNED: scanned,
        Fate.SILENT: delivered - answered - opted_out - scanned,
        Fate.NO_OPINION: answered - base,
        Fate.DISSATISFIED: base - satisfied,
        Fate.SATISFIED: satisfied,
    }


def _tell_fates_apart(contacts: Sequence[DemoContact], scenario: Scenario, rng: Random) -> None:
    """Some of one fate had another that looks much like it; how many is exact, which ones is left to chance."""
    for fate, proportions in scenario.finer.items():
        alike = [contact for contact in contacts if contact.fate is fate]
        if alike:
            for contact, finer in zip(alike, shuffled(rng, len(alike), proportions), strict=True):
                contact.fate = finer


class _Year:
    """Makes the contacts of one year."""

    def __init__(self, scenario: Scenario, plan: YearPlan, year: Period, today: date, scale: float) -> None:
        self._scenario = scenario
        self._plan = plan
        self._year = year
        self._this_year = this_year(today)
        self._today = today
        self._scale = scale
        self._rng = seeded(scenario.name, today, scale, year.label)
        self._plans = {service.code: service for service in scenario.services}
        self._months = {month.first.month: _Days(month) for month in year.split("month")}

    def contacts(self) -> Iterator[DemoContact]:
        for fate, count in fates(self._scenario, self._plan, self._scale).items():
            if count == 0:
                continue
            shares = allocate(count, self._services(fate))
            services = spread(shares)
            months = self._months_of(fate, services)
            channels = [channel for code, share in shares.items() for channel in self._channels(fate, code, share)]
            for code, month, channel in zip(services, months, channels, strict=True):
                yield self._contact(fate, self._plans[code], month, channel)

    def _services(self, fate: Fate) -> dict[str, float]:
        answers = self._plan.answers
        if fate is Fate.SATISFIED:
            return {code: satisfied for code, (satisfied, _base) in answers.items()}
        if fate is Fate.DISSATISFIED:
            return {code: base - satisfied for code, (satisfied, base) in answers.items()}
        leaning = self._scenario.leanings.get(fate, {})
        return {plan.code: plan.volume * leaning.get(plan.code, 1) for plan in self._scenario.services}

    def _months_of(self, fate: Fate, services: Sequence[str]) -> list[int]:
        weights = self._scenario.months
        if fate is not Fate.DISSATISFIED:
            return shuffled(self._rng, len(services), weights)
        # Left to chance: in exact proportion every month would have the same share, as no council has.
        months = self._rng.choices(list(weights), list(weights.values()), k=len(services))
        for dip in self._plan.dips:
            places = [place for place, code in enumerate(services) if code == dip.service]
            for place in places[: scaled(len(places), dip.share)]:
                months[place] = dip.month
        return months

    def _channels(self, fate: Fate, service: str, count: int) -> list[Channel]:
        leaning = self._scenario.leanings.get(fate, {})
        usual = self._plans[service].channels
        weights = {channel: weight * leaning.get(channel, 1) for channel, weight in usual.items()}
        return shuffled(self._rng, count, weights)

    def _contact(self, fate: Fate, plan: ServicePlan, month: int, channel: Channel) -> DemoContact:
        rng = self._rng
        if fate is Fate.SCANNED:
            day = rng.choice(wave_days(self._year))
        else:
            day = self._months[month].any_day(rng) if channel in AT_ANY_HOUR else self._months[month].open_day(rng)
        occurred_at = leisure_time(rng, day) if channel in AT_ANY_HOUR else counter_time(rng, day)
        (reason,) = rng.choices(plan.reasons, [reason.weight for reason in plan.reasons])
        has_adviser = channel in WITH_AN_ADVISER
        is_business = fate is Fate.SCANNED or rng.random() < plan.business
        return DemoContact(
            fate=fate,
            service=plan.code,
            channel=channel,
            reason=reason,
            occurred_on=day,
            occurred_at=occurred_at,
            closed_at=self._closed_at(plan, reason, day),
            site=self._site(day) if channel is Channel.FACE_TO_FACE and plan.has_desk else None,
            adviser_ref=rng.choice(ADVISERS) if has_adviser else None,
            resolved_first_time=rng.random() < (0.5 if reason.working_days else 0.9) if has_adviser else None,
            customer_kind=CustomerKind.BUSINESS if is_business else CustomerKind.RESIDENT,
            language=rng.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0],
            customer_group=None if is_business else rng.choices(GROUPS, GROUP_WEIGHTS)[0],
        )

    def _closed_at(self, plan: ServicePlan, reason: Reason, day: date) -> datetime | None:
        """When the case was closed, if there was one and it is closed by now."""
        if reason.working_days is None:
            return None
        usual = reason.working_days
        for quicker in self._scenario.quicker:
            if quicker.service == plan.code and quicker.window.holds(day, self._this_year):
                usual = min(usual, quicker.working_days)
        took = max(0, round(self._rng.gauss(usual, usual / 5)))
        closed_on = working_days_after(day, max(1, took))
        return counter_time(self._rng, closed_on) if closed_on < self._today else None

    def _site(self, day: date) -> str:
        open_sites = [site for site in self._scenario.sites if site.open.holds(day, self._this_year)]
        (site,) = self._rng.choices(open_sites, [site.pull for site in open_sites])
        return site.code


class _Days:
    """The days of a month, by how much happens on them."""

    def __init__(self, month: Period) -> None:
        length = (month.last - month.first).days + 1
        self._all = [month.first + timedelta(days=n) for n in range(length)]
        self._open = [day for day in self._all if is_working_day(day)]
        self._weights = list(accumulate(1.0 if is_working_day(day) else WEEKEND for day in self._all))

    def open_day(self, rng: Random) -> date:
        return rng.choice(self._open)

    def any_day(self, rng: Random) -> date:
        return rng.choices(self._all, cum_weights=self._weights)[0]


def wave_days(year: Period) -> tuple[date, date]:
    """The contact days of a scanner wave, in October's second week; its messages go out a day after each."""
    second_week = date(year.first.year, 10, 8)
    monday = second_week + timedelta(days=-second_week.weekday() % 7)
    return monday, monday + ONE_DAY


def _say_who(contacts: Sequence[DemoContact], rng: Random) -> None:
    """The council's references for people. Whoever was asked too recently, or had opted out, is somebody who was."""
    asked, opted_out = _People(), _People()
    for contact in contacts:
        day = contact.occurred_on
        if contact.is_asked:
            contact.customer_ref = f"P{contact.number:07}"
            asked.add(day, contact.customer_ref)
            if contact.fate in (Fate.OPTED_OUT_UNSENT, Fate.OPTED_OUT_ASKED):
                opted_out.add(day, contact.customer_ref)
        elif contact.fate in (Fate.RECENTLY_ASKED, Fate.SAME_CASE):
            contact.customer_ref = asked.anybody(rng, day - COOLING_OFF, day)
        elif contact.fate is Fate.OPTED_OUT:
            contact.customer_ref = opted_out.anybody(rng, date.min, day - LONGEST_OPEN)


class _People:
    """People by the day on which they became what they have in common."""

    def __init__(self) -> None:
        self._days: list[date] = []
        self._refs: list[str] = []

    def add(self, day: date, ref: str) -> None:
        self._days.append(day)
        self._refs.append(ref)

    def anybody(self, rng: Random, since: date, before: date) -> str | None:
        """One of those from `since` on and before `before`, if there is one."""
        first, after = bisect_left(self._days, since), bisect_left(self._days, before)
        return self._refs[rng.randrange(first, after)] if first < after else None
