"""What differs between two editions of a survey, named place by place, and what becomes of each question's trend.

Nothing is left unnamed: whoever takes over from the one edition what is named here makes it out of the other.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from types import MappingProxyType

from survey_app.surveys.in_words import FactNames
from survey_app.surveys.kinds import WRITTEN
from survey_app.surveys.places import Part, Place, Places, Said, places_of_question, places_of_survey
from survey_app.surveys.structure import Item, SurveyStructure
from survey_app.surveys.wordings import as_read, scale_of


@dataclass(frozen=True)
class Change:
    """What stands in a place before and after, in words; None where there is nothing. `label` names the answer or the
    page."""

    place: Place
    before: str | None
    after: str | None
    label: str = ""


class Trend(StrEnum):
    """What becomes of the trend of a question."""

    GOES_ON = "goes_on"
    NEEDS_BRIDGE = "needs_bridge"  # somebody has to say that both wordings can be compared
    ENDS = "ends"  # it is asked no more, or on another scale, which no bridge joins
    BEGINS = "begins"


@dataclass(frozen=True)
class QuestionDifference:
    """What differs of one question. `before` or `after` is None where the edition does not ask it; `positions` are its
    places from 1 where it moved. `trend` is None for written answers, which have none."""

    code: str
    before: Item | None
    after: Item | None
    changes: tuple[Change, ...]
    positions: tuple[int, int] | None
    trend: Trend | None

    @property
    def is_reworded(self) -> bool:
        """Whether whoever answers reads it otherwise, in English."""
        return bool(self.before and self.after) and len(set(map(_as_read, self._items))) > 1

    @property
    def is_set_otherwise(self) -> bool:
        """Whether something else of it differs than how it reads, and than translations."""
        return not self.is_reworded and any(not change.place.language for change in self.changes)

    @property
    def is_shown_to_others(self) -> bool:
        """The words may be the same; those who answer them may not."""
        return any(change.place.part is Part.SHOWN for change in self.changes)

    @property
    def label(self) -> str:
        return self._items[-1].question.short_label

    @property
    def _items(self) -> list[Item]:
        return [item for item in (self.before, self.after) if item is not None]


@dataclass(frozen=True)
class Differences:
    """Of two editions. `questions` are those that differ, in the order of the later one; what is gone stands behind
    what it stood behind."""

    survey: tuple[Change, ...]
    questions: tuple[QuestionDifference, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that are named, of the survey and of the questions that both editions ask."""
        return self.survey + tuple(change for one in self.questions for change in one.changes)

    @property
    def languages(self) -> list[str]:
        """Those whose translations differ."""
        return sorted({change.place.language for change in self.changes} - {""})


def differences(
    before: SurveyStructure,
    after: SurveyStructure,
    *,
    known: Mapping[str, Item] = MappingProxyType({}),
    facts: FactNames = MappingProxyType({}),
) -> Differences:
    """All that differs. `known` are the newest wordings of questions by code, wherever they are asked: the trend of one
    that is new here goes on from there. `facts` name services and channels in conditions."""
    was, now = ({item.question.code: item for item in edition.items} for edition in (before, after))
    moved = _moved(list(was), list(now))
    found = []
    for code in _in_place(list(was), list(now)):
        earlier, later = was.get(code), now.get(code)
        changes: tuple[Change, ...] = ()
        if earlier and later:
            sides = places_of_question(earlier, before, facts), places_of_question(later, after, facts)
            changes = tuple(_changes(*sides))
        if earlier is None or later is None or changes or code in moved:
            trend = _trend(earlier or known.get(code), later)
            found.append(QuestionDifference(code, earlier, later, changes, moved.get(code), trend))
    survey = _changes(places_of_survey(before, facts), places_of_survey(after, facts))
    return Differences(tuple(survey), tuple(found))


