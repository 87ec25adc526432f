"""The page of files: ask for one, see how far it is, take it away with what its columns hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.charts import ChartView
from survey_app.exports import operations, queries
from survey_app.exports.chart_files import MEDIA_TYPES, chart_file
from survey_app.exports.forms import ExportForm
from survey_app.exports.models import Export, ExportState
from survey_app.exports.orders import Content
from survey_app.exports.presenters import export_rows
from survey_app.exports.sheets import csv_bytes
from survey_app.extensions import db, reading
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import AppError, NotFound
from survey_app.kernel.periods import Period
from survey_app.organisation.queries import council
from survey_app.settings import Settings
from survey_app.web.access import requires
from survey_app.web.templates import day_and_time

exports = Blueprint("exports", __name__, url_prefix="/exports")
MOST_SHOWN = 20


CHARTS = "survey_app.charts"  # those that the page of a request has drawn
FILES = (("Data", "CSV", "csv"), ("Data", "XLSX", "xlsx"), ("Picture", "SVG", "svg"))  # below every chart


def init_app(app: Flask) -> None:
    app.register_blueprint(exports)
    app.add_template_global(chart_files)
    app.after_request(_chart_as_file)


def chart_files(view: ChartView) -> list[tuple[str, str, str]]:
    """Below each chart of a page: what a file holds, its kind, and its address, which is the page's own with the
    chart's key. So a file has the filters of its page and nothing that the page does not show to whoever asks."""
    if request.method != "GET":  # a form that came back: its address has no page to open
        return []
    request.environ.setdefault(CHARTS, {})[view.key] = view
    arguments = {name: values for name, values in request.args.lists() if name not in {"chart", "as"}}
    here: dict[str, Any] = {**(request.view_args or {}), **arguments, "chart": view.key}
    return [(holds, name, url_for(request.endpoint or "", **(here | {"as": kind}))) for holds, name, kind in FILES]


def _chart_as_file(response: Response) -> Response:
    """In place of a page the file of one of its charts, where its address asks for it."""
    view = request.environ.get(CHARTS, {}).get(request.args.get("chart"))
    kind = request.args.get("as")
    if view is None or kind not in MEDIA_TYPES or request.method != "GET" or response.status_code != 200:
        return response
    settings: Settings = current_app.extensions["settings"]
    address = settings.base_url + request.path
    made = chart_file(view, kind, source=f"{_council_name()}, {address}, {day_and_time(utc_now())}", now=utc_now())
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return current_app.response_class(made.content, mimetype=made.media_type, headers=headers)


def _council_name() -> str:
    found = council()
    return found.name if found else ""


@exports.get("/")
@requires("view_results")
def index() -> str:
    """What can I take away, and is it ready?"""
    form = ExportForm(formdata=None)
    form.begin(request.args, *_last_full_year(london_day(utc_now())))
    return _page(form)


@exports.post("/")
@requires("view_results")
def ask() -> ResponseReturnValue:
    """Have a file made; what cannot be taken comes back as it was typed."""
    form = ExportForm()
    _offer(form)
    if not form.validate():
        return _page(form), 400
    try:
        operations.ask_for_export(form.order, current_scope(), now=utc_now(), by=current_user_id())
    except AppError as problem:
        form.last.errors = [problem.message]
        return _page(form), 400
    return redirect(url_for("exports.index"), code=303)


@exports.get("/<reference>/file")
@requires("view_results")
def download(reference: str) -> Response:
    """The file, once it is ready."""
    export = _mine(reference)
    if export.state is not ExportState.READY or export.size is None:
        raise NotFound("This file is not ready.")
    headers = {
        "Content-Disposition": f'attachment; filename="{export.order.file_name}"',
        "Content-Length": str(export.size),
    }
    content = _parts(current_app._get_current_object(), export.id)  # type: ignore[attr-defined]
    return current_app.response_class(content, mimetype=export.file_format.media_type, headers=headers)


@exports.get("/<reference>/codebook.csv")
@requires("view_results")
def codebook(reference: str) -> Response:
    """What each column of the file holds."""
    order = _mine(reference).order
    source = queries.source_of(order, current_scope(), site="", now=utc_now())
    headers = {"Content-Disposition": f'attachment; filename="{order.codebook_name}"'}
    return current_app.response_class(csv_bytes(source.codebook), mimetype="text/csv", headers=headers)


def _parts(app: Flask, export_id: int) -> Iterator[bytes]:
    """The file a part at a time, each read in a moment of its own: no transaction waits for a slow reader."""
    for number in count():
        with app.app_context(), reading():
            part = queries.part_of(export_id, number)
            db.session.rollback()
        if part is None:
            return
        yield part


def _mine(reference: str) -> Export:
    """A file of whoever asks, who may still take such rows away."""
    export = queries.export_called(reference, current_user_id(), current_scope())
    if not current_viewer().may(export.content.permission):
        raise NotFound("There is no such file.")
    return export


def _page(form: ExportForm) -> str:
    _offer(form)
    names = dict(queries.services_to_choose(current_scope()))
    rows = export_rows(queries.exports_of(current_user_id(), MOST_SHOWN), names)
    return staff_page(
        "exports/index.html",
        form=form,
        rows=rows,
        has_answers=_may_take_answers(),
        is_making=any(row.is_making for row in rows),
        is_watched=request.method == "GET" and request.args.get("watch") == "yes",
        has_errors=bool(form.errors),
    )


def _offer(form: ExportForm) -> None:
    form.offer(queries.services_to_choose(current_scope()), with_answers=_may_take_answers())


def _may_take_answers() -> bool:
    return current_viewer().may(Content.RESPONSES.permission)


def _last_full_year(today: date) -> tuple[date, date]:
    year = Period.financial_year_of(today).previous
    return year.first, year.last
