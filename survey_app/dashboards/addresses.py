"""The addresses of the pages of this package. What is chosen stands in them, so that any view can be sent on."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from survey_app.dashboards.selection import PartKind, Selection

OVERVIEW = "/dashboards/"
COMMENTS = "/comments/"
MORE = "/dashboards/more"
CONTROL = "/dashboards/control"
FUNNEL = "/dashboards/funnel"
MEASURES = "/dashboards/measures"
PLANNER = "/dashboards/planner"
LAST_YEAR = "/dashboards/last-year"
LAST_YEAR_CSV = "/dashboards/last-year.csv"
DRIVERS = "/dashboards/drivers"
EXPORTS = "/exports/"
HELD = "/held/"
COVERAGE = "/coverage"
SAVED = "/dashboards/saved/"
PINNED = "/dashboards/pinned"
SCREEN = "/dashboards/screen"
QUESTIONS = "/dashboards/questions/"
DIGESTS = "/dashboards/digests/"
MY_TEAM = "/dashboards/my-team"
THEMES = "/comments/themes/"
FOLLOW_UPS = "/actions/follow-ups/"
COMPARE = "/dashboards/compare"
ATTENTION = "/dashboards/attention"
PARTS = {
    PartKind.CHANNEL: "/dashboards/channels",
    PartKind.SITE: "/dashboards/sites",
    PartKind.TEAM: "/dashboards/teams",
    PartKind.GROUP: "/dashboards/groups",
}


def overview(selection: Selection, **changes: str | None) -> str:
    """The overview of a selection, or the page of its part, with some of it changed; None takes a filter away."""
    if selection.part is None:
        return with_arguments(OVERVIEW, selection.address | changes)
    return part(selection, selection.part.kind, selection.part.code, **changes)


def part(selection: Selection, kind: PartKind, code: str, **changes: str | None) -> str:
    """The page of a channel, site, team or group, for the same period and service."""
    return with_arguments(part_path(kind, code), _of_all(selection) | changes | {kind.value: None})


def part_path(kind: PartKind, code: str) -> str:
    return f"{PARTS[kind]}/{quote(code, safe='')}"


def parts(selection: Selection, kind: PartKind, **changes: str | None) -> str:
    """The list of all of a kind, for the same period and service."""
    return with_arguments(PARTS[kind], _of_all(selection) | changes | {kind.value: None})


def of_council(selection: Selection, path: str) -> str:
    """A page of the whole council for the same period, service and channel."""
    return with_arguments(path, _of_all(selection))


def _of_all(selection: Selection) -> dict[str, str | None]:
    """The arguments without the part that a page is about."""
    mine = {} if selection.part is None else {selection.part.kind.value: None}
    return dict[str, str | None](selection.address) | mine


def service(selection: Selection, code: str) -> str:
    """The overview of one service and those under it, for the same period and channel; on the page of a part, what of
    it lies in that service."""
    if selection.part is not None:
        return overview(selection, service=code)
    return with_arguments(f"{OVERVIEW}services/{quote(code, safe='')}", selection.address | {"service": None})


def overview_csv(selection: Selection) -> str:
    """The figures of the page as a file."""
    if selection.part is not None:
        path = part_path(selection.part.kind, selection.part.code)
        return with_arguments(f"{path}/figures.csv", _of_all(selection))
    return with_arguments(f"{OVERVIEW}overview.csv", selection.address)


def exports(selection: Selection) -> str:
    """The page of files, with the days and the part of a selection."""
    days = {"first": f"{selection.period.first:%-d/%-m/%Y}", "last": f"{selection.period.last:%-d/%-m/%Y}"}
    return with_arguments(EXPORTS, days | {name: selection.where.get(name) for name in ("service", "channel")})


def drivers(selection: Selection, **changes: str | None) -> str:
    """What goes with satisfaction, for a selection."""
    return with_arguments(DRIVERS, selection.address | changes)


def measure(selection: Selection, name: str, **changes: str | None) -> str:
    """The page of one measure, for the same period, service and channel."""
    return with_arguments(f"{MEASURES}/{quote(name, safe='')}", _of_all(selection) | changes)


def comments(selection: Selection, **changes: str | None) -> str:
    """The comments of a selection."""
    return with_arguments(COMMENTS, selection.address | changes)


def themes(selection: Selection) -> str:
    """What residents write about, for a selection."""
    return with_arguments(THEMES, selection.address)


def theme(selection: Selection, code: str, **changes: str | None) -> str:
    """One theme over time."""
    return with_arguments(f"{THEMES}{quote(code, safe='')}", selection.address | changes)


def theme_csv(selection: Selection, code: str) -> str:
    return with_arguments(f"{THEMES}{quote(code, safe='')}.csv", selection.address)


def themes_csv(selection: Selection) -> str:
    return with_arguments(f"{COMMENTS}themes.csv", selection.address)


def late_follow_ups(selection: Selection) -> str:
    """Those who wait longer than they were promised, of the service of a selection."""
    return with_arguments(FOLLOW_UPS, {"late": "yes", "service": selection.service})


def pin(figure_id: str) -> str:
    """Where a figure is pinned."""
    return with_arguments(f"{PINNED}/new", {"figure": figure_id})


def with_arguments(path: str, arguments: Mapping[str, str | None] | Mapping[str, str]) -> str:
    """The path with those arguments that have a value."""
    query = urlencode({name: value for name, value in arguments.items() if value})
    return f"{path}?{query}" if query else path
