"""How much of a survey does a page show? Chosen for each survey, and chosen otherwise at any time."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.admin.survey_page.forms import PagingForm
from survey_app.admin.survey_page.presenters import survey_row
from survey_app.kernel.clock import utc_now
from survey_app.responses.queries import drafts_by_survey
from survey_app.surveys.kinds import Paging
from survey_app.surveys.operations import set_paging
from survey_app.surveys.queries import newest_published, published_surveys, survey_named
from survey_app.web.access import requires

survey_page = Blueprint("survey_page", __name__, url_prefix="/admin/survey-page")


def init_app(app: Flask) -> None:
    app.register_blueprint(survey_page)


@survey_page.get("/")
@requires("manage_council")
def show() -> str:
    """How do people meet each survey?"""
    return _page()


@survey_page.post("/<code>")
@requires("manage_council")
def choose(code: str) -> ResponseReturnValue:
    """From now on this survey is shown so; who has begun it goes on where they are."""
    survey, viewer = survey_named(code), current_viewer()
    form = PagingForm(prefix=survey.code)
    if not form.validate():
        return _page({survey.code: form}), 422
    by = viewer.id if isinstance(viewer, User) else None
    set_paging(survey, Paging(form.paging.data), now=utc_now(), by=by)
    return redirect(url_for("survey_page.show", done=survey.code), code=303)


def _page(sent: dict[str, PagingForm] | None = None) -> str:
    begun, rows, forms = drafts_by_survey(), [], sent or {}
    for survey in published_surveys():
        version = newest_published(survey)
        form = forms.get(survey.code) or PagingForm(formdata=None, prefix=survey.code, paging=survey.paging.value)
        if version is not None and not survey.is_for_kiosks:
            rows.append(survey_row(survey, version, begun.get(survey.id, 0), form))
    return staff_page(
        "admin/survey_page.html",
        rows=rows,
        problems=[row.form.paging for row in rows if row.form.paging.errors],
        done=next((row.name for row in rows if row.code == request.args.get("done")), None),
        has_errors=any(form.errors for form in forms.values()),
    )
