"""Views kept, shared, copied and dropped, and the one that somebody begins with."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.dashboards.addresses import OVERVIEW, SAVED
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.presenters.said import said_now, say
from survey_app.dashboards.saved.operations import (
    begin_with,
    begin_with_overview,
    copy_view,
    delete_view,
    save_view,
    share_view,
)
from survey_app.dashboards.saved.pages import BEGIN, Asking, may_be_kept, page_title, read_asking
from survey_app.dashboards.saved.presenters import may_open, reader
from survey_app.dashboards.saved.queries import asking_of, kept_views, seen_view
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.web.access import requires
from survey_app.web.back import own_address
from survey_app.web.menu import add_page_links

saved_pages = Blueprint("saved_views", __name__, url_prefix=SAVED.rstrip("/"))
PLAIN_OVERVIEW = "/dashboards/?view=plain"


def init_app(app: Flask) -> None:
    app.register_blueprint(saved_pages)
    add_page_links(app, _links)


@saved_pages.get("/")
@requires("view_results")
def index() -> str:
    """Which views are mine, which are my colleagues', and with which do I begin?"""
    views = kept_views(reader())
    return staff_page(
        "dashboards/saved/index.html",
        mine=[each for each in views if each.is_mine],
        others=[each for each in views if not each.is_mine],
        said=said_now(),
        page_title=page_title,
        has_home=any(each.is_home for each in views),
        **FOOTER,
    )


@saved_pages.get("/new")
@requires("view_results")
def new() -> str:
    """Under which name shall this page be kept?"""
    return _form(_asked(request.args.get("page", OVERVIEW)), "", is_shared=False)


@saved_pages.post("/")
@requires("view_results")
def save() -> ResponseReturnValue:
    """Keep a page with its filters under a name."""
    asking, name, is_shared = _asked(request.form.get("page", "")), request.form.get("name", ""), _is_yes("shared")
    try:
        saved = save_view(name, asking, is_shared=is_shared, now=utc_now(), by=current_user_id())
    except (InvalidInput, Refused) as problem:
        return _form(asking, name, is_shared=is_shared, problem=problem.message), 422
    if _is_yes("begin"):
        begin_with(saved, by=current_user_id())
    say(f"Saved: “{saved.name}”." + (" Your colleagues see it too." if is_shared else ""))
    return _to_list()


@saved_pages.post("/<reference>/share")
@requires("view_results")
def share(reference: str) -> ResponseReturnValue:
    """Let colleagues see it, or no more."""
    saved = share_view(reference, is_shared=_is_yes("shared"), now=utc_now(), by=current_user_id())
    say(f"“{saved.name}” is {'shared with your colleagues' if saved.is_shared else 'yours alone now'}.")
    return _to_list()


@saved_pages.post("/<reference>/copy")
@requires("view_results")
def copy(reference: str) -> ResponseReturnValue:
    """Keep a colleague's as one's own."""
    try:
        saved = copy_view(seen_view(reference, reader()), now=utc_now(), by=current_user_id())
    except Refused as problem:
        say(problem.message)
        return _to_list()
    say(f"“{saved.name}” is among your views now.")
    return _to_list()


@saved_pages.post("/<reference>/delete")
@requires("view_results")
def delete(reference: str) -> ResponseReturnValue:
    """Drop one's own."""
    saved = delete_view(reference, now=utc_now(), by=current_user_id())
    again = {"name": saved.name, "page": asking_of(saved).address, "shared": "yes" if saved.is_shared else ""}
    say(f"Deleted the view “{saved.name}”.", again)
    return _to_list()


@saved_pages.post("/<reference>/begin")
@requires("view_results")
def begin(reference: str) -> ResponseReturnValue:
    """Begin with it from now on."""
    saved = seen_view(reference, reader())
    begin_with(saved, by=current_user_id())
    say(f"You begin with “{saved.name}” from now on. The overview as it is stays one press away.")
    return _to_list()


@saved_pages.post("/begin-with-overview")
@requires("view_results")
def begin_plainly() -> ResponseReturnValue:
    """Begin with the overview again."""
    begin_with_overview(by=current_user_id())
    say("You begin with the overview again.")
    return _to_list()


def _form(asking: Asking, name: str, *, is_shared: bool, problem: str | None = None) -> str:
    return staff_page(
        "dashboards/saved/new.html",
        asking=asking,
        title=page_title(asking.path),
        name=name,
        is_shared=is_shared,
        begins=_is_yes("begin"),
        problem=problem,
        has_errors=problem is not None,
        **FOOTER,
    )


def _asked(address: str) -> Asking:
    """What a form names; a page that its viewer may not open looks like one that is not there."""
    asking = read_asking(own_address(address, ""))
    if not may_open(asking.path):
        raise NotFound("There is no such page.")
    return asking


def _is_yes(name: str) -> bool:
    return request.form.get(name) == "yes"


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("saved_views.index"), code=303)


def _links() -> list[tuple[str, str]]:
    """What a page of figures offers: to keep it as it is asked, the list, and the way on from where one begins."""
    if request.method != "GET" or not may_be_kept(request.path):
        return []
    links = [("Save view", url_for("saved_views.new", page=request.full_path.rstrip("?"))), ("Views", SAVED)]
    return [("Overview as it is", PLAIN_OVERVIEW), *links] if BEGIN in request.args else links
