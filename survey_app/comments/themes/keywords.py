"""Keywords as staff type them, one a line: `bin`, `missed collection`, `recycl*`, `ring * back`, `-sin bin`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from survey_app.comments.words import words_of
from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput

SHORTEST_PREFIX = 3  # a shorter one would match half the language
MOST_BETWEEN = 3  # words that may stand where a keyword has a star alone
MOST_WORDS, LONGEST_KEYWORD, MOST_KEYWORDS = 8, 80, 500
EXCEPT = "-"
_DASHES = ("-", "‐", "‑", "–", "−")


class UnclearKeyword(InvalidInput):
    """A keyword that cannot be matched; the message says in which line, and why, so that staff can act on it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a keyword: its folded letters, whether other letters may follow, or other words stand before it."""

    key: str
    is_prefix: bool
    is_after_gap: bool


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword made ready for matching. Where an exception stands, no keyword of its theme inside it counts."""

    written: str
    parts: tuple[Part, ...]
    is_exception: bool


@lru_cache(maxsize=256)
def read_keywords(lines: str) -> tuple[str, ...]:
    """Keywords as staff type them, one a line, in one form; blank lines and repeats are left out.

    UnclearKeyword names the first line that cannot be matched.
    """
    found: dict[str, None] = {}
    for number, line in enumerate(lines.splitlines(), start=1):
        written = " ".join(line.split()).casefold()
        if not written:
            continue
        try:
            found[read_keyword(written).written] = None
        except UnclearKeyword as problem:
            raise UnclearKeyword(f"Line {number}: {problem.message}") from None
    if len(found) > MOST_KEYWORDS:
        raise UnclearKeyword(f"A theme takes {MOST_KEYWORDS} keywords at most; these are {len(found):,}.")
    return tuple(found)


def read_keyword(written: str) -> Keyword:
    """One keyword. UnclearKeyword says what is wrong with it."""
    shown = shortened(written)
    if len(written) > LONGEST_KEYWORD:
        raise UnclearKeyword(f"“{shown}” is too long: a keyword has {LONGEST_KEYWORD} characters at most.")
    is_exception = written.startswith(_DASHES)
    body = written[1:] if is_exception else written
    for dash in _DASHES:  # fly-tipping is two words here, as in a text
        body = body.replace(dash, " ")
    parts: list[Part] = []
    is_after_gap = False
    for word in body.split():
        if word == "*":
            if is_after_gap or not parts:
                raise UnclearKeyword(f"“{shown}” cannot be matched: a * alone stands between two words.")
            is_after_gap = True
            continue
        parts.append(_part(word, shown, is_after_gap))
        is_after_gap = False
    if is_after_gap:
        raise UnclearKeyword(f"“{shown}” cannot be matched: a * alone stands between two words.")
    if not parts:
        raise UnclearKeyword("A keyword needs at least one word.")
    if len(parts) > MOST_WORDS:
        raise UnclearKeyword(f"“{shown}” is too long: a keyword has {MOST_WORDS} words at most.")
    if sum(part.is_after_gap for part in parts) > 1:
        raise UnclearKeyword(f"“{shown}” cannot be matched: one gap is the most.")
    return Keyword((EXCEPT if is_exception else "") + " ".join(body.split()), tuple(parts), is_exception)


def _part(word: str, shown: str, is_after_gap: bool) -> Part:
    keys = [found.key for found in words_of(word.removesuffix("*")) if found.is_word]
    if len(keys) != 1 or "*" in word[:-1]:
        raise UnclearKeyword(f"“{shown}” cannot be matched: use words of letters, with * only at the end of a word.")
    is_prefix = word.endswith("*")
    if is_prefix and len(keys[0]) < SHORTEST_PREFIX:
        raise UnclearKeyword(f"“{shown}” is too wide: at least {SHORTEST_PREFIX} letters are needed before *.")
    return Part(keys[0], is_prefix, is_after_gap)
