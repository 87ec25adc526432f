"""The questions of a draft in their order, what is said of the survey as a whole, and going back a step."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.admin.surveys import checks, presenters
from survey_app.admin.surveys.drafts import Draft, draft_of, named
from survey_app.admin.surveys.forms.drafts import AboutForm
from survey_app.admin.surveys.queries import fact_names, question_codes
from survey_app.admin.surveys.views.frame import draft_page, keep_change, pressed_revision, surveys, to_builder
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.surveys.bank import GROUPS, BankQuestion
from survey_app.surveys.codes import question_code
from survey_app.surveys.editing import (
    add_question,
    begin_page,
    copy_question,
    item_named,
    last_page,
    move_question,
    move_to_page,
    remove_question,
    set_facts,
)
from survey_app.surveys.lengths import length_sentence, minutes
from survey_app.surveys.operations import EditedMeanwhile, discard_draft, undo_edit
from survey_app.surveys.queries import consequences
from survey_app.surveys.structure import Item, SurveyStructure
from survey_app.web.access import requires

HEADLINE = "satisfaction"  # the measure without which an answer says little: its question needs one
MEANWHILE = (
    "Nothing was changed: somebody else changed this survey after you opened the page. Here it is as it stands now."
)


@surveys.get("/<code>/")
@requires("edit_surveys")
def show(code: str) -> str:
    """What does it ask, in which order, and what is to settle before it can be published?"""
    draft, facts = draft_of(code), fact_names()
    notes = checks.notes_on(draft.structure)
    broken = checks.broken_trends(consequences(draft.survey, draft.structure, facts))
    return draft_page(
        "admin/surveys/builder.html",
        draft,
        current=url_for("surveys.show", code=code),
        pages=presenters.pages_of(draft, facts, notes, broken),
        notes=[note for note in notes if not note.question and note.page is None],
        blocking=sum(note.blocks_publishing for note in notes),
        minutes=minutes(draft.structure),
        may_manage=current_viewer().may("manage_council"),
    )


@surveys.post("/<code>/")
@requires("edit_surveys")
def change(code: str) -> ResponseReturnValue:
    """What a button beside a question does: "up satisfaction", "copy why", "page-2 why"."""
    draft, (word, _, question) = draft_of(code), request.form.get("do", "").partition(" ")
    name = named(draft.structure, question)
    try:
        structure, what = _pressed(draft.structure, word, question, name)
        keep_change(draft, structure, what, pressed_revision())
    except EditedMeanwhile:
        return to_builder(code, MEANWHILE, question=question)
    except Refused as problem:
        return to_builder(code, problem.message, question=question)
    there = {item.question.code for item in structure.items}
    return to_builder(code, f"{what}.", question=question if question in there else "")


def _pressed(structure: SurveyStructure, word: str, code: str, name: str) -> tuple[SurveyStructure, str]:
    match word:
        case "up" | "down":
            return move_question(structure, code, up=word == "up"), f"{name} moved {word}"
        case "copy":
            item = item_named(structure, code)
            new_code = question_code(code, {*question_codes(), *(each.question.code for each in structure.items)})
            return copy_question(structure, item.question.code, new_code), f"{name} copied"
        case "remove":
            return remove_question(structure, code), f"{name} removed"
        case "begin":
            return begin_page(structure, code), f"A page begins with {name}"
        case _ if word.startswith("page-") and word[5:].isdecimal():
            return move_to_page(structure, code, int(word[5:])), f"{name} moved to page {word[5:]}"
    raise InvalidInput("The form does not say what to do.")


@surveys.post("/<code>/undo")
@requires("edit_surveys")
def undo(code: str) -> ResponseReturnValue:
    """Take the last change back, whoever made it."""
    draft = draft_of(code)
    try:
        undo_edit(draft.survey, revision=pressed_revision())
    except EditedMeanwhile:
        return to_builder(code, MEANWHILE)
    except Refused as problem:
        return to_builder(code, problem.message)
    return to_builder(code, f"Taken back: {draft.edit.what}." if draft.edit else "")


@surveys.post("/<code>/discard")
@requires("edit_surveys")
def discard(code: str) -> ResponseReturnValue:
    """Throw the draft away. What was published stays; what never was goes."""
    draft = draft_of(code)
    if pressed_revision() != draft.revision:
        return to_builder(code, MEANWHILE)
    discard_draft(draft.survey, now=utc_now(), by=current_user_id())
    flash(f"The draft of {draft.structure.name} was thrown away.")
    return redirect(url_for("surveys.index"), code=303)


@surveys.get("/<code>/about")
@requires("edit_surveys")
def about(code: str) -> str:
    """What is it called, and what does it say before its first question?"""
    draft = draft_of(code)
    structure = draft.structure
    form = AboutForm(
        formdata=None,
        revision=str(draft.revision),
        name=structure.name,
        length_sentence=structure.length_sentence,
        bsl_url=structure.bsl_url,
    )
    return _about_page(draft, form)


@surveys.post("/<code>/about")
@requires("edit_surveys")
def save_about(code: str) -> ResponseReturnValue:
    draft, form = draft_of(code), AboutForm()
    if not form.validate():
        return _about_page(draft, form), 422
    structure = set_facts(
        draft.structure,
        name=form.name.data,
        length_sentence=form.length_sentence.data or length_sentence(draft.structure),
        bsl_url=form.bsl_url.data,
    )
    try:
        keep_change(draft, structure, "About the survey changed", form.of_revision)
    except EditedMeanwhile:
        form.revision.data = str(draft.revision)
        return _about_page(draft, form, meanwhile=True), 409
    return to_builder(code, "Kept.")


@surveys.get("/<code>/bank")
@requires("edit_surveys")
def bank(code: str) -> str:
    """Which questions of the bank does it not ask yet?"""
    return _bank_page(draft_of(code))


@surveys.post("/<code>/bank")
@requires("edit_surveys")
def add_from_bank(code: str) -> ResponseReturnValue:
    """Add those that were chosen, in the bank's order, as the last of the last page."""
    draft, chosen = draft_of(code), set(request.form.getlist("question"))
    added = [question for group in _offered(draft).values() for question in group if question.code in chosen]
    wrong = _wrong_choice(added)
    if wrong:
        return _bank_page(draft, chosen, wrong=wrong), 422
    structure, page = draft.structure, max(1, last_page(draft.structure))
    for question in added:
        structure = add_question(structure, Item(question, is_required=question.asks == HEADLINE, page=page))
    labels = ", ".join(question.short_label for question in added)
    try:
        keep_change(draft, structure, f"Added from the bank: {labels}", pressed_revision())
    except EditedMeanwhile:
        return _bank_page(draft, chosen, meanwhile=True), 409
    return to_builder(code, f"Added: {labels}.", question=added[0].code)


