"""One's own digests: what comes, when, and how it would read now. The page that stops one needs no sign-in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer, user_by_id
from survey_app.dashboards import addresses
from survey_app.dashboards.digests import operations, queries
from survey_app.dashboards.digests.composing import composed
from survey_app.dashboards.digests.forms import DigestForm
from survey_app.dashboards.digests.presenters import KINDS, cell_bar, digest_row, quote_rows
from survey_app.dashboards.digests.rhythm import WHEN
from survey_app.dashboards.models import Digest
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.queries import service_names, services_in
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import is_token
from survey_app.organisation.queries import council_nation
from survey_app.web.access import public, requires
from survey_app.web.sessions import csrf
from survey_app.web.templates import day_and_time

digests = Blueprint("digests", __name__)
stopping = Blueprint("digest_stop", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(digests)
    csrf.exempt(stopping)  # no session to guard: a token in the address says whose it is
    app.register_blueprint(stopping)


@digests.get(addresses.DIGESTS)
@requires("view_results")
def index() -> str:
    """What do I get by e-mail, and what else could I?"""
    return _index(_form())


@digests.post(addresses.DIGESTS)
@requires("view_results")
def begin() -> ResponseReturnValue:
    """Have a digest sent."""
    form = _form()
    if not form.validate():
        return _index(form), 422
    try:
        digest = operations.begin_digest(form.choice, user_by_id(current_user_id()), now=utc_now())
    except Refused as problem:
        form.rhythm.errors = [problem.message]
        return _index(form), 422
    flash(f"It comes {WHEN[digest.rhythm]}.")
    return redirect(url_for("digests.index"), code=303)


@digests.get(f"{addresses.DIGESTS}preview")
@requires("view_results")
def preview() -> ResponseReturnValue:
    """How would the letter read now?"""
    form = _form(request.args)
    if not form.validate():
        return _index(form), 400
    now, viewer = utc_now(), current_viewer()
    choice = form.choice
    read = queries.read_digest(
        choice,
        current_scope(),
        day=queries.letter_day(choice, now, council_nation()),
        may_comments=viewer.may("view_comments"),
        may_follow_up=viewer.may("follow_up"),
        now=now,
    )
    letter = composed(read, lambda figure: figure.passport)
    return staff_page(
        "dashboards/digests/preview.html",
        letter=letter,
        lines=[(line, cell_bar(line)) for line in (letter.news, letter.figure) if line is not None],
        kinds=KINDS,
        quotes=quote_rows(read.quotes),
        when=WHEN[choice.rhythm],
        is_weekly=read.is_weekly,
        cut=day_and_time(now),
        form=form,
        page_words=f"{letter.title}. {letter.about}. Data cut {day_and_time(now)}.",
        **FOOTER,
    )


@digests.post(f"{addresses.DIGESTS}<reference>/now")
@requires("view_results")
def send_now(reference: str) -> ResponseReturnValue:
    """Send the newest letter with the figures of this moment."""
    digest = _own(reference)
    try:
        operations.send_now(digest, now=utc_now())
    except Refused as problem:
        return _index(_form(), refused=problem.message), 409
    flash(f"A letter is on its way to {digest.user.email}.")
    return redirect(url_for("digests.index"), code=303)


@digests.post(f"{addresses.DIGESTS}<reference>/stop")
@requires("view_results")
def stop(reference: str) -> ResponseReturnValue:
    """No more letters of this one."""
    digest = _own(reference)
    operations.stop_digest(digest, now=utc_now())
    return redirect(url_for("digests.index", stopped=digest.reference), code=303)


@digests.post(f"{addresses.DIGESTS}<reference>/go-on")
@requires("view_results")
def go_on(reference: str) -> ResponseReturnValue:
    """Undo of a stop."""
    operations.go_on_with(_own(reference), now=utc_now())
    flash("It goes on as before.")
    return redirect(url_for("digests.index"), code=303)


@stopping.get(f"{operations.STOP_PAGE}<token>")
@public
def stop_page(token: str) -> ResponseReturnValue:
    """Says what the button does. Opening the page changes nothing."""
    return _stop_page(token, _found(token))


@stopping.post(f"{operations.STOP_PAGE}<token>")
@public
def stop_by_letter(token: str) -> ResponseReturnValue:
    """Stop the digest of the letter that holds this token."""
    digest = _found(token)
    if digest is not None:
        operations.stop_digest(digest, now=utc_now())
    return _stop_page(token, digest)


@stopping.post(f"{operations.STOP_PAGE}<token>/again")
@public
def again(token: str) -> ResponseReturnValue:
    """Undo of the button."""
    digest = _found(token)
    if digest is not None:
        operations.go_on_with(digest, now=utc_now())
    return _stop_page(token, digest, is_undone=True)


@stopping.get(f"{operations.STOP_PAGE}<token>/one-click")
@public
def one_click_page(token: str) -> ResponseReturnValue:
    """A mail program that only opens the address finds the page with the button."""
    return redirect(url_for("digest_stop.stop_page", token=token))


@stopping.post(f"{operations.STOP_PAGE}<token>/one-click")
@public
def one_click(token: str) -> ResponseReturnValue:
    """What a mail program posts (RFC 8058): no page, no further step. Repeating it changes nothing."""
    digest = _found(token)
    if digest is None:
        return "", 404
    operations.stop_digest(digest, now=utc_now())
    return "", 200


def _found(token: str) -> Digest | None:
    return queries.digest_by_token(token) if is_token(token) else None


def _stop_page(token: str, digest: Digest | None, *, is_undone: bool = False) -> ResponseReturnValue:
    """It tells whoever holds the letter no more than the letter did."""
    values: dict[str, Any] = {"token": token, "is_known": digest is not None, "is_undone": is_undone}
    values["is_stopped"] = digest is not None and digest.next_on is None
    return staff_page("dashboards/digests/stop.html", **values), 404 if digest is None else 200


def _own(reference: str) -> Digest:
    return queries.own_digest(reference, current_user_id())


def _form(args: Any = None) -> DigestForm:
    form = DigestForm(args, meta={"csrf": False}) if args is not None else DigestForm()
    scope = current_scope()
    form.offer(services_in(scope), sees_all=scope.is_everything)
    return form


def _index(form: DigestForm, refused: str | None = None) -> str:
    running, names = queries.own_digests(current_user_id()), service_names()
    letters = queries.last_letters(running)
    stopped = request.args.get("stopped", "")
    return staff_page(
        "dashboards/digests/index.html",
        rows=[
            digest_row(
                each,
                letters.get(each.id),
                names,
                sees_all=current_scope().is_everything,
                today=london_day(utc_now()),
            )
            for each in running
        ],
        form=form,
        refused=refused,
        stopped=stopped if stopped.isalnum() else "",
        has_errors=bool(form.errors or refused),
    )
