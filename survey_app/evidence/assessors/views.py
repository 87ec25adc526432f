"""What is closed to assessors, what is written down of them, and the page that lets them in.

An assessor opens what OPEN_TO_ASSESSORS lists, of the frameworks they are invited to; every other page that needs a
permission is closed to them, also one that is added later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, flash, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer, welcome_link
from survey_app.evidence.assessors import jobs, operations, presenters, queries
from survey_app.evidence.assessors.access import MOST_DAYS, AccessState, usual_last_day
from survey_app.evidence.assessors.forms import InviteForm, ProlongForm, typed
from survey_app.evidence.documents.queries import document_at, stands_in
from survey_app.evidence.exhibits.proofs import read_exhibit_number
from survey_app.evidence.models import AssessorAccess, Visit
from survey_app.evidence.queries import all_frameworks
from survey_app.evidence.visits.queries import rounds_of
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import in_words
from survey_app.settings import Settings
from survey_app.web.access import BY_KEY, PUBLIC, SIGNED_IN, access_of, requires
from survey_app.web.errors import error_page
from survey_app.web.menu import MenuEntry, add_to_menu

log = logging.getLogger(__name__)

LINES_ON_A_PAGE = 200
STAYS_OPEN = frozenset({"security.logout"})  # whatever became of the access
HANDED_OUT = "documents.document"  # by a redirect, where uploads have an origin of their own
NO_ACCESS = "Your access to this evidence is not open"

assessors = Blueprint("assessors", __name__, url_prefix="/evidence/assessors")


def _of_framework(values: Mapping[str, Any]) -> bool:
    return any(access.framework.code == values["framework"] for access in queries.current_accesses())


def _of_board(_values: Mapping[str, Any]) -> bool:
    wanted = request.args.get("framework")
    return not wanted or _of_framework({"framework": wanted})


def _of_exhibit(values: Mapping[str, Any]) -> bool:
    frameworks = frozenset(access.framework_id for access in queries.current_accesses())
    return queries.stands_in(read_exhibit_number(values["number"]), frameworks)


def _of_document(values: Mapping[str, Any]) -> bool:
    frameworks = frozenset(access.framework_id for access in queries.current_accesses())
    return stands_in(document_at(values["digest"]), frameworks)


OPEN_TO_ASSESSORS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "evidence.board": _of_board,
    "evidence.element": _of_framework,
    "exhibits.page": _of_exhibit,
    "sitting.behind": _of_exhibit,
    "sitting.digests": _of_exhibit,
    "documents.document": _of_document,
    "visits.cycle": _of_framework,
    "visits.visit": _of_framework,
    "visits.element": _of_framework,
    "sitting.index": lambda _values: True,
    "sitting.walk": _of_framework,
    "sitting.press": _of_framework,
    "comments_at.write": _of_framework,
    "comments_at.edit": lambda _values: True,  # only one's own
    "comments_at.change": lambda _values: True,
    "comments_at.take_back": lambda _values: True,
}


def init_app(app: Flask) -> None:
    """Give the app the pages, the guard of what assessors open, and the list of it."""
    app.register_blueprint(assessors)
    jobs.init_app(app)
    app.before_request(_guard)
    app.after_request(_note)
    app.context_processor(lambda: {"watermark": _watermark})
    add_to_menu(app, MenuEntry("One sitting", "/evidence/sitting/", "assess"))


# ---- What is closed, and what is written down ----


def _guard() -> ResponseReturnValue | None:
    declared = access_of(current_app, request.endpoint) if request.endpoint else None
    if declared is None or declared == PUBLIC or declared.startswith(BY_KEY):
        return None
    viewer = current_viewer()
    if not isinstance(viewer, User) or not queries.is_outside(viewer) or request.endpoint in STAYS_OPEN:
        return None
    if not queries.current_accesses():
        return _closed(viewer)
    is_open = OPEN_TO_ASSESSORS.get(request.endpoint or "")
    if declared != SIGNED_IN and (is_open is None or not is_open(request.view_args or {})):
        abort(403)
    return None


def _closed(viewer: User) -> Response:
    """The one page of an assessor without an open access."""
    last = queries.last_access(viewer.id)
    ask = queries.inviter_of(last) or "the person at the council who invited you"
    if last is None:
        what = "Nobody has invited you to read any evidence yet."
    elif last.ended_at is not None:
        what = "The council has ended your access."
    else:
        what = f"It was open until {in_words(last.expires_on)}."
    return error_page(403, what, f"If you need it, ask {ask}: they can open it again.", title=NO_ACCESS)


def _note(response: Response) -> Response:
    """Have a page that an assessor was given written down; one that cannot be written down is not given."""
    is_given = response.status_code == 200 or (response.status_code == 302 and request.endpoint == HANDED_OUT)
    if request.method not in {"GET", "HEAD"} or not is_given or not request.endpoint:
        return response
    if access_of(current_app, request.endpoint) == PUBLIC or not (accesses := queries.current_accesses()):
        return response
    try:
        jobs.note_later(_access_here(accesses).id, utc_now(), request.path)
    except Exception:
        log.exception("a page of an assessor could not be put on the list of what they opened")
        return error_page(503)
    return response


def _access_here(accesses: Sequence[AssessorAccess]) -> AssessorAccess:
    """The one that the address speaks of; else the newest."""
    code = (request.view_args or {}).get("framework")
    return next((each for each in accesses if each.framework.code == code), accesses[0])


def _watermark() -> str | None:
    if not has_request_context() or request.endpoint is None or not (accesses := queries.current_accesses()):
        return None
    return presenters.watermark(_access_here(accesses))


# ---- Inviting ----


@assessors.get("/")
@requires("invite_assessors")
def index() -> str:
    """Who may read our evidence, and what did they open?"""
    return _index(InviteForm(formdata=None, expires_on=typed(usual_last_day(london_day(utc_now())))))


@assessors.post("/")
@requires("invite_assessors")
def invite() -> ResponseReturnValue:
    """Let an assessor in; what cannot be comes back as it was typed."""
    form = InviteForm()
    known = _offer(form)
    if not form.validate():
        return _index(form), 400
    framework = next(each for each in all_frameworks() if each.code == form.framework.data)
    visit = known.get(form.visit.data or "")
    if visit is not None and visit.accreditation.framework_id != framework.id:
        form.visit.errors = ["This visit is of another framework."]
        return _index(form), 400
    try:
        access = operations.invite(form.invitation, framework, visit, now=utc_now(), by=_user_id())
    except InvalidInput as problem:
        field = form.expires_on if "day" in problem.message else form.email
        field.errors = [problem.message]
        return _index(form), 400
    flash(f"{access.user.name or access.user.email} can read {framework.name} until {typed(access.expires_on)}.")
    return _back()


@assessors.get("/<int:access>")
@requires("invite_assessors")
def one(access: int) -> str:
    """What did this assessor open, and when?"""
    return _one(queries.access_by_id(access))


@assessors.post("/<int:access>/end")
@requires("invite_assessors")
def end(access: int) -> ResponseReturnValue:
    """Close it now; the page that follows offers to take that back."""
    found = queries.access_by_id(access)
    operations.end_access(found, now=utc_now(), by=_user_id())
    return redirect(url_for("assessors.index", ended=found.id), code=303)


@assessors.post("/<int:access>/reopen")
@requires("invite_assessors")
def reopen(access: int) -> ResponseReturnValue:
    """Take the ending back."""
    operations.reopen_access(queries.access_by_id(access), now=utc_now(), by=_user_id())
    return _back()


@assessors.post("/<int:access>/last-day")
@requires("invite_assessors")
def prolong(access: int) -> ResponseReturnValue:
    """Keep another last day; one that cannot be comes back as it was typed."""
    found, form = queries.access_by_id(access), ProlongForm()
    if not form.validate():
        return _one(found, form), 400
    try:
        operations.prolong(found, form.day, now=utc_now(), by=_user_id())
    except InvalidInput as problem:
        form.expires_on.errors = [problem.message]
        return _one(found, form), 400
    flash(f"It is open until {typed(found.expires_on)}.")
    return redirect(url_for("assessors.one", access=found.id), code=303)


@assessors.post("/<int:access>/invitation")
@requires("invite_assessors")
def write_again(access: int) -> ResponseReturnValue:
    """Send the e-mail once more, with a fresh link."""
    found = queries.access_by_id(access)
    operations.invite_again(found, now=utc_now(), by=_user_id())
    flash(f"The invitation is on its way to {found.user.email} again.")
    return _back()


def _index(form: InviteForm) -> str:
    _offer(form)
    settings: Settings = current_app.extensions["settings"]
    today, ended = london_day(utc_now()), request.args.get("ended", type=int)
    rows = [
        presenters.access_row(
            access,
            use,
            today,
            welcome_link(settings.base_url, access.user)
            if settings.mail_url is None and access.user.password is None
            else None,
        )
        for access, use in queries.accesses_with_use()
    ]
    return staff_page(
        "evidence/assessors/index.html",
        rows=rows,
        form=form,
        ended=next((row for row in rows if row.id == ended and row.state is AccessState.ENDED), None),
        open=sum(row.state is AccessState.OPEN for row in rows),
        questions=sum(comment.closed_at is None for comment, _element in queries.questions()),
        most_days=MOST_DAYS,
        has_mail=settings.mail_url is not None,
        has_errors=bool(form.errors),
    )


def _one(access: AssessorAccess, form: ProlongForm | None = None) -> str:
    form = form or ProlongForm(formdata=None, expires_on=typed(access.expires_on))
    use = next(use for each, use in queries.accesses_with_use() if each.id == access.id)
    return staff_page(
        "evidence/assessors/one.html",
        row=presenters.access_row(access, use, london_day(utc_now()), None),
        lines=queries.lines_of(access, most=LINES_ON_A_PAGE),
        form=form,
        most_days=MOST_DAYS,
        has_errors=bool(form.errors),
    )


def _offer(form: InviteForm) -> dict[str, Visit]:
    frameworks = all_frameworks()
    visits = [
        (visit, f"{framework.name}: {presenters.visit_label(visit)}")
        for framework in frameworks
        for each in rounds_of(framework.id)
        for visit in each.visits
    ]
    form.offer(frameworks, visits)
    return {str(visit.id): visit for visit, _label in visits}


def _back() -> ResponseReturnValue:
    return redirect(url_for("assessors.index"), code=303)


def _user_id() -> int | None:
    viewer = current_viewer()
    return viewer.id if isinstance(viewer, User) else None
