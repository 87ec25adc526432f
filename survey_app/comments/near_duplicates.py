"""Comments that say nearly the same in the same words: copied, sent twice, or written from one template."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction

from survey_app.comments.words import words_of

SHINGLE = 3  # words in a row
ALIKE = Fraction(6, 10)  # of all rows of words of two texts, how many both must have
MOST_LOOKED_AT = 40  # groups that begin with the same rare row of words and are held against a text
CAMPAIGN_FROM, CAMPAIGN_WORDS = 3, 8  # so many alike, each of so many words, are no coincidence

Shingle = tuple[str, ...]


def group_near_duplicates(texts: Sequence[str]) -> list[list[int]]:
    """The places of texts that are nearly the same, in groups; a text like no other is a group of its own.

    Case, punctuation, figures and markers of removed details count for nothing. Two texts are alike when they share
    at least 60% of their rows of three words (Jaccard's coefficient, over both; Broder 1997). Each text is held against
    the first of each group only, so that a chain of small changes does not join what is far apart. Groups stand in the
    order of their first texts, and so do the texts within them.

    The time grows with the number of words: rows that few texts have are looked at first (the prefix filter of
    Chaudhuri, Ganti and Kaushik 2006: two texts that are alike share one of their rarest rows), and of texts made to
    look alike in these without being so, no more than 40 are held against each other.
    """
    rows = [_shingles(text) for text in texts]
    spread = Counter(row for each in rows for row in each)
    groups: list[list[int]] = []
    by_row: defaultdict[Shingle, list[int]] = defaultdict(list)  # groups by the rarest rows of their first text
    whole: dict[frozenset[Shingle], int] = {}  # groups by all rows of their texts: copies are found at once
    for place, mine in enumerate(rows):
        found = whole.get(mine)
        if found is None:
            rarest = _rarest(mine, spread)
            found = next((n for n in _candidates(rarest, by_row) if _are_alike(mine, rows[groups[n][0]])), None)
            if found is None:
                found = len(groups)
                groups.append([])
                for row in rarest:
                    by_row[row].append(found)
            whole[mine] = found
        groups[found].append(place)
    return groups


def is_campaign(texts: Sequence[str]) -> bool:
    """Whether a group of texts that are nearly the same was copied, rather than that short words are often said."""
    long = sum(_words_in(text) >= CAMPAIGN_WORDS for text in texts)
    return long >= CAMPAIGN_FROM


def _words_in(text: str) -> int:
    return sum(word.is_word for word in words_of(text))


def _shingles(text: str) -> frozenset[Shingle]:
    """The rows of words of a text. One of fewer words is a single row; one without words stands for itself."""
    keys = [word.key for word in words_of(text) if word.is_word]
    if not keys:
        return frozenset({("", " ".join(text.split()))})
    if len(keys) <= SHINGLE:
        return frozenset({tuple(keys)})
    return frozenset(tuple(keys[at : at + SHINGLE]) for at in range(len(keys) - SHINGLE + 1))


def _rarest(rows: frozenset[Shingle], spread: Counter[Shingle]) -> list[Shingle]:
    """So many of the rarest rows that a text which is alike must have one of them, in one order for all texts."""
    wanted = len(rows) - -(-len(rows) * ALIKE.numerator // ALIKE.denominator) + 1
    return sorted(rows, key=lambda row: (spread[row], row))[:wanted]


def _candidates(rarest: Sequence[Shingle], by_row: defaultdict[Shingle, list[int]]) -> list[int]:
    """Groups that may be alike, the earliest first."""
    found = {group for row in rarest if row in by_row for group in by_row[row][:MOST_LOOKED_AT]}
    return sorted(found)[:MOST_LOOKED_AT]


def _are_alike(first: frozenset[Shingle], second: frozenset[Shingle]) -> bool:
    shared = len(first & second)
    return shared >= ALIKE * (len(first) + len(second) - shared)
