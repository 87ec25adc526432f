"""Reading feeds, and what came by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from survey_app.contacts.feeds.models import Feed, FeedAlarm, FeedDay, FeedLetter
from survey_app.contacts.feeds.watch import WEEKS, Came, Finding, Found, Rhythm
from survey_app.extensions import db
from survey_app.work.backlog import Backlog
from survey_app.work.queries import backlog_of


def feeds() -> Sequence[Feed]:
    """Every feed that was ever used or watched, by name."""
    return db.session.scalars(select(Feed).order_by(Feed.name, Feed.id)).all()


def feed_by_source(code: str) -> Feed | None:
    return db.session.scalar(select(Feed).where(Feed.source == code))


def came_by_feed(feed_ids: Collection[int], today: date) -> dict[int, list[Came]]:
    """What came by each of these feeds, day by day, for as long back as a rule may look."""
    since = today - timedelta(weeks=2 * WEEKS)  # the last day on which something came may be weeks ago
    wanted = select(FeedDay).where(FeedDay.feed_id.in_(feed_ids), FeedDay.day >= since).order_by(FeedDay.day)
    found: dict[int, list[Came]] = defaultdict(list)
    for row in db.session.scalars(wanted):
        found[row.feed_id].append(Came(row.day, row.read, row.accepted, row.rejected))
    return found


def open_alarms(feed_ids: Collection[int]) -> dict[int, dict[Finding, FeedAlarm]]:
    """What is wrong with each of these feeds now."""
    wanted = select(FeedAlarm).where(FeedAlarm.feed_id.in_(feed_ids), FeedAlarm.ended_at.is_(None))
    found: dict[int, dict[Finding, FeedAlarm]] = defaultdict(dict)
    for alarm in db.session.scalars(wanted.order_by(FeedAlarm.id)):
        found[alarm.feed_id][alarm.finding] = alarm
    return found


def alarms_of(feed: Feed, most: int = 20) -> Sequence[FeedAlarm]:
    """The last alarms of a feed, the newest first."""
    wanted = select(FeedAlarm).where(FeedAlarm.feed_id == feed.id).order_by(FeedAlarm.id.desc()).limit(most)
    return db.session.scalars(wanted).all()


def letters_of(feed: Feed, most: int = 20) -> Sequence[FeedLetter]:
    """The last letters about a feed, the newest first."""
    wanted = select(FeedLetter).join(FeedAlarm).where(FeedAlarm.feed_id == feed.id)
    return db.session.scalars(
        wanted.options(joinedload(FeedLetter.alarm)).order_by(FeedLetter.id.desc()).limit(most)
    ).all()


def letters_due(now: datetime) -> Backlog:
    """Letters to the owners of feeds whose time has come."""
    return backlog_of(select(FeedLetter.due_at).where(FeedLetter.done_at.is_(None), FeedLetter.due_at <= now))


def rhythm_of(feed: Feed, nation: str) -> Rhythm:
    """How often something is expected of it."""
    return Rhythm(feed.expected_hours, feed.grace_hours, nation)


def waited_since(feed: Feed, now: datetime) -> datetime:
    """When something last came, or since when it is waited for, if that is later."""
    return max(feed.last_at or feed.on_since or now, feed.on_since or now)


def found_by(alarm: FeedAlarm) -> Found:
    """What an alarm was about."""
    return Found(alarm.finding, alarm.day, alarm.came, alarm.usual, alarm.read)
