"""The impact assessment, the records of processing, every column, and the texts that the council words in them."""

from __future__ import annotations

import io

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.exports.sheets import csv_bytes, write_ods, write_xlsx
from survey_app.invitations.views import add_days_of_details
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.presenters import add_page_facts
from survey_app.privacy.papers import presenters, queries, sheets
from survey_app.privacy.papers.data_map import Kind
from survey_app.privacy.papers.flow_picture import WIDTH, flow_picture
from survey_app.privacy.papers.forms import TextForm
from survey_app.privacy.papers.operations import write_text
from survey_app.privacy.papers.places import Place
from survey_app.privacy.papers.risks import RISKS
from survey_app.web.access import requires

papers = Blueprint("papers", __name__, url_prefix="/data-protection")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def init_app(app: Flask) -> None:
    app.register_blueprint(papers)
    add_page_facts(app, presenters.page_facts)
    add_days_of_details(app, presenters.days_of_details)


@papers.get("/dpia")
@requires("write_privacy_records")
def dpia() -> str:
    """What do we do with data, is it right, what can go wrong, and who says that it may be done?"""
    now = utc_now()
    texts, flows = queries.newest_texts(), presenters.all_flows(now)
    return staff_page(
        "privacy/papers/dpia.html",
        steps=presenters.step_views(texts),
        sign_off=presenters.sign_off(texts, london_day(now)),
        flows=[flow for flow in flows if flow.is_about_people],
        picture=flow_picture(flows),
        width=WIDTH,
        risks=RISKS,
        machine=presenters.machine_facts(),
        kinds=Kind,
        done=request.args.get("done"),
    )


@papers.get("/records")
@requires("write_privacy_records")
def records() -> str:
    """What Article 30 of the UK GDPR asks a controller to write down, made from what is set now."""
    now = utc_now()
    return staff_page(
        "privacy/papers/records.html",
        places=presenters.record_views(queries.newest_texts()),
        flows=[flow for flow in presenters.all_flows(now) if flow.is_about_people],
        security=presenters.security_facts(now),
        kinds=Kind,
        done=request.args.get("done"),
    )


@papers.get(f"/records.<any({', '.join(_TYPES)}):ending>")
@requires("write_privacy_records")
def records_file(ending: str) -> Response:
    """The same to be taken away. A CSV holds the records alone, a workbook also every column."""
    now = utc_now()
    flows = presenters.all_flows(now)
    if ending == "csv":
        content = csv_bytes(sheets.records_sheet(flows))
    else:
        views = presenters.record_views(queries.newest_texts())
        own = [(view.place.heading, view.text.striptags()) for view in views if not view.is_empty]
        file, write = io.BytesIO(), write_xlsx if ending == "xlsx" else write_ods
        write(
            file,
            sheets.sheets(flows, presenters.security_facts(now), own),
            title="Records of processing",
            made_at=now,
        )
        content = file.getvalue()
    name = f"records-of-processing-{london_day(now):%Y-%m-%d}.{ending}"
    return Response(
        content, content_type=_TYPES[ending], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@papers.get("/data")
@requires("write_privacy_records")
def data() -> str:
    """Every column of every table: what it holds, for what, how long, and whether it is encrypted."""
    return staff_page("privacy/papers/data.html", flows=presenters.all_flows(utc_now()), kinds=Kind)


@papers.get("/texts/<code>")
@requires("write_privacy_records")
def text(code: str) -> str:
    """One place, to be written, with what stood there before."""
    place = _place(code)
    newest = queries.newest_texts().get(place.code)
    form = TextForm(
        formdata=None, body=presenters.body_of(place, newest), based_on=str(newest.id) if newest is not None else ""
    )
    return _text_page(place, form)


@papers.post("/texts/<code>")
@requires("write_privacy_records")
def write(code: str) -> ResponseReturnValue:
    """Keep what was written. Nothing is lost where somebody else wrote there meanwhile."""
    place, form = _place(code), TextForm()
    newest = queries.newest_texts().get(place.code)
    if not form.validate():
        return _text_page(place, form), 422
    if form.based_on.data != (str(newest.id) if newest is not None else ""):
        return _text_page(place, form, newer=newest), 409
    body = form.body.data or ""
    is_suggestion = body.strip() == place.suggestion.strip()
    write_text(place.code, "" if is_suggestion else body, now=utc_now(), by=current_user_id())
    return _back_to(place)


@papers.post("/texts/<code>/<int:text_id>")
@requires("write_privacy_records")
def use(code: str, text_id: int) -> ResponseReturnValue:
    """Have an earlier text hold again; 0 is our suggestion."""
    place = _place(code)
    earlier = {each.id: each.body for each in queries.texts_of(place.code)} | {0: ""}
    if text_id not in earlier:
        abort(404)
    write_text(place.code, earlier[text_id], now=utc_now(), by=current_user_id())
    return _back_to(place)


def _place(code: str) -> Place:
    found = presenters.place_of(code)
    if found is None:
        abort(404)
    return found


def _back_to(place: Place) -> ResponseReturnValue:
    return redirect(url_for(f"papers.{place.paper}", done=place.code, _anchor=place.code), code=303)


def _text_page(place: Place, form: TextForm, *, newer: queries.Written | None = None) -> str:
    return staff_page(
        "privacy/papers/text.html",
        place=place,
        form=form,
        newer=newer,
        history=queries.texts_of(place.code),
        back=url_for(f"papers.{place.paper}"),
        has_errors=bool(form.errors),
    )
