"""Into which languages can surveys be translated? Ours are always there; a council adds any other."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.languages.forms import LanguageForm
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.languages import EASY_READ, TRANSLATED, direction, html_language, name_in_english, own_name
from survey_app.surveys.operations import add_language, remove_language
from survey_app.surveys.queries import added_languages
from survey_app.web.access import requires

languages = Blueprint("languages", __name__, url_prefix="/admin/languages")


def init_app(app: Flask) -> None:
    app.register_blueprint(languages)


@languages.get("/")
@requires("edit_surveys")
def index() -> str:
    """Which are there?"""
    return _page(LanguageForm(formdata=None))


@languages.post("/")
@requires("edit_surveys")
def add() -> ResponseReturnValue:
    """Offer one more beside every survey."""
    form = LanguageForm()
    if not form.validate():
        return _page(form), 422
    try:
        language = add_language(form.code.data, form.own_name.data, now=utc_now(), by=current_user_id())
    except (InvalidInput, Refused) as problem:
        form.code.errors = [problem.message]
        return _page(form), 422
    flash(f"{language.name} can be chosen beside every survey now.")
    return redirect(url_for("languages.index"), code=303)


@languages.post("/<code>/remove")
@requires("edit_surveys")
def remove(code: str) -> ResponseReturnValue:
    """Offer it no more; what was translated stays."""
    remove_language(code, now=utc_now(), by=current_user_id())
    flash("It is offered no more. What surveys say in it already stays.")
    return redirect(url_for("languages.index"), code=303)


def _page(form: LanguageForm) -> str:
    ours = [(code, name_in_english(code), own_name(code)) for code in (*TRANSLATED, EASY_READ)]
    added = [(language.code, language.name, language.own_name) for language in added_languages()]
    return staff_page(
        "admin/languages.html",
        ours=ours,
        added=added,
        lang=html_language,
        dir=direction,
        form=form,
        problems=[field for field in form if field.errors],
        has_errors=bool(form.errors),
    )
