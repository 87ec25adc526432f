"""Quotes of residents: picked by a rule that nobody can steer, or by hand and said so; frozen as they were redacted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from survey_app.comments.picking import Quotable, seed_of
from survey_app.kernel.periods import Period, in_words

MOST_QUOTES = 12


@dataclass(frozen=True)
class QuoteChoice:
    """Among which comments quotes are picked. `service` and `theme` are codes, None is any."""

    first: date
    last: date
    service: str | None = None
    theme: str | None = None

    @property
    def seed(self) -> str:
        return seed_of(self.first, self.last, self.service, self.theme)

    @property
    def period(self) -> Period:
        return Period.between(self.first, self.last)


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
