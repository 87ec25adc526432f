"""One question: its words, its answers and what it feeds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from survey_app.admin.surveys import checks
from survey_app.admin.surveys.drafts import Draft, draft_of
from survey_app.admin.surveys.forms.questions import (
    FIXED_ANSWERS,
    OTHER,
    QuestionForm,
    answer_values,
    question_values,
)
from survey_app.admin.surveys.queries import fact_names, question_codes
from survey_app.admin.surveys.views.frame import draft_page, keep_change, surveys, to_builder
from survey_app.admin.surveys.words import KIND_GROUPS, KIND_LABELS, KIND_USES
from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.surveys.codes import question_code
from survey_app.surveys.differences import trend_sentence
from survey_app.surveys.editing import add_question, item_named, replace_question
from survey_app.surveys.in_words import condition_in_words
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.operations import EditedMeanwhile
from survey_app.surveys.operations.drafting import lineage_for
from survey_app.surveys.queries import consequences
from survey_app.surveys.structure import Item
from survey_app.surveys.usual_answers import USUAL_ANSWERS
from survey_app.web.access import requires

SAVE, RESTORE = "save", "restore"


@surveys.get("/<code>/questions/")
@requires("edit_surveys")
def write(code: str) -> str:
    """How is the new question answered? Then: what does it ask?"""
    draft, kind = draft_of(code), _kind(request.args.get("kind", ""))
    after = _after(draft, request.args.get("after", ""))
    if kind is None:
        return draft_page(
            "admin/surveys/kind.html",
            draft,
            current="",
            groups=KIND_GROUPS,
            labels=KIND_LABELS,
            uses=KIND_USES,
            after=after,
        )
    usual = USUAL_ANSWERS.get(kind, ())
    rows = answer_values(usual, is_open=kind not in FIXED_ANSWERS)
    values = {"revision": str(draft.revision), "answers": rows}
    return _question_page(draft, None, QuestionForm(kind, None, draft.structure, formdata=None, **values), after=after)


@surveys.post("/<code>/questions/")
@requires("edit_surveys")
def add(code: str) -> ResponseReturnValue:
    draft, kind = draft_of(code), _kind(request.form.get("kind", ""))
    if kind is None:
        raise InvalidInput("The form does not say how the question is answered.")
    return _take(draft, kind, None, _after(draft, request.form.get("after", "")))


@surveys.get("/<code>/questions/<question>")
@requires("edit_surveys")
def question(code: str, question: str) -> str:
    """What does it ask, with which answers, and what do they feed?"""
    draft = draft_of(code)
    item = item_named(draft.structure, question)
    values = question_values(item, draft.revision)
    return _question_page(draft, item, QuestionForm(item.question.kind, item, draft.structure, formdata=None, **values))


@surveys.post("/<code>/questions/<question>")
@requires("edit_surveys")
def save(code: str, question: str) -> ResponseReturnValue:
    """Keep it; where somebody removed it meanwhile, what was typed is offered as a new question."""
    draft, kind = draft_of(code), _kind(request.form.get("kind", ""))
    item = next((each for each in draft.structure.items if each.question.code == question), None)
    if item is not None:
        return _take(draft, item.question.kind, item, "")
    if kind is None:
        item_named(draft.structure, question)
        raise InvalidInput("The form does not say how the question is answered.")
    form = QuestionForm(kind, None, draft.structure)
    form.revision.data = str(draft.revision)
    return _question_page(draft, None, form, meanwhile=True), 409


def _take(draft: Draft, kind: QuestionKind, item: Item | None, after: str) -> ResponseReturnValue:
    """What to do with a form that was sent: show it rearranged, show what to put right, or keep it."""
    form, pressed = QuestionForm(kind, item, draft.structure), request.form.get("do", SAVE)
    if pressed == RESTORE and item is not None:
        return _restore(draft, item, form)
    if pressed != SAVE:
        values = _typed(form) | {"answers": form.rearranged(pressed)}
        return _question_page(
            draft, item, QuestionForm(kind, item, draft.structure, formdata=None, **values), after=after
        )
    if not form.validate():
        return _question_page(draft, item, form, after=after), 422
    try:
        return _keep(draft, item, form, after)
    except EditedMeanwhile:
        form.revision.data = str(draft.revision)
        return _question_page(draft, item, form, after=after, meanwhile=True), 409
    except Refused as problem:
        field = form.answers if form.has_answers and "answer" in problem.message else form.wording
        field.errors = [problem.message]
        return _question_page(draft, item, form, after=after), 422


def _keep(draft: Draft, item: Item | None, form: QuestionForm, after: str) -> ResponseReturnValue:
    code = item.question.code if item is not None else ""
    if item is None or form.asks_now.data == OTHER:
        taken = {*question_codes(), *(each.question.code for each in draft.structure.items)}
        code = question_code(form.short_label.data or form.wording.data, taken)
    made = form.item(code)
    try:
        lineage_for(made.question)
    except Refused:
        form.asks.errors = [
            "The answers until now feed another measure, and cannot change to this one. "
            "Say that it asks something else now, or leave the measure as it was."
        ]
        return _question_page(draft, item, form, after=after), 422
    label = shortened(made.question.short_label, 60)
    if item is None:
        page = max((each.page for each in draft.structure.items), default=1)
        structure = add_question(draft.structure, replace(made, page=page), after=after or None)
        said = f"“{label}” added"
    else:
        structure, said = replace_question(draft.structure, item.question.code, made), f"“{label}” changed"
    keep_change(draft, structure, said, form.of_revision)
    return to_builder(draft.survey.code, f"{said}.", question=code)


def _restore(draft: Draft, item: Item, form: QuestionForm) -> ResponseReturnValue:
    """The words and answers that are published go back in; where it stands and who is asked stays."""
    published = draft.published_structure
    if published is None:
        raise InvalidInput("This survey was never published.")
    was = item_named(published, item.question.code)
    values = _typed(form) | {
        name: value
        for name, value in question_values(was, form.of_revision).items()
        if name in ("wording", "hint", "short_label", "answers", "asks")
    }
    return _question_page(draft, item, QuestionForm(item.question.kind, item, draft.structure, formdata=None, **values))


def _typed(form: QuestionForm) -> dict[str, Any]:
    return {field.short_name: field.data for field in form if field.short_name != "csrf_token"}


def _kind(text: str) -> QuestionKind | None:
    return QuestionKind(text) if text in list(QuestionKind) else None


def _after(draft: Draft, code: str) -> str:
    """The question behind which a new one stands; "" for the end, also where somebody removed it meanwhile."""
    return code if code in {item.question.code for item in draft.structure.items} else ""


def _question_page(
    draft: Draft, item: Item | None, form: QuestionForm, *, after: str = "", meanwhile: bool = False
) -> str:
    structure, code, facts = draft.structure, item.question.code if item else "", fact_names()
    return draft_page(
        "admin/surveys/question.html",
        draft,
        current="",
        form=form,
        meanwhile=meanwhile,
        item=item,
        number=next((n for n, each in enumerate(structure.items, 1) if each is item), len(structure.items) + 1),
        kind=KIND_LABELS[form.kind],
        after=after,
        notes=[note for note in checks.notes_on(structure) if code and note.question == code],
        broken=checks.broken_trends(consequences(draft.survey, structure, facts)).get(code),
        trend_sentence=trend_sentence,
        is_published=code in question_codes(),
        shown=condition_in_words(item.show_if, structure, facts) if item and item.show_if else "",
        languages=sorted(item.translations) if item else [],
    )
