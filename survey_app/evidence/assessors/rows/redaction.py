"""What single rows may say to somebody outside, so that no row points at a person.

A row says its answer and its month only where at least 10 rows say the same. What it does not say must not follow
from the counts printed beside the rows: of each answer the rows that do not say it are none or at least 10, and so
are those of an answer that do not say their month. Source: MEASURES.md 4.1 and 4.2, read for rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from survey_app.measures.address import SENSITIVE
from survey_app.measures.subtraction import Printed
from survey_app.statistics.suppression import MINIMUM_BASE, Disclosure, disclose_groups, is_suppressed


def home_of(exhibit: str, pinned: Mapping[str, Sequence[Printed]]) -> str | None:
    """The exhibit behind which its answers stand one by one: itself, or an older one that may share some of them.

    A row stands in one list only: found in two, its digest would tell which part of the one is the other. None where
    the figure counts no answers, and where it is of chosen customer groups or languages. `pinned` is in the order of
    numbers; the first of what an exhibit prints is its figure.
    """
    homes = dict[str, Printed]()
    for each, (figure, *_) in pinned.items():
        home = None
        if figure.asks is not None and SENSITIVE.isdisjoint(figure.codes):
            home = next((older for older, of in homes.items() if of.may_share_answers(figure)), each)
        if home == each:
            homes[each] = figure
        if each == exhibit:
            return home
    return None


def kept_back(printed: Mapping[str, int | None], frozen: Mapping[str, int], left: Mapping[str, int]) -> dict[str, int]:
    """The answers that rows may name, and of each how many rows are kept back by lot although they still stand.

    `printed` are the counts beside the rows, None for what is not shown; `frozen` those of the figure, `left` those
    that still stand. What the withdrawn ones said would follow from what is missing, so others are missing with them.
    """
    found = dict[str, int]()
    for answer, shown in printed.items():
        gone = frozen[answer] - left.get(answer, 0)
        others = max(0, MINIMUM_BASE - gone) if gone else 0
        if shown is not None and left.get(answer, 0) - others >= MINIMUM_BASE:
            found[answer] = others
    return found


def named_months(rows: Mapping[date, int], closed: Collection[date]) -> frozenset[date]:
    """The months that the rows of one answer may name; `closed` are those that a chart beside them hides."""
    shown = disclose_groups({month.isoformat(): n for month, n in rows.items()}, {day.isoformat() for day in closed})
    return frozenset(month for month in rows if shown[month.isoformat()] is Disclosure.SHOWN)


def outside_may_be_told(outside: Mapping[str, int], printed: Mapping[str, int | None]) -> bool:
    """Whether the number of all rows may be told beside the base: else what is hidden of the rows outside it would
    follow."""
    return not is_suppressed(sum(n for name, n in outside.items() if printed[name] is None))
