"""The texts of the council's own pages. Nothing reaches the public before it was seen; what was there can come back."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.texts import presenters
from survey_app.admin.texts.forms import DataProtectionForm, PageTextForm
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation import operations, queries
from survey_app.organisation.page_text import PageKind
from survey_app.organisation.presenters import page_facts, shown_page
from survey_app.web.access import requires

texts = Blueprint("texts", __name__, url_prefix="/admin/texts")
ONE = f"/<any({', '.join(PageKind)}):kind>"


def init_app(app: Flask) -> None:
    app.register_blueprint(texts)


@texts.get("/")
@requires("manage_council")
def index() -> str:
    """Which pages do we have to word, and are they in order?"""
    council = queries.council()
    return _index_page(DataProtectionForm(email=council.data_protection_email if council else ""))


@texts.post("/facts")
@requires("manage_council")
def facts() -> ResponseReturnValue:
    """Keep where questions on data go."""
    form = DataProtectionForm()
    if not form.validate():
        return _index_page(form), 422
    operations.set_data_protection_email(form.email.data, now=utc_now(), by=current_user_id())
    return redirect(url_for("texts.index", done="facts"), code=303)


@texts.get(ONE)
@requires("manage_council")
def edit(kind: str) -> str:
    """The text as it stands, to be changed."""
    page = queries.council_page(PageKind(kind))
    form = PageTextForm(formdata=None, body=presenters.body_of(page, PageKind(kind)), based_on=page.id if page else "")
    return _edit_page(PageKind(kind), form)


@texts.post(ONE)
@requires("manage_council")
def write(kind: str) -> ResponseReturnValue:
    """Show the text as the public would read it, go back to changing it, or publish it, as the button says."""
    form = PageTextForm()
    page = queries.council_page(PageKind(kind))
    if not form.validate():
        return _edit_page(PageKind(kind), form), 422
    if request.form.get("do") == "change":
        return _edit_page(PageKind(kind), form)
    if form.based_on.data != (str(page.id) if page else ""):
        return _edit_page(PageKind(kind), form, newer=page), 409
    if request.form.get("do") != "publish":
        return _preview_page(PageKind(kind), form)
    operations.publish_page(PageKind(kind), form.body.data, now=utc_now(), by=current_user_id())
    return _to(kind, done="published")


@texts.get(f"{ONE}/versions/<int:page_id>")
@requires("manage_council")
def version(kind: str, page_id: int) -> str:
    """What did the page say then?"""
    page = queries.council_page_by_id(PageKind(kind), page_id)
    shown = shown_page(
        page.kind,
        presenters.body_of(page, page.kind),
        updated_on=presenters.day_of(page),
        reviewed_on=page.reviewed_on,
    )
    current = queries.council_page(page.kind)
    return staff_page("admin/texts/version.html", version=page, page=shown, is_current=page is current)


@texts.post(f"{ONE}/versions/<int:page_id>")
@requires("manage_council")
def use(kind: str, page_id: int) -> ResponseReturnValue:
    """Publish an earlier text again."""
    page = queries.council_page_by_id(PageKind(kind), page_id)
    operations.publish_page(page.kind, page.body, now=utc_now(), by=current_user_id())
    return _to(kind, done="published")


@texts.post(f"{ONE}/standard")
@requires("manage_council")
def standard(kind: str) -> ResponseReturnValue:
    """Publish the standard text again; the council's own is kept among the earlier ones."""
    operations.publish_page(PageKind(kind), None, now=utc_now(), by=current_user_id())
    return _to(kind, done="published")


@texts.post(f"{ONE}/confirm")
@requires("manage_council")
def confirm(kind: str) -> ResponseReturnValue:
    """Note that the page was read and is right."""
    operations.confirm_page(PageKind(kind), now=utc_now(), by=current_user_id())
    return _to(kind, done="confirmed")


def _index_page(form: DataProtectionForm) -> str:
    today = london_day(utc_now())
    return staff_page(
        "admin/texts/index.html",
        rows=[presenters.text_row(kind, today=today) for kind in PageKind],
        form=form,
        has_council=queries.council() is not None,
        done=request.args.get("done"),
        has_errors=bool(form.errors),
    )


def _edit_page(kind: PageKind, form: PageTextForm, *, newer: object = None) -> str:
    rows = presenters.version_rows(kind)
    return staff_page(
        "admin/texts/edit.html",
        row=presenters.text_row(kind, today=london_day(utc_now())),
        form=form,
        facts=page_facts(),
        checks=presenters.CHECKS[kind],
        versions=rows,
        newer=newer,
        done=request.args.get("done"),
        has_errors=bool(form.errors),
    )


def _preview_page(kind: PageKind, form: PageTextForm) -> str:
    today = london_day(utc_now())
    return staff_page(
        "admin/texts/preview.html",
        page=shown_page(kind, form.body.data, updated_on=today, reviewed_on=today),
        form=form,
        missing=presenters.missing_words(form.body.data),
    )


def _to(kind: str, *, done: str) -> ResponseReturnValue:
    return redirect(url_for("texts.edit", kind=kind, done=done), code=303)
