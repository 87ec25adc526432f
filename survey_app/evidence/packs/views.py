"""The pages of packs: ask for one, see how far it is, take it away; and the key that signs them, for everybody."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.evidence.exhibits.proofs import last_full_year
from survey_app.evidence.models import PackState
from survey_app.evidence.packs import operations, queries
from survey_app.evidence.packs.forms import PackForm
from survey_app.evidence.packs.packing import public_key_pem, public_key_text
from survey_app.evidence.packs.presenters import pack_rows
from survey_app.evidence.queries import all_frameworks, framework_by_code
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.organisation.presenters import resident_page
from survey_app.settings import Settings
from survey_app.web.access import public, requires

packs = Blueprint("packs", __name__, url_prefix="/evidence")
MOST_SHOWN = 30


def init_app(app: Flask) -> None:
    app.register_blueprint(packs)


@packs.get("/packs/")
@requires("make_pack")
def index() -> str:
    """Which packs are there, and how far is the one that is being made?"""
    year = last_full_year(london_day(utc_now()))
    form = PackForm(formdata=None, first=f"{year.first:%-d/%-m/%Y}", last=f"{year.last:%-d/%-m/%Y}")
    form.framework.data = request.args.get("framework")
    return _page(form)


@packs.post("/packs/")
@requires("make_pack")
def ask() -> ResponseReturnValue:
    """Have a pack made; what cannot be taken comes back as it was typed."""
    form = PackForm()
    form.offer(all_frameworks())
    if not form.validate():
        return _page(form), 400
    first, last = form.days
    try:
        operations.ask_for_pack(framework_by_code(form.framework.data), first, last, now=utc_now(), by=_user_id())
    except InvalidInput as problem:
        form.last.errors = [problem.message]
        return _page(form), 400
    return redirect(url_for("packs.index"), code=303)


@packs.post("/packs/<code>/again")
@requires("make_pack")
def again(code: str) -> ResponseReturnValue:
    """Have one that failed made again."""
    operations.ask_again(queries.pack_by_code(code), now=utc_now(), by=_user_id())
    return redirect(url_for("packs.index"), code=303)


@packs.get("/packs/<code>.zip")
@requires("make_pack")
def download(code: str) -> ResponseReturnValue:
    """The zip of one that is ready."""
    pack = queries.pack_by_code(code)
    if pack.state is not PackState.READY or pack.size is None:
        raise NotFound("This pack is not ready.")
    name = f"evidence-{pack.framework.code}-{pack.first_on:%Y%m%d}-{pack.last_on:%Y%m%d}-{pack.code}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(pack.size)}
    return current_app.response_class(
        stream_with_context(queries.parts_of(pack.id)), mimetype="application/zip", headers=headers
    )


@packs.get("/key")
@public
def key() -> str:
    """The public half of the key that signs our packs, for whoever checks one."""
    settings: Settings = current_app.extensions["settings"]
    return resident_page(
        "evidence/packs/key.html", text=public_key_text(settings.signing_key), pem=public_key_pem(settings.signing_key)
    )


def _page(form: PackForm) -> str:
    form.offer(all_frameworks())
    rows = pack_rows(queries.packs(MOST_SHOWN))
    return staff_page(
        "evidence/packs/packs.html",
        form=form,
        rows=rows,
        is_making=any(row.is_making for row in rows),
        is_watched=request.method == "GET" and request.args.get("watch") == "yes",
        has_errors=bool(form.errors),
    )


def _user_id() -> int | None:
    viewer = current_viewer()
    return viewer.id if isinstance(viewer, User) else None
