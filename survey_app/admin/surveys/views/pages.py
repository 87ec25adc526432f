"""The pages of a survey: their titles, and the rules that lead from one to another."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.queries import current_viewer
from survey_app.admin.surveys import checks
from survey_app.admin.surveys.drafts import Draft, draft_of
from survey_app.admin.surveys.forms.drafts import TitlesForm, titles_form
from survey_app.admin.surveys.queries import fact_names
from survey_app.admin.surveys.views.frame import draft_page, keep_change, pressed_revision, surveys
from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import Refused
from survey_app.surveys.editing import join_page, last_page, set_page_titles
from survey_app.surveys.in_words import rule_in_words
from survey_app.surveys.operations import EditedMeanwhile
from survey_app.surveys.structure import SurveyStructure
from survey_app.web.access import requires


@dataclass(frozen=True)
class PageRow:
    """A page: what stands on it, and the rules after it by their numbers."""

    number: int
    questions: list[str]
    rules: list[tuple[int, str]]
    notes: list[checks.Note]


@surveys.get("/<code>/pages/")
@requires("edit_surveys")
def pages(code: str) -> str:
    """How is the survey divided, and who goes another way through it?"""
    draft = draft_of(code)
    return _pages_page(draft, titles_form(draft.structure, formdata=None, revision=str(draft.revision)))


@surveys.post("/<code>/pages/")
@requires("edit_surveys")
def save_pages(code: str) -> ResponseReturnValue:
    """Keep the titles of the pages."""
    draft = draft_of(code)
    form = titles_form(draft.structure)
    if not form.validate():
        return _pages_page(draft, form), 422
    titles = {page: form.title(page).data for page in range(1, last_page(draft.structure) + 1)}
    try:
        keep_change(draft, set_page_titles(draft.structure, titles), "Page titles changed", form.of_revision)
    except EditedMeanwhile:
        form.revision.data = str(draft.revision)
        return _pages_page(draft, form, meanwhile=True), 409
    return to_pages(code, "The titles are kept.")


@surveys.post("/<code>/pages/<int:page>/join")
@requires("edit_surveys")
def join(code: str, page: int) -> ResponseReturnValue:
    """Put its questions on the page before."""
    draft = draft_of(code)
    try:
        structure = join_page(draft.structure, page)
        keep_change(draft, structure, f"Page {page} joined with the one before", pressed_revision())
    except Refused as problem:
        return to_pages(code, problem.message)
    return to_pages(code, f"Page {page} is part of the page before it now.")


def page_labels(structure: SurveyStructure) -> list[str]:
    """What staff call each page: its number, with its title or its first question."""
    first: dict[int, str] = {}
    for item in structure.items:
        first.setdefault(item.page, item.question.short_label)
    return [
        f"Page {page}: {shortened(structure.page_titles.get(page) or first.get(page, ''), 60)}"
        for page in range(1, last_page(structure) + 1)
    ]


def to_pages(code: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("surveys.pages", code=code), code=303)


def _pages_page(draft: Draft, form: TitlesForm, *, meanwhile: bool = False) -> str:
    structure, facts = draft.structure, fact_names()
    notes = checks.notes_on(structure)
    rows = [
        PageRow(
            page,
            [item.question.short_label for item in structure.items if item.page == page],
            [
                (n, rule_in_words(rule, structure, facts))
                for n, rule in enumerate(structure.rules)
                if rule.after_page == page
            ],
            [note for note in notes if note.page == page and not note.question],
        )
        for page in range(1, last_page(structure) + 1)
    ]
    return draft_page(
        "admin/surveys/pages.html",
        draft,
        current=url_for("surveys.pages", code=draft.survey.code),
        form=form,
        meanwhile=meanwhile,
        rows=rows,
        paging=draft.survey.paging,
        may_set_paging=current_viewer().may("manage_council"),
    )
