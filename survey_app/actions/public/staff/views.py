"""Staff write, propose, approve and withdraw here; whoever looks before it goes out sees the resident's own page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.improvements.queries import improvement_called
from survey_app.actions.models import Improvement, OurStandard, PublicState, YouSaidWeDid
from survey_app.actions.public import operations, presenters, queries
from survey_app.actions.public.chains import Any_, Publication
from survey_app.actions.public.staff.forms import ChangeForm, ReasonForm, StandardForm
from survey_app.actions.public.staff.presenters import (
    claim_of,
    figure_value,
    figures_to_choose,
    groups_of,
    headline_of,
)
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.measures.queries.standing import all_targets, service_tree
from survey_app.organisation.presenters import resident_page
from survey_app.web.access import requires
from survey_app.web.menu import FigureUse, add_figure_use

publishing = Blueprint("publishing", __name__, url_prefix="/actions")
NEWER = "a newer table is published: begin a new edition"


def init_app(app: Flask) -> None:
    app.register_blueprint(publishing)
    add_figure_use(app, FigureUse("view_results", _places_of))


# ---- You said, we did ----


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
    entry = operations.write_change(form.words, improvement=improvement, now=utc_now(), by=_by())
    flash("Kept as a draft.")
    return _to(entry)


@publishing.get("/published/<code>")
@requires("view_results")
def change(code: str) -> str:
    """Is it right, and who has to look at it next?"""
    return _change_page(_change(code))


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
    return _act(entry, "Kept.", lambda: operations.rewrite(entry, form.words, now=utc_now(), by=_by()))


@publishing.post("/published/<code>/propose")
@requires("write_improvements")
def propose_change(code: str) -> ResponseReturnValue:
    return _propose(_change(code))


@publishing.post("/published/<code>/discard")
@requires("write_improvements")
def discard_change(code: str) -> ResponseReturnValue:
    return _discard(_change(code), url_for("publishing.changes"))


@publishing.post("/published/<code>/edition")
@requires("write_improvements")
def new_edition_of_change(code: str) -> ResponseReturnValue:
    return _begin_edition(_change(code))


@publishing.post("/published/<code>/publish")
@requires("publish_actions")
def publish_change(code: str) -> ResponseReturnValue:
    """It goes out as it was seen on this page."""
    entry, seen = _change(code), request.form.get("seen", "")
    return _act(
        entry,
        "It is published. Everybody can read it.",
        lambda: operations.publish_entry(entry, seen=seen, now=utc_now(), by=_by()),
    )


@publishing.post("/published/<code>/send-back")
@requires("publish_actions")
def send_change_back(code: str) -> ResponseReturnValue:
    return _send_back(_change(code))


@publishing.post("/published/<code>/withdraw")
@requires("publish_actions")
def withdraw_change(code: str) -> ResponseReturnValue:
    return _withdraw(_change(code))


# ---- Our standards ----


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
    standard = operations.write_standard(form.words, now=utc_now(), by=_by())
    flash("Kept as a draft.")
    return _to(standard)


@publishing.get("/standards/<code>")
@requires("publish_actions")
def standard(code: str) -> str:
    return _standard_page(queries.standard_called(code))


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
    return _act(found, "Kept.", lambda: operations.rewrite(found, form.words, now=utc_now(), by=_by()))


@publishing.post("/standards/<code>/propose")
@requires("publish_actions")
def propose_standard(code: str) -> ResponseReturnValue:
    return _propose(queries.standard_called(code))


@publishing.post("/standards/<code>/discard")
@requires("publish_actions")
def discard_standard(code: str) -> ResponseReturnValue:
    return _discard(queries.standard_called(code), url_for("publishing.standards"))


@publishing.post("/standards/<code>/edition")
@requires("publish_actions")
def new_edition_of_standard(code: str) -> ResponseReturnValue:
    return _begin_edition(queries.standard_called(code))


@publishing.post("/standards/<code>/publish")
@requires("publish_actions")
def publish_standard(code: str) -> ResponseReturnValue:
    """It goes out as it was seen on this page."""
    found, seen = queries.standard_called(code), request.form.get("seen", "")
    return _act(
        found,
        "It is published. Everybody can read it.",
        lambda: operations.publish_proposed_standard(found, seen=seen, now=utc_now(), by=_by()),
    )


@publishing.post("/standards/<code>/send-back")
@requires("publish_actions")
def send_standard_back(code: str) -> ResponseReturnValue:
    return _send_back(queries.standard_called(code))


@publishing.post("/standards/<code>/withdraw")
@requires("publish_actions")
def withdraw_standard(code: str) -> ResponseReturnValue:
    return _withdraw(queries.standard_called(code))


@publishing.post("/standards/<code>/move/<any(up, down):way>")
@requires("publish_actions")
def move_standard(code: str, way: str) -> ResponseReturnValue:
    """One place up or down on the page."""
    operations.move(queries.standard_called(code), -1 if way == "up" else 1, now=utc_now(), by=_by())
    return redirect(url_for("publishing.standards"), code=303)


# ---- What both share ----


def _propose(thing: Publication) -> ResponseReturnValue:
    return _act(thing, "Proposed.", lambda: operations.propose(thing, now=utc_now(), by=_by()))


def _discard(thing: Publication, where: str) -> ResponseReturnValue:
    try:
        operations.discard(thing, now=utc_now(), by=_by())
    except Refused as problem:
        flash(problem.message)
        return _to(thing)
    flash("Thrown away.")
    return redirect(where, code=303)


def _begin_edition(thing: Any_) -> ResponseReturnValue:
    try:
        edition = operations.begin_edition(thing, now=utc_now(), by=_by())
    except Refused as problem:
        flash(problem.message)
        return _to(thing)
    flash("This is the next edition. The one before stands until this one is approved.")
    return _to(edition)


def _send_back(thing: Publication) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return _page(thing, form), 422
    return _act(
        thing,
        "Sent back.",
        lambda: operations.send_back(thing, form.reason.data, now=utc_now(), by=_by()),
    )


def _withdraw(thing: Publication) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return _page(thing, form), 422
    return _act(
        thing,
        "Withdrawn: it is off the page.",
        lambda: operations.withdraw(thing, form.reason.data, now=utc_now(), by=_by()),
    )


def _act(thing: Publication, done: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the page; a refusal says why, on the page."""
    try:
        act()
    except (Refused, InvalidInput) as problem:
        done = problem.message
    flash(done)
    return _to(thing)


