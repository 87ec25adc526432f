"""What every resident's page shows of the council."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template

from survey_app.organisation.queries import council
from survey_app.web.templates import page_language


@dataclass(frozen=True)
class CouncilView:
    """The council as a page needs it; a deployment that is not set up yet has a name to stand in."""

    name: str = "Your council"
    logo_url: str | None = None
    brand_colour: str = "#1d3557"
    link_colour: str = "#1a5a96"
    postal_address: str = ""
    complaint_url: str = ""
    complaint_phone: str = ""
    sender_email: str = ""


@dataclass(frozen=True)
class FooterLink:
    label: str
    url: str


def council_view() -> CouncilView:
    found = council()
    if found is None:
        return CouncilView()
    return CouncilView(
        name=found.name,
        brand_colour=found.brand_colour,
        link_colour=found.link_colour,
        postal_address=found.postal_address,
        complaint_url=found.complaint_url,
        complaint_phone=found.complaint_phone,
        sender_email=found.sender_email,
    )


def resident_page(template: str, *, stop_url: str | None = None, has_errors: bool = False, **context: Any) -> str:
    """Render a page for residents: no cookie, no script, the council's name on top and its promises below."""
    links = [FooterLink("How we use your answers", "/privacy"), FooterLink("Accessibility", "/accessibility")]
    if stop_url:
        links.insert(1, FooterLink("Stop asking me", stop_url))
    return render_template(
        template,
        **page_language(),
        council=council_view(),
        languages=[],
        footer_links=links,
        has_errors=has_errors,
        **context,
    )
