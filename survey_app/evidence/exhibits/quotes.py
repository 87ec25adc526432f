"""Quotes of residents: picked by a rule that nobody can steer, or by hand and said so; frozen as they were redacted."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from survey_app.kernel.periods import Period, in_words
from survey_app.statistics.suppression import MINIMUM_BASE

MOST_QUOTES = 12
USUAL_QUOTES = 6
JUDGED = frozenset({"negative", "neutral", "positive", "mixed"})  # labels; a comment that waits for one has none
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


@dataclass(frozen=True)
class QuoteChoice:
    """Among which comments quotes are picked. `service` and `theme` are codes, None is any."""

    first: date
    last: date
    service: str | None = None
    theme: str | None = None

    @property
    def seed(self) -> str:
        """The same choice always picks the same quotes: asking again until they please changes nothing."""
        return "|".join((self.first.isoformat(), self.last.isoformat(), self.service or "", self.theme or ""))

    @property
    def period(self) -> Period:
        return Period.between(self.first, self.last)


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
    digest of seed and answer. In the order of the draw."""
    by_sentiment = defaultdict[str, list[Quotable]](list)
    for each in comments:
        by_sentiment[each.sentiment or ""].append(each)
    wanted = _apportioned({name: len(each) for name, each in by_sentiment.items()}, min(n, len(comments)))
    chosen = [
        each
        for name, group in by_sentiment.items()
        for each in sorted(group, key=lambda one: _lot(one, seed))[: wanted[name]]
    ]
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


@dataclass(frozen=True)
class Quotes:
    """An exhibit of quotes as it is stored. `withdrawn` are those whose answers went since."""

    choice: QuoteChoice
    by_rule: bool
    of: int  # comments that there were to pick from
    quotes: tuple[Quotable, ...]
    withdrawn: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        choice = stored["choice"]
        return cls(
            choice=QuoteChoice(
                date.fromisoformat(choice["first"]),
                date.fromisoformat(choice["last"]),
                choice["service"],
                choice["theme"],
            ),
            by_rule=stored["by_rule"],
            of=stored["of"],
            quotes=tuple(Quotable.read(each) for each in stored["quotes"]),
            withdrawn=stored["withdrawn"],
        )

    def stored(self) -> dict[str, Any]:
        choice = self.choice
        return {
            "choice": {
                "first": choice.first.isoformat(),
                "last": choice.last.isoformat(),
                "service": choice.service,
                "theme": choice.theme,
            },
            "by_rule": self.by_rule,
            "of": self.of,
            "quotes": [each.stored() for each in self.quotes],
            "withdrawn": self.withdrawn,
        }

    @property
    def rule(self) -> str:
        """How they were picked, for whoever reads them."""
        where = f"of {self.of:,} comments, {in_words(self.choice.first)} to {in_words(self.choice.last)}"
        if self.by_rule:
            return f"Picked by lot {where}: as many critical, mixed and positive ones as their share of all."
        return f"Chosen by hand {where}."

    @property
    def withdrawn_words(self) -> str:
        if not self.withdrawn:
            return ""
        were = "1 quote was" if self.withdrawn == 1 else f"{self.withdrawn} quotes were"
        return f"{were} taken out, because the answer was withdrawn."
