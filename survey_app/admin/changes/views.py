"""What was changed in the settings, by whom, and back again."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.admin.changes import presenters
from survey_app.admin.changes.kinds import KINDS
from survey_app.admin.changes.operations import undo_change
from survey_app.audit.models import CHANGED
from survey_app.audit.queries import change_by_id, changes, count_changes
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError
from survey_app.web.access import requires
from survey_app.web.paging import read_page

setting_changes = Blueprint("setting_changes", __name__, url_prefix="/admin/changes")
PAGE_SIZE = 25


def init_app(app: Flask) -> None:
    app.register_blueprint(setting_changes)


@setting_changes.get("/")
@requires("manage_council")
def index() -> str:
    """What was changed, the newest first?"""
    return _page()


@setting_changes.post("/<int:line_id>/undo")
@requires("manage_council")
def undo(line_id: int) -> ResponseReturnValue:
    """Put one setting back as it was before; that is a change like any other."""
    line = change_by_id(list(KINDS), line_id)
    kind = KINDS[line.action.removesuffix(CHANGED)]
    if not current_viewer().may(kind.permission):
        abort(403)
    try:
        undo_change(line, now=utc_now(), by=current_user_id())
    except AppError as problem:
        db.session.rollback()
        return _page(problem.message), 409
    flash(f"{kind.label}: as it was before. That is a change too, and can be undone.")
    return redirect(url_for("setting_changes.index"), code=303)


def _page(problem: str | None = None) -> str:
    total = count_changes(list(KINDS))
    page = read_page(
        request.args.get("page"), size=PAGE_SIZE, total=total, path=url_for("setting_changes.index"), arguments={}
    )
    lines = changes(list(KINDS), skip=page.skip, most=page.size)
    return staff_page(
        "admin/changes/index.html",
        rows=presenters.change_rows(lines, current_viewer()),
        total=total,
        page=page,
        problem=problem,
        has_errors=problem is not None,
    )
