"""What is being done about what residents said: the page above follow-ups and improvements."""

from __future__ import annotations

from flask import Blueprint, Flask

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.actions.followups.due import late_before
from survey_app.actions.followups.presenters import standing_headline
from survey_app.actions.followups.queries import standing as follow_ups_standing
from survey_app.actions.improvements import queries
from survey_app.actions.improvements import views as improvements_pages
from survey_app.actions.improvements.presenters import rows_of
from survey_app.kernel.clock import london_day, utc_now
from survey_app.measures.queries.standing import read_standing
from survey_app.organisation.queries import council_nation
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu

MOST_SHOWN = 6  # improvements; the list has all

actions = Blueprint("actions", __name__, url_prefix="/actions")


def init_app(app: Flask) -> None:
    app.register_blueprint(actions)
    add_to_menu(app, MenuEntry("Actions", "/actions/", "view_results"))
    improvements_pages.init_app(app)


@actions.get("/")
@requires("view_results")
def index() -> str:
    """Does anybody wait for us, and what came of what residents told us?"""
    now, scope, viewer = utc_now(), current_scope(), current_viewer()
    standing = read_standing(now)
    known = queries.improvements(scope, standing.services)
    follow_ups = None
    if viewer.may("follow_up"):
        late = late_before(london_day(now), council_nation())
        follow_ups = standing_headline(follow_ups_standing(scope, late_before=late))
    return staff_page(
        "actions/index.html",
        rows=rows_of(queries.effects_of(known[:MOST_SHOWN], now=now, standing=standing)),
        known=len(known),
        follow_ups=follow_ups,
        may_write=viewer.may("write_improvements"),
    )
