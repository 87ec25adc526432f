"""The words, and pairs of words, that a comment is counted under. A pure rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from survey_app.comments.near_duplicates import group_near_duplicates
from survey_app.comments.words import Word, words_of

SHORTEST, LONGEST = 3, 40  # letters; longer ones are no words
LONGEST_TERM = 80
SAYS_MORE = 5  # words; many people write "very helpful" of their own accord, so shorter texts are no copies


@dataclass(frozen=True)
class Counted:
    """In how many comments each term stands, of how many: copies, and comments of one person, are one."""

    comments: int
    terms: Counter[str]


def terms_of(words: Sequence[Word]) -> frozenset[str]:
    """The terms of a comment, each once: words that mean something, and two of them that stand side by side.

    Stop words, short words, figures and the markers of removed details are none, and nothing is paired across them or
    across a sign: "the garden waste bin" has garden, waste, bin, garden waste and waste bin.
    """
    found: set[str] = set()
    before: Word | None = None
    for word in words:
        if not _is_term(word):
            before = None
            continue
        found.add(word.key)
        if before is not None and word.start - before.end == 1 and len(before.key) + len(word.key) < LONGEST_TERM:
            found.add(f"{before.key} {word.key}")
        before = word
    return frozenset(found)


def count_terms(comments: Iterable[tuple[Hashable, str]]) -> Counted:
    """Count the terms of comments, each given with who wrote it. What one person wrote is one comment, however often
    they wrote; of a text that many sent, nearly word for word, the first alone counts."""
    written = list(comments)
    by_writer: dict[Hashable, set[str]] = {}
    for group in group_near_duplicates([text for _, text in written]):
        is_short = sum(word.is_word for word in words_of(written[group[0]][1])) < SAYS_MORE
        for person, text in (written[place] for place in (group if is_short else group[:1])):
            by_writer.setdefault(person, set()).update(terms_of(words_of(text)))
    return Counted(len(by_writer), Counter(term for terms in by_writer.values() for term in terms))


@cache
def stop_words() -> frozenset[str]:
    """Words that carry no matter of their own, one a line."""
    return frozenset((files("survey_app.comments.terms") / "stop_words.txt").read_text(encoding="utf-8").split())


def _is_term(word: Word) -> bool:
    return word.is_word and SHORTEST <= len(word.key) <= LONGEST and word.key not in stop_words()
