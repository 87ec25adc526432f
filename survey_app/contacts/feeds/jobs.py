"""The jobs that watch the feeds and write to their owners."""

from __future__ import annotations

from survey_app.contacts.feeds.operations import send_letters, watch_feeds
from survey_app.contacts.feeds.queries import letters_due
from survey_app.work.jobs import Job

WATCH = Job("watch_feeds", "Looks whether contacts come in as usual.", watch_feeds)
TELL = Job(
    "send_feed_letters",
    "Tells the owner of a feed what is wrong with it.",
    send_letters,
    alone=False,
    backlog=letters_due,
)
