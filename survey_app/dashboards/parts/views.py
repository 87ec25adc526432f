"""One page for a part of the council, and the list of all of its kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.charts import Link
from survey_app.dashboards import addresses
from survey_app.dashboards.addresses import PARTS
from survey_app.dashboards.figure_file import overview_csv
from survey_app.dashboards.overview import Overview
from survey_app.dashboards.parts.guarding import guarded_page
from survey_app.dashboards.parts.presenters import TITLES, crumbs_of, hidden_page, list_page, onward, path_of
from survey_app.dashboards.parts.queries import all_of_kind, names_of, part_called
from survey_app.dashboards.presenters.comments import read_comments_block
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.presenters.nothing_yet import nothing_yet_page
from survey_app.dashboards.presenters.overview import overview_page
from survey_app.dashboards.queries import data_days, service_in, services_in
from survey_app.dashboards.queries.overview import read_overview
from survey_app.dashboards.selection import DataDays, PartKind, Selection, read_selection
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.measures.figures import Figure
from survey_app.measures.queries import read_standing
from survey_app.organisation.channels import Channel
from survey_app.organisation.presenters import council_view
from survey_app.organisation.scope import Scope
from survey_app.settings import Settings
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

parts = Blueprint("parts", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(parts)


@parts.get(PARTS[PartKind.CHANNEL])
@requires("view_results")
def channels() -> str:
    """How satisfied are people by the way they reached us?"""
    return _list(PartKind.CHANNEL)


@parts.get(PARTS[PartKind.SITE])
@requires("view_results")
def sites() -> str:
    """How satisfied are people at each of our sites?"""
    return _list(PartKind.SITE)


@parts.get(PARTS[PartKind.TEAM])
@requires("view_results")
def teams() -> str:
    """Which teams have figures of their own? By name, and without figures beside one another."""
    return _list(PartKind.TEAM)


@parts.get(PARTS[PartKind.GROUP])
@requires("view_results")
def groups() -> str:
    """How satisfied is each group of customers?"""
    return _list(PartKind.GROUP)


@parts.get(f"{PARTS[PartKind.CHANNEL]}/<code>")
@requires("view_results")
def channel(code: str) -> str:
    """How are contacts by one channel doing?"""
    return _one(PartKind.CHANNEL, code)


@parts.get(f"{PARTS[PartKind.SITE]}/<code>")
@requires("view_results")
def site(code: str) -> str:
    """How is one site doing?"""
    return _one(PartKind.SITE, code)


@parts.get(f"{PARTS[PartKind.TEAM]}/<code>")
@requires("view_results")
def team(code: str) -> str:
    """How is one team doing?"""
    return _one(PartKind.TEAM, code)


@parts.get(f"{PARTS[PartKind.GROUP]}/<path:code>")
@requires("view_results")
def group(code: str) -> str:
    """How do we do for one group of customers?"""
    return _one(PartKind.GROUP, code)


@parts.get(f"{PARTS[PartKind.CHANNEL]}/<code>/figures.csv")
@requires("view_results")
def channel_file(code: str) -> Response:
    """The figures of its page."""
    return _file(PartKind.CHANNEL, code)


@parts.get(f"{PARTS[PartKind.SITE]}/<code>/figures.csv")
@requires("view_results")
def site_file(code: str) -> Response:
    """The figures of its page."""
    return _file(PartKind.SITE, code)


@parts.get(f"{PARTS[PartKind.TEAM]}/<code>/figures.csv")
@requires("view_results")
def team_file(code: str) -> Response:
    """The figures of its page."""
    return _file(PartKind.TEAM, code)


@parts.get(f"{PARTS[PartKind.GROUP]}/<path:code>/figures.csv")
@requires("view_results")
def group_file(code: str) -> Response:
    """The figures of its page."""
    return _file(PartKind.GROUP, code)


def _list(kind: PartKind) -> str:
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    if days is None:
        return nothing_yet_page()
    selection = _selection(days, scope, now)
    if kind is PartKind.CHANNEL:
        selection = replace(selection, channel=None)
    standing = read_standing(now)
    found = all_of_kind(kind, selection, scope, now=now, standing=standing)
    rates = (
        []
        if kind is PartKind.TEAM
        else all_of_kind(kind, selection, scope, now=now, standing=standing, measure="response_rate")
    )
    filters = filter_bar(
        selection,
        days,
        services_in(scope),
        sees_all=scope.is_everything,
        now=now,
        with_channels=kind is not PartKind.CHANNEL,
    )
    page = list_page(kind, found, rates, names_of(kind, scope, now=now), filters)
    return staff_page("dashboards/all_parts.html", page=page, page_words=page_words(filters), **FOOTER)


def _one(kind: PartKind, code: str) -> str:
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    if days is None:
        part_called(kind, code, scope, now=now)
        return nothing_yet_page()
    selection = _selection_of(kind, code, days, scope, now)
    part = selection.part
    assert part is not None
    hidden = _hidden(selection, scope, now)
    links = [] if hidden else [Link("Download CSV", addresses.overview_csv(selection))]
    filters = filter_bar(
        selection,
        days,
        services_in(scope),
        sees_all=scope.is_everything,
        now=now,
        links=links,
        with_channels=kind is not PartKind.CHANNEL,
    )
    if hidden:
        page = hidden_page(part, hidden, filters)
        return staff_page("dashboards/hidden_part.html", page=page, page_words=page_words(filters), **FOOTER)
    may_read = current_viewer().may("view_comments") and kind is not PartKind.GROUP
    shown = overview_page(
        _figures(selection, scope, now),
        filters,
        read_comments_block(selection, scope) if may_read else None,
        brand=council_view().brand_colour,
        now=now,
    )
    return staff_page(
        "dashboards/one_part.html",
        page=shown,
        part=part,
        path=path_of(part),
        crumbs=crumbs_of(part, selection),
        onward=onward(part, selection),
        is_team=kind is PartKind.TEAM,
        is_group=kind is PartKind.GROUP,
        is_channel=kind is PartKind.CHANNEL,
        page_words=page_words(filters),
        **FOOTER,
    )


def _file(kind: PartKind, code: str) -> Response:
    """NotFound where the page has no figures."""
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    if days is None:
        raise NotFound("There are no answers yet.")
    selection = _selection_of(kind, code, days, scope, now)
    if _hidden(selection, scope, now):
        raise NotFound("There are too few answers to show.")
    settings: Settings = current_app.extensions["settings"]
    name = f"{TITLES[kind].lower().replace(' ', '-')}-{selection.period.first}-to-{selection.period.last}.csv"
    return Response(
        overview_csv(_figures(selection, scope, now), settings.base_url),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _selection(days: DataDays, scope: Scope, now: datetime) -> Selection:
    selection = read_selection(dict(request.args.items()), days, london_day(now))
    if selection.service is not None:
        service_in(scope, selection.service)
    return selection


def _selection_of(kind: PartKind, code: str, days: DataDays, scope: Scope, now: datetime) -> Selection:
    """What the address says, of a part that is there. NotFound as `part_called` says."""
    part = part_called(kind, code, scope, now=now)
    selection = replace(_selection(days, scope, now), part=part)
    return replace(selection, channel=Channel(code)) if kind is PartKind.CHANNEL else selection


def _hidden(selection: Selection, scope: Scope, now: datetime) -> Figure | None:
    """The figure of a part that may not stand beside those of all others of its kind; None where it may, also
    without answers."""
    part = selection.part
    assert part is not None
    line = all_of_kind(part.kind, selection, scope, now=now)
    return next((figure for figure in line if figure.suppressed and figure.group == (part.code,)), None)


def _figures(selection: Selection, scope: Scope, now: datetime) -> Overview:
    assert selection.part is not None
    return guarded_page(read_overview(selection, scope, now=now), selection.part.kind)
