"""Which surveys are there, and how is a new one made?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, names_of_users
from survey_app.admin.surveys import presenters
from survey_app.admin.surveys.forms.drafts import NewSurveyForm
from survey_app.admin.surveys.queries import all_surveys, answers_since, newest_edits, newest_versions
from survey_app.admin.surveys.views.frame import surveys
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.codes import survey_code
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.lengths import length_sentence
from survey_app.surveys.operations import start_survey
from survey_app.surveys.structure import SurveyStructure
from survey_app.web.access import requires

COUNTED_DAYS = 30
IMPORT = "/admin/surveys/import"


@surveys.get("/")
@requires("edit_surveys")
def index() -> str:
    """Whom does each survey ask, since when, and what waits to be published?"""
    versions, edits = newest_versions(), newest_edits()
    names = names_of_users([edit.edited_by for edit in edits.values()])
    answers = answers_since(london_day(utc_now()) - timedelta(days=COUNTED_DAYS))
    rows = [
        presenters.survey_row(survey, versions.get(survey.id), edits.get(survey.id), names, answers.get(survey.id, 0))
        for survey in all_surveys()
    ]
    claim, rest = presenters.list_sentence(rows)
    return staff_page(
        "admin/surveys/index.html",
        rows=rows,
        claim=claim,
        rest=rest,
        days=COUNTED_DAYS,
        can_import=presenters.is_served(IMPORT),
        has_languages=presenters.is_served("/admin/languages/"),
    )


@surveys.get("/new")
@requires("edit_surveys")
def new() -> str:
    """What is it called, whom does it ask, and what does it begin with?"""
    return _new_page(NewSurveyForm(formdata=None))


@surveys.post("/new")
@requires("edit_surveys")
def make() -> ResponseReturnValue:
    """A draft that nobody is asked."""
    form = NewSurveyForm()
    if not form.validate():
        return _new_page(form), 422
    structure = SurveyStructure(
        code=survey_code(form.name.data),
        name=form.name.data,
        customer_kind=CustomerKind(form.customer_kind.data),
        length_sentence="",
        items=DEFAULT_SURVEY.items if form.source.data == "usual" else (),
    )
    structure = replace(structure, length_sentence=length_sentence(structure))
    survey = start_survey(structure, "Survey made", now=utc_now(), by=current_user_id())
    if form.source.data == "bank":
        return redirect(url_for("surveys.bank", code=survey.code), code=303)
    flash("The survey is made. Nobody is asked it before it is published.")
    return redirect(url_for("surveys.show", code=survey.code), code=303)


def _new_page(form: NewSurveyForm) -> str:
    return staff_page(
        "admin/surveys/new.html",
        form=form,
        can_import=presenters.is_served(IMPORT),
        has_errors=bool(form.errors),
    )
