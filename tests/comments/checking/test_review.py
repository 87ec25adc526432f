"""The review queue: the oldest of what the machine is unsure of, one at a time, without its label."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.accounts.queries import role_by_name
from survey_app.comments.checking.presenters import review_panel
from survey_app.comments.models import Comment, CommentLabel
from survey_app.extensions import db
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import ResponseState
from tests.comments.checking.conftest import Write, page_of, press, text_of, words
from tests.factories import NOON
from tests.statements import statements

QUEUE = "/comments/review/"
Person = Callable


@pytest.fixture(autouse=True)
def at_noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


def test_the_oldest_comes_first_with_what_was_asked_and_without_what_the_machine_says(
    write: Write, person: Person
) -> None:
    write("Later words", "negative", unsure=True, day=date(2026, 3, 9))
    write("The <b>first</b> words [name removed]", "negative", unsure=True, day=date(2026, 3, 2))
    write("Sure words")
    page = page_of(person("Bea")[1], QUEUE)
    text = words(page)
    assert "2 comments are waiting for a person." in text and "The oldest is 8 days old." in text
    assert "The <b>first</b> words" in text and "Later words" not in text and "Sure words" not in text
    assert "Why did you give that answer?" in text and "Housing options, Phone, 2 March 2026" in text
    assert [radio["value"] for radio in page.select("input[name=label]")] == [
        "positive",
        "neutral",
        "negative",
        "cannot_tell",
    ]
    assert page.select("input[name=label][checked]") == []
    assert page.select_one(".removed").text == "name removed"
    assert "secret raw words" not in text


def test_saved_it_goes_on_with_the_next_and_can_be_undone(write: Write, person: Person) -> None:
    first = write("First words", unsure=True, day=date(2026, 3, 2)).reference
    write("Second words", unsure=True, day=date(2026, 3, 3))
    _, bea = person("Bea")
    said = press(bea, f"/comments/{first}/label", label="negative", source="review", back=f"{QUEUE}?after={first}")
    assert "Your label: negative." in said and "Undo" in said
    assert "Second words" in said and "1 comment is waiting" in said
    said = press(bea, f"/comments/{first}/label/undo", back=f"{QUEUE}?at={first}")
    assert "Taken back. The comment is waiting for review again." in said and "First words" in said
    assert [line.label for line in db.session.scalars(select(CommentLabel).order_by(CommentLabel.id))] == [
        "negative",
        None,
    ]


def test_skipped_it_comes_again_and_looking_stores_nothing(write: Write, person: Person) -> None:
    for day in (2, 3):
        write(f"Words of day {day}", unsure=True, day=date(2026, 3, day))
    _, bea = person("Bea")
    skip = page_of(bea, QUEUE).select_one("form .actions a")["href"]
    second = page_of(bea, skip)
    assert "Words of day 3" in words(second)
    end = page_of(bea, second.select_one("form .actions a")["href"])
    assert "You have been through all of them." in words(end) and "2 comments are waiting" in words(end)
    assert "Words of day 2" in text_of(bea, QUEUE)
    assert db.session.scalars(select(CommentLabel)).all() == []


def test_an_empty_queue_says_so_and_what_to_do(person: Person) -> None:
    text = text_of(person("Bea")[1], QUEUE)
    assert "No comment is waiting for a person." in text and "Read the blind sample" in text


def test_without_a_choice_it_asks_again_and_stores_nothing(write: Write, person: Person) -> None:
    comment = write("Which words", unsure=True)
    reference = comment.reference
    said = press(person("Bea")[1], f"/comments/{reference}/label", 422, source="review", back=QUEUE)
    assert "Choose one of the labels." in said and "Which words" in said
    assert db.session.scalars(select(CommentLabel)).all() == []


def test_a_colleague_who_was_faster_is_named_and_the_choice_is_kept(write: Write, person: Person) -> None:
    reference = write("Their words", unsure=True).reference
    (_, bea), (_, carl) = person("Bea"), person("Carl")
    seen = {"seen": "waiting_for_review", "source": "review", "back": QUEUE}
    press(bea, f"/comments/{reference}/label", label="negative", **seen)
    token = {"form_at": "/comments/machine/"}
    page = carl.send_form(f"/comments/{reference}/label", **token, label="positive", **seen)
    assert page.status_code == 409
    soup = BeautifulSoup(page.text, "html.parser")
    assert "Bea labelled it meanwhile: negative." in words(soup)
    assert [radio["value"] for radio in soup.select("input[name=label][checked]")] == ["positive"]
    seen["seen"] = soup.select_one("input[name=seen]")["value"]
    assert carl.send_form(f"/comments/{reference}/label", **token, label="positive", **seen).status_code == 303
    assert db.session.scalars(select(Comment.person_label)).all() == ["positive"]


def test_the_form_leads_back_to_this_site_alone(write: Write, person: Person) -> None:
    reference = write().reference
    _, bea = person("Bea")
    wanted = {"/comments/?sentiment=negative": "/comments/?sentiment=negative", "https://evil.example/": "/comments/"}
    for label, (asked, given) in zip(("negative", "neutral"), wanted.items(), strict=True):
        sent = bea.send_form(f"/comments/{reference}/label", form_at="/comments/machine/", label=label, back=asked)
        assert (sent.status_code, sent.headers["Location"]) == (303, given)


@pytest.mark.parametrize("role", ["service_manager", "adviser", "administrator", "assessor"])
def test_only_who_checks_comments_may_look_or_label(write: Write, person: Person, role: str) -> None:
    reference = write(unsure=True).reference
    _, client = person("Nobody", role, *(["housing"] if role in {"service_manager", "adviser"} else []))
    for address in (QUEUE, "/comments/sample/", "/comments/machine/"):
        assert client.get(address).status_code == 403
    sent = client.send_form(f"/comments/{reference}/label", form_at="/accounts/", label="negative")
    assert sent.status_code == 403
    assert db.session.scalars(select(CommentLabel)).all() == []


def test_who_sees_one_service_checks_its_comments_only(write: Write, person: Person) -> None:
    user, client = person("Mia", "service_manager", "housing")
    user.roles.append(role_by_name("cse_lead"))
    write("About a bin", unsure=True, service="waste", day=date(2026, 3, 1))
    write("About a home", unsure=True)
    other = db.session.scalars(select(Comment).where(Comment.redacted_text == "About a bin")).one().reference
    text = text_of(client, QUEUE)
    assert "About a home" in text and "1 comment is waiting" in text
    sent = client.send_form(f"/comments/{other}/label", form_at=QUEUE, label="negative")
    assert sent.status_code == 404
    assert client.get("/comments/sample/").status_code == 403
    assert "drawn from all services" in client.get("/comments/sample/").text


def test_answers_that_do_not_count_do_not_wait(write: Write, person: Person) -> None:
    write(unsure=True).response.state = ResponseState.QUARANTINED
    assert "No comment is waiting" in text_of(person("Bea")[1], QUEUE)


def test_the_panel_of_other_pages_says_how_many_wait_in_scope(app: Flask, write: Write) -> None:
    write(unsure=True, day=date(2026, 3, 8))
    write(unsure=True, service="waste")
    with app.test_request_context():
        panel = review_panel(EVERYTHING, NOON.date())
        assert (panel.url, panel.waiting) == (QUEUE, 2)
        assert panel.words == "2 comments of which the machine is unsure. The oldest is 2 days old."
        assert review_panel(Scope(frozenset()), NOON.date()).words == "No comment is waiting for a person."


def test_a_long_queue_takes_no_more_statements_than_a_short_one(write: Write, person: Person) -> None:
    write(unsure=True)
    _, bea = person("Bea")
    text_of(bea, QUEUE)
    with statements() as few:
        text_of(bea, QUEUE)
    for _ in range(20):
        write(unsure=True)
    with statements() as many:
        text_of(bea, QUEUE)
    assert len(few) == len(many) <= 10
