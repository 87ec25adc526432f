"""Do two periods, or two groups, differ by more than chance explains?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, Flask, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.dashboards.addresses import COMPARE
from survey_app.dashboards.compare.asked import By, Comparison, read_comparison
from survey_app.dashboards.compare.presenters import compare_page, side_names
from survey_app.dashboards.compare.queries import read_compared, why_not
from survey_app.dashboards.parts.queries import names_of
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.queries import data_days, service_in, services_in
from survey_app.kernel.characters import shortened
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.measures.queries import read_standing
from survey_app.organisation.scope import Scope
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

comparing = Blueprint("comparing", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(comparing)


@comparing.get(COMPARE)
@requires("view_results")
def page() -> tuple[str, int]:
    """Both sides, the test, and what else differs between them."""
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    if days is None:
        return staff_page("dashboards/compare.html", page=None, **FOOTER), 200
    asked = read_comparison(dict(request.args.items()), days, london_day(now))
    if asked.selection.service is not None:
        service_in(scope, asked.selection.service)
    names, standing = _names(asked, scope, now), read_standing(now)
    problem = asked.problem or why_not(asked, scope, standing=standing)
    found = None
    if asked.is_chosen and not problem:
        _, other_name = side_names(asked, names)
        found = read_compared(asked, scope, other_name=other_name, now=now, standing=standing)
    filters = filter_bar(
        asked.selection,
        days,
        services_in(scope),
        sees_all=scope.is_everything,
        now=now,
        with_channels=asked.by is not By.CHANNEL,
    )
    shown = compare_page(
        asked,
        found,
        names,
        filters,
        services={each.code: each.name for each in services_in(scope)},
        problem=problem,
        may_read_comments=current_viewer().may("view_comments"),
    )
    html = staff_page("dashboards/compare.html", page=shown, page_words=page_words(filters), **FOOTER)
    return html, 400 if problem else 200


def _names(asked: Comparison, scope: Scope, now: datetime) -> Mapping[str, str]:
    """What may be chosen, by code; nothing for two periods. NotFound for a part that is not there."""
    if asked.by is By.PERIOD:
        return {}
    if (kind := asked.by.part_kind) is None:
        return {service.code: service.name for service in services_in(scope)}
    names = names_of(kind, scope, now=now)
    for code in (asked.one, asked.other):
        if code and code not in names:
            raise NotFound(f"There is nothing called {shortened(code)} to compare.")
    return names
