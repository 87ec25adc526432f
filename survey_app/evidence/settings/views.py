"""The pages of frameworks: load ours, upload another, and say when one is passed."""

from __future__ import annotations

import io

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.evidence import queries
from survey_app.evidence.elements import operations
from survey_app.evidence.frameworks import COLUMNS, CONTACT_CENTRE_CODE, CSE_CODE, SURVEY_EVIDENCE, read_file
from survey_app.evidence.models import Framework
from survey_app.evidence.settings.forms import ThresholdsForm, UploadForm
from survey_app.evidence.thresholds import read_thresholds
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.web.access import requires
from survey_app.web.uploads import takes_files

frameworks = Blueprint("frameworks", __name__, url_prefix="/evidence/frameworks")
OURS = {CSE_CODE: operations.import_cse, CONTACT_CENTRE_CODE: operations.import_contact_centre}
REQUEST_BYTES = 2_000_000


def init_app(app: Flask) -> None:
    app.register_blueprint(frameworks)


@frameworks.get("")
@requires("pin_evidence")
def page() -> str:
    """Which frameworks are there, and how does another come in?"""
    return _page(UploadForm(formdata=None))


@frameworks.post("/<framework>/load")
@requires("pin_evidence")
def load(framework: str) -> ResponseReturnValue:
    """Load one of ours; pressed again, it changes no claim, rating or exhibit."""
    if framework not in OURS:
        raise NotFound("There is no such framework of ours.")
    OURS[framework](now=utc_now(), by=current_user_id())
    return redirect(url_for("evidence.board", framework=framework), code=303)


@frameworks.post("")
@requires("pin_evidence")
@takes_files(REQUEST_BYTES)
def upload() -> ResponseReturnValue:
    """Take a framework from a file; each line that cannot be read is named, and then nothing of it is taken."""
    form = UploadForm()
    if not form.validate():
        return _page(form), 400
    file: FileStorage = form.file.data
    code = (form.code.data or "").casefold()
    try:
        operations.import_framework(
            code, form.name.data or "", read_file(io.BytesIO(file.read())), now=utc_now(), by=current_user_id()
        )
    except InvalidInput as problem:
        form.file.errors = problem.message.splitlines()
        return _page(form), 400
    return redirect(url_for("evidence.board", framework=code), code=303)


@frameworks.get("/<framework>/settings")
@requires("pin_evidence")
def settings(framework: str) -> str:
    """When is it passed, and when is evidence out of date?"""
    found = queries.framework_by_code(framework)
    return _settings_page(found, _thresholds_form(found))


@frameworks.post("/<framework>/settings")
@requires("pin_evidence")
def save_settings(framework: str) -> ResponseReturnValue:
    """Keep the thresholds; what cannot be comes back as it was typed."""
    found = queries.framework_by_code(framework)
    form = _thresholds_form(found)
    partials_are_read = form.read_partials(request.form.getlist("partials"))
    if not form.validate() or not partials_are_read:
        return _settings_page(found, form), 400
    try:
        operations.set_thresholds(found, form.thresholds, now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.ageing_months.errors = [problem.message]
        return _settings_page(found, form), 400
    return redirect(url_for("evidence.board", framework=framework), code=303)


def _thresholds_form(framework: Framework) -> ThresholdsForm:
    criteria = list(dict.fromkeys(element.criterion for element in framework.elements))
    return ThresholdsForm(read_thresholds(framework.code, framework.thresholds), criteria)


def _settings_page(framework: Framework, form: ThresholdsForm) -> str:
    problems = [field for field in (*form, *form.criteria) if field.errors]
    return staff_page(
        "evidence/settings/thresholds.html",
        framework=framework,
        form=form,
        problems=problems,
        has_errors=bool(problems),
    )


def _page(form: UploadForm) -> str:
    found = queries.all_frameworks()
    return staff_page(
        "evidence/settings/frameworks.html",
        frameworks=found,
        ours=[code for code in OURS if code not in {framework.code for framework in found}],
        form=form,
        columns=COLUMNS,
        can_be=SURVEY_EVIDENCE,
        has_errors=bool(form.errors),
    )