def _offered(draft: Draft) -> dict[str, list[BankQuestion]]:
    """What the bank has and the survey does not, by idea; nothing that would feed a measure a second time."""
    codes = {item.question.code for item in draft.structure.items}
    fed = {item.question.asks for item in draft.structure.items if item.question.asks}
    groups = {
        name: [question for question in group if question.code not in codes and question.asks not in fed]
        for name, group in GROUPS.items()
    }
    return {name: group for name, group in groups.items() if group}


def _wrong_choice(chosen: Sequence[BankQuestion]) -> str:
    """Why these cannot be added together; "" where they can."""
    if not chosen:
        return "Choose at least one question."
    fed: dict[str, BankQuestion] = {}
    for question in chosen:
        other = fed.setdefault(question.asks, question) if question.asks else question
        if other is not question:
            return f"“{other.short_label}” and “{question.short_label}” feed the same measure. Choose one of them."
    return ""


def _about_page(draft: Draft, form: AboutForm, *, meanwhile: bool = False) -> str:
    return draft_page(
        "admin/surveys/about.html",
        draft,
        current=url_for("surveys.about", code=draft.survey.code),
        form=form,
        meanwhile=meanwhile,
        usual_sentence=length_sentence(draft.structure),
    )


def _bank_page(draft: Draft, chosen: set[str] | None = None, *, wrong: str = "", meanwhile: bool = False) -> str:
    return draft_page(
        "admin/surveys/bank.html",
        draft,
        current="",
        offered={
            name: [(question, presenters.facts_of(Item(question))) for question in group]
            for name, group in _offered(draft).items()
        },
        chosen=chosen or set(),
        wrong=wrong,
        meanwhile=meanwhile,
    )
