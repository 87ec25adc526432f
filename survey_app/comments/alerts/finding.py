"""Phrases that somebody at the council must hear of at once, found in what was written.

A phrase is a word, words in a row, `prefix*` for every word that begins so, and `...` for up to four words between two
parts of it. Apostrophes make no difference ("cant" is "can't"), nor do commas and brackets; a full stop ends a phrase.
An exception is written alike: what shares a word with it is not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from survey_app.comments.themes import UnclearKeyword, read_keywords
from survey_app.comments.words import words_of

GAP = "..."
MOST_BETWEEN = 4  # words in a gap
MOST_GAPS = 2  # in a phrase: the time of a match grows with each
_ENDS = frozenset(".!?\n")

Parts = tuple[tuple[str, ...], ...]  # the runs of words between gaps


@dataclass(frozen=True, slots=True)
class KindRule:
    """A kind of alert with its phrases and exceptions, as `read_phrases` reads them."""

    code: str
    phrases: tuple[str, ...]
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A kind found in a text: its phrases that matched, each once, and where in the text."""

    code: str
    phrases: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


def read_phrases(lines: str) -> tuple[str, ...]:
    """Phrases as staff type them, one a line; blank lines and repeats are left out. UnclearKeyword says which cannot be
    matched, and why."""
    typed = (" ".join(line.replace("…", GAP).split()).casefold() for line in lines.splitlines())
    found = tuple(dict.fromkeys(phrase for phrase in typed if phrase))
    for phrase in found:
        _parts(phrase)
    return found


class Finder:
    """Kinds made ready for searching: each word of a text is looked up, so the time grows with the text."""

    def __init__(self, rules: Iterable[KindRule]) -> None:
        self._rules = tuple(rules)
        self._phrases = _Phrases((rule.code, phrase) for rule in self._rules for phrase in rule.phrases)
        self._exceptions = _Phrases((rule.code, phrase) for rule in self._rules for phrase in rule.exceptions)

    def find(self, text: str) -> tuple[Found, ...]:
        """The kinds found in a text, in the order of the rules. Never raises, whatever the text."""
        keys, places = _keys(text)
        matches = self._phrases.find(keys)
        if not matches:
            return ()
        excepted = {(match.code, at) for match in self._exceptions.find(keys) for at in match.words}
        by_code: dict[str, list[_Match]] = {}
        for match in matches:
            if not any((match.code, at) in excepted for at in match.words):
                by_code.setdefault(match.code, []).append(match)
        return tuple(
            Found(
                rule.code,
                tuple(dict.fromkeys(match.phrase for match in by_code[rule.code])),
                _merged((places[match.words[0]][0], places[match.words[-1]][1]) for match in by_code[rule.code]),
            )
            for rule in self._rules
            if rule.code in by_code
        )


@lru_cache(maxsize=8)
def finder_of(*kinds: tuple[str, str, str]) -> Finder:
    """A finder of kinds as they are typed: code, phrases and exceptions, one a line. Made once for the same words."""
    return Finder(KindRule(code, read_phrases(phrases), read_phrases(excepted)) for code, phrases, excepted in kinds)


class _Match(NamedTuple):
    code: str
    phrase: str
    words: range  # their numbers in the text


class _Phrases:
    """Phrases, each with the code of its kind, by their first word, or by how it begins."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self._by_word: dict[str, list[tuple[str, str, Parts]]] = {}
        self._by_prefix: dict[str, list[tuple[str, str, Parts]]] = {}
        for code, phrase in phrases:
            parts = _parts(phrase)
            first = parts[0][0]
            table = self._by_prefix if first.endswith("*") else self._by_word
            table.setdefault(first.removesuffix("*"), []).append((code, phrase, parts))
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})

    def find(self, keys: Sequence[str]) -> list[_Match]:
        found = []
        for at, key in enumerate(keys):
            for code, phrase, parts in self._beginning_with(key):
                end = _end(keys, at, parts)
                if end is not None:
                    found.append(_Match(code, phrase, range(at, end)))
        return found

    def _beginning_with(self, key: str) -> Iterable[tuple[str, str, Parts]]:
        yield from self._by_word.get(key, ())
        for length in self._lengths:
            if length <= len(key):
                yield from self._by_prefix.get(key[:length], ())


def _end(keys: Sequence[str], at: int, parts: Parts) -> int | None:
    """Behind the last word of a phrase that begins at this one; None where it does not."""
    end = at + len(parts[0])
    if end > len(keys) or not all(map(_fits, parts[0], keys[at:end])):
        return None
    if len(parts) == 1:
        return end
    for start in range(end, end + MOST_BETWEEN + 1):
        if (last := _end(keys, start, parts[1:])) is not None:
            return last
        if keys[start : start + 1] == [""]:
            break  # the end of a sentence
    return None


def _fits(part: str, key: str) -> bool:
    return key.startswith(part[:-1]) if part.endswith("*") else key == part


def _keys(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The words of a text without apostrophes, with their places; the end of a sentence is an empty one."""
    keys, places = [], []
    for word in words_of(text):
        if word.is_word or word.key.startswith("["):  # a redaction marker stands for a word
            keys.append(word.key.replace("'", ""))
        elif word.key in _ENDS:
            keys.append("")
        else:
            continue
        places.append((word.start, word.end))
    return keys, places


def _parts(phrase: str) -> Parts:
    if phrase.startswith("-"):
        raise UnclearKeyword(f"“{phrase}” cannot be matched: what is not to be found stands in the box of exceptions.")
    written = " ".join(GAP if word == "*" else word for word in phrase.replace("-", " ").split())
    segments = [" ".join(segment.split()) for segment in written.split(GAP)]
    if len(segments) > MOST_GAPS + 1 or not all(segments):
        raise UnclearKeyword(f"“{phrase}” cannot be matched: put {GAP} between words, and at most {MOST_GAPS} times.")
    for segment in segments:
        read_keywords(segment)  # says what is unclear
    return tuple(tuple(_folded(word) for word in segment.split()) for segment in segments)


def _folded(word: str) -> str:
    star = "*" if word.endswith("*") else ""
    return words_of(word.removesuffix("*"))[0].key.replace("'", "") + star


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
