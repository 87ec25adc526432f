"""How long packs are kept: so many years after they were made, some of them for good.

An assessor may come back to what they were given: of each framework the newest pack stays, and the newest that was
there at each visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.evidence.visits.cycle import years_after


@dataclass(frozen=True)
class Kept:
    """Until when a pack is kept; `why` it is for good where `until` is None."""

    until: date | None
    why: str = ""

    def is_over(self, today: date) -> bool:
        return self.until is not None and self.until < today


def keeping_of(made: Sequence[tuple[int, date]], visits: Iterable[date], years: int) -> dict[int, Kept]:
    """Until when each pack of one framework is kept. `made` has the ids of those that are ready with their days, oldest
    first; `visits` the days on which a visit was held."""
    kept = {pack: Kept(years_after(day, years)) for pack, day in made}
    for visit in sorted(visits):
        there = [pack for pack, day in made if day <= visit]
        if there:
            kept[there[-1]] = Kept(None, "It was the newest at a visit.")
    if made:
        kept[made[-1][0]] = Kept(None, "It is the newest.")
    return kept