def _to(thing: Publication) -> ResponseReturnValue:
    page = "publishing.change" if isinstance(thing, YouSaidWeDid) else "publishing.standard"
    return redirect(url_for(page, code=thing.code), code=303)


def _page(thing: Publication, reason: ReasonForm) -> str:
    return _change_page(thing, reason) if isinstance(thing, YouSaidWeDid) else _standard_page(thing, reason)


def _change_page(entry: YouSaidWeDid, reason: ReasonForm | None = None) -> str:
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


def _standard_page(found: OurStandard, reason: ReasonForm | None = None) -> str:
    return _one_page(
        "actions/public/staff/standard.html",
        found,
        reason,
        seen=queries.seen_of_standard(found),
        view=presenters.standard_view(found, all_targets(), service_tree()),
        may_write=True,
    )


def _one_page(template: str, thing: Publication, reason: ReasonForm | None, **values: object) -> str:
    may_publish, by = current_viewer().may("publish_actions"), _by()
    return staff_page(
        template,
        thing=thing,
        headline=claim_of(thing),
        may_publish=may_publish,
        is_own=may_publish and thing.written_by == by and queries.others_who_may_publish(by) > 0,
        next_edition=queries.replacement_of(thing),
        reason=reason or ReasonForm(formdata=None),
        problems=_problems(reason),
        has_errors=reason is not None,
        **values,
    )


def _change_form(form: ChangeForm, *, entry: YouSaidWeDid | None = None, improvement: Improvement | None = None) -> str:
    return staff_page(
        "actions/public/staff/change_form.html",
        form=form,
        entry=entry,
        letter=letter_of(improvement.number) if improvement is not None else "",
        improvement=improvement,
        problems=_problems(form),
        has_errors=bool(form.errors),
    )


def _standard_form(form: StandardForm, found: OurStandard | None = None) -> str:
    return staff_page(
        "actions/public/staff/standard_form.html",
        form=_offered(form, found),
        standard=found,
        problems=_problems(form),
        has_errors=bool(form.errors),
    )


def _offered(form: StandardForm, found: OurStandard | None = None) -> StandardForm:
    """The newest figures, and the one that the standard has."""
    editions = {edition.id: edition for edition in queries.newest_editions().values()}
    if found is not None and found.edition is not None:
        editions.setdefault(found.edition.id, found.edition)
    form.offer(figures_to_choose(editions.values()))
    return form


def _problems(form: FlaskForm | None) -> list[object]:
    return [field for field in form if field.errors] if form is not None else []


def _change(code: str) -> YouSaidWeDid:
    return queries.change_called(code, current_scope())


def _improvement(letters: str) -> Improvement | None:
    return improvement_called(letters, current_scope()) if letters else None


def _places_of(passport: str) -> Sequence[tuple[str, str]]:
    """Where a frozen figure stands published."""
    return [
        (f"You said, we did: {change.entry.heading}", f"{presenters.CHANGES}#c-{change.code}")
        for change in queries.published_changes()
        if any(side.passport == passport for side in change.effect.sides)
    ]


def _by() -> int:
    viewer = current_viewer()
    if not isinstance(viewer, User):
        raise Refused("Only somebody of the council publishes.")
    return viewer.id
