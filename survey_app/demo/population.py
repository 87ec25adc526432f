"""The contacts of a scenario, each with its fate: drawn with a seed around figures that come out exactly."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from survey_app.demo.allocation import allocate, chunks, scaled, seeded, shuffled, spread
from survey_app.demo.opening import counter_time, is_open, leisure_time, working_days_after
from survey_app.demo.scenarios.fates import ANSWERED, NOT_ASKED, UNSENT, Fate
from survey_app.demo.scenarios.plans import Reason, ServicePlan, YearPlan
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year, years_until
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.organisation.channels import Channel, CustomerKind

COOLING_OFF = timedelta(days=90)
LONGEST_OPEN = timedelta(days=16)
ENGLISH = "en"
LANGUAGES, LANGUAGE_WEIGHTS = (ENGLISH, "pl", "ur", "ro", "cy"), (965, 12, 11, 8, 4)
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
    case_ref: str | None = None

    @property
    def is_asked(self) -> bool:
        return self.fate not in NOT_ASKED

    @property
    def is_sent(self) -> bool:
        return self.is_asked and self.fate not in UNSENT

    @property
    def is_answered(self) -> bool:
        return self.fate in ANSWERED


def contacts_by_year(
    scenario: Scenario, today: date, scale: float, progress: Callable[[int], None] = lambda _drawn: None
) -> Iterator[list[DemoContact]]:
    """The contacts of one year after the other, each in the order of their times, numbered from 1 through all years.

    At scale 1 every count of the scenario comes out exactly, at others rounded. Nothing in them is after `today`. Of a
    large council one year is as much as fits well into memory: whoever takes it lets it go before the next. `progress`
    is told how many were drawn.
    """
    people = _People(seeded(scenario.name, today, scale, "people"))
    before = 0
    for plan, year in zip(scenario.years, years_until(today), strict=True):
        contacts: list[DemoContact] = []
        for chunk in chunks(_Year(scenario, plan, year, today, scale).contacts()):
            contacts += chunk
            progress(len(chunk))
        _tell_fates_apart(contacts, scenario, seeded(scenario.name, today, scale, year.label, "finer"))
        contacts.sort(key=lambda contact: contact.occurred_at)
        for number, contact in enumerate(contacts, before + 1):
            contact.number = number
            people.say_who(contact)
        before += len(contacts)
        yield contacts
        del contacts


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
        saturdays = scenario.opens_saturdays
        self._months = {month.first.month: _Days(month, saturdays) for month in year.split("month")}

    def contacts(self) -> Iterator[DemoContact]:
        for plan in self._plan.parts:
            yield from self._part(plan)

    def _part(self, plan: YearPlan) -> Iterator[DemoContact]:
        left = {channel: scaled(count, self._scale) for channel, count in plan.channels.items()}
        counts = fates(self._scenario, plan, self._scale)
        if left:  # those who were not sampled are most, and come last: they make up what is left of each channel
            counts[Fate.NOT_SAMPLED] = counts.pop(Fate.NOT_SAMPLED)
        for fate, count in counts.items():
            if count == 0:
                continue
            shares = allocate(count, self._services(plan, fate))
            services = spread(shares)
            months = self._months_of(plan, fate, services)
            channels = [channel for code, share in shares.items() for channel in self._channels(fate, code, share)]
            if left and fate is Fate.NOT_SAMPLED:
                self._make_up(channels, left)
            for channel in channels if left else ():
                left[channel] -= 1
            for code, month, channel in zip(services, months, channels, strict=True):
                yield self._contact(fate, self._plans[code], month, channel)

    def _make_up(self, channels: list[Channel], wanted: Mapping[Channel, int]) -> None:
        """Change as few as it takes for each channel to come as often as is wanted; at a small scale one may be off."""
        found = Counter(channels)
        missing = [channel for channel, count in wanted.items() for _ in range(count - found[channel])]
        surplus = Counter({channel: count - wanted.get(channel, 0) for channel, count in found.items()})
        for place in self._rng.sample(range(len(channels)), len(channels)):
            if not missing:
                break
            if surplus[channels[place]] > 0:
                surplus[channels[place]] -= 1
                channels[place] = missing.pop()

    def _services(self, plan: YearPlan, fate: Fate) -> dict[str, float]:
        if fate is Fate.SATISFIED:
            return {code: satisfied for code, (satisfied, _base) in plan.answers.items()}
        if fate is Fate.DISSATISFIED:
            return {code: base - satisfied for code, (satisfied, base) in plan.answers.items()}
        leaning = self._scenario.leanings.get(fate, {})
        used = (self._plans[code] for code in self._plans if code in plan.answers)
        return {service.code: service.volume * leaning.get(service.code, 1) for service in used}

    def _months_of(self, plan: YearPlan, fate: Fate, services: Sequence[str]) -> list[int]:
        weights = plan.months or self._scenario.months
        if fate is not Fate.DISSATISFIED:
            return shuffled(self._rng, len(services), weights)
        # Left to chance: in exact proportion every month would have the same share, as no council has.
        months = self._rng.choices(list(weights), list(weights.values()), k=len(services))
        for dip in plan.dips:
            places = [place for place, code in enumerate(services) if code == dip.service]
            for place in places[: scaled(len(places), dip.share)]:
                months[place] = dip.month
        return months

    def _channels(self, fate: Fate, service: str, count: int) -> list[Channel]:
        leaning = self._scenario.leanings.get(fate, {})
        usual = self._plans[service].channels
        weights = {channel: weight * leaning.get(channel, 1) for channel, weight in usual.items() if weight}
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
        public = CustomerKind.BUSINESS if is_business else CustomerKind.RESIDENT
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
            customer_kind=plan.customers or public,
            language=ENGLISH if plan.customers else rng.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0],
            customer_group=None if is_business or plan.customers else rng.choices(GROUPS, GROUP_WEIGHTS)[0],
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

    def __init__(self, month: Period, has_saturdays: bool) -> None:
        length = (month.last - month.first).days + 1
        self._all = [month.first + timedelta(days=n) for n in range(length)]
        self._open = [day for day in self._all if is_open(day, has_saturdays=has_saturdays)]
        self._weights = list(accumulate(1.0 if day in self._open else WEEKEND for day in self._all))

    def open_day(self, rng: Random) -> date:
        return rng.choice(self._open)

    def any_day(self, rng: Random) -> date:
        return rng.choices(self._all, cum_weights=self._weights)[0]


def wave_days(year: Period) -> tuple[date, date]:
    """The contact days of a scanner wave, in October's second week; its messages go out a day after each."""
    second_week = date(year.first.year, 10, 8)
    monday = second_week + timedelta(days=-second_week.weekday() % 7)
    return monday, monday + ONE_DAY


