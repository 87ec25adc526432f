"""Which measure was named as a year's headline, and whether before the year began. Source: MEASURES.md 2.6.

One measure chosen before anybody could see an answer is one claim: it stands alone. Chosen later it may have been
chosen for its figure, so it allows for all the others that it was chosen from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import Period, in_words
from survey_app.measures.address import FigureQuery
from survey_app.measures.rules import USUAL


@dataclass(frozen=True)
class Naming:
    """A measure named as the headline of a financial year, and on which London day."""

    measure: str
    year: Period
    named_on: date

    @property
    def is_in_time(self) -> bool:
        return self.named_on < self.year.first

    @property
    def words(self) -> str:
        """When it was named, as it stands beside the figure."""
        if self.is_in_time:
            return f"named as the headline on {in_words(self.named_on)}, before the year began"
        return f"named after the year began, on {in_words(self.named_on)}: it allows for the other claims"


def headline_of_year(year: Period, namings: Iterable[Naming]) -> Naming | None:
    """The last one named before the year began; without one the first named after it. Given in the order of naming."""
    of_year = [naming for naming in namings if naming.year == year]
    in_time = [naming for naming in of_year if naming.is_in_time]
    return in_time[-1] if in_time else next(iter(of_year), None)


def naming_of(query: FigureQuery, namings: Iterable[Naming]) -> Naming | None:
    """The naming that a figure carries: it is of the named measure, for the whole year and the whole council.

    One by other rules than the usual ones was not named: it could have been chosen for its figure.
    """
    naming = headline_of_year(Period.between(query.first, query.last), namings)
    if naming is None or naming.measure != query.measure or query.where or query.rules != USUAL:
        return None
    return naming


def stands_alone(query: FigureQuery, namings: Iterable[Naming]) -> bool:
    """Whether a figure's change is judged alone, not among the others of its page."""
    naming = naming_of(query, namings)
    return naming is not None and naming.is_in_time
