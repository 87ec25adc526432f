"""What somebody typed into the search box, read kindly: words, "phrases", OR, -not and begin*.

Nothing typed there is an error: what is no sign of this language is taken as words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.comments.search.folding import folded_words

SHORTEST_START = 3  # letters of a word's beginning; of fewer, nearly every comment has one
MOST_TERMS = 20  # in one search; what follows is left out, and the page says so

_PART = re.compile(r'(?P<minus>-)?(?:["“”](?P<phrase>[^"“”]*+)["“”]?|(?P<plain>[^\s"“”]++))')


@dataclass(frozen=True)
class Term:
    """Words in a row; with `is_start` the last one is only how a word begins."""

    words: tuple[str, ...]
    is_start: bool = False

    def __str__(self) -> str:
        return f"{' '.join(self.words)}{'*' if self.is_start else ''}"


@dataclass(frozen=True)
class Asked:
    """A search as it was read: of each of `all_of` one term has to stand in a comment, and none of `none_of`.

    `also` are the terms that were added because they mean the same.
    """

    all_of: tuple[tuple[Term, ...], ...] = ()
    none_of: tuple[Term, ...] = ()
    also: tuple[Term, ...] = ()
    is_cut: bool = False  # more was asked than is searched for
    has_no_word: bool = False  # something was typed, and no word is in it: nothing is found

    @property
    def asks_nothing(self) -> bool:
        return not (self.all_of or self.none_of or self.has_no_word)

    @property
    def marked(self) -> tuple[Term, ...]:
        """What is to be marked in a text that was found."""
        return tuple(term for terms in self.all_of for term in terms)


@dataclass
class _Clauses:
    """The clauses read so far."""

    all_of: list[list[Term]] = field(default_factory=list)
    none_of: list[Term] = field(default_factory=list)
    terms: int = 0
    is_cut: bool = False
    after_or: bool = False

    def take(self, term: Term, *, is_unwanted: bool) -> None:
        if self.terms == MOST_TERMS:
            self.is_cut = True
            return
        self.terms += 1
        if is_unwanted:
            self.none_of.append(term)
        elif self.after_or and self.all_of:
            self.all_of[-1].append(term)
        else:
            self.all_of.append([term])
        self.after_or = False


def read_asked(text: str, same: Mapping[tuple[str, ...], Sequence[tuple[str, ...]]]) -> Asked:
    """The search that a text asks for. `same` are the other words for words; empty, only what was typed is searched."""
    clauses = _Clauses()
    for match in _PART.finditer(text):
        plain = match["plain"]
        if plain == "OR":
            clauses.after_or = True
            continue
        typed = plain if plain is not None else match["phrase"]
        words = tuple(word.key for word in folded_words(typed))
        if words:
            is_start = plain is not None and plain.endswith("*") and len(words[-1]) >= SHORTEST_START
            clauses.take(Term(words, is_start), is_unwanted=match["minus"] is not None)
    if not clauses.terms:
        return Asked(has_no_word=bool(text.strip()))
    all_of = _joined(clauses.all_of, same)
    also = [_others(terms, same) for terms in all_of]
    return Asked(
        tuple((*terms, *more) for terms, more in zip(all_of, also, strict=True)),
        tuple(clauses.none_of),
        tuple(dict.fromkeys(term for more in also for term in more)),
        clauses.is_cut,
    )


def _joined(all_of: Sequence[Sequence[Term]], same: Mapping[tuple[str, ...], object]) -> list[list[Term]]:
    """Plain words side by side that are known as one phrase, such as ring back, are meant as that phrase."""
    joined: list[list[Term]] = []
    for terms in all_of:
        before = joined[-1][0] if joined and len(joined[-1]) == 1 else None
        if before is not None and len(terms) == 1 and not before.is_start and not terms[0].is_start:
            both = before.words + terms[0].words
            if both in same:
                joined[-1] = [Term(both)]
                continue
        joined.append(list(terms))
    return joined


def _others(terms: Sequence[Term], same: Mapping[tuple[str, ...], Sequence[tuple[str, ...]]]) -> list[Term]:
    known = [Term(words) for term in terms if not term.is_start for words in same.get(term.words, ())]
    return [term for term in dict.fromkeys(known) if term not in terms]


def places_of(asked: Asked, text: str) -> list[tuple[int, int]]:
    """Where the words that were searched for stand in a text, in order, none over another."""
    words = folded_words(text)
    keys = [word.key for word in words]
    by_first: dict[str, list[Term]] = {}
    starts = [term for term in asked.marked if term.is_start and len(term.words) == 1]
    for term in asked.marked:
        if term not in starts:
            by_first.setdefault(term.words[0], []).append(term)
    found: list[tuple[int, int]] = []
    n = 0
    while n < len(words):
        fitting = [term for term in by_first.get(keys[n], ()) if _stands(term, keys, n)]
        fitting += [term for term in starts if keys[n].startswith(term.words[0])]
        if fitting:
            last = n + max(len(term.words) for term in fitting) - 1
            found.append((words[n].start, words[last].end))
            n = last
        n += 1
    return found


def closeness(asked: Asked, words: str) -> float:
    """How well folded words fit a search: how often its terms stand there, for their length."""
    row = f" {words} "
    hits = 0.0
    for terms in asked.all_of:
        times = sum(row.count(f" {' '.join(term.words)}" + ("" if term.is_start else " ")) for term in terms)
        hits += times / (times + 1)
    return hits / (1 + row.count(" ") / 100)


def _stands(term: Term, keys: Sequence[str], n: int) -> bool:
    *whole, last = term.words
    there = keys[n : n + len(term.words)]
    if len(there) < len(term.words) or there[:-1] != whole:
        return False
    return there[-1].startswith(last) if term.is_start else there[-1] == last