class _People:
    """The council's references for people. Whoever was asked too recently, or had opted out, is somebody who was."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._asked, self._with_case, self._opted_out = _Known(), _Known(), _Known()

    def say_who(self, contact: DemoContact) -> None:
        """Contacts come in the order of their times."""
        day = contact.occurred_on
        somebody = None
        if contact.is_asked:
            contact.customer_ref = f"P{contact.number:07}"
            if contact.reason.working_days is not None:
                contact.case_ref = f"C{contact.number:07}"
                self._with_case.add(contact)
            self._asked.add(contact)
            if contact.fate in (Fate.OPTED_OUT_UNSENT, Fate.OPTED_OUT_ASKED):
                self._opted_out.add(contact)
        elif contact.fate is Fate.SAME_CASE:
            somebody = self._with_case.anybody(self._rng, day - COOLING_OFF, day)
            contact.case_ref = somebody.case_ref if somebody else None
        elif contact.fate is Fate.RECENTLY_ASKED:
            somebody = self._asked.anybody(self._rng, day - COOLING_OFF, day)
        elif contact.fate is Fate.OPTED_OUT:
            somebody = self._opted_out.anybody(self._rng, date.min, day - LONGEST_OPEN)
        if somebody is not None:
            contact.customer_ref = somebody.customer_ref


class _Known:
    """Contacts by the day on which their people became what they have in common."""

    def __init__(self) -> None:
        self._days: list[date] = []
        self._contacts: list[DemoContact] = []

    def add(self, contact: DemoContact) -> None:
        self._days.append(contact.occurred_on)
        self._contacts.append(contact)

    def anybody(self, rng: Random, since: date, before: date) -> DemoContact | None:
        """One of those from `since` on and before `before`, if there is one."""
        first, after = bisect_left(self._days, since), bisect_left(self._days, before)
        return self._contacts[rng.randrange(first, after)] if first < after else None
