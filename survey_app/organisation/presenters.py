"""What every resident's page shows of the council, and the pages that the council words itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template
from markupsafe import Markup
from sqlalchemy import ColumnElement

from survey_app.kernel.clock import london_day
from survey_app.kernel.translatable import for_translation
from survey_app.organisation.models import USUAL_BRAND, USUAL_LINK, USUAL_NATION, Council, CouncilPage
from survey_app.organisation.page_text import STANDARD_SINCE, PageKind, standard_text, to_html
from survey_app.organisation.queries import council, council_and_whether, council_page
from survey_app.organisation.typesetting import PrintedLogo
from survey_app.settings import Settings
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.web.cookies import COOKIES, STORED, Cookie, name_of
from survey_app.web.language import language_links
from survey_app.web.sessions import IDLE_LIMIT
from survey_app.web.templates import day, page_language
from survey_app.web.templates import translated as _

EQUALITY_AND_HUMAN_RIGHTS = (
    "The Equality and Human Rights Commission (EHRC)",
    "the Equality Advisory and Support Service (EASS): equalityadvisoryservice.com, phone 0808 800 0082",
)
EQUALITY_NORTHERN_IRELAND = (
    "The Equality Commission for Northern Ireland (ECNI)",
    "that Commission: equalityni.org, phone 028 9050 0600",
)


@dataclass(frozen=True)
class CouncilView:
    """The council as a page needs it; a deployment that is not set up yet has a name to stand in."""

    name: str = "Your council"
    nation: str = USUAL_NATION
    logo_url: str | None = None
    brand_colour: str = USUAL_BRAND
    link_colour: str = USUAL_LINK
    postal_address: str = ""
    complaint_url: str = ""
    complaint_phone: str = ""
    sender_email: str = ""


@dataclass(frozen=True)
class Fact:
    """Something true of this deployment that a page's text can name as {name}; an empty value is not known yet."""

    name: str
    means: str
    value: str


@dataclass(frozen=True)
class PageView:
    """A page of the council as the public reads it."""

    kind: PageKind
    body: Markup
    updated_on: date
    reviewed_on: date | None
    cookies: Sequence[CookieView] = ()  # of the page about them: every one that there is
    stored: Sequence[CookieView] = ()  # and all else that a browser keeps


@dataclass(frozen=True)
class CookieView:
    """A cookie by its name on the wire."""

    name: str
    cookie: Cookie


@dataclass(frozen=True)
class FooterLink:
    label: str
    url: str


def council_view() -> CouncilView:
    return _view_of(council())


def _view_of(found: Council | None) -> CouncilView:
    if found is None:
        return CouncilView()
    return CouncilView(
        name=found.name,
        nation=found.nation,
        logo_url=logo_url(found),
        brand_colour=found.brand_colour,
        link_colour=found.link_colour,
        postal_address=found.postal_address,
        complaint_url=found.complaint_url,
        complaint_phone=found.complaint_phone,
        sender_email=found.sender_email,
    )


def logo_url(council: Council | None) -> str | None:
    """The address of the council's logo. It names the picture by its hash, so that browsers may keep it for good."""
    return f"/logo/{council.logo.sha256}" if council and council.logo else None


def printed_logo(council: Council) -> PrintedLogo | None:
    """The council's logo for what is printed."""
    return PrintedLogo(council.logo.media_type, council.logo.content) if council.logo else None


def without_scheme(address: str) -> str:
    """An address as people write it: without https://."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"


def head_and_foot() -> tuple[CouncilView, list[FooterLink]]:
    """What stands on top of every page for residents, and the links at its foot: read in one statement."""
    titles = {PageKind.ACCESSIBILITY: for_translation("Accessibility")}
    links = [FooterLink(_(titles.get(kind, kind.heading)), f"/{kind}") for kind in PageKind]
    later: Sequence[tuple[FooterLink, ColumnElement[bool]]] = current_app.extensions.get("resident_links", ())
    found, there = council_and_whether([condition for _link, condition in later])
    published = (link for (link, _condition), is_there in zip(later, there, strict=True) if is_there)
    links += [FooterLink(_(link.label), link.url) for link in published]
    return _view_of(found), links


def add_resident_link(app: Flask, link: FooterLink, *, while_there_is: ColumnElement[bool]) -> None:
    """A later package adds a public page to the foot of every page for residents, while there is something on it. The
    condition is asked with the council's own row, so that no page pays a statement for it."""
    app.extensions.setdefault("resident_links", []).append((link, while_there_is))


