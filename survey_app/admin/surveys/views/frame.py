"""What all pages of one survey share: what stands around them, and how a change is kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, names_of_users
from survey_app.admin.surveys import presenters
from survey_app.admin.surveys.drafts import Draft, keep
from survey_app.kernel.clock import utc_now
from survey_app.surveys.structure import SurveyStructure

surveys = Blueprint("surveys", __name__, url_prefix="/admin/surveys")


def draft_page(template: str, draft: Draft, *, current: str, form: FlaskForm | None = None, **values: Any) -> str:
    """A page of one survey. `current` is the address of its tab."""
    problems = presenters.problems_in(form) if form is not None else []
    return staff_page(
        template,
        draft=draft,
        tabs=presenters.tabs(draft),
        current=current,
        edited_by=names_of_users([draft.edit.edited_by]).get(draft.edit.edited_by or 0, "") if draft.edit else "",
        form=form,
        problems=problems,
        has_errors=bool(problems) or bool(values.get("meanwhile")),
        **({"meanwhile": False} | values),
    )


def keep_change(draft: Draft, structure: SurveyStructure, what: str, revision: int) -> None:
    """As `drafts.keep`, now and by whoever is signed in."""
    keep(draft, structure, what, revision=revision, now=utc_now(), by=current_user_id())


def pressed_revision() -> int:
    """The revision that a page of buttons was made of."""
    revision = request.form.get("revision", "")
    return int(revision) if revision.isdecimal() else -1


def to_builder(code: str, said: str = "", *, question: str = "") -> ResponseReturnValue:
    """Back to the questions, at the one that was changed."""
    if said:
        flash(said)
    return redirect(url_for("surveys.show", code=code, _anchor=f"q-{question}" if question else None), code=303)
