"""You said, we did: what waits for approval, and what everybody can read."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.improvements.queries import improvement_called
from survey_app.actions.models import Improvement, YouSaidWeDid
from survey_app.actions.public import operations, presenters, queries
from survey_app.actions.public.staff.forms import ChangeForm
from survey_app.actions.public.staff.presenters import groups_of, headline_of
from survey_app.actions.public.staff.views.acts import (
    begin_edition,
    change_page,
    discard,
    do,
    problems_of,
    propose,
    publishing,
    send_back,
    to_page,
    withdraw,
)
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.presenters import resident_page
from survey_app.web.access import requires


@publishing.get("/published/")
@requires("view_results")
def changes() -> str:
    """What waits for approval, and what can everybody read?"""
    groups = groups_of(queries.all_changes(current_scope()), today=london_day(utc_now()))
    return staff_page(
        "actions/public/staff/changes.html",
        groups=groups,
        headline=headline_of(groups, "change"),
        may_write=current_viewer().may("write_improvements"),
        may_publish=current_viewer().may("publish_actions"),
    )


@publishing.get("/published/new")
@requires("write_improvements")
def new_change() -> str:
    """What should residents read? From an improvement, or of something else."""
    improvement = _improvement(request.args.get("improvement", ""))
    words = {"said": improvement.heard, "did": improvement.did} if improvement else {}
    return _change_form(ChangeForm(formdata=None, data=words), improvement=improvement)


@publishing.post("/published/")
@requires("write_improvements")
def write_change() -> ResponseReturnValue:
    form, improvement = ChangeForm(), _improvement(request.form.get("improvement", ""))
    if not form.validate():
        return _change_form(form, improvement=improvement), 422
    entry = operations.write_change(form.words, improvement=improvement, now=utc_now(), by=current_user_id())
    flash("Kept as a draft.")
    return to_page(entry)


@publishing.get("/published/<code>")
@requires("view_results")
def change(code: str) -> str:
    """Is it right, and who has to look at it next?"""
    return change_page(_change(code))


@publishing.get("/published/<code>/preview")
@requires("view_results")
def preview_change(code: str) -> str:
    """Just as residents will see it."""
    entry = _change(code)
    effect = queries.effect_for(entry, now=utc_now())
    return resident_page("actions/public/preview.html", change=presenters.change_view(entry, effect), standard=None)


@publishing.get("/published/<code>/edit")
@requires("write_improvements")
def edit_change(code: str) -> str:
    entry = _change(code)
    return _change_form(ChangeForm(formdata=None, obj=entry), entry=entry)


@publishing.post("/published/<code>/edit")
@requires("write_improvements")
def rewrite_change(code: str) -> ResponseReturnValue:
    entry, form = _change(code), ChangeForm()
    if not form.validate():
        return _change_form(form, entry=entry), 422
    return do(entry, "Kept.", lambda: operations.rewrite(entry, form.words, now=utc_now(), by=current_user_id()))


@publishing.post("/published/<code>/propose")
@requires("write_improvements")
def propose_change(code: str) -> ResponseReturnValue:
    return propose(_change(code))


@publishing.post("/published/<code>/discard")
@requires("write_improvements")
def discard_change(code: str) -> ResponseReturnValue:
    return discard(_change(code), url_for("publishing.changes"))


@publishing.post("/published/<code>/edition")
@requires("write_improvements")
def new_edition_of_change(code: str) -> ResponseReturnValue:
    return begin_edition(_change(code))


@publishing.post("/published/<code>/publish")
@requires("publish_actions")
def publish_change(code: str) -> ResponseReturnValue:
    """It goes out as it was seen on this page."""
    entry, seen = _change(code), request.form.get("seen", "")
    return do(
        entry,
        "It is published. Everybody can read it.",
        lambda: operations.publish_entry(entry, seen=seen, now=utc_now(), by=current_user_id()),
    )


@publishing.post("/published/<code>/send-back")
@requires("publish_actions")
def send_change_back(code: str) -> ResponseReturnValue:
    return send_back(_change(code))


@publishing.post("/published/<code>/withdraw")
@requires("publish_actions")
def withdraw_change(code: str) -> ResponseReturnValue:
    return withdraw(_change(code))


def _change_form(form: ChangeForm, *, entry: YouSaidWeDid | None = None, improvement: Improvement | None = None) -> str:
    return staff_page(
        "actions/public/staff/change_form.html",
        form=form,
        entry=entry,
        letter=letter_of(improvement.number) if improvement is not None else "",
        improvement=improvement,
        problems=problems_of(form),
        has_errors=bool(form.errors),
    )


def _change(code: str) -> YouSaidWeDid:
    return queries.change_called(code, current_scope())


def _improvement(letters: str) -> Improvement | None:
    return improvement_called(letters, current_scope()) if letters else None


def places_of(passport: str) -> Sequence[tuple[str, str]]:
    """Where a frozen figure stands published."""
    return [
        (f"You said, we did: {change.entry.heading}", f"{presenters.CHANGES}#c-{change.code}")
        for change in queries.published_changes()
        if any(side.passport == passport for side in change.effect.sides)
    ]
