"""The pages of parts of the council, as their templates receive them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.charts import CellBar, IntervalBar, Link
from survey_app.dashboards import addresses, pictures, wording
from survey_app.dashboards.overview import lowest_first
from survey_app.dashboards.presenters.frame import FilterBar
from survey_app.dashboards.selection import LAST_12_MONTHS, Part, PartKind, Selection
from survey_app.measures.figures import Figure
from survey_app.measures.of_parts import TEAM_BASE
from survey_app.measures.sentences import Headline
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.statistics.table_suppression import SMALL_BELOW

TITLES = {
    PartKind.CHANNEL: "Channels",
    PartKind.SITE: "Sites",
    PartKind.TEAM: "Teams",
    PartKind.GROUP: "Customer groups",
}
HIDDEN_WORDS = f"A figure is shown from {MINIMUM_BASE} answers, and where no other could be worked out from it."
WHY_HIDDEN = {
    PartKind.GROUP: (
        "Of a group of customers a figure is shown where neither those who said so nor those who did not are 1 to "
        f"{SMALL_BELOW - 1} people, and where no other group’s could be worked out from it."
    ),
    PartKind.TEAM: wording.TEAM_RULE,
}
IN_WHICH_ORDER = {
    PartKind.TEAM: "By name. Teams are not compared: open a team to see its own figures.",
    PartKind.GROUP: "By name.",
}
EMPTY = {
    PartKind.CHANNEL: "No contact with an answer says how it came in.",
    PartKind.SITE: "No contact with an answer names a site.",
    PartKind.TEAM: "No contact with an answer names a team.",
    PartKind.GROUP: "No contact with an answer names a group of customers.",
}
COLUMN = {
    PartKind.CHANNEL: "channel",
    PartKind.SITE: "site",
    PartKind.TEAM: "team",
    PartKind.GROUP: "customer_group",
}


@dataclass(frozen=True)
class Row:
    """One part in the list of its kind. A team has no figure here."""

    name: str
    url: str
    base: str
    value: Link | None = None
    interval: str = ""
    bar: IntervalBar | None = None
    rate: Link | None = None
    rate_bar: CellBar | None = None


@dataclass(frozen=True)
class ListPage:
    title: str
    headline: Headline
    filters: FilterBar
    path: str
    overview: str
    others: Sequence[Link]
    order: str
    rows: Sequence[Row]
    has_figures: bool
    scale: Sequence[str]
    not_shown: str
    not_shown_words: str
    unknown: str
    empty: str
    column: str
    compare: str | None
    elsewhere: Sequence[Link]


@dataclass(frozen=True)
class HiddenPage:
    """A part whose figures may not be shown: why, and where to look instead."""

    crumbs: Sequence[Link]
    headline: Headline
    filters: FilterBar
    path: str
    elsewhere: Sequence[Link]


def list_page(
    kind: PartKind,
    found: Sequence[Figure],
    rates: Sequence[Figure],
    names: Mapping[str, str],
    filters: FilterBar,
) -> ListPage:
    """All parts of a kind that have answers. Channels and sites with the lowest first; teams and groups by name."""
    selection, is_team = filters.selection, kind is PartKind.TEAM
    known = [figure for figure in found if figure.group[0] in names and figure.base]
    shown = [figure for figure in known if not figure.suppressed]
    ordered = (
        lowest_first(shown) if kind not in IN_WHICH_ORDER else sorted(shown, key=lambda each: names[each.group[0]])
    )
    axis = pictures.shared_axis(shown, full=selection.is_full_axis)
    by_code = {rate.group[0]: rate for rate in rates if rate.value is not None}
    full = max((rate.value for rate in by_code.values() if rate.value), default=1.0)
    hidden = sorted(names[figure.group[0]] for figure in known if figure.suppressed)
    unknown = sum(figure.base for figure in found if figure.group[0] not in names and not figure.suppressed)
    return ListPage(
        title=TITLES[kind],
        headline=_list_headline(kind, shown, hidden),
        filters=filters,
        path=addresses.PARTS[kind],
        overview=addresses.of_council(selection, addresses.OVERVIEW),
        others=[Link(title, addresses.parts(selection, each)) for each, title in TITLES.items()],
        order=IN_WHICH_ORDER.get(kind, "Lowest first. Grey tick: last year."),
        rows=[
            Row(names[each.group[0]], addresses.part(selection, kind, each.group[0]), wording.base_words(each))
            if is_team
            else Row(
                name=names[each.group[0]],
                url=addresses.part(selection, kind, each.group[0]),
                base=wording.base_words(each),
                value=Link(wording.value_words(each), each.passport),
                interval=wording.interval_words(each),
                bar=pictures.bar_of(each, axis),
                rate=_rate(by_code.get(each.group[0])),
                rate_bar=CellBar(rate.value, full) if (rate := by_code.get(each.group[0])) and rate.value else None,
            )
            for each in ordered
        ],
        has_figures=not is_team,
        scale=pictures.scale_words(axis),
        not_shown=wording.listed(hidden),
        not_shown_words=WHY_HIDDEN.get(kind, wording.not_shown_words(hidden)),
        unknown=f"{unknown:,}" if unknown else "",
        empty=EMPTY[kind],
        column=COLUMN[kind],
        compare=_compare(kind, selection) if len(shown) > 1 else None,
        elsewhere=[] if shown else _elsewhere(kind, selection),
    )


def _compare(kind: PartKind, selection: Selection) -> str | None:
    """Teams are not set beside one another."""
    if kind is PartKind.TEAM:
        return None
    arguments = {"by": kind.value, "period": selection.code, "service": selection.service}
    return addresses.with_arguments(addresses.COMPARE, arguments)


def _elsewhere(kind: PartKind, selection: Selection) -> list[Link]:
    """What somebody can do who finds no part that is shown."""
    longer = Link("The last 12 months", addresses.parts(selection, kind, period=LAST_12_MONTHS))
    asked = Link("Who was asked, and how many answered", addresses.of_council(selection, addresses.COVERAGE))
    return [asked] if selection.code == LAST_12_MONTHS else [longer, asked]


def _rate(rate: Figure | None) -> Link | None:
    return None if rate is None else Link(wording.value_words(rate), rate.passport)


def _list_headline(kind: PartKind, shown: Sequence[Figure], hidden: Sequence[str]) -> Headline:
    title = TITLES[kind].lower()
    if not shown and not hidden:
        return Headline(f"No {title} with answers.", "There is nothing to show for this choice.")
    if not shown:
        return Headline(f"No {title} with enough answers.", "A longer period may have more.")
    number = f"{len(shown)} {title if len(shown) > 1 else title.removesuffix('s')}"
    if kind is PartKind.TEAM:
        return Headline(f"{number} with {TEAM_BASE} answers or more.", "Each has a page of its own.")
    if kind is PartKind.GROUP or len(shown) == 1:
        return Headline(f"{number} with a figure.", "Each has a page of its own.")
    lowest, *_, highest = lowest_first(shown)
    ends = " to ".join(dict.fromkeys(wording.value_words(each) for each in (lowest, highest)))
    claim = f"Satisfaction by {title.removesuffix('s')}: {ends}."
    return Headline(claim, "A place in a list is not a test: compare two to see whether chance explains it.")


def crumbs_of(part: Part, selection: Selection) -> list[Link]:
    """Back to the list of its kind, and to the overview of the same choice."""
    return [
        Link("Overview", addresses.of_council(selection, addresses.OVERVIEW)),
        Link(TITLES[part.kind], addresses.parts(selection, part.kind)),
        Link(part.name, ""),
    ]


def hidden_page(part: Part, hidden: Figure, filters: FilterBar) -> HiddenPage:
    """Why nothing of a part is shown, and the choices that are likely to have more answers."""
    selection = filters.selection
    links = []
    if selection.code != LAST_12_MONTHS:
        links.append(Link("The last 12 months", addresses.overview(selection, period=LAST_12_MONTHS)))
    if selection.service or (selection.channel and part.kind is not PartKind.CHANNEL):
        links.append(Link("All services and channels", addresses.overview(selection, service=None, channel=None)))
    links.append(Link(f"All {TITLES[part.kind].lower()}", addresses.parts(selection, part.kind)))
    if part.kind is PartKind.TEAM and hidden.base >= MINIMUM_BASE:
        links.append(Link("Passport of this figure", hidden.passport))
    return HiddenPage(
        crumbs=crumbs_of(part, selection),
        headline=Headline(f"Too few answers to show: {part.name}.", WHY_HIDDEN.get(part.kind, HIDDEN_WORDS)),
        filters=filters,
        path=path_of(part),
        elsewhere=links,
    )


def path_of(part: Part) -> str:
    """Where the filters of its page lead: the page without any."""
    return addresses.part_path(part.kind, part.code)


def onward(part: Part, selection: Selection) -> list[Link]:
    """What somebody may want next."""
    links = [Link(f"All {TITLES[part.kind].lower()}", addresses.parts(selection, part.kind))]
    if part.kind is not PartKind.TEAM:
        arguments = {"by": part.kind.value, "one": part.code, "period": selection.code, "service": selection.service}
        links.append(Link("Compare with another", addresses.with_arguments(addresses.COMPARE, arguments)))
    return links
