"""The tables that everybody may know: the editions that went out, and the next one before it does."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.dashboards import addresses, queries
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.selection import default_period
from survey_app.dashboards.tables.presenters import Published, edition_csv, file_name, tables_page
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.models import PublishedEdition
from survey_app.measures.operations import publish_edition
from survey_app.measures.queries import published as published_queries
from survey_app.measures.queries import read_standing
from survey_app.settings import Settings
from survey_app.web.access import requires
from survey_app.web.templates import day_and_time

tables = Blueprint("tables", __name__)
FIRST_MEASURE = "satisfaction"


def init_app(app: Flask) -> None:
    app.register_blueprint(tables)


@tables.get("/dashboards/tables")
@requires("view_results")
def page() -> ResponseReturnValue:
    """What may everybody know, and what would the next edition say?"""
    days = queries.data_days(current_scope())
    if days is None:
        return redirect(addresses.OVERVIEW)  # which says what comes first
    name = request.args.get("measure") or FIRST_MEASURE
    label = request.args.get("year") or default_period(days, london_day(utc_now())).label
    return _page(name, published_queries.financial_year(label))


@tables.post("/dashboards/tables")
@requires("publish_tables")
def publish() -> ResponseReturnValue:
    """Let the next edition out, if it is still the one that was looked at."""
    name, year = request.form.get("measure", ""), published_queries.financial_year(request.form.get("year", ""))
    viewer = current_viewer()
    by = viewer.id if isinstance(viewer, User) else None
    try:
        _check_sees_all()
        edition = publish_edition(name, year, seen=request.form.get("seen", ""), now=utc_now(), by=by)
    except Refused as problem:
        return _page(name, year, problem=problem.message), 409
    return redirect(url_for("tables.page", measure=name, year=year.label, published=edition.number), code=303)


@tables.get("/dashboards/tables.csv")
@requires("view_results")
def edition_file() -> Response:
    """One edition as a file for everybody."""
    measure = published_queries.publishable(request.args.get("measure", ""))
    year = published_queries.financial_year(request.args.get("year", ""))
    edition = published_queries.edition_numbered(measure.name, year, request.args.get("edition", 0, type=int))
    settings: Settings = current_app.extensions["settings"]
    name = file_name(measure.name, year, edition.number)
    return Response(
        edition_csv(measure, year, _published(edition, year), settings.base_url),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(name: str, year: Period, *, problem: str = "") -> str:
    now = utc_now()
    measure, standing = published_queries.publishable(name), read_standing(now)
    editions = published_queries.editions(name, year)
    days = queries.data_days(current_scope())
    may_publish = current_viewer().may("publish_tables") and current_scope().is_everything
    proposed = None
    if may_publish:
        proposed = published_queries.proposed_edition(measure, year, editions, standing=standing)
    return staff_page(
        "dashboards/tables.html",
        page=tables_page(
            measure,
            year,
            [_published(edition, year) for edition in editions],
            proposed,
            measures=published_queries.publishable_measures(),
            years=[] if days is None else list(reversed(Period.between(days.first, days.last).split("year"))),
            is_provisional=published_queries.is_year_provisional(year, now=now, standing=standing),
        ),
        measure=measure,
        year=year,
        cut=day_and_time(now),
        problem=problem,
        done=request.args.get("published", type=int),
        has_errors=bool(problem),
        **FOOTER,
    )


def _check_sees_all() -> None:
    if not current_scope().is_everything:
        raise Refused("Tables are the council's: only somebody who sees all services can publish them.")


def _published(edition: PublishedEdition, year: Period) -> Published:
    address = url_for("tables.edition_file", measure=edition.measure, year=year.label, edition=edition.number)
    read = published_queries.read_edition(edition)
    return Published(read, edition.published_at, edition.passport.code, address)
