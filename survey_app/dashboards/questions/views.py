"""What did people answer to each question of a survey?"""

from __future__ import annotations

from flask import Blueprint, Flask, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.dashboards import addresses
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.queries import data_days, narrowed, services_in
from survey_app.dashboards.questions.presenters import questions_page
from survey_app.dashboards.questions.queries import answered_questions, answered_surveys
from survey_app.dashboards.selection import read_selection
from survey_app.kernel.clock import london_day
from survey_app.surveys.queries import survey_named
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

questions = Blueprint("questions", __name__, url_prefix=addresses.QUESTIONS.rstrip("/"))


def init_app(app: Flask) -> None:
    app.register_blueprint(questions)


@questions.get("/", endpoint="index")
@questions.get("/<code>", endpoint="survey")
@requires("view_results")
def page(code: str | None = None) -> str:
    """Of the survey of this code, or else of the one that was answered most."""
    scope, now = current_scope(), data_cut()
    if code is not None:
        survey_named(code)
    days = data_days(scope)
    if days is None:
        return staff_page("dashboards/questions.html", page=None, **FOOTER)
    selection = read_selection(dict(request.args.items()), days, london_day(now))
    within = narrowed(scope, selection.service)
    surveys = answered_surveys(selection.period, within, selection.channel)
    shown = next((survey for survey in surveys if code in (None, survey.code)), None)
    asked = answered_questions(shown.id, selection.period, within, selection.channel) if shown is not None else []
    filters = filter_bar(selection, days, services_in(scope), sees_all=scope.is_everything, now=now)
    return staff_page(
        "dashboards/questions.html",
        page=questions_page(shown, surveys, asked, filters),
        page_words=page_words(filters),
        **FOOTER,
    )
