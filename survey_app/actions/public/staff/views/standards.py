"""Our standards: what is promised, in which order, and the figure that tells whether it is kept."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.actions.models import OurStandard, PublicState
from survey_app.actions.public import operations, presenters, queries
from survey_app.actions.public.staff.forms import StandardForm
from survey_app.actions.public.staff.presenters import figure_value, figures_to_choose, groups_of, headline_of
from survey_app.actions.public.staff.views.acts import (
    begin_edition,
    discard,
    do,
    problems_of,
    propose,
    publishing,
    send_back,
    standard_page,
    to_page,
    withdraw,
)
from survey_app.kernel.clock import london_day, utc_now
from survey_app.measures.queries.standing import all_targets, service_tree
from survey_app.organisation.presenters import resident_page
from survey_app.web.access import requires

NEWER = "a newer table is published: begin a new edition"


@publishing.get("/standards/")
@requires("publish_actions")
def standards() -> str:
    """What do we promise, in which order, and does each have its newest figure?"""
    known, newest = queries.all_standards(), queries.newest_editions()
    due = {
        standard.id: NEWER
        for standard in known
        if standard.state is PublicState.PUBLISHED
        and standard.measure in newest
        and newest[standard.measure].id != standard.edition_id
    }
    groups = groups_of(known, today=london_day(utc_now()), due=due)
    return staff_page("actions/public/staff/standards.html", groups=groups, headline=headline_of(groups, "standard"))


@publishing.get("/standards/new")
@requires("publish_actions")
def new_standard() -> str:
    """What do you promise, and what tells whether you keep it?"""
    return _standard_form(StandardForm(formdata=None))


@publishing.post("/standards/")
@requires("publish_actions")
def write_standard() -> ResponseReturnValue:
    form = _offered(StandardForm())
    if not form.validate():
        return _standard_form(form), 422
    standard = operations.write_standard(form.words, now=utc_now(), by=current_user_id())
    flash("Kept as a draft.")
    return to_page(standard)


@publishing.get("/standards/<code>")
@requires("publish_actions")
def standard(code: str) -> str:
    return standard_page(queries.standard_called(code))


@publishing.get("/standards/<code>/preview")
@requires("publish_actions")
def preview_standard(code: str) -> str:
    """Just as residents will see it."""
    shown = presenters.standard_view(queries.standard_called(code), all_targets(), service_tree())
    return resident_page("actions/public/preview.html", change=None, standard=shown)


@publishing.get("/standards/<code>/edit")
@requires("publish_actions")
def edit_standard(code: str) -> str:
    found = queries.standard_called(code)
    form = StandardForm(formdata=None, obj=found)
    form.figure.data = figure_value(found.edition, found.service) if found.edition is not None else ""
    return _standard_form(form, found)


@publishing.post("/standards/<code>/edit")
@requires("publish_actions")
def rewrite_standard(code: str) -> ResponseReturnValue:
    found = queries.standard_called(code)
    form = _offered(StandardForm(), found)
    if not form.validate():
        return _standard_form(form, found), 422
    return do(found, "Kept.", lambda: operations.rewrite(found, form.words, now=utc_now(), by=current_user_id()))


@publishing.post("/standards/<code>/propose")
@requires("publish_actions")
def propose_standard(code: str) -> ResponseReturnValue:
    return propose(queries.standard_called(code))


@publishing.post("/standards/<code>/discard")
@requires("publish_actions")
def discard_standard(code: str) -> ResponseReturnValue:
    return discard(queries.standard_called(code), url_for("publishing.standards"))


@publishing.post("/standards/<code>/edition")
@requires("publish_actions")
def new_edition_of_standard(code: str) -> ResponseReturnValue:
    return begin_edition(queries.standard_called(code))


@publishing.post("/standards/<code>/publish")
@requires("publish_actions")
def publish_standard(code: str) -> ResponseReturnValue:
    """It goes out as it was seen on this page."""
    found, seen = queries.standard_called(code), request.form.get("seen", "")
    return do(
        found,
        "It is published. Everybody can read it.",
        lambda: operations.publish_proposed_standard(found, seen=seen, now=utc_now(), by=current_user_id()),
    )


@publishing.post("/standards/<code>/send-back")
@requires("publish_actions")
def send_standard_back(code: str) -> ResponseReturnValue:
    return send_back(queries.standard_called(code))


@publishing.post("/standards/<code>/withdraw")
@requires("publish_actions")
def withdraw_standard(code: str) -> ResponseReturnValue:
    return withdraw(queries.standard_called(code))


@publishing.post("/standards/<code>/move/<any(up, down):way>")
@requires("publish_actions")
def move_standard(code: str, way: str) -> ResponseReturnValue:
    """One place up or down on the page."""
    operations.move(queries.standard_called(code), -1 if way == "up" else 1, now=utc_now(), by=current_user_id())
    return redirect(url_for("publishing.standards"), code=303)


def _standard_form(form: StandardForm, found: OurStandard | None = None) -> str:
    return staff_page(
        "actions/public/staff/standard_form.html",
        form=_offered(form, found),
        standard=found,
        problems=problems_of(form),
        has_errors=bool(form.errors),
    )


def _offered(form: StandardForm, found: OurStandard | None = None) -> StandardForm:
    """The newest figures, and the one that the standard has."""
    editions = {edition.id: edition for edition in queries.newest_editions().values()}
    if found is not None and found.edition is not None:
        editions.setdefault(found.edition.id, found.edition)
    form.offer(figures_to_choose(editions.values()))
    return form