def add_page_facts(app: Flask, facts: Callable[[], Sequence[Fact]]) -> None:
    """A later package lets the texts of pages say what it does with people's details."""
    app.extensions.setdefault("page_facts", []).append(facts)


def page_facts() -> list[Fact]:
    """What a page's text can name."""
    settings: Settings = current_app.extensions["settings"]
    view, found = council_view(), council()
    enforcer = EQUALITY_NORTHERN_IRELAND if found and found.nation.startswith("N") else EQUALITY_AND_HUMAN_RIGHTS
    later: Sequence[Callable[[], Sequence[Fact]]] = current_app.extensions.get("page_facts", ())
    return [
        Fact("council", "The council’s name", view.name),
        Fact("postal_address", "Its postal address", view.postal_address),
        Fact("contact_email", "The address that invitations come from", view.sender_email),
        Fact("complaint_phone", "The phone number for complaints", view.complaint_phone),
        Fact("complaint_url", "The web address for complaints", view.complaint_url),
        Fact("data_protection_email", "E-mail for questions on data", found.data_protection_email if found else ""),
        Fact("site", "The address of this site", urlsplit(settings.base_url).netloc),
        Fact("smallest_base", "Figures on fewer answers are hidden", str(MINIMUM_BASE)),
        Fact("session_cookie", "The name of the cookie of staff", current_app.config["SESSION_COOKIE_NAME"]),
        Fact("session_minutes", "Minutes until staff are signed out", str(int(IDLE_LIMIT.total_seconds() // 60))),
        Fact("enforcement_body", "Who enforces the accessibility regulations", enforcer[0]),
        Fact("enforcement_help", "Whom to turn to about accessibility", enforcer[1]),
        *(fact for facts in later for fact in facts()),
    ]


def page_view(kind: PageKind) -> PageView:
    """The page as it stands."""
    page = council_page(kind)
    body = standard_text(kind) if page is None or page.body is None else page.body
    return shown_page(kind, body, updated_on=_updated_on(page), reviewed_on=page.reviewed_on if page else None)


def shown_page(kind: PageKind, body: str, *, updated_on: date, reviewed_on: date | None) -> PageView:
    """The page as it stands with this text: what a preview shows is what is published."""
    facts = {fact.name: fact.value for fact in page_facts()} | {"updated_on": day(updated_on)}
    html = Markup(to_html(body, facts))  # noqa: S704 - to_html() escapes # nosec B704
    return PageView(kind, html, updated_on, reviewed_on, _cookies() if kind is PageKind.COOKIES else (), _stored(kind))


def _cookies() -> list[CookieView]:
    settings: Settings = current_app.extensions["settings"]
    return [CookieView(name_of(cookie, is_https=settings.is_https), cookie) for cookie in COOKIES]


def _stored(kind: PageKind) -> list[CookieView]:
    return [CookieView(each.name, each) for each in STORED.values()] if kind is PageKind.COOKIES else []


def _updated_on(page: CouncilPage | None) -> date:
    if page is None:
        return STANDARD_SINCE
    published_on = london_day(page.published_at)
    return published_on if page.body is not None else max(published_on, STANDARD_SINCE)


def resident_page(template: str, *, stop_url: str | None = None, has_errors: bool = False, **context: Any) -> str:
    """Render a page for residents: no cookie, no script, the council's name on top and its promises below."""
    council, links = head_and_foot()
    if stop_url:
        links.insert(1, FooterLink(_("Stop asking me"), stop_url))
    return render_template(
        template,
        **page_language(),
        council=council,
        languages=language_links(),
        footer_links=links,
        has_errors=has_errors,
        **context,
    )
