"""Which open links are there, what comes by them, and what to hang up or to embed. Nothing here is deleted."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.links import presenters
from survey_app.admin.links.forms import LinkForm, NameForm
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.qr_codes import ON_A_WALL, qr_png, qr_svg
from survey_app.organisation.presenters import printed_logo
from survey_app.organisation.queries import services_open_on, sites_open_on, the_council
from survey_app.responses.links.operations import close_link, open_link, rename_link, reopen_link
from survey_app.responses.links.posters import PosterSize, poster_pdf
from survey_app.responses.links.presenters import frame_html, link_address, poster_of
from survey_app.responses.links.queries import ON_OWN_DEVICE, links_with_answers, the_link
from survey_app.responses.models import LinkKind, OpenLink
from survey_app.settings import Settings
from survey_app.surveys.queries import published_surveys, published_version
from survey_app.web.access import requires

links = Blueprint("links", __name__, url_prefix="/admin/links")


def init_app(app: Flask) -> None:
    app.register_blueprint(links)


@links.get("/")
@requires("manage_council")
def index() -> str:
    """Where can everybody answer, and do they?"""
    return _list_page(_form(is_empty=True))


@links.post("/")
@requires("manage_council")
def make() -> ResponseReturnValue:
    """A new link, open from now on."""
    form = _form()
    if not form.validate():
        return _list_page(form), 422
    link = open_link(
        form.chosen_kind,
        form.name.data,
        form.chosen_survey,
        form.chosen_service,
        site=form.chosen_site,
        channel=form.chosen_channel,
        framed_by=form.framed_by.data,
        now=utc_now(),
        by=current_user_id(),
    )
    flash("The link is open.")
    return _to(link)


@links.get("/<code>/")
@requires("manage_council")
def one(code: str) -> str:
    """What is this link's address, what is there to hang up, and what came by it?"""
    link = _link(code)
    return _one_page(link, NameForm(formdata=None, name=link.name))


@links.post("/<code>/name")
@requires("manage_council")
def rename(code: str) -> ResponseReturnValue:
    form, link = NameForm(), _link(code)
    if not form.validate():
        return _one_page(link, form), 422
    rename_link(link, form.name.data, now=utc_now(), by=current_user_id())
    flash("The name is kept.")
    return _to(link)


@links.post("/<code>/close")
@requires("manage_council")
def close(code: str) -> ResponseReturnValue:
    """No more answers by this link. It can be opened again on the page that follows."""
    link = _link(code)
    close_link(link, now=utc_now(), by=current_user_id())
    flash("The link is closed. Whoever follows it reads that the survey has ended.")
    return _to(link)


@links.post("/<code>/reopen")
@requires("manage_council")
def reopen(code: str) -> ResponseReturnValue:
    link = _link(code)
    reopen_link(link, now=utc_now(), by=current_user_id())
    flash("The link is open again, at the same address.")
    return _to(link)


@links.get("/<code>/poster-<size>.pdf")
@requires("manage_council")
def poster(code: str, size: str) -> Response:
    """One page to hang up."""
    if size not in list(PosterSize):
        abort(404)
    link, council = _link(code, LinkKind.OPEN), the_council()
    pdf = poster_pdf(poster_of(link, council, _base_url()), PosterSize(size), printed_logo(council))
    return _file(pdf, "application/pdf", presenters.file_name(link, f"poster-{size}.pdf"))


@links.get("/<code>/qr.svg")
@requires("manage_council")
def picture(code: str) -> Response:
    """The picture for print: it can be made as large as one likes."""
    link = _link(code, LinkKind.OPEN)
    svg = qr_svg(link_address(link, _base_url()), ON_A_WALL)
    return _file(svg.encode(), "image/svg+xml", presenters.file_name(link, "qr.svg"))


@links.get("/<code>/qr.png")
@requires("manage_council")
def pixels(code: str) -> Response:
    """The picture for what cannot take the other."""
    link = _link(code, LinkKind.OPEN)
    return _file(qr_png(link_address(link, _base_url()), ON_A_WALL), "image/png", presenters.file_name(link, "qr.png"))


def _form(*, is_empty: bool = False) -> LinkForm:
    usual, values = published_version(), {"formdata": None} if is_empty else {}
    today = london_day(utc_now())
    services = services_open_on(today)
    return LinkForm(services, sites_open_on(today), published_surveys(), usual.survey.code if usual else "", **values)


def _list_page(form: LinkForm) -> str:
    rows = presenters.link_rows(links_with_answers(*ON_OWN_DEVICE))
    claim, rest = presenters.answer(rows)
    return staff_page(
        "admin/links/index.html",
        rows=rows,
        claim=claim,
        rest=rest,
        form=form,
        can_be_made=form.can_be_made,
        has_errors=bool(form.errors),
    )


def _one_page(link: OpenLink, form: NameForm) -> str:
    base_url = _base_url()
    return staff_page(
        "admin/links/one.html",
        link=link,
        row=next(presenters.link_row(row) for row in links_with_answers(link.kind) if row.link is link),
        address=link_address(link, base_url),
        frame=frame_html(link, the_council(), base_url) if link.kind is LinkKind.EMBED else None,
        sizes=list(PosterSize),
        form=form,
        has_errors=bool(form.errors),
    )


def _link(code: str, *kinds: LinkKind) -> OpenLink:
    return the_link(code, *(kinds or ON_OWN_DEVICE))


def _to(link: OpenLink) -> ResponseReturnValue:
    return redirect(url_for("links.one", code=link.code), code=303)


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _base_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url
