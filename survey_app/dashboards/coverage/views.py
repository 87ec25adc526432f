"""The page of the coverage ledger, its file, and the rows of one loss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, Response, request, url_for

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.charts import Link
from survey_app.dashboards import addresses, queries
from survey_app.dashboards.coverage.presenters import (
    coverage_csv,
    coverage_page,
    csv_address,
    loss_of,
    loss_page,
    rows_path,
)
from survey_app.dashboards.presenters.frame import FOOTER, FilterBar, filter_bar, page_words
from survey_app.dashboards.selection import DataDays, Selection, read_selection
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.measures.coverage import Ledger, pooled
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.break_offs import break_offs
from survey_app.measures.queries.coverage import contact_days, coverage_by, rows_of_loss
from survey_app.measures.queries.hand_picking import were_hand_picked
from survey_app.measures.queries.who_answered import who_answered
from survey_app.organisation.presenters import council_view
from survey_app.organisation.scope import Scope
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu
from survey_app.web.paging import read_page
from survey_app.web.replica import data_cut

TESTED_AT_ONCE = 150_000  # contacts; beyond these the tests wait until somebody wants them
ROWS_A_PAGE = 50

coverage_pages = Blueprint("coverage", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(coverage_pages)
    add_to_menu(app, MenuEntry("Coverage", addresses.COVERAGE, "view_results", under=(addresses.HELD,)))


@dataclass(frozen=True)
class Chosen:
    """What the address asks for, and the ledger of it."""

    selection: Selection
    days: DataDays
    scope: Scope
    now: datetime
    ledger: Ledger
    by_service: dict[str, Ledger]

    def filters(self) -> FilterBar:
        return filter_bar(
            self.selection,
            self.days,
            queries.services_in(self.scope),
            sees_all=self.scope.is_everything,
            now=self.now,
            links=[Link("Download CSV", csv_address(self.selection))],
        )


def _chosen() -> Chosen | None:
    scope, now = current_scope(), data_cut()
    days = contact_days(scope)
    if days is None:
        return None
    data = DataDays(*days)
    selection = read_selection(request.args, data, london_day(now))
    period = selection.period
    parts = coverage_by(period.first, period.last, by=["service"], where=selection.where, scope=scope, now=now)
    names = queries.service_names()
    by_service = {names[part.codes[0]]: part.ledger for part in parts if part.codes}
    return Chosen(selection, data, scope, now, pooled(part.ledger for part in parts), by_service)


@coverage_pages.get(addresses.COVERAGE)
@requires("view_results")
def page() -> str:
    """Were the right people asked, and is every contact accounted for?"""
    chosen, may_review = _chosen(), current_viewer().may("review_held")
    if chosen is None:
        return staff_page("dashboards/coverage.html", page=None, may_review=may_review, **FOOTER)
    selection, scope, now = chosen.selection, chosen.scope, chosen.now
    first, last, where = selection.period.first, selection.period.last, selection.where
    standing = read_standing(now)
    picking = None
    if chosen.ledger.contacts <= TESTED_AT_ONCE or request.args.get("test") == "yes":
        picking = were_hand_picked(first, last, where=where, scope=scope, services=standing.services)
    profile = who_answered(first, last, where=where, scope=scope, now=now, standing=standing)
    filters = chosen.filters()
    return staff_page(
        "dashboards/coverage.html",
        page=coverage_page(
            chosen.ledger,
            chosen.by_service,
            picking,
            profile,
            selection,
            stopped=break_offs(selection.period, where=where, scope=scope),
            brand=council_view().brand_colour,
        ),
        may_review=may_review,
        filters=filters,
        action=url_for("coverage.page"),
        page_words=page_words(filters),
        **FOOTER,
    )


@coverage_pages.get(f"{addresses.COVERAGE}.csv")
@requires("view_results")
def file() -> Response:
    """The ledger with the same arguments."""
    chosen = _chosen()
    if chosen is None:
        raise NotFound("There are no contacts yet.")
    name = f"coverage-{chosen.selection.period.first}-to-{chosen.selection.period.last}.csv"
    return Response(
        coverage_csv(chosen.ledger),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@coverage_pages.get(f"{addresses.COVERAGE}/<stage>/<reason>")
@requires("view_results")
def rows(stage: str, reason: str) -> str:
    """Which contacts were lost for one reason: day, service and channel, nothing of a person."""
    chosen = _chosen()
    loss = None if chosen is None else loss_of(chosen.ledger, stage, reason)
    if chosen is None or loss is None:
        raise NotFound("No contact was lost for this reason, or too few to list them.")
    selection = chosen.selection
    pages = read_page(
        request.args.get("page"),
        size=ROWS_A_PAGE,
        total=loss.count,
        path=rows_path(loss),
        arguments=selection.address,
    )
    listed = rows_of_loss(
        selection.period.first,
        selection.period.last,
        stage=loss.stage,
        reason=loss.reason,
        where=selection.where,
        scope=chosen.scope,
        now=chosen.now,
        most=ROWS_A_PAGE,
        skip=pages.skip,
    )
    filters = chosen.filters()
    return staff_page(
        "dashboards/coverage_rows.html",
        page=loss_page(loss, chosen.by_service, listed, pages, selection),
        filters=filters,
        action=rows_path(loss),
        page_words=page_words(filters),
        **FOOTER,
    )
