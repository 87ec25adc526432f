"""What is off, why, and how is it switched on?"""

from __future__ import annotations

from flask import Blueprint, Flask

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.admin.features import presenters
from survey_app.admin.home.presenters import may_open
from survey_app.admin.home.queries import standing
from survey_app.contacts.queries import asking_rules
from survey_app.kernel.clock import london_day, utc_now
from survey_app.web.access import requires

feature_list = Blueprint("features", __name__, url_prefix="/admin/features")


def init_app(app: Flask) -> None:
    app.register_blueprint(feature_list)


@feature_list.get("/")
@requires("manage_council")
def index() -> str:
    """From the settings and the database as they are now."""
    now, viewer = utc_now(), current_viewer()
    found = presenters.features(standing(now, london_day(now)), asking_rules())
    return staff_page(
        "admin/features.html",
        features=found,
        off=sum(not each.is_on for each in found),
        may_open=lambda endpoint: may_open(viewer, endpoint),
    )
