"""The page at /data-protection/: what waits, by when, and where everything is."""

from __future__ import annotations

from flask import Blueprint, Flask

from survey_app.accounts.presenters import staff_page
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.queries import council
from survey_app.privacy.landing import presenters
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu

data_protection = Blueprint("data_protection", __name__, url_prefix="/data-protection")


def init_app(app: Flask) -> None:
    app.register_blueprint(data_protection)
    under = ("/admin/retention/", "/admin/audit/")
    add_to_menu(app, MenuEntry("Data protection", "/data-protection/", "handle_requests", under=under))


@data_protection.get("/")
@requires("handle_requests")
def index() -> str:
    """What do I have to do for data protection, and where is everything?"""
    found = council()
    return staff_page(
        "privacy/landing.html",
        waiting=presenters.what_waits(london_day(utc_now())),
        pages=presenters.page_links(),
        public_pages=presenters.public_links(),
        has_inbox=found is not None and found.data_protection_email != "",
    )
