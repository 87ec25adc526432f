"""Noting what came by a feed."""

from __future__ import annotations

from datetime import datetime

from survey_app.contacts.feeds.models import Feed, FeedDay
from survey_app.contacts.feeds.sources import Source
from survey_app.contacts.feeds.watch import GRACE_HOURS
from survey_app.contacts.sorting import Sorted
from survey_app.extensions import db, upsert
from survey_app.kernel.clock import london_day


def note_arrival(source: Source, found: Sorted, *, now: datetime) -> None:
    """Rows came from this source, in the caller's transaction; none is an arrival too. A new source becomes a feed."""
    feed = upsert(Feed).values(source=source.code, name=source.name, grace_hours=GRACE_HOURS, is_on=False, last_at=now)
    feed_id = db.session.scalar(
        feed.on_conflict_do_update(index_elements=["source"], set_={"last_at": now}).returning(Feed.id)
    )
    counts = {"read": len(found.outcomes), "accepted": len(found.fresh), "rejected": len(found.rejected)}
    day = upsert(FeedDay).values(feed_id=feed_id, day=london_day(now), **counts)
    more = {name: getattr(FeedDay, name) + getattr(day.excluded, name) for name in counts}
    db.session.execute(day.on_conflict_do_update(index_elements=["feed_id", "day"], set_=more))
