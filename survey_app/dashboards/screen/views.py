"""The big screen. It reads, and changes nothing."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote

from flask import Blueprint, Flask, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.dashboards import addresses, queries
from survey_app.dashboards.presenters.comments import comment_view
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.presenters.nothing_yet import nothing_yet_page
from survey_app.dashboards.presenters.overview import overview_page
from survey_app.dashboards.queries.overview import read_overview
from survey_app.dashboards.saved.pages import SERVICE_PAGES
from survey_app.dashboards.saved.presenters import reader
from survey_app.dashboards.saved.queries import asking_of, seen_view
from survey_app.dashboards.screen.presenters import Showing
from survey_app.dashboards.selection import read_selection
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires
from survey_app.web.menu import add_page_links
from survey_app.web.replica import data_cut

screen = Blueprint("screen", __name__)
REFRESHED_EVERY_SECONDS = 300
MOST_NOTES, MOST_COMMENTS = 3, 3
CHOICE = ("period", "service", "channel")


def init_app(app: Flask) -> None:
    app.register_blueprint(screen)
    add_page_links(app, _links)


@screen.get(addresses.SCREEN)
@requires("view_results")
def page() -> str:
    """How do we stand? For everybody who walks past."""
    scope, now = current_scope(), data_cut()
    days = queries.data_days(scope)
    name, chosen, args = _choice()
    if days is None:
        return nothing_yet_page()
    selection = read_selection(args, days, london_day(now))
    if selection.service is not None:
        queries.service_in(scope, selection.service)
    filters = filter_bar(selection, days, queries.services_in(scope), sees_all=scope.is_everything, now=now)
    overview = read_overview(selection, scope, now=now)
    may_show_comments = current_viewer().may("view_comments")
    showing = Showing(chosen, request.args.get("refresh") != "off", request.args.get("comments") == "yes")
    comments = []
    if may_show_comments and showing.has_comments:
        of = queries.CommentFilter(queries.narrowed(scope, selection.service), selection.period, selection.channel)
        comments = [comment_view(each) for each in queries.comments(of, most=MOST_COMMENTS)]
    return staff_page(
        "dashboards/screen.html",
        page=overview_page(overview, filters, None, brand=council_view().brand_colour, now=now),
        name=name,
        comments=comments,
        showing=showing,
        may_show_comments=may_show_comments,
        most_notes=MOST_NOTES,
        every=REFRESHED_EVERY_SECONDS,
        overview_url=addresses.overview(selection, view="plain"),
        page_words=page_words(filters),
        **FOOTER,
    )


def _choice() -> tuple[str, dict[str, str], dict[str, str]]:
    """The name of the view, the arguments that name the choice in this address, and what they choose."""
    reference = request.args.get("view")
    if not reference:
        chosen = {name: value for name in CHOICE if (value := request.args.get(name))}
        return "", chosen, chosen
    view = seen_view(reference, reader())
    asking = asking_of(view)
    if not asking.is_of_overview:
        raise InvalidInput(f"“{view.name}” is a view of another page: a big screen shows views of the overview.")
    args = dict(parse_qsl(asking.arguments))
    if asking.path.startswith(SERVICE_PAGES):
        args["service"] = unquote(asking.path.removeprefix(SERVICE_PAGES))
    return view.name, {"view": reference}, {name: args[name] for name in CHOICE if name in args}


def _links() -> list[tuple[str, str]]:
    """From the overview to its big screen."""
    if request.endpoint != "dashboards.overview":
        return []
    service = (request.view_args or {}).get("service_code")
    chosen = {name: request.args.get(name, "") for name in CHOICE} | ({"service": service} if service else {})
    return [("Big screen", addresses.with_arguments(addresses.SCREEN, chosen))]
