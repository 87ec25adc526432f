"""Comments at elements: assessors ask, the council answers and settles; the list of all questions."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.evidence.assessors import operations, presenters, queries
from survey_app.evidence.assessors.forms import CommentForm
from survey_app.evidence.assessors.presenters import Said
from survey_app.evidence.elements.queries import framework_to_show, frameworks_by_name
from survey_app.evidence.models import Element, ElementComment
from survey_app.evidence.queries import element_by_number
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.web.access import requires

comments_at = Blueprint("comments_at", __name__, url_prefix="/evidence")


def init_app(app: Flask) -> None:
    app.register_blueprint(comments_at)
    app.context_processor(lambda: {"thread_at": _thread_at})


@comments_at.post("/<framework>/<number>/comments")
@requires("view_evidence")
def write(framework: str, number: str) -> ResponseReturnValue:
    """Keep what an assessor says, or what the council answers; nothing and too much come back as they were typed."""
    element, author, form = element_by_number(framework, number), _writer(), CommentForm()
    try:
        operations.write_comment(
            element, form.text.data or "", author=author, is_question=form.kind.data != "remark", now=utc_now()
        )
    except InvalidInput as problem:
        return _again(element, form, problem), 400
    return _to(element)


@comments_at.get("/comments/<int:comment>")
@requires("view_evidence")
def edit(comment: int) -> str:
    """How should it read instead?"""
    found = _own(comment)
    return _edit_page(found, CommentForm(formdata=None, text=found.text))


@comments_at.post("/comments/<int:comment>")
@requires("view_evidence")
def change(comment: int) -> ResponseReturnValue:
    """Put one's own words right."""
    found, form = _own(comment), CommentForm()
    try:
        operations.change_comment(found, form.text.data or "", author=_writer(), now=utc_now())
    except InvalidInput as problem:
        form.text.errors = [problem.message]
        return _edit_page(found, form), 400
    return _to(queries.element_of(found))


@comments_at.post("/comments/<int:comment>/take-back")
@requires("view_evidence")
def take_back(comment: int) -> ResponseReturnValue:
    """Delete one's own words."""
    found = _own(comment)
    element = queries.element_of(found)
    operations.take_back(found, author=_writer(), now=utc_now())
    flash("Your comment was taken back.")
    return _to(element)


@comments_at.post("/comments/<int:comment>/settled")
@requires("pin_evidence")
def settle(comment: int) -> ResponseReturnValue:
    """Mark a question settled, or open it again."""
    found = queries.comment_by_id(comment)
    operations.settle(found, request.form.get("settled") == "yes", now=utc_now(), by=_writer().id)
    return _to(queries.element_of(found))


@comments_at.get("/assessors/questions")
@requires("view_evidence")
def questions() -> str:
    """What did the assessors ask, and what is still open?"""
    code = request.args.get("framework")
    frameworks = frameworks_by_name()
    framework = framework_to_show(frameworks, code) if code else None
    found = queries.questions(framework.id if framework else None)
    return staff_page(
        "evidence/assessors/questions.html",
        waiting=[(each, element) for each, element in found if each.closed_at is None],
        settled=[(each, element) for each, element in found if each.closed_at is not None],
        framework=framework,
        frameworks=[(each.code, each.name) for each in frameworks],
    )


def _thread_at(element: Element) -> tuple[list[Said], bool]:
    """The thread of an element as this viewer reads it, and whether they may write in it."""
    viewer = current_viewer()
    if not isinstance(viewer, User):
        return [], False
    may_write = viewer.may("assess") or viewer.may("pin_evidence")
    return presenters.thread(queries.comments_at(element), viewer, utc_now()), may_write


def _again(element: Element, form: CommentForm, problem: InvalidInput) -> str:
    form.text.errors = [problem.message]
    return staff_page("evidence/assessors/write.html", element=element, form=form, has_errors=True)


def _edit_page(comment: ElementComment, form: CommentForm) -> str:
    return staff_page(
        "evidence/assessors/edit.html",
        comment=comment,
        element=queries.element_of(comment),
        form=form,
        has_errors=bool(form.errors),
    )


def _own(comment_id: int) -> ElementComment:
    found = queries.comment_by_id(comment_id)
    if found.author_id != _writer().id:
        raise NotFound("There is no such comment of yours.")
    return found


def _writer() -> User:
    """Who writes: an assessor, or who keeps the evidence. NotFound for those who only read."""
    viewer = current_viewer()
    if not isinstance(viewer, User) or not (viewer.may("assess") or viewer.may("pin_evidence")):
        raise NotFound("Only assessors and who keeps the evidence write here.")
    return viewer


def _to(element: Element) -> ResponseReturnValue:
    there = url_for("evidence.element", framework=element.framework.code, number=element.number, _anchor="comments")
    return redirect(there, code=303)
