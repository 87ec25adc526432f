"""The menu of staff pages. Each package adds its own entries; a viewer sees those that they may open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from survey_app.web.access import Viewer


@dataclass(frozen=True)
class MenuEntry:
    """A page of the menu. `permission` is the one that the page itself requires; `under` begins the addresses of
    the pages that belong to it and do not stand below its own."""

    label: str
    url: str
    permission: str
    under: Sequence[str] = ()

    def reaches(self, path: str) -> int:
        """How much of a page's address belongs to this entry: the longest claim of the menu makes it current."""
        return max((len(begin) for begin in (self.url, *self.under) if path.startswith(begin)), default=0)


def add_to_menu(app: Flask, *entries: MenuEntry) -> None:
    """Entries stand in the order in which they were added; the first that a viewer may open is where they start."""
    app.extensions.setdefault("menu", []).extend(entries)


def menu_for(viewer: Viewer) -> list[MenuEntry]:
    """What this viewer may open."""
    entries: list[MenuEntry] = current_app.extensions.get("menu", [])
    return [entry for entry in entries if viewer.may(entry.permission)]


def add_setting_state(app: Flask, endpoint: str, state: Callable[[], str]) -> None:
    """A page of settings says how it stands, in a few words, where all settings are listed."""
    app.extensions.setdefault("setting_states", {})[endpoint] = state


def setting_state(endpoint: str) -> str:
    """What the page at this endpoint says of itself; empty where it says nothing."""
    states: dict[str, Callable[[], str]] = current_app.extensions.get("setting_states", {})
    return states[endpoint]() if endpoint in states else ""


def add_page_links(app: Flask, links: Callable[[], Sequence[tuple[str, str]]]) -> None:
    """What else can be done with the open page, as pairs of words and address: they stand beside its filters."""
    app.extensions.setdefault("page_links", []).append(links)
    app.jinja_env.globals["page_links"] = page_links


def page_links() -> list[tuple[str, str]]:
    """What any package offers for the open page."""
    offered: list[Callable[[], Sequence[tuple[str, str]]]] = current_app.extensions.get("page_links", [])
    return [link for links in offered for link in links()]


@dataclass(frozen=True)
class FigureAction:
    """What else can be done with a figure: a link on its page, made from the figure's id."""

    label: str
    permission: str
    url: Callable[[str], str]


def add_figure_action(app: Flask, action: FigureAction) -> None:
    """A later package offers what it does with figures; the page of a figure knows none of them by name."""
    app.extensions.setdefault("figure_actions", []).append(action)


def figure_actions_for(viewer: Viewer) -> list[FigureAction]:
    """What this viewer may do with a figure."""
    actions: list[FigureAction] = current_app.extensions.get("figure_actions", [])
    return [action for action in actions if viewer.may(action.permission)]


@dataclass(frozen=True)
class FigureUse:
    """Where a frozen figure is used: label and address of each place, found by the figure's short code."""

    permission: str
    find: Callable[[str], Sequence[tuple[str, str]]]


def add_figure_use(app: Flask, use: FigureUse) -> None:
    """A later package says where it cites frozen figures; their page knows none of them by name."""
    app.extensions.setdefault("figure_uses", []).append(use)


def uses_of_figure(code: str, viewer: Viewer) -> list[tuple[str, str]]:
    """Every place that cites a frozen figure and that this viewer may open."""
    uses: list[FigureUse] = current_app.extensions.get("figure_uses", [])
    return [place for use in uses if viewer.may(use.permission) for place in use.find(code)]
