"""The words that carry a judgement: our public-service list, read from a CSV that anyone can review."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files

NEGATED_SHARE = -0.6  # "not good" is less bad than "bad" is


class Kind(StrEnum):
    """What a word does: judges, asks for something better, does so only where a sentence begins, or says "nothing"."""

    JUDGEMENT = ""
    REQUEST = "request"
    IMPERATIVE = "imperative"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word or phrase is worth, -1 to 1, alone and after a negation."""

    value: float
    negated: float
    kind: Kind = Kind.JUDGEMENT

    @property
    def is_request(self) -> bool:
        return self.kind in (Kind.REQUEST, Kind.IMPERATIVE)


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Single words in one table, phrases under their first word, the longest first.

    `imperatives` count only where a sentence begins with them: "Answer the phone" asks, "the answer" does not.
    """

    words: Mapping[str, Entry]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Entry], ...]]
    imperatives: Mapping[str, Entry] = field(default_factory=dict)
    digest: str = ""

    def with_base(self, base: Mapping[str, float]) -> Lexicon:
        """The same list, with another one behind it for the words that it does not hold."""
        general = {
            word: Entry(value, value * NEGATED_SHARE) for word, value in base.items() if value and " " not in word
        }
        return replace(self, words={**general, **self.words})


def read_lexicon(text: str) -> Lexicon:
    """Read `word,value,negated,kind,note`. An empty `negated` means the usual share; value 0 silences a word.

    Raises ValueError naming the line when a value is no number from -1 to 1, a kind is unknown or a word is repeated.
    """
    words: dict[str, Entry] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    imperatives: dict[str, Entry] = {}
    seen: set[tuple[str, bool]] = set()
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        spelling = row["word"].strip().casefold()
        entry = _entry(row, line)
        is_imperative = entry.kind is Kind.IMPERATIVE
        if not spelling or (spelling, is_imperative) in seen:
            raise ValueError(f"Line {line} of the lexicon repeats or lacks its word: {spelling!r}.")
        seen.add((spelling, is_imperative))
        first, *rest = spelling.split()
        if is_imperative:
            imperatives[spelling] = entry
        elif rest:
            phrases.setdefault(first, []).append((tuple(rest), entry))
        else:
            words[first] = entry
    longest_first = {first: tuple(sorted(rest, key=lambda item: -len(item[0]))) for first, rest in phrases.items()}
    return Lexicon(words, longest_first, imperatives, hashlib.sha256(text.encode()).hexdigest())


@cache
def public_service_lexicon() -> Lexicon:
    """The list that ships with the product."""
    return read_lexicon((files("survey_app.comments") / "lexicon.csv").read_text(encoding="utf-8"))


def _entry(row: Mapping[str, str], line: int) -> Entry:
    try:
        value = float(row["value"])
        negated = float(row["negated"]) if row["negated"].strip() else value * NEGATED_SHARE
    except ValueError:
        raise ValueError(f"Line {line} of the lexicon has a value that is not a number.") from None
    if not (-1 <= value <= 1 and -1 <= negated <= 1):
        raise ValueError(f"Line {line} of the lexicon has a value outside -1 to 1.")
    if row["kind"] not in set(Kind):
        raise ValueError(f"Line {line} of the lexicon has an unknown kind: {row['kind']!r}.")
    return Entry(value, negated, Kind(row["kind"]))
