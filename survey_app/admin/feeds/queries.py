"""The sources by which contacts come or may come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app

from survey_app.accounts.keys.queries import good_keys
from survey_app.accounts.keys.scopes import KeyScope
from survey_app.contacts.feeds.models import Feed
from survey_app.contacts.feeds.sources import COMMAND, FOLDER, PAGE, Source, source_of_key
from survey_app.settings import Settings


def sources(known: Sequence[Feed], now: datetime) -> list[Source]:
    """Every feed there is, and every way in that is open and has not been used: a key, the folder."""
    settings: Settings = current_app.extensions["settings"]
    keys = (source_of_key(key.public, key.name) for key in good_keys(KeyScope.CONTACTS_WRITE, now))
    found = {feed.source: Source(feed.source, feed.name) for feed in known}
    for source in (*keys, *([FOLDER] if settings.contacts_folder else []), PAGE, COMMAND):
        found.setdefault(source.code, source)
    return list(found.values())
