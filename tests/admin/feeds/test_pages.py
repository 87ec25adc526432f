"""The pages of the feeds: what came by each, what is wrong, and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.accounts.keys.operations import make_key
from survey_app.contacts.feeds.models import Feed, FeedDay
from survey_app.contacts.feeds.operations import FeedFacts, set_feed, watch_feeds
from survey_app.contacts.feeds.sources import FOLDER, PAGE
from survey_app.extensions import db
from tests.factories import NOON, make_council
from tests.statements import statements

URL = "/admin/feeds/"
FACTS = FeedFacts("Contact centre", "owner@anyborough.example", None, 10, is_on=True)
GOOD = {"name": "CRM", "owner_email": "crm@anyborough.example", "rhythm": "day", "grace_hours": "10", "is_on": "y"}


@pytest.fixture
def admin(app, sign_in, time_machine):
    time_machine.move_to(NOON, tick=False)  # a Tuesday
    make_council()
    return sign_in("administrator")


@pytest.fixture
def folder(app, settings):
    """A watched folder that brings 100 contacts on every weekday, and 20 yesterday; two days later it is late."""
    app.extensions["settings"] = replace(settings, contacts_folder=Path("/srv/contacts"))
    feed = set_feed(FOLDER, FACTS, now=NOON - timedelta(days=90))
    feed.last_at = NOON - timedelta(days=1)
    for back in range(1, 60):
        day = NOON.date() - timedelta(days=back)
        if day.weekday() < 5:
            accepted = 20 if back == 1 else 100
            db.session.add(FeedDay(feed_id=feed.id, day=day, read=accepted + 1, accepted=accepted, rejected=1))
    db.session.commit()
    watch_feeds(NOON, "worker")
    return feed


def page(answer) -> BeautifulSoup:
    assert answer.status_code in (200, 422)
    return BeautifulSoup(answer.text, "html.parser")


def cells(soup: BeautifulSoup) -> list[list[str]]:
    return [[" ".join(cell.text.split()) for cell in row(["th", "td"])] for row in soup.tbody("tr")]


def test_every_way_in_is_listed_before_anything_has_come(admin):
    make_key("Telephone system", ["contacts:write"], days=30, now=NOON)
    soup = page(admin.get(URL))
    assert "No feed is watched." in soup.h1.text
    assert [(row[0], row[1], row[2], row[4]) for row in cells(soup)] == [
        ("Telephone system", "API key", "Nothing yet", "Not watched"),
        ("Uploaded on the page", "Uploaded on the page", "Nothing yet", "Not watched"),
        ("Command line", "Command line", "Nothing yet", "Not watched"),
    ]


def test_a_feed_shows_its_volume_what_is_usual_and_its_alarm(admin, folder):
    soup = page(admin.get(URL))
    assert "1 watched feed needs a look: Contact centre." in soup.h1.text
    assert cells(soup)[0] == [
        "Contact centre",
        "Drop folder",
        "9 March 2026, 12:00",
        "1,820 in 28 days20 on Monday, usual 100",
        "Far fewer than usual",
    ]
    bars = soup.select("tbody tr:first-child svg.day-bars rect")
    assert len(bars) == 28
    assert {bar["height"] for bar in bars} == {"0.00%", "20.00%", "100.00%"}
    one = page(admin.get(URL + "folder"))
    assert cells(one)[0] == ["Mon 9 March 2026", "21", "20", "", "100", "1"]
    alarms = one.find("h2", string="Alarms").find_next("tbody").text
    assert "20 contacts were accepted. Usual on a Monday are about 100." in alarms
    assert "The letter waits for the mail server" in alarms


def test_an_owner_is_set_for_a_way_in_that_was_not_used_yet(admin):
    key = make_key("CRM", ["contacts:write"], days=30, now=NOON)
    url = f"{URL}key:{key.public}"
    assert admin.send_form(url, **GOOD | {"rhythm": "hours", "hours": "4"}).status_code == 303
    feed = db.session.scalars(select(Feed)).one()
    assert (feed.source, feed.owner_email, feed.expected_hours) == (f"key:{key.public}", "crm@anyborough.example", 4)
    assert (feed.is_on, feed.on_since) == (True, NOON)
    assert "Contacts come in as usual, by the one feed that is watched." in page(admin.get(URL)).h1.text
    admin.send_form(url, **{name: value for name, value in GOOD.items() if name != "is_on"})
    db.session.refresh(feed)
    assert (feed.is_on, feed.expected_hours) == (False, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"owner_email": ""}, "owner_email"),
        ({"owner_email": "nobody"}, "owner_email"),
        ({"rhythm": "hours", "hours": "0"}, "hours"),
        ({"rhythm": "hours", "hours": "²"}, "hours"),
        ({"rhythm": "never"}, "rhythm"),
        ({"grace_hours": "9" * 5_000}, "grace_hours"),
    ],
)
def test_what_makes_no_sense_comes_back_with_what_to_put_right(admin, wrong, field):
    answer = admin.send_form(f"{URL}{PAGE.code}", **GOOD | wrong)
    assert answer.status_code == 422
    assert [link["href"] for link in page(answer).select(".govuk-error-summary a")] == [f"#{field}"]
    assert page(answer).find(id=field) is not None
    assert db.session.scalars(select(Feed)).all() == []


def test_a_source_that_is_none_has_no_page(admin):
    assert admin.get(URL + "folder").status_code == 404  # no folder is set
    assert admin.get(URL + "key:NOSUCHKEY9").status_code == 404


def test_the_list_asks_the_same_number_of_questions_however_many_feeds_there_are(admin, folder):
    with statements() as few:
        admin.get(URL)
    for number in range(20):
        feed = Feed(source=f"key:{number}", name=f"System {number}")
        db.session.add(feed)
        db.session.flush()
        db.session.add(FeedDay(feed_id=feed.id, day=date(2026, 3, 9), read=1, accepted=1))
    db.session.commit()
    with statements() as many:
        admin.get(URL)
    assert len(many) == len(few) > 0


def test_only_who_sets_up_the_council_sees_feeds(admin, sign_in):
    assert sign_in("cse_lead").get(URL).status_code == 403
