"""How well redaction does on sentences in which people marked what is personal. Pure arithmetic over places in texts.

A mark stands in the text itself: "Thanks to {name:Sarah} at {address:12 High Street}". It is found when no letter and
no digit of it can be read any longer; what was taken out is right when it holds nothing but marked text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from survey_app.comments.redaction import Detail, Found, details_in, visible
from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput

_MARK = re.compile(r"\{([^{}:]{1,40}):([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its marks, and where they stood."""

    line: int
    part: str
    text: str
    marks: tuple[Found, ...]


@dataclass(slots=True)
class Counts:
    """Of what people marked, how much was found; of what was taken out, how much was right."""

    marked: int = 0
    found: int = 0
    taken: int = 0
    right: int = 0

    def add(self, other: Counts) -> None:
        self.marked += other.marked
        self.found += other.found
        self.taken += other.taken
        self.right += other.right

    def as_json(self) -> dict[str, object]:
        return {
            "marked": self.marked,
            "found": self.found,
            "recall": self.found / self.marked if self.marked else None,
            "taken": self.taken,
            "right": self.right,
            "precision": self.right / self.taken if self.taken else None,
        }


@dataclass(frozen=True, slots=True)
class Mistake:
    """A detail that was left to read, or words that were taken out though nobody had marked them."""

    line: int
    part: str
    kind: Detail
    words: str


@dataclass(slots=True)
class Checked:
    """Counts by part and kind, and every mistake."""

    sentences: int = 0
    by_part: dict[str, dict[Detail, Counts]] = field(default_factory=dict)
    missed: list[Mistake] = field(default_factory=list)
    wrongly_taken: list[Mistake] = field(default_factory=list)

    def counts(self, kinds: Iterable[Detail], part: str | None = None) -> Counts:
        """The counts of these kinds together, in one part or in all."""
        total = Counts()
        for name, by_kind in self.by_part.items():
            if part in (None, name):
                for kind in kinds:
                    total.add(by_kind.get(kind, Counts()))
        return total

    def as_json(self) -> dict[str, object]:
        """What `flask comments check-redaction --json` prints."""
        return {
            "sentences": self.sentences,
            **self._figures(None),
            "parts": {part: self._figures(part) for part in self.by_part},
            "missed": [_mistake(one) for one in self.missed],
            "wrongly_taken": [_mistake(one) for one in self.wrongly_taken],
        }

    def _figures(self, part: str | None) -> dict[str, object]:
        kinds = [(kind, self.counts([kind], part)) for kind in Detail]
        return {
            **self.counts(Detail, part).as_json(),
            "all_but_names": self.counts([kind for kind in Detail if kind is not Detail.NAME], part).as_json(),
            "by_kind": {kind.value: counts.as_json() for kind, counts in kinds if counts.marked or counts.taken},
        }


def read_marked(text: str, *, line: int = 0, part: str = "") -> Marked:
    """A sentence with its marks taken off. InvalidInput for a mark of a kind that there is not."""
    plain, marks, end = "", [], 0
    text = visible(text)
    for match in _MARK.finditer(text):
        plain += text[end : match.start()]
        try:
            kind = Detail(match[1].strip())
        except ValueError:
            raise InvalidInput(
                f"Line {line} marks a “{shortened(match[1])}”; it must be one of {', '.join(Detail)}."
            ) from None
        marks.append(Found(kind, len(plain), len(plain) + len(match[2])))
        plain += match[2]
        end = match.end()
    return Marked(line, part, plain + text[end:], tuple(marks))


def check(sentences: Iterable[Marked]) -> Checked:
    """Redact each sentence and compare with its marks."""
    checked = Checked()
    for sentence in sentences:
        checked.sentences += 1
        taken = details_in(sentence.text)
        by_kind = checked.by_part.setdefault(sentence.part, {})
        is_taken, is_marked = _covered(taken), _covered(sentence.marks)
        for mark in sentence.marks:
            counts = by_kind.setdefault(mark.detail, Counts())
            counts.marked += 1
            if _is_within(sentence.text, mark, is_taken):
                counts.found += 1
            else:
                checked.missed.append(_as_mistake(sentence, mark))
        for one in taken:
            counts = by_kind.setdefault(one.detail, Counts())
            counts.taken += 1
            if _is_within(sentence.text, one, is_marked):
                counts.right += 1
            else:
                checked.wrongly_taken.append(_as_mistake(sentence, one))
    return checked


def _covered(places: Iterable[Found]) -> set[int]:
    return {at for place in places for at in range(place.start, place.end)}


def _is_within(text: str, place: Found, covered: set[int]) -> bool:
    return all(at in covered for at in range(place.start, place.end) if text[at].isalnum())


def _as_mistake(sentence: Marked, place: Found) -> Mistake:
    return Mistake(sentence.line, sentence.part, place.detail, sentence.text[place.start : place.end])


def _mistake(one: Mistake) -> dict[str, object]:
    return {"line": one.line, "part": one.part, "kind": one.kind.value, "words": one.words}
