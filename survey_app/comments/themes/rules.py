"""Finding themes in a text: whole words, whatever their case, in a time that grows with the text and nothing else."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from survey_app.comments.themes.keywords import MOST_BETWEEN, Keyword, read_keyword
from survey_app.comments.words import folded, keys_of, words_of


@dataclass(frozen=True, slots=True)
class ThemeRule:
    """A theme and its keywords, as `read_keywords` gives them."""

    code: str
    name: str
    keywords: tuple[str, ...]
    definition: str = ""


@dataclass(frozen=True, slots=True)
class ThemeMatch:
    """A theme found in a text and the words that showed it, as they were written, each once, in order."""

    code: str
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a keyword stands in a text. `is_excepted`: inside one of the theme's exceptions, so it does not count."""

    code: str
    keyword: str
    start: int
    end: int
    is_excepted: bool = False


@dataclass(slots=True)
class _Node:
    """What may come next in a keyword whose first words were found, and the keywords that end here."""

    words: dict[str, _Node] = field(default_factory=dict)
    prefixes: dict[str, _Node] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()  # of the prefixes
    after_gap: _Node | None = None
    ends: list[tuple[str, Keyword]] = field(default_factory=list)


class CodeFrame:
    """A set of themes made ready for matching. Keywords that begin alike are followed together, so a text is read once,
    however many there are."""

    def __init__(self, rules: Iterable[ThemeRule]) -> None:
        self.rules = tuple(rules)
        self._root = _Node()
        first_words = set()
        for rule in self.rules:
            for keyword in map(read_keyword, rule.keywords):
                self._add(rule.code, keyword)
                first_words.add(keyword.parts[0].key)
        self._hint = re.compile("|".join(re.escape(word) for word in sorted(first_words)) or r"(?!)")

    def find(self, text: str) -> tuple[ThemeMatch, ...]:
        """The themes of a text in the order of the rules."""
        found: dict[str, dict[str, str]] = {}
        for place in self.places(text):
            if not place.is_excepted:
                written = text[place.start : place.end]
                found.setdefault(place.code, {}).setdefault(written.casefold(), written)
        return tuple(
            ThemeMatch(rule.code, tuple(found[rule.code].values())) for rule in self.rules if rule.code in found
        )

    def places(self, text: str) -> list[Place]:
        """Where keywords stand, in the order of the text; those inside an exception are marked so."""
        words = words_of(text)
        return [
            Place(code, keyword.written, words[at].start, words[end - 1].end, not counts)
            for code, keyword, at, end, counts in self._found([word.key for word in words])
            if not keyword.is_exception
        ]

    def keywords_in(self, text: str) -> set[tuple[str, str, bool]]:
        """Theme, keyword and whether it counts, for each keyword and exception that stands in a text: quicker than the
        places."""
        if self._hint.search(folded(text)) is None:
            return set()
        return {(code, keyword.written, counts) for code, keyword, _, _, counts in self._found(keys_of(text))}

    def _found(self, keys: list[str]) -> list[tuple[str, Keyword, int, int, bool]]:
        """Theme, keyword, its first word, the one after its last, and whether it counts; an exception never does."""
        words, prefixes = self._root.words, self._root.prefixes
        found = [
            (code, keyword, at, end)
            for at, key in enumerate(keys)
            if prefixes or key in words
            for end, (code, keyword) in self._after(self._root, keys, at)
        ]
        exceptions = _exceptions(found)
        return [
            (
                code,
                keyword,
                at,
                end,
                not keyword.is_exception and not (code in exceptions and exceptions[code].covers(at, end)),
            )
            for code, keyword, at, end in found
        ]

    def _add(self, code: str, keyword: Keyword) -> None:
        node = self._root
        for part in keyword.parts:
            if part.is_after_gap:
                node.after_gap = node.after_gap or _Node()
                node = node.after_gap
            if part.is_prefix:
                child = node.prefixes.setdefault(part.key, _Node())
                node.lengths = tuple(sorted({*node.lengths, len(part.key)}))
            else:
                child = node.words.setdefault(part.key, _Node())
            node = child
        node.ends.append((code, keyword))

    def _after(self, node: _Node, keys: list[str], at: int) -> Iterator[tuple[int, tuple[str, Keyword]]]:
        """The keywords that go on from a node with the word at this place, each with the place after its last word."""
        if at >= len(keys):
            return
        key = keys[at]
        children = [node.words[key]] if key in node.words else []
        for length in node.lengths:
            if length > len(key):
                break
            if (child := node.prefixes.get(key[:length])) is not None:
                children.append(child)
        for child in children:
            for ended in child.ends:
                yield at + 1, ended
            if child.words or child.prefixes:
                yield from self._after(child, keys, at + 1)
            if child.after_gap is not None:
                yield from self._after_gap(child.after_gap, keys, at + 1)

    def _after_gap(self, node: _Node, keys: list[str], at: int) -> Iterator[tuple[int, tuple[str, Keyword]]]:
        """A gap holds no sign: what goes on in another sentence is another thing."""
        for skipped in range(MOST_BETWEEN + 1):
            yield from self._after(node, keys, at + skipped)
            if not (at + skipped < len(keys) and keys[at + skipped][:1].isalpha()):
                return


@lru_cache(maxsize=4)
def code_frame(rules: tuple[ThemeRule, ...]) -> CodeFrame:
    """The same frame for the same rules: a batch of comments after another needs no new one."""
    return CodeFrame(rules)


@dataclass(frozen=True)
class _Exceptions:
    """Of each exception where it begins, in order, and how far it and those before it reach."""

    starts: list[int]
    reach: list[int]

    def covers(self, at: int, end: int) -> bool:
        before = bisect_right(self.starts, at)
        return before > 0 and self.reach[before - 1] >= end


def _exceptions(found: Iterable[tuple[str, Keyword, int, int]]) -> dict[str, _Exceptions]:
    spans: dict[str, list[tuple[int, int]]] = {}
    for code, keyword, at, end in found:
        if keyword.is_exception:
            spans.setdefault(code, []).append((at, end))
    return {
        code: _Exceptions([at for at, _ in places], list(accumulate((end for _, end in places), max)))
        for code, places in spans.items()
    }
