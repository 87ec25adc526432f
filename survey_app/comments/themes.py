"""What a comment is about, by keywords that staff can read and change."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from survey_app.comments.words import words_of
from survey_app.kernel.errors import InvalidInput

SHORTEST_PREFIX = 3  # a shorter one would match half the language


class UnclearKeyword(InvalidInput):
    """A keyword that cannot be matched; the message says why in one sentence that staff can act on."""


@dataclass(frozen=True, slots=True)
class ThemeRule:
    """A theme and its keywords: a word, a phrase, or `prefix*` for every word that begins so."""

    code: str
    name: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThemeMatch:
    """A theme found in a text and the words that showed it, as they were written, each once, in order."""

    code: str
    matched: tuple[str, ...]


def read_keywords(lines: str) -> tuple[str, ...]:
    """Keywords as staff type them, one a line; blank lines and repeats are left out. Raises UnclearKeyword."""
    keywords = (" ".join(line.split()).casefold() for line in lines.splitlines())
    found = tuple(dict.fromkeys(keyword for keyword in keywords if keyword))
    for keyword in found:
        _parts(keyword)
    return found


class CodeFrame:
    """A set of themes made ready for matching: each word of a text is looked up, so the time grows with the text."""

    def __init__(self, rules: Iterable[ThemeRule]) -> None:
        self.rules = tuple(rules)
        self._by_first_word: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._by_prefix: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for rule in self.rules:
            for keyword in rule.keywords:
                first, *rest = _parts(keyword)
                table = self._by_prefix if first.endswith("*") else self._by_first_word
                table.setdefault(first.rstrip("*"), []).append((rule.code, tuple(rest)))
        self._prefix_lengths = sorted({len(prefix) for prefix in self._by_prefix})

    def find(self, text: str) -> tuple[ThemeMatch, ...]:
        """The themes of a text in the order of the rules, on whole words, whatever their case."""
        words = words_of(text)
        keys = [word.key for word in words]
        found: dict[str, dict[str, str]] = {}
        for at, key in enumerate(keys):
            for code, rest in self._candidates(key):
                end = at + 1 + len(rest)
                if all(map(_fits, rest, keys[at + 1 : end])) and end <= len(keys):
                    written = text[words[at].start : words[end - 1].end]
                    found.setdefault(code, {}).setdefault(written.casefold(), written)
        return tuple(
            ThemeMatch(rule.code, tuple(found[rule.code].values())) for rule in self.rules if rule.code in found
        )

    def _candidates(self, key: str) -> Iterable[tuple[str, tuple[str, ...]]]:
        yield from self._by_first_word.get(key, ())
        for length in self._prefix_lengths:
            if length <= len(key):
                yield from self._by_prefix.get(key[:length], ())


def _fits(keyword: str, key: str) -> bool:
    return key.startswith(keyword[:-1]) if keyword.endswith("*") else key == keyword


def _parts(keyword: str) -> list[str]:
    """The words of a keyword, folded as those of a text are, each with its star if it has one."""
    parts = []
    for written in keyword.split():
        keys = [word.key for word in words_of(written.removesuffix("*")) if word.is_word]
        if len(keys) != 1 or "*" in written[:-1]:
            raise UnclearKeyword(
                f"“{keyword}” cannot be matched: use words of letters, with * only at the end of a word."
            )
        star = "*" if written.endswith("*") else ""
        if star and len(keys[0]) < SHORTEST_PREFIX:
            raise UnclearKeyword(f"“{keyword}” is too wide: at least {SHORTEST_PREFIX} letters are needed before *.")
        parts.append(keys[0] + star)
    if not parts:
        raise UnclearKeyword("A keyword needs at least one word.")
    return parts


def default_rules() -> tuple[ThemeRule, ...]:
    """The themes that a new council starts with: `code,name,keywords`, keywords parted by semicolons."""
    table = (files("survey_app.comments") / "default_themes.csv").read_text(encoding="utf-8")
    return tuple(
        ThemeRule(row["code"], row["name"], read_keywords(row["keywords"].replace(";", "\n")))
        for row in csv.DictReader(io.StringIO(table))
    )


@cache
def default_code_frame() -> CodeFrame:
    return CodeFrame(default_rules())
