"""How many letters wait, since when, and the file of them. Printing is a POST: its letters count as sent."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.letters.forms import PrintForm
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import transaction
from survey_app.invitations.letters.operations import NewLetter, print_again, print_letters
from survey_app.invitations.letters.presenters import mailing_of
from survey_app.invitations.letters.printing import MOST_IN_A_FILE, Paper
from survey_app.invitations.letters.queries import last_batch, waiting_letters
from survey_app.invitations.queries import own_texts
from survey_app.kernel.clock import LONDON, utc_now
from survey_app.kernel.errors import Refused
from survey_app.organisation.queries import the_council
from survey_app.web.access import requires

letters = Blueprint("letters", __name__, url_prefix="/admin/letters")


def init_app(app: Flask) -> None:
    app.register_blueprint(letters)


@letters.get("/")
@requires("manage_council")
def show() -> str:
    """How many wait to be printed, of which service and since when?"""
    return _page()


@letters.post("/")
@requires("manage_council")
def print_next() -> ResponseReturnValue:
    """The file of the next letters. They count as sent once it is made."""
    form = PrintForm()
    if not form.validate():
        return _page(form), 422
    try:
        return _printed(form, print_letters)
    except Refused as problem:
        return _page(form, problem=str(problem)), 422


@letters.post("/again")
@requires("manage_council")
def reprint() -> ResponseReturnValue:
    """The newest file once more, where it was lost or the printer failed; with other codes."""
    form = PrintForm()
    if not form.validate():
        return _page(form), 422
    return _printed(form, print_again)


def _page(form: PrintForm | None = None, *, problem: str | None = None, has_nothing: bool = False) -> str:
    form, now, rules = form or PrintForm(formdata=None), utc_now(), asking_rules()
    waiting = waiting_letters(now)
    return staff_page(
        "admin/letters.html",
        form=form,
        problem=problem,
        has_nothing=has_nothing,
        waiting=waiting,
        count=sum(row.count for row in waiting),
        most=MOST_IN_A_FILE,
        last=last_batch(now),
        is_paused=rules.is_paused,
        are_on=rules.letters_are_on,
        has_errors=bool(form.errors or problem),
    )


def _printed(form: PrintForm, take: Callable[..., list[NewLetter]]) -> ResponseReturnValue:
    """The file of the letters that `take` takes, once that is stored: whoever answers meanwhile must not wait for it.

    Should it fail then, the same file can be made again.
    """
    now, settings, mailing = utc_now(), current_app.extensions["settings"], None
    with transaction():
        if printed := take(now=now, by=current_user_id()):
            mailing = mailing_of(
                printed,
                Paper(form.paper.data),
                council=the_council(),
                rules=asking_rules(),
                base_url=settings.base_url,
                now=now,
                texts=own_texts(),
            )
    if mailing is None:
        return _page(form, has_nothing=True)
    name = f"{mailing.paper.value}s-{now.astimezone(LONDON):%Y-%m-%d-%H%M}.zip"
    return Response(
        mailing.zipped(), mimetype="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
