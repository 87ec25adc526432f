"""Which measure shall be the headline of a year? Asked before the year begins."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.admin.headline.forms import HeadlineForm
from survey_app.admin.headline.presenters import headline_page
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import measure_named
from survey_app.measures.operations import name_headline
from survey_app.measures.queries.standing import named_headlines
from survey_app.web.access import requires

PATH = "/admin/headline"

headline = Blueprint("headline", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(headline)


@headline.get(PATH)
@requires("name_headline")
def show() -> str:
    """What is named, for which years, and was it in time?"""
    form = HeadlineForm(formdata=None)
    form.offer_years(london_day(utc_now()))
    return _page(form)


@headline.post(PATH)
@requires("name_headline")
def name() -> ResponseReturnValue:
    """Name a measure; what was named before is kept."""
    form, viewer, now = HeadlineForm(), current_viewer(), utc_now()
    form.offer_years(london_day(now))
    if not form.validate():
        return _page(form), 422
    user = viewer if isinstance(viewer, User) else None
    try:
        name_headline(
            measure_named(form.measure.data),
            Period.parse(form.year.data),
            named_by=user.name or user.email if user else "",
            reason=form.reason.data,
            now=now,
            by=user.id if user else None,
        )
    except Refused as problem:
        form.measure.errors = [str(problem)]
        return _page(form), 422
    return redirect(url_for("headline.show", done="named"), code=303)


def _page(form: HeadlineForm) -> str:
    page = headline_page(named_headlines(), today=london_day(utc_now()))
    done = request.args.get("done")
    return staff_page("admin/headline.html", page=page, form=form, done=done, has_errors=bool(form.errors))
