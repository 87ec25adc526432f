"""The owner of a feed hears once that something is wrong with it, and once that it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.contacts.feeds.jobs import TELL
from survey_app.contacts.feeds.models import Feed, FeedAlarm, FeedDay, FeedLetter
from survey_app.contacts.feeds.operations import FeedFacts, note_arrival, send_letters, set_feed, watch_feeds
from survey_app.contacts.feeds.sources import COMMAND, FOLDER, PAGE, Source, source_of_key
from survey_app.contacts.operations import import_contacts, import_file, keep_file
from survey_app.contacts.sorting import Sorted
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import LONDON
from survey_app.kernel.errors import InvalidInput
from survey_app.settings import Settings
from survey_app.work.jobs import run_job
from tests.factories import NOON, make_council, make_service
from tests.smtp import SmtpServer, free_port, parts, smtp_server
from tests.threads import all_at_once

PHONES = source_of_key("ACDE34679F", "Telephone system")
FACTS = FeedFacts("Telephone system", "data.owner@anyborough.example", None, 10, is_on=True)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.fixture
def server(app: Flask, settings: Settings, tmp_path: Path):
    with transaction():
        make_council()
        make_service("housing")
    with smtp_server() as server:
        app.extensions["settings"] = replace(settings, mail_url=server.url)
        yield server


def watch(source: Source = PHONES, *, at: str = "2026-03-02 09:00", **facts: object) -> None:
    with transaction():
        set_feed(source, replace(FACTS, **facts), now=london(at))


def came(at: str, accepted: int = 1, rejected: int = 0, source: Source = PHONES) -> None:
    """So many contacts come, as the store operation notes it."""
    with transaction():
        note_arrival(source, Sorted(), now=london(at))
        day = db.session.scalars(select(FeedDay).order_by(FeedDay.day.desc())).first()
        assert day is not None
        day.read, day.accepted, day.rejected = accepted + rejected, accepted, rejected


def look(at: str) -> int:
    """All that both jobs do at that moment; how many alarms began or ended."""
    now = london(at)
    changes = watch_feeds(now, "worker")
    assert watch_feeds(now, "worker") == 0
    while send_letters(now, "worker"):
        pass
    return changes


def letters(server: SmtpServer) -> list[tuple[str, str]]:
    return [(str(letter["Subject"]), parts(letter)["text/plain"].replace("\r\n", "\n")) for letter in server.taken]


def test_a_late_feed_is_told_once_and_once_that_it_is_well_again(server: SmtpServer) -> None:
    watch()
    came("2026-03-09 17:40")
    assert look("2026-03-11 09:59") == 0
    assert look("2026-03-11 10:00") == 1
    assert look("2026-03-11 10:01") == look("2026-03-13 10:00") == 0
    came("2026-03-13 11:00")
    assert look("2026-03-13 11:01") == 1
    (late, text), (over, said) = letters(server)
    assert late == "Contacts: “Telephone system” is late"
    for words in (
        "Nothing has come since Monday 9 March 2026 at 17:40. Something was expected on Tuesday 10 March 2026.",
        "Usual is something on every working day.",
        "Has the API key ended, or was it revoked?",
        "http://127.0.0.1:5000/admin/feeds/",
    ):
        assert words in text
    assert over == "Contacts: all is well again with “Telephone system”"
    assert "Contacts last came Friday 13 March 2026 at 11:00." in said
    assert server.taken[0]["To"] == "data.owner@anyborough.example"
    assert look("2026-03-18 12:00") == 1  # and when it happens again, it is told again


def test_unusual_volume_and_many_rejected_rows_are_told_with_what_is_usual(server: SmtpServer) -> None:
    watch(at="2026-01-05 09:00")
    for week in range(6):
        monday = datetime(2026, 1, 26) + timedelta(weeks=week)  # noqa: DTZ001 - the words of a day
        came(f"{monday:%Y-%m-%d} 17:00", 500, 5)
    came("2026-03-09 17:00", 40, 20)
    assert look("2026-03-10 00:00") == 2
    subjects, texts = zip(*letters(server), strict=True)
    assert subjects == (
        "Contacts: “Telephone system” brought far fewer contacts than usual",
        "Contacts: “Telephone system” brought many rows that were rejected",
    )
    assert "On Monday 9 March 2026 40 contacts were accepted. Usual on a Monday are about 500." in texts[0]
    assert "On Monday 9 March 2026 20 of 60 rows were rejected: 33%. Usual are 1%." in texts[1]
    came("2026-03-10 17:00", 480, 120)
    assert look("2026-03-11 00:00") == 1  # the volume is as usual, as far as anybody knows of Tuesdays; rejects are not
    subject, text = letters(server)[-1]
    assert subject == "Contacts: something is better with “Telephone system”"
    assert "Still to be looked at:\n- “Telephone system” brought many rows that were rejected." in text


def test_nobody_hears_of_a_feed_that_is_not_watched_any_more(server: SmtpServer) -> None:
    watch()
    came("2026-03-09 17:40")
    now = london("2026-03-11 10:00")
    assert watch_feeds(now, "worker") == 1
    watch(at="2026-03-11 10:01", is_on=False)
    assert look("2026-03-12 12:00") == 0
    assert letters(server) == []
    assert db.session.scalar(select(FeedLetter.last_error)) == "the feed is no longer watched"
    watch(at="2026-03-20 12:00")  # who begins again waits from then on
    assert look("2026-03-20 12:01") == 0
    assert look("2026-03-24 10:00") == 1


def test_nothing_is_lost_while_the_mail_server_is_down_and_a_refusal_ends(
    server: SmtpServer, app: Flask, settings: Settings
) -> None:
    watch()
    came("2026-03-09 17:40")
    at = london("2026-03-11 10:00")
    working = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, mail_url=f"smtp://127.0.0.1:{free_port()}")
    assert watch_feeds(at, "worker") == 1
    for minute in range(20):
        assert send_letters(at + timedelta(minutes=minute), "worker") == 0
    app.extensions["settings"] = working
    server.refusal = "450 4.2.1 busy"
    assert send_letters(at + timedelta(minutes=30), "worker") == 1
    assert send_letters(at + timedelta(minutes=31), "worker") == 0  # it has a while
    server.refusal = None
    assert send_letters(at + timedelta(minutes=40), "worker") == 1
    came("2026-03-11 11:00")
    assert watch_feeds(at + timedelta(hours=2), "worker") == 1
    server.refusal = "550 5.1.1 unknown"
    assert send_letters(at + timedelta(hours=2), "worker") == 1
    assert send_letters(at + timedelta(days=2), "worker") == 0
    first, second = db.session.scalars(select(FeedLetter).order_by(FeedLetter.id)).all()
    assert (first.last_error, second.last_error) == (None, "SMTP 550 5.1.1")
    assert len(server.taken) == 1


def test_what_is_over_before_anybody_was_told_is_not_told(server: SmtpServer) -> None:
    watch()
    came("2026-03-09 17:40")
    watch_feeds(london("2026-03-11 10:00"), "worker")
    came("2026-03-11 10:30")
    assert look("2026-03-11 11:00") == 1
    assert letters(server) == []


def test_a_worker_that_died_while_sending_leaves_the_letter_to_the_next(server: SmtpServer) -> None:
    watch()
    came("2026-03-09 17:40")
    now = london("2026-03-11 10:00")
    watch_feeds(now, "worker")
    with transaction():
        letter = db.session.scalars(select(FeedLetter)).one()
        letter.claimed_by, letter.claimed_until, letter.attempts = "dead", now + timedelta(minutes=6), 1
    assert send_letters(now, "worker") == 0
    assert send_letters(now + timedelta(minutes=7), "worker") == 1
    assert len(server.taken) == 1


def test_two_workers_at_once_write_one_letter(server: SmtpServer, app: Flask) -> None:
    watch()
    came("2026-03-09 17:40")
    now = london("2026-03-11 10:00")
    looks: list[Callable[[], object]] = [lambda: watch_feeds(now, "one"), lambda: watch_feeds(now, "two")]
    all_at_once(app, *looks)
    assert db.session.scalar(select(func.count()).select_from(FeedAlarm)) == 1
    db.session.rollback()
    all_at_once(app, lambda: run_job(TELL, worker="one"), lambda: run_job(TELL, worker="two"))
    assert len(server.taken) == 1


def test_every_way_in_is_noted_as_a_feed_of_its_own(server: SmtpServer, tmp_path: Path) -> None:
    content = b"reference,occurred_at,channel,service\nC-1,2026-03-09 10:00,phone,housing\nC-2,never,phone,housing\n"
    (tmp_path / "c.csv").write_bytes(content)
    (tmp_path / "empty.csv").write_bytes(content.splitlines()[0])
    import_contacts(tmp_path / "c.csv", now=NOON)
    import_contacts(tmp_path / "c.csv", now=NOON, source=FOLDER)
    import_contacts(tmp_path / "empty.csv", now=NOON + timedelta(days=1), source=FOLDER)
    with transaction():
        import_file(keep_file("c.csv", content, now=NOON), now=NOON)
    rows = db.session.execute(
        select(Feed.source, FeedDay.read, FeedDay.accepted, FeedDay.rejected).join_from(FeedDay, Feed)
    )
    assert sorted(map(tuple, rows)) == [
        (COMMAND.code, 2, 1, 1),
        (FOLDER.code, 0, 0, 0),
        (FOLDER.code, 2, 0, 1),
        (PAGE.code, 2, 0, 1),
    ]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"name": ""}, "needs a name"),
        ({"owner_email": None}, "Somebody must be told"),
        ({"expected_hours": 0}, "every 1 to 168 hours"),
        ({"grace_hours": 169}, "grace is 0 to 168"),
    ],
)
def test_a_feed_that_cannot_be_watched_is_refused(app: Flask, facts: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        set_feed(PHONES, replace(FACTS, **facts), now=NOON)


def test_settings_are_in_the_audit_without_the_address(app: Flask) -> None:
    set_feed(PHONES, FACTS, now=NOON)
    set_feed(PHONES, FACTS, now=NOON)
    line = db.session.scalars(select(AuditLine)).one()
    assert (line.action, line.subject) == ("feed changed", "feed key:ACDE34679F")
    assert "owner@" not in repr((line.before, line.after))
