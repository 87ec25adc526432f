"""The addresses of the pages of this package. What is chosen stands in them, so that any view can be sent on."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from survey_app.dashboards.selection import Selection

OVERVIEW = "/dashboards/"
COMMENTS = "/comments/"
MORE = "/dashboards/more"
CONTROL = "/dashboards/control"
FUNNEL = "/dashboards/funnel"
PLANNER = "/dashboards/planner"
LAST_YEAR = "/dashboards/last-year"
LAST_YEAR_CSV = "/dashboards/last-year.csv"
DRIVERS = "/dashboards/drivers"
HELD = "/held/"
COVERAGE = "/coverage"
SAVED = "/dashboards/saved/"
PINNED = "/dashboards/pinned"
SCREEN = "/dashboards/screen"
QUESTIONS = "/dashboards/questions/"
THEMES = "/comments/themes/"
LATE_FOLLOW_UPS = "/actions/follow-ups/?late=yes"


def overview(selection: Selection, **changes: str | None) -> str:
    """The overview of a selection, with some of it changed; None takes a filter away."""
    return with_arguments(OVERVIEW, selection.address | changes)


def service(selection: Selection, code: str) -> str:
    """The overview of one service and those under it, for the same period and channel."""
    return with_arguments(f"{OVERVIEW}services/{quote(code, safe='')}", selection.address | {"service": None})


def overview_csv(selection: Selection) -> str:
    return with_arguments(f"{OVERVIEW}overview.csv", selection.address)


def drivers(selection: Selection, **changes: str | None) -> str:
    """What goes with satisfaction, for a selection."""
    return with_arguments(DRIVERS, selection.address | changes)


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


def pin(figure_id: str) -> str:
    """Where a figure is pinned."""
    return with_arguments(f"{PINNED}/new", {"figure": figure_id})


def with_arguments(path: str, arguments: dict[str, str | None] | dict[str, str]) -> str:
    """The path with those arguments that have a value."""
    query = urlencode({name: value for name, value in arguments.items() if value})
    return f"{path}?{query}" if query else path
