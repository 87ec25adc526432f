"""Comments picked to stand for others: by lot, so that nobody picks until it pleases. Pages and evidence share it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from survey_app.comments.near_duplicates import group_near_duplicates
from survey_app.statistics.suppression import MINIMUM_BASE

USUAL_QUOTES = 6
JUDGED = frozenset({"negative", "neutral", "positive", "mixed"})  # labels; a comment that waits for one has none
MOST_HELD = 2_000  # comments held against one another for what is nearly the same: a page waits for it
FEWEST_WORDS, MOST_WORDS = 3, 120  # less says nothing, more is a letter


@dataclass(frozen=True)
class Quotable:
    """A redacted comment that may be quoted. `answer` is a digest of the answer's random reference: it tells whether
    the comment is still the one that was quoted."""

    comment: int
    answer: str
    text: str
    sentiment: str | None
    month: date  # its first day: a quote never says more of when

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "month": date.fromisoformat(stored["month"])})

    def stored(self) -> dict[str, Any]:
        return {**self.__dict__, "month": self.month.isoformat()}


def seed_of(first: date, last: date, service: str | None, theme: str | None, channel: str | None = None) -> str:
    """What decides the lot: the same choice always picks the same quotes, so asking again until they please changes
    nothing."""
    chosen = (first.isoformat(), last.isoformat(), service or "", theme or "")
    return "|".join(chosen if channel is None else (*chosen, channel))


def answer_digest(reference: str) -> str:
    return hashlib.sha256(reference.encode()).hexdigest()[:16]


def is_quotable(text: str) -> bool:
    return FEWEST_WORDS <= len(text.split()) <= MOST_WORDS


def too_few(of: int) -> str | None:
    """Why nothing is quoted of so few comments; None where there are enough."""
    if of >= MINIMUM_BASE:
        return None
    return f"There are {of} comments to quote from: of fewer than {MINIMUM_BASE} a quote could tell who wrote it."


def pick(comments: Sequence[Quotable], n: int, seed: str) -> list[Quotable]:
    """`n` quotes, as many of each sentiment as its share of the comments (largest remainder), drawn within it by the
    digest of seed and answer. In the order of the draw. Comments that are nearly the same count once: a text that many
    sent is one voice more, not many. Of more than `MOST_HELD` comments the first in the draw stand for all."""
    drawn = sorted(comments, key=lambda one: _lot(one, seed))[:MOST_HELD]
    voices = [drawn[group[0]] for group in group_near_duplicates([each.text for each in drawn])]
    by_sentiment = defaultdict[str, list[Quotable]](list)
    for each in voices:
        by_sentiment[each.sentiment or ""].append(each)
    wanted = _apportioned({name: len(each) for name, each in by_sentiment.items()}, min(n, len(voices)))
    chosen = [each for name, group in by_sentiment.items() for each in group[: wanted[name]]]
    return sorted(chosen, key=lambda one: _lot(one, seed))


def _lot(quote: Quotable, seed: str) -> str:
    return hashlib.sha256(f"{seed}|{quote.answer}|{quote.comment}".encode()).hexdigest()


def _apportioned(counts: Mapping[str, int], n: int) -> dict[str, int]:
    """`n` shared out in proportion; what is left goes to the largest remainders, then by name."""
    whole = sum(counts.values())
    if not whole:
        return {}
    shares = {name: divmod(count * n, whole) for name, count in counts.items()}
    found = {name: share for name, (share, _) in shares.items()}
    left = sorted(counts, key=lambda name: (-shares[name][1], name))[: n - sum(found.values())]
    return {name: share + (name in left) for name, share in found.items()}
