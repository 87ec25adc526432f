"""The overview and figures' passports. No GET here changes anything."""

from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.actions.followups.queries import late_follow_ups
from survey_app.charts import Link
from survey_app.contacts.queries import asking_rules
from survey_app.dashboards import addresses, queries, wording, wordings
from survey_app.dashboards.attention import views as attention_pages
from survey_app.dashboards.comments import views as comment_pages
from survey_app.dashboards.compare import views as compare_pages
from survey_app.dashboards.control import views as control_pages
from survey_app.dashboards.coverage import views as coverage_pages
from survey_app.dashboards.digests import views as digest_pages
from survey_app.dashboards.drivers import views as drivers_pages
from survey_app.dashboards.figure_file import overview_csv
from survey_app.dashboards.frozen_page import RUN_AT_ONCE, frozen_page
from survey_app.dashboards.funnel import views as funnel_pages
from survey_app.dashboards.held import views as held_pages
from survey_app.dashboards.journeys import views as journey_pages
from survey_app.dashboards.last_year import views as last_year_pages
from survey_app.dashboards.measures import views as measure_pages
from survey_app.dashboards.modes import views as mode_pages
from survey_app.dashboards.more import QUESTIONS, TOPICS
from survey_app.dashboards.overview import Overview
from survey_app.dashboards.parts import views as part_pages
from survey_app.dashboards.passport_page import ROWS_A_PAGE, passport_page
from survey_app.dashboards.pinned import views as pinned_figures
from survey_app.dashboards.planner import views as planner
from survey_app.dashboards.presenters.comments import read_comments_block
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.presenters.nothing_yet import nothing_yet_page
from survey_app.dashboards.presenters.overview import overview_page
from survey_app.dashboards.queries.overview import known_of, read_overview
from survey_app.dashboards.questions import views as question_pages
from survey_app.dashboards.saved import views as saved_views
from survey_app.dashboards.saved.presenters import way_home
from survey_app.dashboards.screen import views as screens
from survey_app.dashboards.selection import DataDays, Selection, read_selection
from survey_app.dashboards.series import views as series_pages
from survey_app.dashboards.tables import views as table_pages
from survey_app.dashboards.team import views as team_pages
from survey_app.dashboards.themes import views as theme_pages
from survey_app.dashboards.who_answered import views as who_answered_pages
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.measures.frozen import query_of
from survey_app.measures.naming import naming_of
from survey_app.measures.queries import open_passport, query_from_id, rows_behind
from survey_app.measures.queries.run_again import frozen_passport, run_again
from survey_app.measures.queries.standing import namings
from survey_app.measures.queries.weighted import weighted_figure
from survey_app.measures.weighted import WeightedFigure
from survey_app.organisation.presenters import council_view
from survey_app.settings import Settings
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE
from survey_app.web.access import requires, signed_in
from survey_app.web.menu import MenuEntry, add_to_menu, figure_actions_for, uses_of_figure
from survey_app.web.paging import read_page
from survey_app.web.replica import data_cut, read_copy_in

OWN_MEASURES = "/admin/measures/"  # reached from the page of all measures
THEMES = "/admin/themes/"  # reached from the comments
PAGES: tuple[ModuleType, ...] = (
    comment_pages,
    control_pages,
    funnel_pages,
    who_answered_pages,
    measure_pages,
    journey_pages,
    series_pages,
    wordings,
    planner,
    last_year_pages,
    drivers_pages,
    table_pages,
    coverage_pages,
    mode_pages,
    question_pages,
    held_pages,
    theme_pages,
    part_pages,
    compare_pages,
    attention_pages,
    digest_pages,
    team_pages,
    saved_views,
    pinned_figures,
    screens,
)  # packages of pages beside the overview, each with its own blueprint

ONLY_SHOWN = (
    comment_pages.comment_pages,
    control_pages.control,
    funnel_pages.funnels,
    who_answered_pages.who,
    measure_pages.measures,
    journey_pages.journeys_pages,
    last_year_pages.last_year,
    drivers_pages.drivers,
    coverage_pages.coverage_pages,
    mode_pages.modes,
    question_pages.questions,
    theme_pages.themes,
    part_pages.parts,
    compare_pages.comparing,
    attention_pages.attention,
    screens.screen,
)  # where a replica of the database will do

