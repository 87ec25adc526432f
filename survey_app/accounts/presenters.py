"""What stands around every page of staff: the council, the menu and who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from survey_app.accounts.models import User
from survey_app.accounts.queries import Nobody, current_viewer
from survey_app.accounts.roles import ROLES
from survey_app.organisation.models import Council
from survey_app.organisation.queries import council
from survey_app.web.menu import menu_for
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
class Letterhead:
    """What a page shows of the council."""

    name: str
    logo_url: str | None = None


def staff_page(template: str, **values: Any) -> str:
    """A page made from a template that extends base_staff.html; `values` are the page's own, and win."""
    return render_template(template, **(staff_frame() | values))


def staff_frame() -> dict[str, Any]:
    """All that base_staff.html receives."""
    viewer = current_viewer()
    return {
        "council": letterhead(council()),
        "product_name": "Resident satisfaction",
        "menu": [MenuRow(entry.label, entry.url, request.path.startswith(entry.url)) for entry in menu_for(viewer)],
        "user": None if isinstance(viewer, Nobody) else Link(person_label(viewer), url_for("accounts.profile")),
        "footer_note": "",
        "footer_links": [],
        "page_words": None,
        "has_errors": False,
    }


def error_frame() -> dict[str, Any]:
    """All that errors/error.html receives around its words: staff stay among staff pages, others see a plain one."""
    frame = staff_frame()
    audience = "staff" if frame["user"] else "resident"
    return frame | page_language() | {"audience": audience, "languages": []}


def letterhead(council: Council | None) -> Letterhead:
    return Letterhead(council.name if council else "Customer satisfaction survey")


def person_label(user: User) -> str:
    """Priya Shah, Service manager; the address stands in for a name that nobody gave."""
    roles = [ROLES[name].label for name in user.role_names if name in ROLES]
    return ", ".join([user.name or user.email, *roles])
