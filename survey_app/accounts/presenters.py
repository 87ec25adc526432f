"""What stands around every page of staff: the council, the menu and who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, url_for

from survey_app.accounts.models import User
from survey_app.accounts.queries import Nobody, current_viewer
from survey_app.accounts.roles import ROLES
from survey_app.organisation.models import Council
from survey_app.organisation.presenters import head_and_foot, logo_url
from survey_app.organisation.queries import council
from survey_app.settings import Settings
from survey_app.web.errors import is_for_residents
from survey_app.web.menu import MenuEntry, menu_for
from survey_app.web.templates import page_language


@dataclass(frozen=True)
class MenuRow:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the frame shows it."""

    label: str
    url: str
    sign_out_url: str


@dataclass(frozen=True)
class Letterhead:
    """What a page shows of the council."""

    name: str
    logo_url: str | None = None


PUBLIC_LINKS = (Link("Accessibility", "/accessibility"), Link("Privacy", "/privacy"), Link("Cookies", "/cookies"))
STAFF_LINKS = (Link("Help", "/help"), *PUBLIC_LINKS)


def staff_page(template: str, **values: Any) -> str:
    """A page made from a template that extends base_staff.html; `values` are the page's own, and win."""
    return render_template(template, **(staff_frame() | values))


def staff_frame() -> dict[str, Any]:
    """All that base_staff.html receives."""
    viewer = current_viewer()
    person = None if isinstance(viewer, Nobody) else _person(viewer)
    return {
        "council": letterhead(council()),
        "product_name": "Resident satisfaction",
        "menu": _menu(menu_for(viewer)),
        "user": person,
        "second_step_due_at": None if isinstance(viewer, Nobody) else viewer.second_step_due_at,
        "footer_note": "",
        "footer_links": STAFF_LINKS if person else PUBLIC_LINKS,
        "page_words": None,
        "page_address": _page_address(),
        "has_errors": False,
    }


def error_frame() -> dict[str, Any]:
    """All that errors/error.html receives around its words: staff stay among staff pages, others see a plain one."""
    frame = staff_frame() | page_language() | {"languages": [], "page_address": None}
    if not is_for_residents() and frame["user"]:
        return frame | {"audience": "staff", "way_forward": Link("Go to your first page", "/")}
    _council, links = head_and_foot()
    if is_for_residents():
        return frame | {"audience": "resident", "footer_links": links, "way_forward": None}
    sign_in = Link("Sign in, if you work for the council", url_for("security.login"))
    return frame | {"audience": "visitor", "footer_links": links, "way_forward": sign_in}


def _page_address() -> str:
    """What a printed page says of where it comes from."""
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url + request.full_path.rstrip("?")


def _menu(entries: Sequence[MenuEntry]) -> list[MenuRow]:
    """The entry that the page belongs to is current."""
    longest = max((entry.reaches(request.path) for entry in entries), default=0)
    return [MenuRow(entry.label, entry.url, 0 < longest == entry.reaches(request.path)) for entry in entries]


def _person(user: User) -> Person:
    return Person(person_label(user), url_for("accounts.profile"), url_for("security.logout"))


def letterhead(council: Council | None) -> Letterhead:
    return Letterhead(council.name if council else "Customer satisfaction survey", logo_url(council))


def person_label(user: User) -> str:
    """Priya Shah, Service manager; the address stands in for a name that nobody gave."""
    roles = [ROLES[name].label for name in user.role_names if name in ROLES]
    return ", ".join([user.name or user.email, *roles])
