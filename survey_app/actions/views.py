"""What is being done about what residents said: the page above follow-ups and improvements."""

from __future__ import annotations

from flask import Blueprint, Flask

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.actions.followups.presenters import follow_ups_stand
from survey_app.actions.ideas import views as ideas_pages
from survey_app.actions.ideas.queries import waiting_ideas
from survey_app.actions.improvements import queries
from survey_app.actions.improvements import views as improvements_pages
from survey_app.actions.improvements.presenters import rows_of
from survey_app.actions.praise import views as praise_acts
from survey_app.kernel.clock import utc_now
from survey_app.measures.queries.standing import read_standing
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu

MOST_SHOWN = 6  # improvements; the list has all

actions = Blueprint("actions", __name__, url_prefix="/actions")


def init_app(app: Flask) -> None:
    app.register_blueprint(actions)
    add_to_menu(app, MenuEntry("Actions", "/actions/", "view_results"))
    improvements_pages.init_app(app)
    praise_acts.init_app(app)
    ideas_pages.init_app(app)


@actions.get("/")
@requires("view_results")
def index() -> str:
    """Does anybody wait for us, and what came of what residents told us?"""
    now = utc_now()
    standing = read_standing(now)
    known = queries.improvements(current_scope(), standing.services)
    rows = rows_of(queries.effects_of(known[:MOST_SHOWN], now=now, standing=standing))
    viewer = current_viewer()
    return staff_page(
        "actions/index.html",
        rows=rows,
        known=len(known),
        ideas=waiting_ideas(current_scope()) if viewer.may("lead_teams") else None,
        may_write=viewer.may("write_improvements"),
        follow_ups=follow_ups_stand(current_scope(), now) if viewer.may("follow_up") else None,
    )
