"""The years of an accreditation: a full assessment, a review after each year, and then the next full assessment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.evidence.elements.state import MET
from survey_app.evidence.models import Rating, VisitKind
from survey_app.kernel.periods import in_words

MOST_YEARS = 5
STEPS_ON_THE_LINE = 4
SHORT_OF_IT = frozenset({Rating.PARTIAL, Rating.NONE})


@dataclass(frozen=True)
class Due:
    """A visit to come: its kind, how many months after the full assessment, and its day."""

    kind: VisitKind
    months: int
    on: date


@dataclass(frozen=True)
class Stop:
    """A visit as far as the line of the cycle needs it. `to_show` is how many elements must be shown again, and
    `outcome` what a visit that was held came to."""

    framework: str
    round: int
    kind: VisitKind
    months: int
    due_on: date
    held_on: date | None = None
    outcome: str = ""
    to_show: int | None = None
    is_planned: bool = True

    @property
    def title(self) -> str:
        return title_of(self.kind, self.months)


@dataclass(frozen=True)
class CycleStep:
    """A visit on the line of the cycle. `day` is in its address; None for one that nobody planned yet."""

    title: str
    words: str
    is_held: bool
    is_next: bool
    day: date | None


@dataclass(frozen=True)
class Cycle:
    """The visits of one framework, the earliest first, as its pages tell them. Empty where none was planned."""

    stops: tuple[Stop, ...]
    steps: tuple[CycleStep, ...]
    next: Stop | None
    sentence: str


@dataclass(frozen=True)
class Judgement:
    """What is known of an element before a visit: the council's own rating, and what the assessor said of it last."""

    own: Rating | None
    assessors: Rating | None = None
    remark: str = ""


def years_after(day: date, years: int) -> date:
    """The same date so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def round_from(on: date, years: int) -> list[Due]:
    """A round of so many years: the full assessment, and a review after each year but the last."""
    reviews = [Due(VisitKind.REVIEW, 12 * n, years_after(on, n)) for n in range(1, years)]
    return [Due(VisitKind.FULL, 0, on), *reviews]


def title_of(kind: VisitKind, months: int) -> str:
    return "Full assessment" if kind is VisitKind.FULL else f"{months}-month review"


def must_be_shown_again(before: Judgement) -> bool:
    """What a review looks at unless somebody chooses otherwise: what is not fully met, by us or by the assessor, and
    what the assessor remarked on last time."""
    return before.own in SHORT_OF_IT or before.assessors in SHORT_OF_IT or bool(before.remark.strip())


def outcome_words(ratings: Iterable[Rating | None], *, of_shown: bool = False) -> str:
    """What the assessor's ratings come to: "compliant on all 57, 7 plus". Elements that do not apply count for nothing;
    of a review they are those that were `shown`."""
    given = [rating for rating in ratings if rating is not Rating.NOT_APPLICABLE]
    judged = [rating for rating in given if rating is not None]
    if not judged:
        return "no element was rated"
    met, plus = sum(rating in MET for rating in judged), judged.count(Rating.COMPLIANCE_PLUS)
    shown = " shown" if of_shown else ""
    words = [
        f"compliant on all {len(judged)}{shown}"
        if met == len(judged)
        else f"compliant on {met} of {len(judged)}{shown}"
    ]
    counted = (
        (plus, "plus"),
        (judged.count(Rating.PARTIAL), "partly met"),
        (judged.count(Rating.NONE), "not met"),
        (len(given) - len(judged), "not rated"),
    )
    return ", ".join(words + [f"{n} {what}" for n, what in counted if n])


def make_cycle(stops: Sequence[Stop], years: int, today: date) -> Cycle:
    """The line and its sentence. `years` is the length of the last round, after which the next assessment falls."""
    in_order = tuple(sorted(stops, key=lambda stop: stop.held_on or stop.due_on))
    ahead = next((stop for stop in in_order if stop.held_on is None), None)
    return Cycle(
        stops=in_order,
        steps=tuple(_step(stop, ahead, today) for stop in _on_the_line(in_order, ahead, years)),
        next=ahead,
        sentence=_sentence(in_order, ahead, today),
    )


def _on_the_line(stops: Sequence[Stop], ahead: Stop | None, years: int) -> list[Stop]:
    """The round that is going on and the assessment after it; before a short one, the visits that led to it."""
    if not stops:
        return []
    rounds = list(dict.fromkeys(stop.round for stop in stops))
    current = (ahead or stops[-1]).round
    here = [stop for stop in stops if stop.round == current]
    later = [stop for stop in stops if rounds.index(stop.round) > rounds.index(current)]
    earlier = [stop for stop in stops if rounds.index(stop.round) < rounds.index(current)]
    shown = [*here, later[0] if later else _expected(here, years)]
    missing = STEPS_ON_THE_LINE - len(shown)
    return [*earlier[-missing:], *shown] if missing > 0 else shown


def _expected(here: Sequence[Stop], years: int) -> Stop:
    full = here[0]
    due_on = years_after(full.held_on or full.due_on, years)
    return Stop(full.framework, full.round, VisitKind.FULL, 0, due_on, is_planned=False)


def _step(stop: Stop, ahead: Stop | None, today: date) -> CycleStep:
    is_next = stop is ahead
    if stop.held_on is not None:
        words = f"{in_words(stop.held_on)}, {stop.outcome}"
    elif is_next:
        words = f"{in_words(stop.due_on)}, {distance_words(stop.due_on, today)}{_to_show_words(stop)}"
    else:
        words = f"{stop.due_on:%B %Y}"
    return CycleStep(stop.title, words, stop.held_on is not None, is_next, stop.due_on if stop.is_planned else None)


def _to_show_words(stop: Stop) -> str:
    if stop.to_show is None or stop.kind is VisitKind.FULL:
        return ""
    return f"; {_elements(stop.to_show)} to show again" if stop.to_show else "; nothing to show again"


def distance_words(day: date, today: date) -> str:
    """In 54 days, today, 3 days ago."""
    days = abs((day - today).days)
    if not days:
        return "today"
    counted = f"{days} day{'' if days == 1 else 's'}"
    return f"in {counted}" if day > today else f"{counted} ago"


def _sentence(stops: Sequence[Stop], ahead: Stop | None, today: date) -> str:
    """The last outcome, and what comes next."""
    held = [stop for stop in stops if stop.held_on is not None]
    said = [outcome_sentence(held[-1])] if held else []
    if ahead is not None:
        when = "was due" if ahead.due_on < today else "is due"
        distance = distance_words(ahead.due_on, today)
        said.append(f"The {_lower(ahead.title)} {when} on {in_words(ahead.due_on)}, {distance}.")
    elif held:
        said.append("No visit is planned.")
    return " ".join(said)


def outcome_sentence(stop: Stop) -> str:
    """Full assessment 17 June 2025: compliant on all 57, 7 plus."""
    return f"{stop.title} {in_words(stop.held_on)}: {stop.outcome}." if stop.held_on else ""


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _elements(n: int) -> str:
    return f"{n} element{'' if n == 1 else 's'}"
