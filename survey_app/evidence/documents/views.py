"""Uploading a document, and handing it out: always to be saved, never to be shown by a page of ours."""

from __future__ import annotations

import io

from flask import Blueprint, Flask, Response, current_app, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.evidence import queries as framework_queries
from survey_app.evidence.documents import queries
from survey_app.evidence.documents.content import MEDIA_TYPES, MOST_BYTES, TAKEN, TOO_LARGE
from survey_app.evidence.documents.forms import DocumentForm
from survey_app.evidence.documents.links import Links
from survey_app.evidence.documents.operations import store_document
from survey_app.evidence.exhibits.operations import add_document
from survey_app.evidence.models import Document, Element
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.settings import Settings
from survey_app.web.access import public, requires
from survey_app.web.origins import at_uploads_origin
from survey_app.web.uploads import takes_files

documents = Blueprint("documents", __name__, url_prefix="/evidence/documents")
FORM_BYTES = 100_000  # what a form has beside its file
ACCEPT = ",".join(f".{kind}" for kind in (*MEDIA_TYPES, "jpeg"))


def init_app(app: Flask) -> None:
    app.register_blueprint(documents)


@documents.get("/new")
@requires("pin_evidence")
def new() -> str:
    """Which file proves this element?"""
    form = DocumentForm(formdata=None, element=request.args.get("element", ""))
    return _form_page(_element(form.element.data or ""), form)


@documents.post("")
@requires("pin_evidence")
@takes_files(MOST_BYTES + FORM_BYTES, TOO_LARGE)
def upload() -> ResponseReturnValue:
    """Keep the file and let it stand at the element; what cannot be taken comes back with one sentence."""
    form = DocumentForm()
    element = _element(form.element.data or "")
    if not form.validate():
        return _form_page(element, form), 400
    content = form.file.data.read(MOST_BYTES + 1)
    try:
        document = store_document(form.file.data.filename or "", content, now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.file.errors = [problem.message]
        return _form_page(element, form), 413 if len(content) > MOST_BYTES else 400
    try:
        exhibit = add_document(
            document, form.title.data or "", form.day, [element], now=utc_now(), by=current_user_id()
        )
    except InvalidInput as problem:
        form.dated_on.errors = [problem.message]
        return _form_page(element, form), 400
    there = url_for("evidence.element", framework=element.framework.code, number=element.number, pinned=exhibit.number)
    return redirect(there, code=303)


@documents.get("/<string(length=16):digest>")
@requires("view_evidence")
def document(digest: str) -> ResponseReturnValue:
    """Hand it out: at the origin of uploads where there is one. What assessors may have is said in `assessors`."""
    found = queries.document_at(digest)
    settings: Settings = current_app.extensions["settings"]
    if settings.uploads_url is None:
        return _handed_out(found)
    signed = url_for("documents.at_origin", signed=_links().make(found.sha256))
    return redirect(f"{settings.uploads_url}{signed}", code=302)


@documents.get("/signed/<signed>")
@public
@at_uploads_origin
def at_origin(signed: str) -> Response:
    """The same at the origin of uploads, by a link that says itself who was let through."""
    sha256 = _links().read(signed)
    found = None if sha256 is None else queries.document_by_sha256(sha256)
    if found is None:
        return Response("This link has ended. Open the document from its page again.\n", 410, mimetype="text/plain")
    return _handed_out(found)


def _handed_out(document: Document) -> Response:
    content = io.BytesIO(document.content)
    response = send_file(content, document.media_type, as_attachment=True, download_name=document.name, etag=False)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _links() -> Links:
    return Links(str(current_app.secret_key))


def _element(chosen: str) -> Element:
    framework, _, number = chosen.partition("/")
    return framework_queries.element_by_number(framework, number)


def _form_page(element: Element, form: DocumentForm) -> str:
    return staff_page(
        "evidence/documents/new.html",
        element=element,
        form=form,
        taken=TAKEN,
        accept=ACCEPT,
        most=f"{MOST_BYTES // 1_000_000} MB",
        has_errors=bool(form.errors),
    )