def summary(found: Differences) -> str:
    """What differs, in one sentence: "1 question reworded, 2 moved; translations changed: cy."."""
    counts = {
        "added": sum(one.before is None for one in found.questions),
        "taken out": sum(one.after is None for one in found.questions),
        "reworded": sum(one.is_reworded for one in found.questions),
        "set otherwise": sum(one.is_set_otherwise for one in found.questions),
        "moved": sum(one.positions is not None for one in found.questions),
    }
    said = [f"{n} {words}" for words, n in counts.items() if n]
    if said:
        first, _, rest = said[0].partition(" ")
        said[0] = f"{first} {'question' if first == '1' else 'questions'} {rest}"
    parts = [", ".join(said)] if said else []
    of_survey = dict.fromkeys(change.place.part for change in found.survey if not change.place.language)
    if of_survey:
        parts.append(f"of the survey: {', '.join(part[0].lower() + part[1:] for part in of_survey)}")
    if found.languages:
        parts.append(f"translations: {', '.join(found.languages)}")
    sentence = "; ".join(parts) or "nothing differs"
    return f"{sentence[0].upper()}{sentence[1:]}."


def trend_sentence(one: QuestionDifference) -> str:
    """What becomes of a question's trend, for whoever is about to publish; "" for written answers."""
    if one.trend is None:
        return ""
    if one.trend is Trend.ENDS and one.after is None:
        return "Its trend ends. Put back later in the same words, it goes on."
    if one.trend is Trend.GOES_ON and one.is_shown_to_others:
        return "Its trend goes on, but the people who are asked change: figures before and after are not of the same."
    return _TREND_SENTENCES[one.trend]


_TREND_SENTENCES = {
    Trend.GOES_ON: "Its trend goes on.",
    Trend.NEEDS_BRIDGE: "It reads otherwise: its trend is marked “New wording”, and no figure is compared across "
    "it until somebody declares, with a reason, that both can be compared.",
    Trend.ENDS: "Its answers are worth something else: its trend ends and a new one begins. No bridge can join them.",
    Trend.BEGINS: "Its trend begins.",
}


_NOTHING = Said(None, "")


class Piece(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


def word_by_word(before: str, after: str) -> tuple[tuple[Piece, str], ...]:
    """Two texts as one: what stays, what is taken out, what is put in. What stays and what is taken out make up the
    one; what stays and what is put in, the other."""
    was, now = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        same, removed, added = ("", was[a:b], now[c:d]) if kind != "equal" else (was[a:b], "", "")
        pieces += [(Piece.SAME, "".join(same)), (Piece.REMOVED, "".join(removed)), (Piece.ADDED, "".join(added))]
    return tuple((piece, words) for piece, words in pieces if words)


def _trend(before: Item | None, after: Item | None) -> Trend | None:
    if all(item is None or item.question.kind in WRITTEN for item in (before, after)):
        return None
    if before is None:
        return Trend.BEGINS
    if after is None or _worth(before) != _worth(after):
        return Trend.ENDS
    return Trend.GOES_ON if _as_read(before) == _as_read(after) else Trend.NEEDS_BRIDGE


def _as_read(item: Item) -> Hashable:
    return as_read(item.question, item.stem)


def _worth(item: Item) -> Hashable:
    return item.question.asks, scale_of(item.question)


def _moved(was: Sequence[str], now: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Those few without which the others stand in the same order: their places from 1, before and after."""
    kept, later = [code for code in was if code in now], [code for code in now if code in was]
    blocks = SequenceMatcher(None, kept, later, autojunk=False).get_matching_blocks()
    stays = {code for block in blocks for code in kept[block.a : block.a + block.size]}
    return {code: (was.index(code) + 1, now.index(code) + 1) for code in later if code not in stays}


def _in_place(was: Sequence[str], now: Sequence[str]) -> list[str]:
    codes = list(now)
    for place, code in enumerate(was):
        if code not in codes:
            codes.insert(codes.index(was[place - 1]) + 1 if place else 0, code)
    return codes


def _changes(was: Places, now: Places) -> Iterator[Change]:
    """In the order of the parts, English first."""
    for place in _sorted(was.keys() | now.keys()):
        before, after = was.get(place, _NOTHING), now.get(place, _NOTHING)
        if before.value != after.value:
            yield Change(place, before.words or None, after.words or None, after.label or before.label)


def _sorted(places: Iterable[Place]) -> list[Place]:
    rows = {part: n for n, part in enumerate(Part)}
    return sorted(places, key=lambda place: (place.language, rows[place.part], place.key))
