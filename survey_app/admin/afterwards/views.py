"""What do residents meet after their answer? Questions about them, and where to turn in danger."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.afterwards.forms import QuestionForm, SupportForm, question_form
from survey_app.kernel.clock import utc_now
from survey_app.organisation.queries import all_services, council_nation
from survey_app.responses.afterwards.equality import EqualityItem, standard_items
from survey_app.responses.afterwards.operations import (
    move_question,
    remove_support_text,
    set_question,
    set_support_text,
)
from survey_app.responses.afterwards.presenters import shown_support
from survey_app.responses.afterwards.queries import (
    all_questions_about_you,
    question_about_you,
    support_text_by_id,
    support_texts,
)
from survey_app.responses.models import EqualityQuestion, SupportText
from survey_app.web.access import requires

after_answers = Blueprint("after_answers", __name__, url_prefix="/admin/afterwards")


def init_app(app: Flask) -> None:
    app.register_blueprint(after_answers)


@after_answers.get("/")
@requires("manage_council")
def index() -> str:
    """What is asked, in which order, and what is shown where?"""
    questions = all_questions_about_you()
    return staff_page(
        "admin/afterwards/index.html",
        questions=questions,
        asked=[item.code for item, row in questions if row is not None and row.is_asked],
        texts=[(text, shown_support(text)) for text in support_texts()],
    )


@after_answers.get("/questions/<code>")
@requires("manage_council")
def question(code: str) -> str:
    """Is it asked, and in which words?"""
    item, row = question_about_you(code)
    return _question_page(item, _question_form(item, data=_choice(item, row)))


@after_answers.post("/questions/<code>")
@requires("manage_council")
def save_question(code: str) -> ResponseReturnValue:
    item, _ = question_about_you(code)
    form = _question_form(item)
    if not form.validate():
        return _question_page(item, form), 422
    is_changed = set_question(code, form.facts, now=utc_now(), by=current_user_id())
    flash("It holds from now on." if is_changed else "Nothing was changed.")
    return redirect(url_for("after_answers.index"), code=303)


@after_answers.post("/questions/<code>/<any(up, down):where>")
@requires("manage_council")
def move(code: str, where: str) -> ResponseReturnValue:
    """One place up or down among those that are asked."""
    move_question(code, up=where == "up", now=utc_now(), by=current_user_id())
    return redirect(url_for("after_answers.index"), code=303)


@after_answers.get("/support")
@requires("manage_council")
def support() -> str:
    """Where can somebody turn in danger, with the surveys of which service?"""
    return _support_page(SupportForm(all_services(), formdata=MultiDict(request.args) or None))


@after_answers.post("/support")
@requires("manage_council")
def save_support() -> ResponseReturnValue:
    """Look at it first, as residents will; then publish."""
    form = SupportForm(all_services())
    if not form.validate():
        return _support_page(form), 422
    if request.form.get("do") == "change":
        return _support_page(form)
    if request.form.get("do") != "publish":
        shown = shown_support(SupportText(body=form.body.data, exit_url=form.exit_url.data))
        return staff_page("admin/afterwards/support_preview.html", form=form, support=shown)
    set_support_text(form.service_id, form.body.data, form.exit_url.data, now=utc_now(), by=current_user_id())
    flash("It is shown from now on.")
    return redirect(url_for("after_answers.index"), code=303)


@after_answers.post("/support/<int:text_id>/remove")
@requires("manage_council")
def remove_support(text_id: int) -> ResponseReturnValue:
    found = support_text_by_id(text_id)
    code = found.service.code if found.service is not None else ""
    again = url_for("after_answers.support", service=code, body=found.body, exit_url=found.exit_url)
    remove_support_text(found, now=utc_now(), by=current_user_id())
    flash("It was removed.", again)
    return redirect(url_for("after_answers.index"), code=303)


def _question_form(item: EqualityItem, **values: Any) -> QuestionForm:
    standard = next(each for each in standard_items(council_nation()) if each.code == item.code)
    return question_form(item, standard, **values)


def _choice(item: EqualityItem, row: EqualityQuestion | None) -> dict[str, Any]:
    is_asked = row is not None and row.is_asked
    labels = {f"option-{code}": label for code, label in item.options.items()}
    return {"is_asked": "yes" if is_asked else "no", "has_policy": is_asked, "wording": item.wording, **labels}


def _question_page(item: EqualityItem, form: QuestionForm) -> str:
    return staff_page("admin/afterwards/question.html", item=item, form=form, has_errors=bool(form.errors))


def _support_page(form: SupportForm) -> str:
    return staff_page("admin/afterwards/support.html", form=form, has_errors=bool(form.errors))
