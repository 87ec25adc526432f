"""The acts that changes and standards share, each answered by the page of the one it was done to."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.models import OurStandard, YouSaidWeDid
from survey_app.actions.public import operations, presenters, queries
from survey_app.actions.public.chains import Any_, Publication
from survey_app.actions.public.staff.forms import ReasonForm
from survey_app.actions.public.staff.presenters import claim_of
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.measures.queries.standing import all_targets, service_tree

publishing = Blueprint("publishing", __name__, url_prefix="/actions")


def propose(thing: Publication) -> ResponseReturnValue:
    return do(thing, "Proposed.", lambda: operations.propose(thing, now=utc_now(), by=current_user_id()))


def discard(thing: Publication, where: str) -> ResponseReturnValue:
    try:
        operations.discard(thing, now=utc_now(), by=current_user_id())
    except Refused as problem:
        flash(problem.message)
        return to_page(thing)
    flash("Thrown away.")
    return redirect(where, code=303)


def begin_edition(thing: Any_) -> ResponseReturnValue:
    try:
        edition = operations.begin_edition(thing, now=utc_now(), by=current_user_id())
    except Refused as problem:
        flash(problem.message)
        return to_page(thing)
    flash("This is the next edition. The one before stands until this one is approved.")
    return to_page(edition)


def send_back(thing: Publication) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return _page(thing, form), 422
    return do(
        thing,
        "Sent back.",
        lambda: operations.send_back(thing, form.reason.data, now=utc_now(), by=current_user_id()),
    )


def withdraw(thing: Publication) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return _page(thing, form), 422
    return do(
        thing,
        "Withdrawn: it is off the page.",
        lambda: operations.withdraw(thing, form.reason.data, now=utc_now(), by=current_user_id()),
    )


def do(thing: Publication, done: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the page; a refusal says why, on the page."""
    try:
        act()
    except (Refused, InvalidInput) as problem:
        done = problem.message
    flash(done)
    return to_page(thing)


def to_page(thing: Publication) -> ResponseReturnValue:
    page = "publishing.change" if isinstance(thing, YouSaidWeDid) else "publishing.standard"
    return redirect(url_for(page, code=thing.code), code=303)


def _page(thing: Publication, reason: ReasonForm) -> str:
    return change_page(thing, reason) if isinstance(thing, YouSaidWeDid) else standard_page(thing, reason)


def change_page(entry: YouSaidWeDid, reason: ReasonForm | None = None) -> str:
    effect = queries.effect_for(entry, now=utc_now())
    return _one_page(
        "actions/public/staff/change.html",
        entry,
        reason,
        seen=queries.seen_of(entry, effect),
        view=presenters.change_view(entry, effect),
        withheld=effect.withheld,
        letter=letter_of(entry.improvement.number) if entry.improvement is not None else None,
        may_write=current_viewer().may("write_improvements"),
    )


def standard_page(found: OurStandard, reason: ReasonForm | None = None) -> str:
    return _one_page(
        "actions/public/staff/standard.html",
        found,
        reason,
        seen=queries.seen_of_standard(found),
        view=presenters.standard_view(found, all_targets(), service_tree()),
        may_write=True,
    )


def _one_page(template: str, thing: Publication, reason: ReasonForm | None, **values: object) -> str:
    may_publish, by = current_viewer().may("publish_actions"), current_user_id()
    return staff_page(
        template,
        thing=thing,
        headline=claim_of(thing),
        may_publish=may_publish,
        is_own=may_publish and thing.written_by == by and queries.others_who_may_publish(by) > 0,
        next_edition=queries.replacement_of(thing),
        reason=reason or ReasonForm(formdata=None),
        problems=problems_of(reason),
        has_errors=reason is not None,
        **values,
    )


def problems_of(form: FlaskForm | None) -> list[object]:
    return [field for field in form if field.errors] if form is not None else []
