"""The menu of staff pages. Each package adds its own entries; a viewer sees those that they may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from survey_app.web.access import Viewer


@dataclass(frozen=True)
class MenuEntry:
    """A page of the menu. `permission` is the one that the page itself requires."""

    label: str
    url: str
    permission: str


def add_to_menu(app: Flask, *entries: MenuEntry) -> None:
    """Entries stand in the order in which they were added; the first that a viewer may open is where they start."""
    app.extensions.setdefault("menu", []).extend(entries)


def menu_for(viewer: Viewer) -> list[MenuEntry]:
    """What this viewer may open."""
    entries: list[MenuEntry] = current_app.extensions.get("menu", [])
    return [entry for entry in entries if viewer.may(entry.permission)]
