"""What the residents of a scenario answer: drivers that go with satisfaction, and comments that fit both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from survey_app.demo.allocation import chosen, scaled, seeded
from survey_app.demo.opening import leisure_time
from survey_app.demo.population import ENGLISH, DemoContact
from survey_app.demo.scenarios.fates import Fate
from survey_app.demo.scenarios.plans import Split, Story, YearPlan
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.years import this_year, years_until
from survey_app.demo.texts import ANY_SERVICE, CommentText, OpenQuestion, Tone
from survey_app.kernel.clock import day_starts_at
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.organisation.channels import PUBLIC

MOST_WORDS_ALIKE = 3  # "no", "none" and "not really" are written by many
# How many days after the message an answer comes; the fifth is the day after the reminder.
DELAYS, DELAY_WEIGHTS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12), (46, 14, 7, 4, 15, 6, 3, 2, 2, 1)
# Of all who answer, how many say that a driver does not apply, and how many leave it empty.
OUTSIDE: Mapping[str, tuple[float, float]] = {
    "delivery": (0.012, 0.007),
    "timeliness": (0.021, 0.011),
    "information": (0.040, 0.014),
    "professionalism": (0.010, 0.006),
    "staff_attitude": (0.008, 0.005),
    "access": (0.034, 0.012),
    "resolved": (0.030, 0.012),
}
VERY, FAIRLY, NEVER_MIND = "5", "4", "dk"
# How much likelier somebody with this overall answer is to disagree with the statement of a driver.
LIKELIER: Mapping[str, float] = {VERY: 1, FAIRLY: 5, NEVER_MIND: 2}
LIKELIER_DISSATISFIED = 60
TONES: Mapping[tuple[OpenQuestion, bool], Mapping[Tone, float]] = {
    (OpenQuestion.WHY, True): {Tone.PRAISE: 76, Tone.MIXED: 13, Tone.NEUTRAL: 11},
    (OpenQuestion.WHY, False): {Tone.COMPLAINT: 88, Tone.MIXED: 12},
    (OpenQuestion.IMPROVE, True): {Tone.REQUEST: 46, Tone.NEUTRAL: 26, Tone.PRAISE: 16, Tone.MIXED: 12},
    (OpenQuestion.IMPROVE, False): {Tone.COMPLAINT: 62, Tone.REQUEST: 28, Tone.MIXED: 10},
}
WRITES: Mapping[tuple[OpenQuestion, bool], float] = {
    (OpenQuestion.WHY, True): 0.33,
    (OpenQuestion.WHY, False): 0.8,
    (OpenQuestion.IMPROVE, True): 0.25,
    (OpenQuestion.IMPROVE, False): 0.4,
}


@dataclass(slots=True)
class DemoResponse:
    """One submitted survey: option codes and texts by question code."""

    contact: DemoContact
    submitted_at: datetime
    answered_in: str
    choices: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def overall(self) -> str:
        return self.choices["satisfaction"]

    @property
    def is_satisfied(self) -> bool:
        return self.contact.fate is Fate.SATISFIED


def sent_at(contact: DemoContact) -> datetime:
    """When its invitation goes out: on the morning after the contact, spread over the first hours."""
    return morning_after(contact.occurred_on) + timedelta(seconds=10 + contact.number % 3_000)


@cache
def morning_after(day: date) -> datetime:
    """When the messages about a day begin to go out."""
    return day_starts_at(day + ONE_DAY) + timedelta(hours=6)


def make_responses(
    scenario: Scenario,
    contacts: Sequence[DemoContact],
    texts: Sequence[CommentText],
    today: date,
    scale: float,
) -> list[DemoResponse]:
    """All submitted surveys, in the order of their contacts; people answer in a language of `texts`.

    Nothing is submitted after `today` began, except that the last day of a year that ended yesterday is answered on
    the morning of today.
    """
    rng = seeded(scenario.name, today, scale, "answers")
    languages = frozenset(text.language for text in texts)
    responses = [
        _response(rng, contact, today, languages)
        for contact in contacts
        if contact.is_answered or contact.fate is Fate.SCANNED
    ]
    now = this_year(today)
    for plan, year in zip(scenario.years, years_until(today), strict=True):
        of_year = [r for r in responses if r.contact.occurred_on in year and r.contact.is_answered]
        for part in plan.parts:
            of_part = [r for r in of_year if part.holds(r.contact.service, r.contact.occurred_on)]
            _answer_drivers(rng, part, scenario.splits, of_part, now)
            for driver, favourable in part.counted.items():
                _take_sides(rng, driver, of_part, len(of_part) - min(len(of_part), scaled(favourable, scale)))
    public = [r for r in reversed(responses) if r.contact.is_answered and r.contact.customer_kind in PUBLIC]
    _write(rng, scenario, public, texts, now)
    return responses


def _response(rng: Random, contact: DemoContact, today: date, languages: frozenset[str]) -> DemoResponse:
    sent = sent_at(contact)
    if contact.fate is Fate.SCANNED:
        seconds = rng.randrange(3, 40)
        return DemoResponse(contact, sent + timedelta(seconds=seconds), ENGLISH, {"satisfaction": VERY})
    (delay,) = rng.choices(DELAYS, DELAY_WEIGHTS)
    natural = leisure_time(rng, contact.occurred_on + (1 + delay) * ONE_DAY)
    latest = day_starts_at(today) - timedelta(seconds=rng.randrange(1, 3_600))
    submitted_at = max(sent + timedelta(minutes=rng.randrange(5, 60)), min(natural, latest))
    return DemoResponse(
        contact,
        submitted_at,
        contact.language if contact.language in languages and rng.random() < 0.8 else ENGLISH,
        {"satisfaction": _overall(rng, contact.fate)},
    )


def _overall(rng: Random, fate: Fate) -> str:
    if fate is Fate.SATISFIED:
        return rng.choices((VERY, FAIRLY), (74, 26))[0]
    return rng.choices(("3", "2", "1"), (42, 33, 25))[0] if fate is Fate.DISSATISFIED else NEVER_MIND


def _answer_drivers(
    rng: Random, plan: YearPlan, splits: Sequence[Split], responses: Sequence[DemoResponse], now: Period
) -> None:
    """Answers to the drivers, favourable in the share that the plan, and each of its splits, says."""
    for driver, share in plan.drivers.items():
        does_not_apply, blank = (scaled(len(responses), part) for part in OUTSIDE[driver])
        order = rng.sample(range(len(responses)), len(responses))
        for place in order[:does_not_apply]:
            responses[place].choices[driver] = "too_early" if driver == "resolved" else "na"
        substantive = [responses[place] for place in sorted(order[does_not_apply + blank :])]
        against = len(substantive) - scaled(len(substantive), share)
        for members, own_share in _parts(driver, splits, substantive, now):
            count = against if own_share is None else len(members) - scaled(len(members), own_share)
            against -= count
            _take_sides(rng, driver, members, max(0, count))


def _parts(
    driver: str, splits: Sequence[Split], responses: Sequence[DemoResponse], now: Period
) -> Iterator[tuple[list[DemoResponse], float | None]]:
    """The answers of each split with its share, then all others, whose share is what remains of the whole."""
    rest = list(responses)
    for split in splits:
        if split.driver != driver:
            continue
        members = [r for r in rest if _is_in(split, r.contact, now)]
        rest = [r for r in rest if not _is_in(split, r.contact, now)]
        yield [r for r in members if split.window.is_early(r.contact.occurred_on)], split.share
        yield [r for r in members if not split.window.is_early(r.contact.occurred_on)], split.share
    yield rest, None


def _is_in(part: Split | Story, contact: DemoContact, now: Period) -> bool:
    return (
        part.service in (None, contact.service)
        and part.channel in (None, contact.channel)
        and part.window.holds(contact.occurred_on, now)
    )


def _take_sides(rng: Random, driver: str, members: Sequence[DemoResponse], against: int) -> None:
    weights = [LIKELIER.get(response.overall, LIKELIER_DISSATISFIED) for response in members]
    critical = chosen(rng, weights, against)
    for place, response in enumerate(members):
        option = _critical if place in critical else _favourable
        response.choices[driver] = option(rng, driver, response.overall)


def _favourable(rng: Random, driver: str, overall: str) -> str:
    if driver == "resolved":
        return "yes"
    return VERY if rng.random() < (0.8 if overall == VERY else 0.25) else FAIRLY


def _critical(rng: Random, driver: str, overall: str) -> str:
    if driver == "resolved":
        return "partly" if rng.random() < (0.75 if overall in (VERY, FAIRLY) else 0.35) else "no"
    return rng.choices(("3", "2", "1"), (60, 30, 10) if overall in (VERY, FAIRLY) else (30, 40, 30))[0]


def _write(
    rng: Random, scenario: Scenario, responses: Sequence[DemoResponse], texts: Sequence[CommentText], now: Period
) -> None:
    """Give about a third of the responses a why and a quarter an idea: the newest first, so that theirs are fresh."""
    deck = _Deck(rng, texts)
    for response in responses:
        contact = response.contact
        told = {story.code: story.pull for story in scenario.stories if _is_in(story, contact, now)}
        for question in OpenQuestion:
            kind = (question, response.is_satisfied or contact.fate is Fate.NO_OPINION)
            if rng.random() >= WRITES[kind] * scenario.writes:
                continue
            year = Period.financial_year_of(contact.occurred_on)
            for tone in _in_random_order(rng, TONES[kind]):
                fitting = deck.fitting(question, tone, contact.service, response.answered_in, told)
                if (text := deck.deal(fitting, told, year)) is not None:
                    response.texts[question.value] = text
                    break


def _in_random_order(rng: Random, weights: Mapping[Tone, float]) -> list[Tone]:
    """All tones, each place drawn in proportion to the weights that remain."""
    keys = {tone: rng.random() ** (1 / weight) for tone, weight in weights.items()}
    return sorted(keys, key=keys.__getitem__, reverse=True)


class _Deck:
    """The comments, shuffled. The least used that fits is dealt, none twice in a year, but for what many people say."""

    def __init__(self, rng: Random, texts: Sequence[CommentText]) -> None:
        self._rng = rng
        self._texts = texts
        self._used = [0] * len(texts)
        self._last_used: dict[int, Period] = {}
        self._by_kind: dict[tuple[str, OpenQuestion, Tone, str], list[int]] = {}
        for place in rng.sample(range(len(texts)), len(texts)):
            text = texts[place]
            self._by_kind.setdefault((text.service, text.question, text.tone, text.language), []).append(place)

    def fitting(
        self, question: OpenQuestion, tone: Tone, service: str, language: str, told: Mapping[str, float]
    ) -> list[int]:
        """The texts of this kind, of the service or of any, that tell no story or one of `told`."""
        return [
            place
            for of_service in (service, ANY_SERVICE)
            for place in self._by_kind.get((of_service, question, tone, language), ())
            if not self._texts[place].story or self._texts[place].story in told
        ]

    def deal(self, fitting: Sequence[int], told: Mapping[str, float], year: Period) -> str | None:
        """One of these texts, rather one with a story to tell; None where each has been used this year."""
        fresh = [place for place in fitting if self._last_used.get(place) != year or self._is_said_by_many(place)]
        telling = [place for place in fresh if self._used[place] == 0 and self._tells(place, told)]
        if not fresh:
            return None
        place = min(telling or fresh, key=self._used.__getitem__)
        self._used[place] += 1
        self._last_used[place] = year
        return self._texts[place].text

    def _tells(self, place: int, told: Mapping[str, float]) -> bool:
        story = self._texts[place].story
        return story in told and self._rng.random() < told[story]

    def _is_said_by_many(self, place: int) -> bool:
        text = self._texts[place]
        is_short = text.language == ENGLISH and len(text.text.split()) <= MOST_WORDS_ALIKE
        return is_short and text.service == ANY_SERVICE and text.tone is Tone.NEUTRAL
