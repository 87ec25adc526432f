"""Of whom a question is asked, and where to go after a page."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from survey_app.admin.surveys.drafts import Draft, draft_of, named
from survey_app.admin.surveys.forms.conditions import THE_END, ConditionForm, RuleForm, condition_values
from survey_app.admin.surveys.queries import fact_names
from survey_app.admin.surveys.views.frame import draft_page, keep_change, pressed_revision, surveys, to_builder
from survey_app.admin.surveys.views.pages import page_labels, to_pages
from survey_app.kernel.errors import NotFound, Refused
from survey_app.surveys.editing import (
    item_named,
    last_page,
    position,
    remove_rule,
    set_condition,
    set_rule,
)
from survey_app.surveys.operations import EditedMeanwhile
from survey_app.surveys.routing import Rule
from survey_app.surveys.structure import Item
from survey_app.web.access import requires

SAVE = "save"


@surveys.get("/<code>/questions/<question>/asked-of")
@requires("edit_surveys")
def asked_of(code: str, question: str) -> str:
    """Is it asked of everybody, or does it depend on something?"""
    draft = draft_of(code)
    item = item_named(draft.structure, question)
    values = condition_values(item.show_if, draft.revision)
    return _condition_page(draft, item, _condition_form(draft, item, formdata=None, **values))


@surveys.post("/<code>/questions/<question>/asked-of")
@requires("edit_surveys")
def save_asked_of(code: str, question: str) -> ResponseReturnValue:
    draft = draft_of(code)
    item = item_named(draft.structure, question)
    form, pressed = _condition_form(draft, item), request.form.get("do", SAVE)
    if pressed != SAVE:
        return _condition_page(draft, item, _condition_form(draft, item, formdata=None, **_typed(form, pressed)))
    if not form.validate():
        return _condition_page(draft, item, form), 422
    structure = set_condition(draft.structure, question, form.condition)
    try:
        keep_change(draft, structure, f"Changed when {named(structure, question)} is asked", form.of_revision)
    except EditedMeanwhile:
        form.revision.data = str(draft.revision)
        return _condition_page(draft, item, form, meanwhile=True), 409
    return to_builder(code, "Kept.", question=question)


@surveys.get("/<code>/pages/<int:page>/rules/")
@requires("edit_surveys")
def new_rule(code: str, page: int) -> str:
    """Where else than to the next page, and when?"""
    draft = draft_of(code)
    _check_page(draft, page)
    values = condition_values(None, draft.revision) | {"go_to": THE_END}
    return _rule_page(draft, page, _rule_form(draft, page, formdata=None, **values))


@surveys.post("/<code>/pages/<int:page>/rules/")
@requires("edit_surveys")
def add_rule(code: str, page: int) -> ResponseReturnValue:
    draft = draft_of(code)
    _check_page(draft, page)
    return _take_rule(draft, page, None)


@surveys.get("/<code>/rules/<int:number>")
@requires("edit_surveys")
def rule(code: str, number: int) -> str:
    """Where does it lead, and when?"""
    draft = draft_of(code)
    found = _rule(draft, number)
    values = condition_values(found.condition, draft.revision) | {"go_to": str(found.go_to or THE_END)}
    return _rule_page(draft, found.after_page, _rule_form(draft, found.after_page, formdata=None, **values))


@surveys.post("/<code>/rules/<int:number>")
@requires("edit_surveys")
def save_rule(code: str, number: int) -> ResponseReturnValue:
    draft = draft_of(code)
    return _take_rule(draft, _rule(draft, number).after_page, number)


@surveys.post("/<code>/rules/<int:number>/remove")
@requires("edit_surveys")
def drop_rule(code: str, number: int) -> ResponseReturnValue:
    draft = draft_of(code)
    page = _rule(draft, number).after_page
    structure = remove_rule(draft.structure, number)
    try:
        keep_change(draft, structure, f"Rule after page {page} removed", pressed_revision())
    except EditedMeanwhile as problem:
        return to_pages(code, problem.message)
    return to_pages(code, "The rule was removed.")


def _take_rule(draft: Draft, page: int, number: int | None) -> ResponseReturnValue:
    form, pressed = _rule_form(draft, page), request.form.get("do", SAVE)
    if pressed != SAVE:
        values = _typed(form, pressed) | {"go_to": form.go_to.data}
        return _rule_page(draft, page, _rule_form(draft, page, formdata=None, **values))
    if not form.validate():
        return _rule_page(draft, page, form), 422
    try:
        structure = set_rule(draft.structure, number, form.rule)
        keep_change(draft, structure, f"Rule after page {page} kept", form.of_revision)
    except EditedMeanwhile:
        form.revision.data = str(draft.revision)
        return _rule_page(draft, page, form, meanwhile=True), 409
    except Refused as problem:
        form.go_to.errors = [problem.message]
        return _rule_page(draft, page, form), 422
    return to_pages(draft.survey.code, "The rule is kept.")


def _condition_form(draft: Draft, item: Item, **values: Any) -> ConditionForm:
    before = draft.structure.items[: position(draft.structure, item.question.code)]
    return ConditionForm(before, fact_names(), **values)


def _rule_form(draft: Draft, page: int, **values: Any) -> RuleForm:
    before = [item for item in draft.structure.items if item.page <= page]
    return RuleForm(page, page_labels(draft.structure), before, fact_names(), **values)


def _typed(form: ConditionForm, pressed: str) -> dict[str, Any]:
    return {"revision": form.revision.data, "needs_all": form.needs_all.data, "terms": form.rows(pressed)}


def _check_page(draft: Draft, page: int) -> None:
    if not 1 <= page <= last_page(draft.structure):
        raise NotFound("This survey has no such page.")


def _rule(draft: Draft, number: int) -> Rule:
    if number >= len(draft.structure.rules):
        raise NotFound("This survey has no such rule.")
    return draft.structure.rules[number]


def _condition_page(draft: Draft, item: Item, form: ConditionForm, *, meanwhile: bool = False) -> str:
    return draft_page(
        "admin/surveys/condition.html",
        draft,
        current="",
        form=form,
        meanwhile=meanwhile,
        name=item.question.short_label,
        back=url_for("surveys.question", code=draft.survey.code, question=item.question.code),
        after_page=None,
    )


def _rule_page(draft: Draft, page: int, form: RuleForm, *, meanwhile: bool = False) -> str:
    return draft_page(
        "admin/surveys/condition.html",
        draft,
        current=url_for("surveys.pages", code=draft.survey.code),
        form=form,
        meanwhile=meanwhile,
        name="",
        back=url_for("surveys.pages", code=draft.survey.code),
        after_page=page,
    )
