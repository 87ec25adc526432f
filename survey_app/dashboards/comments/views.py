"""The explorer: comments found by words and filters, one comment whole, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.actions.followups.operations import open_for_comment
from survey_app.actions.praise.queries import offer_of
from survey_app.audit.operations import record_act_by
from survey_app.comments.method import fallback_notice
from survey_app.comments.quotes.operations import mark_quote, unmark_quote
from survey_app.comments.search.queries import MOST_COMPARED, closest_numbers, found_numbers
from survey_app.dashboards import addresses
from survey_app.dashboards.comments import queries
from survey_app.dashboards.comments.comment_file import comments_csv
from survey_app.dashboards.comments.facets import Facet
from survey_app.dashboards.comments.presenters.explorer import comment_card, explorer_page
from survey_app.dashboards.comments.presenters.panels import (
    Panel,
    alerts_panel,
    machine_panel,
    new_words_panel,
    review_panel,
    ways_panel,
)
from survey_app.dashboards.comments.selection import CommentSelection, Order, read_comment_selection
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.presenters.nothing_yet import nothing_yet_page
from survey_app.dashboards.queries import data_days
from survey_app.dashboards.saved.presenters import views_here
from survey_app.dashboards.selection import DataDays, period_choices, short_days
from survey_app.dashboards.themes.queries import new_words
from survey_app.extensions import write_from_here
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import NotFound
from survey_app.organisation.scope import Scope
from survey_app.web.access import requires
from survey_app.web.back import own_address
from survey_app.web.paging import read_page
from survey_app.web.replica import data_cut
from survey_app.web.templates import day_and_time
from survey_app.web.transactions import reads_first

COMMENTS_A_PAGE = 20

comment_pages = Blueprint("comment_pages", __name__, url_prefix="/comments")


def init_app(app: Flask) -> None:
    app.register_blueprint(comment_pages)


@dataclass(frozen=True)
class _Asked:
    """What an address asks for, and the facets that it chose from."""

    selection: CommentSelection
    facets: list[Facet]
    scope: Scope
    days: DataDays


@comment_pages.get("/")
@requires("view_comments")
def index() -> str:
    """Who says this, how often, and is the label right?"""
    scope, now = current_scope(), data_cut()
    if data_days(scope) is None:
        return nothing_yet_page()
    asked = _asked()
    selection, facets = asked.selection, asked.facets
    counted = queries.count_comments(selection, facets, scope)
    most = MOST_COMPARED if selection.order is Order.CLOSEST else queries.MOST_COUNTED
    listed = read_page(
        request.args.get("page"),
        size=COMMENTS_A_PAGE,
        total=min(counted.total, most),
        path=addresses.COMMENTS,
        arguments=selection.arguments,
        order=selection.order.words,
        is_more=counted.is_more or counted.total > most,
    )
    find = closest_numbers if selection.order is Order.CLOSEST else found_numbers
    found = queries.found_comments(find(selection.wanted(scope), most=listed.size, skip=listed.skip), scope)
    page = explorer_page(
        selection,
        facets,
        counted,
        found,
        listed,
        heard=queries.improvements_hearing(sorted({code for each in found for code, _, _ in each.themes})),
        otherwise=None if counted.total else queries.count_otherwise(selection, scope),
        periods=period_choices(asked.days, selection.where),
        cut=day_and_time(now),
    )
    return staff_page(
        "dashboards/comments/index.html",
        page=page,
        here=selection.url,
        query=urlencode(dict(selection.arguments), doseq=True),
        can=_can(),
        views=views_here(addresses.COMMENTS),
        panels=_panels(scope, now),
        label_notice=fallback_notice(),
        page_words=f"{short_days(selection.where.period)}. Data cut {page.cut}.",
        **FOOTER,
    )


@comment_pages.post("/csv")
@requires("view_comments")
@reads_first
def download() -> Response:
    """The comments of the address as a file, redacted as they are on the page; that it was taken away is kept."""
    asked, now = _asked(), utc_now()
    numbers = found_numbers(asked.selection.wanted(asked.scope), most=queries.MOST_COUNTED)
    content, rows = comments_csv(queries.found_comments(numbers, asked.scope))
    write_from_here()
    facts = {"format": "csv", "rows": rows} | asked.selection.for_audit
    record_act_by("comments.downloaded", f"{rows} comments", at=now, by=current_user_id(), after=facts)
    period = asked.selection.where.period
    name = f"comments-{period.first}-to-{period.last}.csv"
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@comment_pages.get("/<reference>")
@requires("view_comments")
def one(reference: str) -> str:
    """What did they write, all of it, and why is it labelled so?"""
    comment = queries.comment_called(reference, current_scope())
    heard = queries.improvements_hearing([code for code, _, _ in comment.themes])
    return staff_page(
        "dashboards/comments/one.html",
        card=comment_card(comment, heard=heard),
        answers=queries.answers_with(comment.id),
        here=url_for("comment_pages.one", reference=reference),
        can=_can(),
        praise=offer_of(comment.id) if current_viewer().may("lead_teams") else None,
        **FOOTER,
    )


@comment_pages.post("/<reference>/quote")
@requires("pin_evidence")
def quote(reference: str) -> ResponseReturnValue:
    """Mark it as worth quoting in evidence."""
    comment = queries.stored_comment(reference, current_scope())
    marked = mark_quote(comment, now=utc_now(), by=current_user_id())
    flash("Marked as a quote: it is offered first when quotes are chosen." if marked else "It was marked already.")
    return _back(url_for("comment_pages.one", reference=reference))


@comment_pages.post("/<reference>/unquote")
@requires("pin_evidence")
def unquote(reference: str) -> ResponseReturnValue:
    """Take the mark away."""
    comment = queries.stored_comment(reference, current_scope())
    unmark_quote(comment, now=utc_now(), by=current_user_id())
    flash("It is not marked as a quote any more. What evidence quotes already stays as it is.")
    return _back(url_for("comment_pages.one", reference=reference))


@comment_pages.post("/<reference>/follow-up")
@requires("follow_up")
def follow_up(reference: str) -> ResponseReturnValue:
    """Open a follow-up with its person, if they asked to be contacted."""
    comment = queries.stored_comment(reference, current_scope())
    found = open_for_comment(comment.response, now=utc_now(), by=current_user_id())
    if found is None:
        flash("Its person did not ask to be contacted, so nobody may call or write to them.")
        return _back(url_for("comment_pages.one", reference=reference))
    return redirect(url_for("follow_ups.one", reference=found.reference), code=303)


def _asked() -> _Asked:
    scope = current_scope()
    days = data_days(scope)
    if days is None:
        raise NotFound("There are no answers yet.")
    facets = queries.facets_in(scope)
    return _Asked(read_comment_selection(request.args, facets, days, london_day(data_cut())), facets, scope, days)


def _can() -> dict[str, bool]:
    """What the viewer may do with a comment."""
    viewer = current_viewer()
    return {
        "quote": viewer.may("pin_evidence"),
        "follow_up": viewer.may("follow_up"),
        "correct": viewer.may("check_comments"),
        "praise": viewer.may("lead_teams"),
        "original": viewer.may("read_originals"),
    }


def _panels(scope: Scope, now: datetime) -> list[Panel]:
    """What stands beside the list from the rooms that check, count and watch over comments."""
    may, today = current_viewer().may, london_day(now)
    panels = [new_words_panel(new_words(scope, today)), ways_panel(may_edit_themes=may("edit_themes"))]
    if may("check_comments"):
        panels = [review_panel(scope, today), machine_panel(), *panels]
    if may("handle_alerts") and scope.is_everything:
        panels.append(alerts_panel(now))
    return [panel for panel in panels if panel is not None]


def _back(otherwise: str) -> ResponseReturnValue:
    return redirect(own_address(request.form.get("back"), otherwise), code=303)
