"""The steps to the first question: contacts from a file, a message to oneself, and the start."""

from __future__ import annotations

from io import BytesIO

from flask import redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from survey_app.accounts.queries import current_user_id
from survey_app.admin.setup import presenters
from survey_app.admin.setup.forms import FileForm
from survey_app.admin.setup.queries import progress, set_up_facts
from survey_app.admin.setup.steps import missing_to_ask
from survey_app.admin.setup.views.frame import admin, content_of, name_of, settings, stay_at, step_page, user
from survey_app.contacts import operations as contacts
from survey_app.contacts.queries import (
    asking_rules,
    file_by_reference,
    files_with_rejected_rows,
    preview_of,
    uploaded_files,
)
from survey_app.contacts.rejects import REJECTED
from survey_app.invitations.operations import send_test_message
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.organisation.queries import all_services
from survey_app.web.access import requires
from survey_app.web.uploads import takes_files

FILE_REQUEST_BYTES = contacts.MOST_FILE_BYTES + 5_000_000


@admin.get("/setup/contacts")
@requires("manage_council")
def contacts_step() -> str:
    return _contacts_page(FileForm())


@admin.post("/setup/contacts")
@requires("manage_council")
@takes_files(FILE_REQUEST_BYTES)
def upload_contacts() -> ResponseReturnValue:
    """Keep the file for the preview. None of its contacts is stored."""
    form = FileForm()
    if not form.validate():
        return _contacts_page(form), 400
    upload: FileStorage = form.file.data
    try:
        file = contacts.keep_file(name_of(upload), content_of(upload), now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.file.errors = [problem.message]
        return _contacts_page(form), 400
    return redirect(url_for("admin.preview", reference=file.reference), code=303)


@admin.get("/setup/contacts/<reference>")
@requires("manage_council")
def preview(reference: str) -> ResponseReturnValue:
    """What was understood of the file, before anything of it is stored."""
    now = utc_now()
    file = file_by_reference(reference, now)
    if file.imported_at is not None:
        return redirect(url_for("admin.contacts_step"))
    found, rules = preview_of(file, now), asking_rules()
    return step_page(
        "contacts",
        "preview",
        file=file,
        preview=found,
        columns=presenters.PREVIEW_COLUMNS,
        rows=presenters.preview_rows(found),
        not_asked=presenters.not_asked_lines(found, rules),
    )


@admin.post("/setup/contacts/<reference>/import")
@requires("manage_council")
def import_contacts(reference: str) -> ResponseReturnValue:
    """All of the file, or nothing; pressed twice, it is imported once."""
    now = utc_now()
    file = file_by_reference(reference, now)
    if file.imported_at is not None:
        return stay_at("contacts_step", "This file was imported already.")
    result = contacts.import_file(file, now=now, by=current_user_id())
    return stay_at("contacts_step", presenters.import_sentence(result))


@admin.post("/setup/contacts/<reference>/rejected.csv")
@requires("manage_council")
def rejected_rows(reference: str) -> ResponseReturnValue:
    """The rows that were no contacts, to be put right and brought in again."""
    now = utc_now()
    file = file_by_reference(reference, now)
    content = contacts.fetch_rejected_rows(file, now=now, by=current_user_id())
    return send_file(BytesIO(content), "text/csv", as_attachment=True, download_name=f"{file.name}{REJECTED}")


@admin.post("/setup/contacts/<reference>/forget")
@requires("manage_council")
def forget_file(reference: str) -> ResponseReturnValue:
    now = utc_now()
    contacts.forget_file(file_by_reference(reference, now), now=now, by=current_user_id())
    return stay_at("contacts_step", "The file was forgotten. Nothing of it was stored.")


@admin.post("/setup/contacts/<reference>/undo")
@requires("manage_council")
def undo_import(reference: str) -> ResponseReturnValue:
    now = utc_now()
    try:
        removed = contacts.undo_import(file_by_reference(reference, now), now=now, by=current_user_id())
    except Refused as problem:
        return _contacts_page(FileForm(), problem=problem.message), 400
    return stay_at("contacts_step", f"The import was undone: {removed:,} taken out again.")


@admin.get("/setup/test")
@requires("manage_council")
def test_step() -> str:
    return _test_page()


@admin.post("/setup/test")
@requires("manage_council")
def send_test() -> ResponseReturnValue:
    """Send it now, so that what the mail server says can be read here."""
    recipient = user().email
    try:
        send_test_message(recipient, now=utc_now(), by=current_user_id())
    except Refused as problem:
        return _test_page(problem=problem.message), 400
    except (SendError, ServerTrouble) as trouble:
        return _test_page(problem=f"The message was not taken: {trouble}. Check MAIL_URL and the sender."), 503
    where = "handed to the mail server" if settings().mail_url else "written to the outbox folder"
    return stay_at("test_step", f"The test message to {recipient} was {where}.")


@admin.get("/setup/asking")
@requires("manage_council")
def asking_step() -> str:
    facts = set_up_facts()
    return step_page(
        "asking",
        missing=missing_to_ask(facts),
        is_asking=facts.is_asking,
        progress=progress(),
        rules=asking_rules(),
        mail=presenters.mail_destination(settings()),
    )


@admin.post("/setup/asking/start")
@requires("manage_council")
def start_asking() -> ResponseReturnValue:
    if missing_to_ask(set_up_facts()):
        return redirect(url_for("admin.asking_step"), code=303)
    contacts.start_asking(now=utc_now(), by=current_user_id())
    return stay_at("asking_step", "Asking has begun. Open this page again in a minute to see how far it is.")


@admin.post("/setup/asking/pause")
@requires("manage_council")
def pause_asking() -> ResponseReturnValue:
    contacts.pause_asking(now=utc_now(), by=current_user_id())
    return stay_at("asking_step", "Asking is paused. Links that went out keep working.")


def _contacts_page(form: FileForm, problem: str | None = None) -> str:
    now = utc_now()
    files = uploaded_files(now)
    return step_page(
        "contacts",
        form=form,
        waiting=[file for file in files if file.imported_at is None],
        imported=[file for file in files if file.imported_at is not None],
        with_rejected=files_with_rejected_rows(now),
        is_asking=set_up_facts().is_asking,
        has_services=bool(all_services()),
        problem=problem,
        has_errors=bool(form.errors or problem),
    )


def _test_page(problem: str | None = None) -> str:
    return step_page(
        "test",
        recipient=user().email,
        mail=presenters.mail_destination(settings()),
        problem=problem,
        has_errors=problem is not None,
    )
