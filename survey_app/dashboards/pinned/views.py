"""Figures pinned, ordered and taken off."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id
from survey_app.dashboards import addresses
from survey_app.dashboards.passport_page import filter_words
from survey_app.dashboards.pinned.operations import move_pin, pin_figure, unpin_figure
from survey_app.dashboards.pinned.presenters import PinRow, pin_rows
from survey_app.dashboards.pinned.queries import count_pins, pins_of, query_of
from survey_app.dashboards.pinned.spans import MOVING, period_of, span_choices, span_of
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.presenters.said import said_now, say
from survey_app.dashboards.queries import data_days, service_names, services_in
from survey_app.dashboards.selection import DataDays
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.queries import cut_of, query_from_id, read_standing
from survey_app.web.access import requires
from survey_app.web.menu import FigureAction, add_figure_action
from survey_app.web.templates import day_and_time

pinned = Blueprint("pinned", __name__, url_prefix=addresses.PINNED)


def init_app(app: Flask) -> None:
    app.register_blueprint(pinned)
    add_figure_action(app, FigureAction("Pin to my overview", "view_results", addresses.pin))


def pinned_rows(days: DataDays) -> list[PinRow]:
    """The viewer's pinned figures, counted now."""
    pins = pins_of(current_user_id())
    if not pins:
        return []
    scope = current_scope()
    return pin_rows(count_pins(pins, days, scope, now=utc_now()), service_names(), _scope_names())


@pinned.get("")
@requires("view_results")
def index() -> str:
    """How do the figures stand that I keep in sight?"""
    days = data_days(current_scope())
    return staff_page(
        "dashboards/pinned/index.html",
        rows=[] if days is None else pinned_rows(days),
        has_answers=days is not None,
        cut=day_and_time(utc_now()),
        said=said_now(),
        **FOOTER,
    )


@pinned.get("/new")
@requires("view_results")
def new() -> ResponseReturnValue:
    """For which period shall this figure be kept in sight? Without one, the list says how to choose one."""
    if not request.args.get("figure"):
        return redirect(url_for("pinned.index"))
    return _form(_seen(request.args.get("figure", "")))


@pinned.post("")
@requires("view_results")
def pin() -> ResponseReturnValue:
    """Keep a figure in sight."""
    query, span, days = _seen(request.form.get("figure", "")), request.form.get("span", ""), _days()
    try:
        period = period_of(span, days, london_day(utc_now()))
    except InvalidInput:
        return _form(query, "Choose the period."), 422
    span = span if span in MOVING else span_of(period)
    place = request.form.get("place", "")
    try:
        found = pin_figure(
            query,
            span,
            place=int(place) if place.isdecimal() and len(place) < 4 else None,
            now=utc_now(),
            by=current_user_id(),
        )
    except Refused as problem:
        return _form(query, problem.message), 422
    say(f"Pinned: {query.definition.label}. It stands on the overview, too.", {"pin": found.reference})
    return _to_list()


@pinned.post("/<reference>/up")
@requires("view_results")
def up(reference: str) -> ResponseReturnValue:
    """Bring one nearer to the beginning."""
    return _move(reference, -1)


@pinned.post("/<reference>/down")
@requires("view_results")
def down(reference: str) -> ResponseReturnValue:
    """Bring one nearer to the end."""
    return _move(reference, 1)


@pinned.post("/<reference>/unpin")
@requires("view_results")
def unpin(reference: str) -> ResponseReturnValue:
    """Take one off."""
    off, days = unpin_figure(reference, by=current_user_id()), data_days(current_scope())
    again = {}
    if days is not None:
        try:
            query = query_of(off, period_of(off.span, days, london_day(utc_now())))
        except InvalidInput:  # its measure is there no more
            pass
        else:
            again = {"figure": to_id(query), "span": off.span, "place": str(off.place)}
    say("Taken off.", again)
    return _to_list()


def _move(reference: str, steps: int) -> ResponseReturnValue:
    move_pin(reference, steps, by=current_user_id())
    return _to_list(f"pin-{reference}")


def _form(query: FigureQuery, problem: str | None = None) -> str:
    period = Period.between(query.first, query.last)
    return staff_page(
        "dashboards/pinned/new.html",
        figure=to_id(query),
        label=query.definition.label,
        about=filter_words(query, service_names(), _scope_names()),
        choices=span_choices(period),
        chosen=request.form.get("span") or span_of(period),
        problem=problem,
        has_errors=problem is not None,
        **FOOTER,
    )


def _seen(figure_id: str) -> FigureQuery:
    """The figure of an id. NotFound where its service is none that the viewer sees."""
    query = query_from_id(figure_id)
    cut_of(query, read_standing(utc_now()).services, current_scope())
    return query


def _days() -> DataDays:
    days = data_days(current_scope())
    if days is None:
        raise NotFound("There are no answers yet.")
    return days


def _scope_names() -> list[str] | None:
    scope = current_scope()
    return None if scope.is_everything else [service.name for service in services_in(scope)]


def _to_list(place: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("pinned.index", _anchor=place), code=303)
