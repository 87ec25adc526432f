"""Which figures may stand in one document: no two of them may give a few answers away by subtraction.

A pack goes to an assessor, who sees published figures only. Its charts hide months as MEASURES.md 4.2 says; what
somebody pinned beside them follows 4.4: of nested figures of one measure whose bases differ by 1 to 9, one stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.measures.address import FigureQuery
from survey_app.measures.definitions import Source
from survey_app.organisation.channels import CustomerKind
from survey_app.statistics.suppression import is_suppressed

SERVICE_FILTERS = ("service", "service_alone")
EVERYBODY = frozenset({CustomerKind.RESIDENT.value, CustomerKind.BUSINESS.value})

Subtree = Callable[[Collection[str]], frozenset[int]]  # the ids of services and of all under them


@dataclass(frozen=True)
class Printed:
    """A base that a pack prints, and whose answers it counts. `services` None are all; `asks` is what the answers are
    given to, None where no answers are counted."""

    measure: str
    first: date
    last: date
    services: frozenset[int] | None
    codes: Mapping[str, frozenset[str]]
    base: int
    asks: str | None

    def contains(self, other: Printed) -> bool:
        """Whether every answer of the other is one of this."""
        if self.measure != other.measure or not (self.first <= other.first and other.last <= self.last):
            return False
        if self.services is not None and (other.services is None or not other.services <= self.services):
            return False
        return all(name in other.codes and other.codes[name] <= codes for name, codes in self.codes.items())

    def may_share_answers(self, other: Printed) -> bool:
        """Whether an answer may be one of both."""
        if self.asks is None or self.asks != other.asks or self.last < other.first or other.last < self.first:
            return False
        if self.services is not None and other.services is not None and self.services.isdisjoint(other.services):
            return False
        return not any(
            name in other.codes and codes.isdisjoint(other.codes[name]) for name, codes in self.codes.items()
        )


def printed(query: FigureQuery, base: int, subtree: Subtree, alone: Subtree) -> Printed:
    """What a figure prints; `alone` gives the ids of services without those under them."""
    filters, definition = query.filters, query.definition
    services = [
        found(filters[name]) for name, found in zip(SERVICE_FILTERS, (subtree, alone), strict=True) if name in filters
    ]
    codes = {name: frozenset(codes) for name, codes in filters.items() if name not in SERVICE_FILTERS}
    return Printed(
        query.measure,
        query.first,
        query.last,
        frozenset.intersection(*services) if services else None,
        {"customer_kind": EVERYBODY} | codes,
        base,
        (definition.asks or definition.question) if definition.source is Source.ANSWERS else None,
    )


def gives_away(one: Printed, other: Printed) -> bool:
    """Whether the two are nested and differ by 1 to 9 answers."""
    return (one.contains(other) or other.contains(one)) and is_suppressed(abs(one.base - other.base))


def standing_together(exhibits: Iterable[Sequence[Printed]], beside: Iterable[Printed] = ()) -> list[bool]:
    """For each exhibit, in order, with all that it prints: may it stand beside those before it that do?

    `beside` is printed in any case.
    """
    kept = list(beside)
    verdicts = []
    for exhibit in exhibits:
        may_stand = not any(gives_away(one, other) for one in exhibit for other in kept)
        verdicts.append(may_stand)
        kept += exhibit if may_stand else ()
    return verdicts
