"""What an effect prints beside all that is out already: no two of them may give a few answers away.

Source: MEASURES.md 4.1 and 4.4. Tables, and effects that were ever published, are out for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from survey_app.measures.publishing import Share
from survey_app.measures.subtraction import Printed, gives_away

TOO_CLOSE = (
    "The figures stay out: with what is published already, somebody could work out what fewer than 10 people answered."
)


@dataclass(frozen=True)
class Out:
    """What is printed: which answers are counted, and their counts."""

    printed: Printed
    numerator: int

    @property
    def share(self) -> Share:
        return Share(self.numerator, self.printed.base)

    def counts_the_same(self, other: Out) -> bool:
        return self.printed.contains(other.printed) and other.printed.contains(self.printed)

    def gives_away(self, other: Out) -> bool:
        """Whether the two tell the answers of a few: 1 to 9 more or fewer, or a few that were changed."""
        if gives_away(self.printed, other.printed):
            return True
        return self.counts_the_same(other) and (self.share - other.share).is_a_few


def may_stand(new: Sequence[Out], beside: Iterable[Out]) -> bool:
    """Whether all that is new may be printed beside what is out, and beside itself."""
    out = list(beside)
    return not any(one.gives_away(other) for one in new for other in out) and not any(
        one.gives_away(other) for one, other in combinations(new, 2)
    )
