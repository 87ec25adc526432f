"""Where is each setting, and how does it stand?"""

from __future__ import annotations

from flask import Blueprint, Flask, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.admin.changes.kinds import KINDS
from survey_app.admin.features.presenters import features
from survey_app.admin.home import presenters
from survey_app.admin.home.queries import standing
from survey_app.admin.setup.queries import set_up_facts
from survey_app.admin.setup.steps import next_step
from survey_app.audit.queries import last_changed
from survey_app.contacts.queries import asking_rules
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.queries import council
from survey_app.web.access import signed_in
from survey_app.web.menu import MenuEntry, add_to_menu

settings_home = Blueprint("settings_home", __name__, url_prefix="/admin")


def init_app(app: Flask) -> None:
    app.register_blueprint(settings_home)
    add_to_menu(app, MenuEntry("Settings", "/admin/", "manage_council"))


@settings_home.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Every setting that the viewer may open; who may open none is not let in. Without a council it is set up first."""
    viewer, found, now = current_viewer(), council(), utc_now()
    if found is None:
        return redirect(url_for("admin.overview"))
    counts, rules = standing(now, london_day(now)), asking_rules()
    known = presenters.Known(found, counts, rules, sum(not each.is_on for each in features(counts, rules)))
    groups = presenters.groups(viewer, known, last_changed(list(KINDS)))
    if not groups:
        abort(403)
    is_whole = viewer.may("manage_council")
    return staff_page("admin/home.html", groups=groups, next=next_step(set_up_facts()) if is_whole else None)
