"""What needs attention: every card, and what was looked at and is well."""

from __future__ import annotations

from flask import Blueprint, Flask, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer, managers_of
from survey_app.actions.followups.queries import late_follow_ups, late_since
from survey_app.dashboards.addresses import ATTENTION
from survey_app.dashboards.attention.cards import Waiting
from survey_app.dashboards.attention.presenters import attention_page
from survey_app.dashboards.held.queries import held_counts, waiting_since
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.presenters.nothing_yet import nothing_yet_page
from survey_app.dashboards.queries import data_days, narrowed, services_in
from survey_app.dashboards.queries.overview import read_overview
from survey_app.dashboards.selection import read_selection
from survey_app.kernel.clock import london_day
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

attention = Blueprint("attention", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(attention)


@attention.get(ATTENTION)
@requires("view_results")
def page() -> str:
    """What is not well, since when, and who could do what next?"""
    scope, now, viewer = current_scope(), data_cut(), current_viewer()
    days = data_days(scope)
    if days is None:
        return nothing_yet_page()
    selection = read_selection(dict(request.args.items()), days, london_day(now))
    within = narrowed(scope, selection.service)
    follows_up, reviews = viewer.may("follow_up"), viewer.may("review_held")
    waiting = Waiting(
        late_follow_ups=late_follow_ups(within, now) if follows_up else None,
        late_since=late_since(within, now) if follows_up else None,
        held=sum(count.waiting for count in held_counts(within)) if reviews else None,
        held_since=waiting_since(within) if reviews else None,
    )
    filters = filter_bar(selection, days, services_in(scope), sees_all=scope.is_everything, now=now)
    shown = attention_page(
        read_overview(selection, scope, now=now),
        waiting,
        filters,
        owners=managers_of(),
        may_improve=viewer.may("write_improvements"),
    )
    return staff_page("dashboards/attention.html", page=shown, page_words=page_words(filters), **FOOTER)
