"""Noting what comes by each feed, watching it, and telling its owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, select

from survey_app.accounts.operations import letter_to_staff
from survey_app.audit.operations import record_change
from survey_app.contacts.feeds.letters import alarm_letter, well_again_letter
from survey_app.contacts.feeds.models import LONGEST_NAME, Feed, FeedAlarm, FeedDay, FeedLetter, LetterKind
from survey_app.contacts.feeds.queries import (
    came_by_feed,
    feeds,
    found_by,
    open_alarms,
    rhythm_of,
    waited_since,
)
from survey_app.contacts.feeds.sources import Source
from survey_app.contacts.feeds.watch import GRACE_HOURS, Came, Finding, judge
from survey_app.contacts.sorting import Sorted
from survey_app.extensions import db, transaction, upsert
from survey_app.kernel.characters import is_fit
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.tokens import new_reference
from survey_app.messaging.email import Email
from survey_app.messaging.operations import Letters, Outcome, send_due
from survey_app.messaging.ways import mail_transport
from survey_app.organisation.queries import council_nation
from survey_app.settings import Settings
from survey_app.work.jobs import wake
from survey_app.work.operations import hold

FEEDS_PAGE = "/admin/feeds/"
MOST_HOURS = 168
OVER = "it was over before the letter went out"
NOT_WATCHED = "the feed is no longer watched"


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


@dataclass(frozen=True)
class FeedFacts:
    """What somebody says of a feed. Without an owner it is not watched."""

    name: str
    owner_email: str | None
    expected_hours: int | None
    grace_hours: int
    is_on: bool


def set_feed(source: Source, facts: FeedFacts, *, now: datetime, by: int | None = None) -> Feed:
    """Say how a feed is called, who owns it and what is expected of it. InvalidInput for what cannot be.

    Whoever begins to watch waits from now on; whoever ends it hears no more of what was wrong.
    """
    _check(facts)
    db.session.execute(
        upsert(Feed)
        .values(source=source.code, name=source.name, grace_hours=GRACE_HOURS, is_on=False)
        .on_conflict_do_nothing()
    )
    feed = db.session.scalars(select(Feed).where(Feed.source == source.code).with_for_update()).one()
    before = feed_state(feed)
    if not feed.is_on and facts.is_on:
        feed.on_since = now
    if not facts.is_on:
        feed.on_since = None
        for alarm in open_alarms([feed.id])[feed.id].values():
            alarm.ended_at = now
    for name, value in vars(facts).items():
        setattr(feed, name, value)
    db.session.flush()
    record_change("feed", f"feed {feed.source}", at=now, by=by, before=before, after=feed_state(feed))
    return feed


def feed_state(feed: Feed) -> dict[str, Any]:
    """For the audit: who the owner is does not stand in it, only whether there is one."""
    return {
        "has_owner": feed.owner_email is not None,
        "expected_hours": feed.expected_hours,
        "grace_hours": feed.grace_hours,
        "is_on": feed.is_on,
    }


def watch_feeds(now: datetime, worker: str) -> int:
    """Look at every feed that is watched; how many alarms began or ended. Each writes one letter to the owner."""
    with transaction():
        hold("watch feeds")
        watched = [feed for feed in feeds() if feed.is_on]
        came = came_by_feed([feed.id for feed in watched], london_day(now))
        alarms, nation = open_alarms([feed.id for feed in watched]), council_nation()
        changes = sum(_watch(feed, came[feed.id], alarms[feed.id], nation, now) for feed in watched)
        if changes:
            wake("send_feed_letters")
    return changes


def send_letters(now: datetime, worker: str) -> int:
    """Send the letters that are due; how many were dealt with."""
    return send_due(_LETTERS, mail_transport(_settings()), worker, now)


def _watch(feed: Feed, came: Sequence[Came], alarms: dict[Finding, FeedAlarm], nation: str, now: datetime) -> int:
    found = judge(came, last_at=waited_since(feed, now), now=now, rhythm=rhythm_of(feed, nation))
    begun = [each for each in found if each.finding not in alarms]
    over = [alarm for finding, alarm in alarms.items() if finding not in {each.finding for each in found}]
    for alarm in over:
        alarm.ended_at = now
        if not _taken_back(alarm, now):
            _write(alarm, LetterKind.ENDED, now)
    for each in begun:
        _write(FeedAlarm(feed=feed, began_at=now, **asdict(each)), LetterKind.BEGAN, now)
    return len(begun) + len(over)


def _write(alarm: FeedAlarm, kind: LetterKind, now: datetime) -> None:
    db.session.add(FeedLetter(reference=new_reference(), alarm=alarm, kind=kind, due_at=now))


def _taken_back(alarm: FeedAlarm, now: datetime) -> bool:
    """Whether the letter about this alarm had not gone out yet: then it does not, and none says that it is over."""
    unsent = (FeedLetter.alarm_id == alarm.id, FeedLetter.done_at.is_(None), FeedLetter.claimed_by.is_(None))
    letter = db.session.scalar(select(FeedLetter).where(*unsent).with_for_update())
    if letter is None:
        return False
    letter.done_at, letter.last_error = now, OVER
    return True


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return FeedLetter.done_at.is_(None), FeedLetter.due_at <= now


def _written(letter: FeedLetter, _now: datetime) -> list[Email]:
    """Nothing when its feed is no longer watched."""
    alarm, feed = letter.alarm, letter.alarm.feed
    if not feed.is_on or feed.owner_email is None:
        return []
    page, source, found = f"{_settings().base_url}{FEEDS_PAGE}", Source(feed.source, feed.name), found_by(alarm)
    if letter.kind is LetterKind.BEGAN:
        written = alarm_letter(source, found, rhythm_of(feed, council_nation()), last_at=feed.last_at, page=page)
    else:
        others = [finding for finding in open_alarms([feed.id])[feed.id] if finding is not alarm.finding]
        written = well_again_letter(
            source, found, began_at=alarm.began_at, others=others, last_at=feed.last_at, page=page
        )
    message_id = f"{letter.reference}.feed"
    return [letter_to_staff(message_id, recipient=feed.owner_email, subject=written.subject, text=written.text)]


def _settle(letter: FeedLetter, outcome: Outcome, now: datetime) -> None:
    letter.done_at = now
    if not outcome.taken_by and outcome.error is None:
        letter.last_error = NOT_WATCHED


_LETTERS = Letters("letters about feeds", FeedLetter, _is_due, _written, _settle)


def _check(facts: FeedFacts) -> None:
    if not facts.name or len(facts.name) > LONGEST_NAME or not is_fit(facts.name):
        raise InvalidInput(f"A feed needs a name of at most {LONGEST_NAME} characters.")
    if facts.is_on and facts.owner_email is None:
        raise InvalidInput("Somebody must be told: give the e-mail address of the owner.")
    if facts.expected_hours is not None and not 1 <= facts.expected_hours <= MOST_HOURS:
        raise InvalidInput(f"Something is expected every 1 to {MOST_HOURS} hours.")
    if not 0 <= facts.grace_hours <= MOST_HOURS:
        raise InvalidInput(f"The grace is 0 to {MOST_HOURS} hours.")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
