"""What comments can be filtered by: groups of options, each found by the facts of the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.comments.search import facts

AT_FIRST = 4  # options of a group that stand there at once, those with the most comments


@dataclass(frozen=True)
class Option:
    """One box to tick: a comment that has one of its facts is let through."""

    value: str
    label: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Facet:
    """A group of options. Without a tick all comments pass; with several those of any of them."""

    name: str
    legend: str
    options: tuple[Option, ...]
    at_first: int = AT_FIRST  # the rest unfolds; 0: the whole group does
    keeps_order: bool = False

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


MARKED = Facet(
    "marked",
    "Marked",
    (
        Option("quote", "Quote for evidence", (facts.QUOTE,)),
        Option("follow_up", "Has a follow-up", (facts.FOLLOW_UP,)),
        Option("request", "Contains a request", (facts.REQUEST,)),
        Option("mixed", "Praise and criticism", (facts.MIXED,)),
        Option("review", "Needs review", (facts.REVIEW,)),
        Option("person", "Labelled by a person", (facts.BY_PERSON,)),
    ),
    at_first=6,
    keeps_order=True,
)


@dataclass(frozen=True)
class Counted:
    """How many comments a selection has, up to a bound, and what stands beside the options and in the months.

    The counts of a group with ticks leave these ticks out: they say what another tick would bring. A group that is not
    in `by_facet` was not counted.
    """

    total: int
    is_more: bool  # than `total`; all else is then of the newest so many
    by_facet: Mapping[str, Mapping[str, int]]  # by fact
    months: tuple[Mapping[str, int], ...]  # by fact of the label, in the order of the period

    def of(self, facet: Facet, option: Option) -> int | None:
        """How many comments have this option; None where that was not counted."""
        counts = self.by_facet.get(facet.name)
        return None if counts is None else sum(counts.get(fact, 0) for fact in option.facts)

    def labelled(self, label: str) -> int:
        """How many of the comments of the selection have a label."""
        return sum(month.get(facts.of_label(label), 0) for month in self.months)
