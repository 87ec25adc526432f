"""What publishing a draft will change, what stands in its way, and the press that does it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.admin.surveys import checks, presenters
from survey_app.admin.surveys.drafts import Draft, draft_of
from survey_app.admin.surveys.queries import fact_names
from survey_app.admin.surveys.views.frame import draft_page, pressed_revision, surveys
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.differences import trend_sentence
from survey_app.surveys.lengths import length_sentence, minutes
from survey_app.surveys.operations import EditedMeanwhile, next_label, publish_survey
from survey_app.surveys.queries import consequences
from survey_app.web.access import requires


@surveys.get("/<code>/publish")
@requires("edit_surveys")
def check(code: str) -> str:
    """What will change, and may it?"""
    return _check_page(draft_of(code))


@surveys.post("/<code>/publish")
@requires("edit_surveys")
def publish(code: str) -> ResponseReturnValue:
    """From now on its people are asked this; a fault that blocks is named again, and nothing is published."""
    draft = draft_of(code)
    if any(note.blocks_publishing for note in checks.notes_on(draft.structure)):
        return _check_page(draft), 422
    try:
        version = publish_survey(draft.survey, now=utc_now(), by=current_user_id(), revision=pressed_revision())
    except EditedMeanwhile:
        return _check_page(draft, meanwhile=True), 409
    except Refused as problem:
        return _check_page(draft, refused=problem.message), 422
    flash(f"Version {version.label} is published.")
    return redirect(url_for("surveys.published", code=code), code=303)


@surveys.get("/<code>/published")
@requires("edit_surveys")
def published(code: str) -> ResponseReturnValue:
    """What is there to do now?"""
    draft = draft_of(code)
    if draft.published is None:
        return redirect(url_for("surveys.check", code=code))
    base = f"/admin/surveys/{code}/"
    return draft_page(
        "admin/surveys/published.html",
        draft,
        current="",
        messages=f"{base}messages/" if presenters.is_served(f"{base}messages/") else "",
        preview=f"{base}preview/" if presenters.is_served(f"{base}preview/") else "",
        may_manage=current_viewer().may("manage_council"),
        is_for_residents=draft.survey.customer_kind is CustomerKind.RESIDENT,
    )


def _check_page(draft: Draft, *, refused: str = "", meanwhile: bool = False) -> str:
    structure, before = draft.structure, draft.published_structure
    notes = checks.notes_on(structure)
    now_asked = {item.question.code: item.question for item in structure.items}
    was_asked = {item.question.code: item.question for item in before.items} if before else {}
    compare = f"/admin/surveys/{draft.survey.code}/versions/"
    return draft_page(
        "admin/surveys/publish.html",
        draft,
        current=url_for("surveys.check", code=draft.survey.code),
        meanwhile=meanwhile,
        refused=refused,
        label=next_label(structure, draft.published),
        faults=[note for note in notes if note.blocks_publishing],
        advice=[note for note in notes if not note.blocks_publishing],
        broken=list(checks.broken_trends(consequences(draft.survey, structure, fact_names())).values()),
        trend_sentence=trend_sentence,
        added=[question for code, question in now_asked.items() if code not in was_asked] if before else [],
        dropped=[question for code, question in was_asked.items() if code not in now_asked],
        minutes=minutes(structure),
        usual_sentence=length_sentence(structure),
        compare=compare if before and presenters.is_served(compare) else "",
    )
