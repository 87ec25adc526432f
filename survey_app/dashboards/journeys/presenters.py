"""The page of journeys as its template receives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from survey_app.charts import CellBar
from survey_app.dashboards import addresses
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.kernel.periods import Period
from survey_app.measures.journeys import IN_WORDS, MANY, Journeys, Share, in_one, shares, size_label
from survey_app.measures.sentences import Headline
from survey_app.statistics.rounding import percent
from survey_app.statistics.suppression import is_suppressed

MOST_GROUPS = 20


@dataclass(frozen=True)
class SizeRow:
    """Journeys of one length, and how people felt after them."""

    label: str
    journeys: int
    share: str
    bar: CellBar
    satisfied: str
    base: str
    interval: str


@dataclass(frozen=True)
class GroupRow:
    """A service or a reason."""

    name: str
    journeys: int
    in_one: str
    interval: str
    more: str
    url: str | None = None


@dataclass(frozen=True)
class JourneysPage:
    headline: Headline
    filters: FilterBar
    words: str
    sizes: Sequence[SizeRow]
    services: Sequence[GroupRow]
    reasons: Sequence[GroupRow]
    reasons_left: int
    outside: str


def journeys_page(found: Journeys, filters: FilterBar, names: Mapping[str, str], period: Period) -> JourneysPage:
    """How many journeys took 1, 2, 3, 4 or more contacts, with satisfaction, services and reasons."""
    satisfied = shares({str(size): counts for size, counts in found.satisfied.items()})
    reasons = _groups(found.by_reason, str)
    return JourneysPage(
        headline=_headline(found, period),
        filters=filters,
        words=IN_WORDS,
        sizes=[_size(size, found, satisfied.get(str(size))) for size in range(1, MANY + 1)] if found.total else [],
        services=_groups(
            found.by_service,
            lambda code: names.get(code, code),
            lambda code: addresses.service(filters.selection, code) if code in names else None,
        ),
        reasons=reasons[:MOST_GROUPS],
        reasons_left=max(0, len(reasons) - MOST_GROUPS),
        outside=_outside(found.outside),
    )


def _headline(found: Journeys, period: Period) -> Headline:
    if not found.total:
        return Headline("No journey can be told yet.", f"No contact of {period.title} names a person and a reason.")
    (share,) = in_one({"": found.sizes}).values()
    if share.value is None:
        return Headline(f"{found.total:,} journeys.", f"Too few to give a share, {period.title}.")
    claim = f"{percent(share.value)} of {found.total:,} journeys took one contact."
    return Headline(claim, f"{found.total - found.sizes.get(1, 0):,} took more, {period.title}.")


def _size(size: int, found: Journeys, satisfied: Share | None) -> SizeRow:
    n = found.sizes.get(size, 0)
    return SizeRow(
        label=size_label(size),
        journeys=n,
        share="[c]" if is_suppressed(found.total) else percent(n / found.total),
        bar=CellBar(n, max(found.sizes.values())),
        satisfied=_share(satisfied),
        base="" if satisfied is None or satisfied.is_hidden else f"{satisfied.base:,}",
        interval=_interval(satisfied),
    )


def _groups(
    groups: Mapping[str, Mapping[int, int]],
    name_of: Callable[[str], str],
    url_of: Callable[[str], str | None] = lambda _code: None,
) -> list[GroupRow]:
    """Those with the most journeys of more than one contact first; small ones last and by name."""
    rows = [
        (
            GroupRow(
                name=name_of(code),
                journeys=share.base,
                in_one=_share(share),
                interval=_interval(share),
                more="" if share.is_hidden else f"{share.base - (share.numerator or 0):,}",
                url=url_of(code),
            ),
            -1 if share.numerator is None else share.base - share.numerator,
        )
        for code, share in in_one(groups).items()
    ]
    return [row for row, _ in sorted(rows, key=lambda each: (-each[1], each[0].name))]


def _share(share: Share | None) -> str:
    if share is None or not share.base:
        return "no answers"
    return "[c]" if share.value is None else percent(share.value)


def _interval(share: Share | None) -> str:
    if share is None or share.interval is None:
        return ""
    return f"{percent(share.interval.low)} to {percent(share.interval.high)}"


def _outside(contacts: int) -> str:
    if not contacts:
        return ""
    noun = "contact names" if contacts == 1 else "contacts name"
    return f"{contacts:,} {noun} no person or no reason, and can belong to no journey."
