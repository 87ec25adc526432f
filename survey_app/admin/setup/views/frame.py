"""What the pages of all steps share: who may open them when, how they look, and where one goes on from them."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.admin.setup.queries import set_up_facts
from survey_app.admin.setup.steps import next_step, steps
from survey_app.kernel.characters import fit
from survey_app.organisation.queries import council
from survey_app.settings import Settings

admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.before_request
def council_comes_first() -> ResponseReturnValue | None:
    """Every other step is about a council that is there."""
    without = {"admin.overview", "admin.council_step", "admin.save_council"}
    if request.endpoint in without or council() is not None:
        return None
    return redirect(url_for("admin.council_step"), code=303)


def step_page(name: str, template: str | None = None, **values: Any) -> str:
    """The page of a step; every one knows where it stands, and which comes next."""
    facts = set_up_facts()
    form = values.get("form")
    return staff_page(
        f"admin/setup/{template or name}.html",
        step=next(step for step in steps(facts) if step.name == name),
        next=next_step(facts, after=name),
        brand=brand_code(),
        **{"has_errors": bool(form is not None and form.errors), "problem": None} | values,
    )


def on_from(name: str, said: str) -> ResponseReturnValue:
    """To the next step that is not done; to the list when none is left."""
    flash(said)
    following = next_step(set_up_facts(), after=name)
    return redirect(url_for(f"admin.{following.name}_step") if following else url_for("admin.overview"), code=303)


def stay_at(endpoint: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(f"admin.{endpoint}"), code=303)


def content_of(upload: FileStorage) -> bytes:
    return upload.stream.read()


def name_of(upload: FileStorage) -> str:
    """What the file is called, in characters that can be stored and shown."""
    return fit(upload.filename or "") or "file"


def brand_code() -> str:
    """What tells one pair of colours from another: the style sheet is fetched anew where they changed."""
    found = council()
    return "" if found is None else f"{found.brand_colour[1:]}-{found.link_colour[1:]}"


def settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def user() -> User:
    return cast(User, current_viewer())  # @requires lets nobody else in
