"""What does a file bring, and shall it come in? Nothing of it is stored as a survey before somebody says so."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.surveys.importing.forms import FileForm
from survey_app.admin.surveys.importing.presenters import found_in
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError, InvalidInput
from survey_app.responses.importing.operations import take_over
from survey_app.surveys.importing import READERS, Imported, read_answers, read_file
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import SurveyFile
from survey_app.surveys.operations import forget_survey_file, keep_survey_file
from survey_app.surveys.queries import newest_structure, survey_file, survey_file_content, survey_named
from survey_app.surveys.structure import as_document
from survey_app.web.access import requires
from survey_app.web.uploads import takes_files

# Of an upload, which one request reads and one transaction stores; the command takes larger ones.
MOST_FILE_BYTES, MOST_ANSWERS = 10_000_000, 20_000
REQUEST_BYTES = MOST_FILE_BYTES + 5_000_000  # more than a file may have, so that the page itself can say so
TOO_LARGE = "This file is larger than any survey that can be uploaded. Import it with: flask surveys import FILE"

survey_files = Blueprint("survey_files", __name__, url_prefix="/admin/surveys")


def init_app(app: Flask) -> None:
    app.register_blueprint(survey_files)


@survey_files.get("/import")
@requires("edit_surveys")
def choose() -> str:
    """Which file?"""
    return _form_page(FileForm(formdata=None))


@survey_files.post("/import")
@requires("edit_surveys")
@takes_files(REQUEST_BYTES, TOO_LARGE)
def upload() -> ResponseReturnValue:
    """Keep the file for an hour, once it is known to be one that can be read."""
    form = FileForm()
    if not form.validate():
        return _form_page(form), 422
    name, content = form.file.data.filename or "file", form.file.data.stream.read()
    survey = survey_named(form.survey.data) if form.survey.data else None
    try:
        if len(content) > MOST_FILE_BYTES:
            raise InvalidInput(TOO_LARGE)
        if survey is None:
            read_file(name, content)
        else:
            read_answers(name, content, newest_structure(survey))
    except AppError as problem:
        form.file.errors = [problem.message]
        return _form_page(form), 422
    file = keep_survey_file(name, content, survey, now=utc_now(), by=current_user_id())
    return redirect(url_for("survey_files.show", reference=file.reference), code=303)


@survey_files.get("/import/<reference>")
@requires("edit_surveys")
def show(reference: str) -> str:
    """What is in it, and what of it does not come along?"""
    file = survey_file(reference, utc_now())
    return _found_page(file, _read(file))


@survey_files.post("/import/<reference>")
@requires("edit_surveys")
def bring_in(reference: str) -> ResponseReturnValue:
    """Take the survey over, with its answers, all of it or nothing; the file is then forgotten."""
    now = utc_now()
    file = survey_file(reference, now)
    imported = _read(file)
    if len(imported.answers) > MOST_ANSWERS:
        problem = f"It holds more than {MOST_ANSWERS:,} answers. Import it with: flask surveys import FILE"
        return _found_page(file, imported, problem), 422
    try:
        taken = take_over(imported, to=file.survey, now=now, by=current_user_id())
    except AppError as refused:
        return _found_page(file, imported, refused.message), 422
    forget_survey_file(file)
    if taken.state is VersionState.DRAFT:
        flash(f"{taken.survey.name} is a draft now. Nobody is asked it before it is published.")
        return redirect(url_for("surveys.show", code=taken.survey.code), code=303)
    flash(f"{taken.survey.name}: {taken.responses:,} answers are stored. Nobody is asked this version.")
    return redirect(url_for("surveys.index"), code=303)


@survey_files.post("/import/<reference>/forget")
@requires("edit_surveys")
def forget(reference: str) -> ResponseReturnValue:
    forget_survey_file(survey_file(reference, utc_now()))
    flash("The file is forgotten. Nothing of it was stored.")
    return redirect(url_for("survey_files.choose"), code=303)


@survey_files.get("/<code>/export.json")
@requires("edit_surveys")
def export(code: str) -> Response:
    """The survey as it stands, its draft or else its newest version, in the JSON that can be imported again."""
    text = json.dumps(as_document(newest_structure(survey_named(code))), ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="{code}.json"'}
    return Response(f"{text}\n", mimetype="application/json", headers=headers)


def _read(file: SurveyFile) -> Imported:
    content = survey_file_content(file)
    if file.survey is None:
        return read_file(file.name, content)
    return read_answers(file.name, content, newest_structure(file.survey))


def _form_page(form: FileForm) -> str:
    problems = [field for field in form if field.errors]
    return staff_page(
        "admin/surveys/import.html",
        form=form,
        problems=problems,
        has_errors=bool(problems),
        formats=[reader.name for reader in READERS],
    )


def _found_page(file: SurveyFile, imported: Imported, problem: str = "") -> str:
    return staff_page(
        "admin/surveys/import_found.html",
        file=file,
        found=found_in(imported),
        problem=problem,
        has_errors=bool(problem),
    )
