"""The page on which a person decides what becomes of held answers. No machine releases any."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id
from survey_app.dashboards import addresses
from survey_app.dashboards.held import queries
from survey_app.dashboards.held.presenters import effect_words, held_page
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.queries import data_days, narrowed, service_in, services_in
from survey_app.dashboards.selection import Choice, default_period
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.measures.queries import figures, quarantined, read_standing
from survey_app.measures.rules import Rules
from survey_app.organisation.scope import Scope
from survey_app.responses.operations import keep_held, release, review_again
from survey_app.responses.presenters import reference_for_people
from survey_app.web.access import requires
from survey_app.web.paging import read_page
from survey_app.web.templates import day_and_time

ROWS_A_PAGE = 50
MOST_AT_ONCE = 500  # decided with one press

held = Blueprint("held", __name__, url_prefix="/held")


def init_app(app: Flask) -> None:
    app.register_blueprint(held)


@held.get("/")
@requires("review_held")
def index() -> str:
    """Which answers may not be a person's, and what would they change?"""
    service = request.args.get("service") or None
    scope = _scope_of(service)
    reason, is_kept = request.args.get("reason") or None, request.args.get("kept") == "yes"
    counts = queries.held_counts(scope)
    total = sum(each.kept if is_kept else each.waiting for each in counts if reason is None or each.reason == reason)
    arguments = {"service": service, "reason": reason, "kept": "yes" if is_kept else None}
    chosen = {name: words for name, words in arguments.items() if words}
    listed = read_page(request.args.get("page"), size=ROWS_A_PAGE, total=total, path=addresses.HELD, arguments=chosen)
    page = held_page(
        counts,
        queries.held_answers(scope, reason=reason, is_kept=is_kept, most=listed.size, skip=listed.skip),
        queries.held_by_day(scope),
        _effect(scope),
        service=service,
        reason=reason,
        is_kept=is_kept,
    )
    everything = Choice("", "All services" if current_scope().is_everything else "All my services")
    return staff_page(
        "dashboards/held.html",
        page=page,
        listed=listed,
        services=[everything, *(Choice(each.code, each.name) for each in services_in(current_scope()))],
        service=service,
        cut=day_and_time(utc_now()),
        undo=request.args.get("undo"),
        most=MOST_AT_ONCE,
        **FOOTER,
    )


@held.post("/<reference>/release")
@requires("review_held")
def release_one(reference: str) -> ResponseReturnValue:
    """It is a person's answer: let it count."""
    try:
        release(queries.held_response(reference, current_scope()), now=utc_now(), by=current_user_id())
    except Refused as problem:
        return _done(f"{reference_for_people(reference)} stays as it is. {problem.message}")
    return _done(f"{reference_for_people(reference)} counts now.")


@held.post("/<reference>/keep")
@requires("review_held")
def keep_one(reference: str) -> ResponseReturnValue:
    """Somebody looked at it, and it stays held."""
    now = utc_now()
    try:
        keep_held([queries.held_response(reference, current_scope())], now=now, by=current_user_id())
    except Refused as problem:
        return _done(f"{reference_for_people(reference)} stays as it is. {problem.message}")
    return _done(f"{reference_for_people(reference)} stays held.", undo=now)


@held.post("/<reference>/again")
@requires("review_held")
def again(reference: str) -> ResponseReturnValue:
    """What was decided is open again."""
    review_again([queries.held_response(reference, current_scope())], now=utc_now(), by=current_user_id())
    return _done(f"{reference_for_people(reference)} is waiting for review again.")


@held.post("/all/keep")
@requires("review_held")
def keep_all() -> ResponseReturnValue:
    """All that wait for one reason stay held."""
    now = utc_now()
    kept = keep_held(
        queries.waiting_for(_reason(), _scope_of(_service()), most=MOST_AT_ONCE), now=now, by=current_user_id()
    )
    return _done(f"{kept:,} {'answer stays' if kept == 1 else 'answers stay'} held.", undo=now if kept else None)


@held.post("/all/release")
@requires("review_held")
def release_all() -> ResponseReturnValue:
    """All that wait for one reason count, but for those whose person has an answer that counts."""
    now, released = utc_now(), 0
    for response in queries.waiting_for(_reason(), _scope_of(_service()), most=MOST_AT_ONCE, can_count=True):
        try:
            release(response, now=now, by=current_user_id())
            released += 1
        except Refused:  # decided meanwhile, or their own answer came
            continue
    return _done(f"{released:,} {'answer counts' if released == 1 else 'answers count'} now.")


@held.post("/undo")
@requires("review_held")
def undo() -> ResponseReturnValue:
    """Those that were kept held with the last press wait again."""
    try:
        moment = datetime.fromisoformat(request.form.get("moment", ""))
    except ValueError as problem:
        raise InvalidInput("The form does not say what to undo.") from problem
    if moment.tzinfo is None:
        raise InvalidInput("The form does not say what to undo.")
    opened = review_again(queries.kept_at(moment, current_scope()), now=utc_now(), by=current_user_id())
    return _done(f"{opened:,} {'answer is' if opened == 1 else 'answers are'} waiting for review again.")


def _scope_of(service: str | None) -> Scope:
    """What the viewer may see, of one service and those under it where one is asked for."""
    if service is not None:
        service_in(current_scope(), service)
    return narrowed(current_scope(), service)


def _service() -> str | None:
    """The service that the page was narrowed to when a button was pressed."""
    return request.form.get("service") or None


def _effect(scope: Scope) -> str:
    """What the held answers of the usual period would make of its headline; nothing before the first answer."""
    now = utc_now()
    days = data_days(scope)
    if days is None:
        return ""
    period, standing = default_period(days, london_day(now)), read_standing(now)
    usual, switched = (
        figures(
            "satisfaction",
            period.first,
            period.last,
            rules=rules,
            scope=scope,
            now=now,
            standing=standing,
            are_compared=False,
        )[0]
        for rules in (Rules(), Rules(quarantined=True))
    )
    return effect_words(usual, switched, quarantined(usual.query, scope=scope, standing=standing))


def _reason() -> str:
    reason = request.form.get("reason")
    if reason is None:
        raise InvalidInput("The form does not say which answers.")
    return reason


def _done(words: str, *, undo: datetime | None = None) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("held.index", service=_service(), undo=undo.isoformat() if undo else None), code=303)
