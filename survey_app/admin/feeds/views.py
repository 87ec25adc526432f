"""Do contacts come in as usual? And who is told when they do not?"""

from __future__ import annotations

from flask import Blueprint, Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.admin.feeds import presenters
from survey_app.admin.feeds.forms import DAILY, HOURLY, FeedForm
from survey_app.admin.feeds.queries import sources
from survey_app.contacts.feeds.models import Feed
from survey_app.contacts.feeds.operations import FEEDS_PAGE, set_feed
from survey_app.contacts.feeds.queries import (
    alarms_of,
    came_by_feed,
    feed_by_source,
    feeds,
    letters_of,
    open_alarms,
)
from survey_app.contacts.feeds.sources import Source
from survey_app.contacts.feeds.watch import GRACE_HOURS
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.queries import council_nation
from survey_app.web.access import requires

feed_pages = Blueprint("feeds", __name__, url_prefix=FEEDS_PAGE.rstrip("/"))


def init_app(app: Flask) -> None:
    app.register_blueprint(feed_pages)


@feed_pages.get("/")
@requires("manage_council")
def index() -> str:
    """Which ways in are there, and do contacts come by each as usual?"""
    now, known = utc_now(), feeds()
    today, by_source = london_day(now), {feed.source: feed for feed in known}
    ids = [feed.id for feed in known]
    came, wrong = came_by_feed(ids, today), open_alarms(ids)
    rows = []
    for source in sources(known, now):
        feed = by_source.get(source.code)
        feed_id = feed.id if feed else 0  # nothing has come by a source that is no feed yet
        rows.append(presenters.feed_row(source, feed, came[feed_id], presenters.states(wrong[feed_id]), today))
    rows.sort(key=lambda row: (not row.is_wrong, not row.is_watched))
    claim, rest = presenters.answer(rows)
    return staff_page("admin/feeds/index.html", rows=rows, claim=claim, rest=rest, may=current_viewer().may)


@feed_pages.get("/<code>")
@requires("manage_council")
def one(code: str) -> str:
    """What came by this feed, what is usual, and what is expected of it?"""
    feed = feed_by_source(code)
    return _one_page(_source(code), feed, _form_of(_source(code), feed))


@feed_pages.post("/<code>")
@requires("manage_council")
def save(code: str) -> ResponseReturnValue:
    """Keep what is expected and who is told."""
    form, source, viewer = FeedForm(), _source(code), current_viewer()
    if not form.validate():
        return _one_page(source, feed_by_source(code), form), 422
    set_feed(source, form.facts, now=utc_now(), by=viewer.id if isinstance(viewer, User) else None)
    return redirect(url_for("feeds.one", code=code, done="saved"), code=303)


def _source(code: str) -> Source:
    """The source of that code, used or not yet; anything else is no page."""
    return next((source for source in sources(feeds(), utc_now()) if source.code == code), None) or abort(404)


def _form_of(source: Source, feed: Feed | None) -> FeedForm:
    return FeedForm(
        formdata=None,
        name=feed.name if feed else source.name,
        owner_email=(feed.owner_email if feed else None) or "",
        rhythm=HOURLY if feed and feed.expected_hours else DAILY,
        hours=str(feed.expected_hours) if feed and feed.expected_hours else "",
        grace_hours=str(feed.grace_hours if feed else GRACE_HOURS),
        is_on=feed is not None and feed.is_on,
    )


def _one_page(source: Source, feed: Feed | None, form: FeedForm) -> str:
    today = london_day(utc_now())
    came = came_by_feed([feed.id], today)[feed.id] if feed else []
    wrong = presenters.states(open_alarms([feed.id])[feed.id]) if feed else []
    alarms = presenters.alarm_rows(feed, alarms_of(feed), letters_of(feed), council_nation()) if feed else []
    return staff_page(
        "admin/feeds/one.html",
        row=presenters.feed_row(source, feed, came, wrong, today),
        days=presenters.day_rows(came, today),
        alarms=alarms,
        form=form,
        done=request.args.get("done"),
        has_errors=bool(form.errors),
    )
