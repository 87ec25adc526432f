"""Writing down that somebody wants no more surveys, and keeping the list. No page says whether we know a person."""

from __future__ import annotations

import io
from datetime import datetime

from flask import Blueprint, Flask, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.admin.stops import presenters
from survey_app.admin.stops.forms import AddressForm, DetailsForm, ListForm
from survey_app.contacts.blocking.operations import lift_blocks
from survey_app.invitations.operations import (
    import_uploaded_stops,
    record_stop,
    undo_imported_stops,
    undo_recorded_stop,
    write_stops,
)
from survey_app.invitations.operations.stop_list import MOST_FILE_BYTES, StopsImport
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu
from survey_app.web.uploads import takes_files

REQUEST_BYTES = MOST_FILE_BYTES + 5_000_000  # more than a list may have, so that the page itself can say so
stops = Blueprint("stops", __name__, url_prefix="/admin/stops")


def init_app(app: Flask) -> None:
    app.register_blueprint(stops)
    add_to_menu(app, MenuEntry("Stops", "/admin/stops/", "record_stops", under=("/admin/withdrawals/",)))


@stops.get("/")
@requires("record_stops")
def index() -> str:
    """Who wants no more surveys? Written down here, while they are on the phone."""
    return _page()


@stops.post("/")
@requires("record_stops")
def record() -> ResponseReturnValue:
    form = DetailsForm(prefix="stop-")
    if not form.validate():
        return _page(stop=form), 422
    record_stop(form.person, now=utc_now(), by=current_user_id())
    return _done("They will not be asked again.")


@stops.post("/undo")
@requires("manage_stops")
def undo() -> ResponseReturnValue:
    """Take back what staff wrote down by mistake; the details are typed again, for they are not kept."""
    form = DetailsForm(prefix="undo-")
    if not form.validate():
        return _page(undo=form), 422
    undo_recorded_stop(form.person, now=utc_now(), by=current_user_id())
    return _done("What staff wrote down for these details no longer holds. What the person told us themselves does.")


@stops.post("/lift")
@requires("manage_stops")
def lift() -> ResponseReturnValue:
    form = AddressForm(prefix="lift-")
    if not form.validate():
        return _page(lift=form), 422
    lift_blocks(form.keys, now=utc_now(), by=current_user_id())
    return _done("No block holds for this address or number.")


@stops.post("/import")
@requires("manage_stops")
@takes_files(REQUEST_BYTES)
def import_list() -> ResponseReturnValue:
    """Take a list in, and say what became of its rows. Nothing of the file is kept, so the page comes at once."""
    form = ListForm(prefix="list-")
    if not form.validate():
        return _page(file=form), 422
    try:
        result = import_uploaded_stops(form.file.data.stream.read(), now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.file.errors = [problem.message]
        return _page(file=form), 422
    return _page(result=result)


@stops.post("/import/undo")
@requires("manage_stops")
def undo_import() -> ResponseReturnValue:
    try:
        imported_at = datetime.fromisoformat(request.form.get("moment", ""))
    except ValueError as problem:
        raise InvalidInput("The form does not say which import.") from problem
    if imported_at.tzinfo is None:
        raise InvalidInput("The form does not say which import.")
    count = undo_imported_stops(imported_at, now=utc_now(), by=current_user_id())
    return _done(f"{count:,} stops of that list no longer hold.")


@stops.post("/export")
@requires("manage_stops")
def export() -> Response:
    """The list as CSV. Fetching it is written down, so it is not a GET."""
    text, now = io.StringIO(newline=""), utc_now()
    write_stops(text, now=now, by=current_user_id())
    name = f"stops-{london_day(now)}.csv"
    return Response(
        text.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(
    *,
    stop: DetailsForm | None = None,
    undo: DetailsForm | None = None,
    lift: AddressForm | None = None,
    file: ListForm | None = None,
    result: StopsImport | None = None,
) -> str:
    """The page, with the form that has to be put right among fresh ones."""
    sent = [form for form in (stop, undo, lift, file) if form is not None]
    return staff_page(
        "admin/stops/index.html",
        stop=stop or DetailsForm(formdata=None, prefix="stop-"),
        undo=undo or DetailsForm(formdata=None, prefix="undo-"),
        lift=lift or AddressForm(formdata=None, prefix="lift-"),
        file=file or ListForm(formdata=None, prefix="list-"),
        problems=[field for form in sent for field in form if field.errors],
        has_errors=bool(sent),
        result=result,
        may_manage=current_viewer().may("manage_stops"),
        may_withdraw=current_viewer().may("withdraw_answers"),
        sources=presenters.source_rows(),
        blocks=presenters.block_rows(utc_now()),
        imports=presenters.import_rows(),
    )


def _done(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("stops.index"), code=303)
