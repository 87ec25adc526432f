"""Did it help? What residents are told of an improvement's effect, in words and in two counts that may be printed.

It claims what MEASURES.md 9.3 allows and nothing more: what rose after a change, never because of it. An answer that
nobody can give yet is told with the same weight as a good one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from survey_app.actions.public.in_a_hundred import in_100
from survey_app.measures.address import to_id
from survey_app.measures.definitions import Measure, Source, Unit
from survey_app.measures.effects import MOST_MONTHS, Before, Effect, EffectVerdict, WarningKind, months_on
from survey_app.measures.figures import Figure
from survey_app.statistics.suppression import MINIMUM_BASE


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell_yet"
    NOT_SHOWN = "no_difference_shown"
    NOT_MEASURED = "not_measured"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Answer.YES: "Yes.",
    Answer.NO: "No.",
    Answer.CANNOT_TELL: "We cannot tell yet.",
    Answer.NOT_SHOWN: "We could not show a difference.",
    Answer.NOT_MEASURED: "We have no figure for this.",
}
_ANSWERS = {
    EffectVerdict.MORE_THAN_ELSEWHERE: Answer.YES,
    EffectVerdict.IMPROVED: Answer.YES,
    EffectVerdict.ELSEWHERE_TOO: Answer.CANNOT_TELL,
    EffectVerdict.NO_EFFECT: Answer.NOT_SHOWN,
    EffectVerdict.WORSE: Answer.NO,
    EffectVerdict.NOT_ENOUGH: Answer.CANNOT_TELL,
    EffectVerdict.NOT_COMPARED: Answer.CANNOT_TELL,
    EffectVerdict.NOT_YET: Answer.CANNOT_TELL,
}
PEOPLE_WHO = {
    "satisfaction": "were satisfied",
    "delivery": "told us that we did what we promised",
    "timeliness": "told us that it was dealt with in good time",
    "information": "told us that the information was good",
    "professionalism": "told us that our staff were professional",
    "staff_attitude": "told us that our staff were friendly and fair",
    "access": "told us that we were easy to reach",
    "easy": "told us that it was easy",
    "resolved": "told us that it was sorted",
    "avoidable_contact": "had to contact us more than once",
}
_BEFORE = {
    Before.SAME_MONTHS: ("Year before", "in the same months a year earlier"),
    Before.JUST_BEFORE: ("Months before", "in the months before"),
}
_NOTES = {
    WarningKind.NAMED_LATE: "We chose this figure after we had made the change.",
    WarningKind.REGRESSION: "We made the change when the figure was unusually poor: part of it would have come anyway.",
    WarningKind.SEASON: "It is compared with other months of the year: the season may be part of the difference.",
}
_SOMETHING_ELSE = "Other things changed in these months too."
_NOT_CHANCE = "This is unlikely to be chance."


@dataclass(frozen=True)
class Side:
    """One bar: the counts of a figure, its days, and its passport once it is frozen."""

    label: str
    first: date
    last: date
    numerator: int
    base: int
    figure: str  # the figure's id
    passport: str = ""  # the code of its frozen passport

    @property
    def words(self) -> str:
        return in_100(self.numerator, self.base)

    def stored(self) -> dict[str, Any]:
        return vars(self) | {"first": self.first.isoformat(), "last": self.last.isoformat()}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        days = {name: date.fromisoformat(stored[name]) for name in ("first", "last")}
        return cls(**(dict(stored) | days))


@dataclass(frozen=True)
class PublicEffect:
    """The answer and its sentence; bars and interval only where their counts may be printed.

    `low` and `high` bound the difference of the two shares, -1 to 1. `withheld` says to staff, and to nobody else, why
    there are words alone. `look_again` is the first day on which there is more to tell.
    """

    answer: Answer
    sentence: str
    measure: str = ""  # its name
    label: str = ""
    before: Side | None = None
    since: Side | None = None
    low: float | None = None
    high: float | None = None
    notes: tuple[str, ...] = ()
    look_again: date | None = None
    withheld: str = ""
    without_figures: str = ""  # the sentence if the counts may not be printed

    @property
    def sides(self) -> tuple[Side, ...]:
        """The bars, the earlier first; none, or both."""
        return () if self.before is None or self.since is None else (self.before, self.since)

    def hidden(self, why: str) -> PublicEffect:
        """The same in words alone."""
        return replace(self, sentence=self.without_figures, before=None, since=None, low=None, high=None, withheld=why)

    def stored(self) -> dict[str, Any]:
        """As JSON. What is hidden is not in it."""
        document = vars(self) | {
            "before": self.before.stored() if self.before else None,
            "since": self.since.stored() if self.since else None,
            "notes": list(self.notes),
            "look_again": self.look_again.isoformat() if self.look_again else None,
        }
        return {name: value for name, value in document.items() if value not in ("", None, [])}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        found = dict(stored) | {"answer": Answer(stored["answer"]), "notes": tuple(stored.get("notes", ()))}
        for name in ("before", "since"):
            if name in found:
                found[name] = Side.read(found[name])
        if "look_again" in found:
            found["look_again"] = date.fromisoformat(found["look_again"])
        return cls(**found)


UNMEASURED = PublicEffect(Answer.NOT_MEASURED, "")


def public_effect(effect: Effect) -> PublicEffect:
    """What residents are told of an effect, before anybody asks what is printed beside it."""
    answer, look_again = _ANSWERS[effect.verdict], _look_again(effect)
    if effect.verdict is EffectVerdict.NO_EFFECT and look_again is not None and _moved_well(effect):
        answer = Answer.CANNOT_TELL
    before, since = _sides(effect)
    change = effect.change
    found = PublicEffect(
        answer=answer,
        sentence="",
        measure=effect.named.measure.name,
        label=effect.named.measure.label,
        before=before,
        since=since,
        low=change.low if change is not None and since is not None else None,
        high=change.high if change is not None and since is not None else None,
        notes=_notes(effect) if effect.has_improved else (),
        look_again=look_again if answer is Answer.CANNOT_TELL else None,
        without_figures=_sentence(effect, answer, look_again, ()),
    )
    return replace(found, sentence=_sentence(effect, answer, look_again, found.sides))


def _look_again(effect: Effect) -> date | None:
    """When three months, or all twelve, after the change are over; None once they are."""
    if effect.windows is None:
        return effect.ready_on
    after = effect.windows.after
    is_full = len(after.split("month")) >= MOST_MONTHS
    return None if is_full or effect.verdict is EffectVerdict.NOT_COMPARED else months_on(after.first, MOST_MONTHS)


def _moved_well(effect: Effect) -> bool:
    moved = effect.difference or 0
    return moved < 0 if effect.named.lower_is_better else moved > 0


def _sides(effect: Effect) -> tuple[Side | None, Side | None]:
    """Shares of answers alone are told as so many in 100, from 10 answers on each side."""
    before, after, judged = effect.before, effect.after, effect.judged
    if before is None or after is None or judged is None or not is_told_in_100(effect.named.measure):
        return None, None
    if effect.verdict is EffectVerdict.NOT_COMPARED:
        return None, None
    label = _BEFORE[judged.kind][0]
    earlier, later = _side(label, before), _side("Since the change", after)
    return (None, None) if earlier is None or later is None else (earlier, later)


def is_told_in_100(measure: Measure) -> bool:
    return measure.unit is Unit.SHARE and measure.source is Source.ANSWERS


def _side(label: str, figure: Figure) -> Side | None:
    if figure.numerator is None or figure.suppressed or figure.base < MINIMUM_BASE:
        return None
    period = figure.period
    return Side(label, period.first, period.last, figure.numerator, figure.base, to_id(figure.query))


def _sentence(effect: Effect, answer: Answer, look_again: date | None, sides: tuple[Side, ...]) -> str:
    again = f" We will look again in {look_again:%B %Y}." if look_again is not None else ""
    match effect.verdict:
        case EffectVerdict.NOT_YET:
            return f"It needs answers of three whole months after the change.{again}"
        case EffectVerdict.NOT_COMPARED:
            return "We have changed the question since, so that the figures cannot be compared."
        case EffectVerdict.NOT_ENOUGH:
            return f"Too few people have answered.{again}"
    told = _figures_told(effect, sides) if sides else _move_told(effect)
    if answer in {Answer.YES, Answer.NO}:
        return f"{told} {_NOT_CHANCE}"
    if effect.verdict is EffectVerdict.ELSEWHERE_TOO:
        return f"{told} But it was much the same elsewhere in the council."
    return f"{told} It may be chance.{again if answer is Answer.CANNOT_TELL else ''}"


def _figures_told(effect: Effect, sides: tuple[Side, ...]) -> str:
    """89 in 100 people told us that it was sorted; in the same months a year earlier it was 77 in 100."""
    judged = effect.judged
    assert judged is not None
    before, since = sides
    name = effect.named.measure.name
    subject = f"people {PEOPLE_WHO[name]}" if name in PEOPLE_WHO else f"answers count as “{effect.named.measure.label}”"
    told = f"{since.words} {subject}; {_BEFORE[judged.kind][1]} it was {before.words}."
    return told[:1].upper() + told[1:]


def _move_told(effect: Effect) -> str:
    moved = effect.difference or 0
    name = effect.named.measure.name
    if name in PEOPLE_WHO:
        return (
            f"{'More' if moved > 0 else 'Fewer'} people {PEOPLE_WHO[name]}." if moved else "As many people did before."
        )
    return f"“{effect.named.measure.label}” {'rose' if moved > 0 else 'fell' if moved else 'stayed as it was'}."


def _notes(effect: Effect) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_NOTES.get(warning.kind, _SOMETHING_ELSE) for warning in effect.warnings))
