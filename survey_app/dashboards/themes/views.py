"""What do residents write about, and how does that change? Pages and their files."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.charts import Link, table
from survey_app.dashboards import addresses
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.queries import data_days, narrowed, services_in
from survey_app.dashboards.selection import DataDays, Selection, read_selection
from survey_app.dashboards.themes.presenters.theme import theme_page, trend_chart
from survey_app.dashboards.themes.presenters.themes import themes_csv, themes_page
from survey_app.dashboards.themes.queries import new_words, read_theme, read_themes
from survey_app.exports.chart_files import table_csv
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

themes = Blueprint("themes_page", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(themes)


@themes.get("/comments/themes/")
@requires("view_comments")
def index() -> str:
    """What do residents criticise most, what got worse, and what is new?"""
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    if days is None:
        return staff_page("dashboards/themes.html", page=None, **FOOTER)
    selection = _selection(days)
    links = [Link("Download CSV", addresses.themes_csv(selection))]
    filters = filter_bar(selection, days, services_in(scope), sees_all=scope.is_everything, now=now, links=links)
    words = new_words(narrowed(scope, selection.service), london_day(now))
    page = themes_page(read_themes(selection, scope, now=now), words, filters)
    return staff_page("dashboards/themes.html", page=page, page_words=page_words(filters), **FOOTER)


@themes.get("/comments/themes.csv")
@requires("view_comments")
def file() -> Response:
    """The table of the page, one theme a row."""
    scope = current_scope()
    selection = _selection(_days_to_save())
    return _csv(themes_csv(read_themes(selection, scope, now=data_cut()), selection), "themes", selection)


@themes.get("/comments/themes/<code>")
@requires("view_comments")
def theme(code: str) -> str:
    """How does one theme develop, where, in which words, and who says so?"""
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    if days is None:
        return staff_page("dashboards/theme.html", page=None, **FOOTER)
    selection = _selection(days)
    found = read_theme(code, selection, scope, now=now)
    links = [Link("Download CSV", addresses.theme_csv(selection, code))]
    filters = filter_bar(selection, days, services_in(scope), sees_all=scope.is_everything, now=now, links=links)
    page = theme_page(found, filters, brand=council_view().brand_colour)
    return staff_page("dashboards/theme.html", page=page, page_words=page_words(filters), **FOOTER)


@themes.get("/comments/themes/<code>.csv")
@requires("view_comments")
def theme_file(code: str) -> Response:
    """The table of the theme's chart."""
    selection = _selection(_days_to_save())
    found = read_theme(code, selection, current_scope(), now=data_cut())
    return _csv(table_csv(table(trend_chart(found))), f"theme-{code}", selection)


def _days_to_save() -> DataDays:
    days = data_days(current_scope())
    if days is None:
        raise NotFound("There are no answers yet.")
    return days


def _selection(days: DataDays) -> Selection:
    return read_selection(request.args, days, london_day(data_cut()))


def _csv(content: bytes, name: str, selection: Selection) -> Response:
    days = f"{selection.period.first}-to-{selection.period.last}"
    headers = {"Content-Disposition": f'attachment; filename="{name}-{days}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)