dashboards = Blueprint("dashboards", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(dashboards)
    add_to_menu(
        app,
        MenuEntry("Overview", addresses.OVERVIEW, "view_results", under=("/figures/",)),
        MenuEntry(
            "More figures",
            addresses.MORE,
            "view_results",
            under=[*(each.url for each in QUESTIONS), addresses.SAVED, addresses.PINNED, OWN_MEASURES],
        ),
        MenuEntry("Comments", addresses.COMMENTS, "view_comments", under=(THEMES,)),
    )
    for pages in PAGES:
        pages.init_app(app)
    read_copy_in(app, dashboards, *ONLY_SHOWN)


@dashboards.get("/dashboards/")
@dashboards.get("/dashboards/services/<service_code>")
@requires("view_results")
def overview(service_code: str | None = None) -> ResponseReturnValue:
    """Are we good, is it real, what should I do? For all that the viewer may see, or for one service.

    Whoever begins with a view of their own is led there, unless the address asks for anything.
    """
    if service_code is None and not request.args and (home := way_home()) is not None:
        return redirect(home)
    scope, now = current_scope(), data_cut()
    services = queries.services_in(scope)
    days = queries.data_days(scope)
    if days is None:
        if service_code is not None:
            queries.service_in(scope, service_code)
        return nothing_yet_page()
    selection = _selection(days, service_code)
    figures = _overview(selection)
    comments = read_comments_block(selection, scope) if current_viewer().may("view_comments") else None
    links = [
        Link("Download CSV", addresses.overview_csv(selection)),
        Link("More downloads", addresses.exports(selection)),
    ]
    filters = filter_bar(selection, days, services, sees_all=scope.is_everything, now=now, links=links)
    settings: Settings = current_app.extensions["settings"]
    page = overview_page(
        figures,
        filters,
        comments,
        brand=council_view().brand_colour,
        now=now,
        late_follow_ups=late_follow_ups(queries.narrowed(scope, selection.service), now)
        if current_viewer().may("follow_up")
        else 0,
        above=queries.services_above(scope, selection.service) if selection.service else (),
    )
    passport = page.card.passport
    return staff_page(
        "dashboards/overview.html",
        page=page,
        pinned=[] if service_code else pinned_figures.pinned_rows(days),
        page_words=f"{page_words(filters)} {passport.label}: {settings.base_url}{passport.url} This page:",
        **FOOTER,
    )


@dashboards.get("/dashboards/overview.csv")
@requires("view_results")
def overview_file() -> Response:
    """The figures of the overview with the same arguments."""
    days = queries.data_days(current_scope())
    if days is None:
        raise NotFound("There are no answers yet.")
    selection = _selection(days)
    settings: Settings = current_app.extensions["settings"]
    name = f"overview-{selection.period.first}-to-{selection.period.last}.csv"
    return Response(
        overview_csv(_overview(selection), settings.base_url),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@dashboards.get("/dashboards/more")
@requires("view_results")
def more() -> str:
    """What else can the figures tell me?"""
    return staff_page("dashboards/more.html", topics=TOPICS, **FOOTER)


@dashboards.get("/figures/<figure_id>")
@requires("view_results")
def passport(figure_id: str) -> str:
    """May I believe this number? What it is made of, counted again now, with the rows behind it.

    Under a short code it stands as it was frozen, with what running it again finds.
    """
    if figure_id.startswith("p1-"):
        return _frozen(figure_id)
    query, scope, now = query_from_id(figure_id), current_scope(), data_cut()
    weighted = weighted_figure(query, scope=scope, now=now)
    found = open_passport(query, scope=scope, now=now)
    path = url_for("dashboards.passport", figure_id=figure_id)
    total = 0 if found.figure.suppressed else len(found.digests)
    listed = read_page(request.args.get("page"), size=ROWS_A_PAGE, total=total, path=path, arguments={})
    page = passport_page(
        found,
        rows_behind(found, scope=scope, now=now, most=listed.size, skip=listed.skip) if total else [],
        listed,
        labels=queries.option_labels(query.definition),
        services=queries.service_names(),
        scope_names=None if scope.is_everything else [service.name for service in queries.services_in(scope)],
        weighted=weighted,
        known=replace(known_of(found.figure, scope, now=now), weighted=_share_of(weighted)),
        naming=naming_of(query, namings()) if scope.is_everything else None,
        now=now,
    )
    may_be_kept = not found.figure.suppressed
    actions = [Link(action.label, action.url(figure_id)) for action in figure_actions_for(current_viewer())]
    return staff_page("dashboards/passport.html", page=page, actions=actions if may_be_kept else [], **FOOTER)


def _share_of(weighted: WeightedFigure | None) -> float | None:
    return weighted.share.value if weighted is not None and weighted.share is not None else None


def _frozen(code: str) -> str:
    """A frozen figure, for whoever may see all that it counts. Many rows are counted again only when asked for."""
    frozen, scope, now = frozen_passport(code), current_scope(), data_cut()
    document = json.loads(frozen.document)
    if not scope.is_everything:
        own = {service.code for service in queries.services_in(scope)}
        if frozen.services is None or not own.issuperset(frozen.services):
            raise NotFound(f"There is no frozen figure {code}.")
    is_run = document["rows"]["count"] <= RUN_AT_ONCE or "again" in request.args
    page = frozen_page(
        document,
        code,
        frozen.frozen_at,
        run_again(frozen, now=now) if is_run else None,
        labels=queries.option_labels(query_of(document).definition),
        services=queries.service_names(),
        now=now,
    )
    uses = [Link(label, url) for label, url in uses_of_figure(code, current_viewer())]
    return staff_page("dashboards/frozen_passport.html", page=page, uses=uses, **FOOTER)


@dashboards.get("/help")
@signed_in
def help_page() -> str:
    """What do the figures mean, and where do I begin?"""
    viewer = current_viewer()
    return staff_page(
        "dashboards/help.html",
        may=viewer.may,
        statuses=wording.STATUS_TAGS,
        rules=asking_rules(),
        minimum=MINIMUM_BASE,
        indicative=INDICATIVE_BELOW,
        **FOOTER,
    )


def _selection(days: DataDays, service_code: str | None = None) -> Selection:
    args = dict(request.args.items())
    if service_code is not None:
        args["service"] = service_code
    selection = read_selection(args, days, london_day(data_cut()))
    if selection.service is not None:
        queries.service_in(current_scope(), selection.service)
    return selection


def _overview(selection: Selection) -> Overview:
    return read_overview(selection, current_scope(), now=data_cut())
