"""The blind sample: drawn by lot once a month, read by two people who see nothing of the machine or of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.comments.checking.lot import drawn_by_lot
from survey_app.comments.checking.models import BlindItem, BlindLabel, BlindSample
from survey_app.comments.checking.operations import (
    RuleFacts,
    draw_blind_sample,
    draw_sample,
    label_item,
    set_checking_rules,
)
from survey_app.comments.checking.queries import sample_of
from survey_app.comments.models import Comment
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText, ResponseState
from survey_app.responses.operations import withdraw
from survey_app.surveys.models import SurveyVersion
from tests.comments.checking.conftest import APRIL_FIRST, MARCH, Write, page_of, press, text_of, words
from tests.factories import make_answers, make_user
from tests.statements import statements
from tests.threads import all_at_once

SAMPLE = "/comments/sample/"
MONTH = "/comments/sample/2026-03"
Person = Callable


@pytest.fixture(autouse=True)
def first_of_april(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(APRIL_FIRST, tick=False)


def drawn() -> list[str]:
    """The words of the sample's comments, in the order of the lot."""
    found = select(Comment.redacted_text).join(BlindItem, BlindItem.comment_id == Comment.id).order_by(BlindItem.place)
    return list(db.session.scalars(found))


def a_sample(write: Write, n: int = 2, **facts: object) -> None:
    for i in range(n):
        write(f"Words {i}", **facts)
    draw_sample(MARCH, "seed", now=APRIL_FIRST)
    db.session.commit()


def test_the_lot_hangs_on_seed_and_references_alone_and_treats_all_alike() -> None:
    references = [f"R{i}" for i in range(20)]
    assert drawn_by_lot(references, "a", 5) == drawn_by_lot(reversed(references), "a", 5)
    assert drawn_by_lot(references, "a", 5) != drawn_by_lot(references, "b", 5)
    assert len(drawn_by_lot(references, "a", 50)) == 20
    chosen = Counter(each for seed in range(2000) for each in drawn_by_lot(references, str(seed), 5))
    assert all(400 < chosen[reference] < 600 for reference in references)  # 500 expected, 19 standard deviation


def test_what_was_written_in_the_month_and_judged_is_drawn_once_with_what_the_machine_says(write: Write) -> None:
    write("Of March", "negative", "staff", "waiting", unsure=True)
    write("Of April", day=date(2026, 4, 1))
    write("Of February", day=date(2026, 2, 28))
    write("In Welsh", None)
    write("Held").response.state = ResponseState.QUARANTINED
    db.session.commit()
    assert draw_blind_sample(APRIL_FIRST, "test") == 1
    assert drawn() == ["Of March"]
    item = db.session.scalars(select(BlindItem)).one()
    assert (item.machine_label, item.machine_review, item.machine_themes, item.method) == (
        "negative",
        True,
        ["staff", "waiting"],
        "test-1",
    )
    assert draw_blind_sample(APRIL_FIRST + timedelta(hours=1), "test") == 0
    later = db.session.scalars(select(Comment).where(Comment.redacted_text == "Of March")).one()
    later.sentiment = "positive"
    assert db.session.scalars(select(BlindItem.machine_label)).all() == ["negative"]


def test_a_month_is_over_by_the_day_of_london(write: Write) -> None:
    write("Of March", day=date(2026, 3, 31))
    assert draw_blind_sample(datetime(2026, 3, 31, 22, 59, tzinfo=UTC), "test") == 1  # the sample of February: empty
    assert drawn() == []
    assert draw_blind_sample(datetime(2026, 3, 31, 23, 1, tzinfo=UTC), "test") == 1  # 1 April in London
    assert drawn() == ["Of March"]


def test_as_many_are_drawn_as_the_rules_say(write: Write) -> None:
    set_checking_rules(RuleFacts(20, 0.6, 10), by=make_user("cse_lead").id, now=APRIL_FIRST)
    a_sample(write, 24)
    assert len(drawn()) == len(set(drawn())) == 20
    assert db.session.scalars(select(BlindSample.comments)).one() == 24


def test_it_waits_for_texts_that_are_still_to_be_read_for_a_week(write: Write) -> None:
    write("Of March")
    survey = db.session.scalars(select(SurveyVersion)).one()
    housing = db.session.scalars(select(Service).where(Service.code == "housing")).one()
    (response,) = make_answers(survey, housing, date(2026, 3, 30), {"satisfaction": "1"})
    db.session.add(
        AnswerText(response_id=response.id, question_version_id=survey.items[-1].question_version_id, raw="To be read")
    )
    db.session.commit()
    assert draw_blind_sample(APRIL_FIRST, "test") == 0
    assert draw_blind_sample(APRIL_FIRST + timedelta(days=7), "test") == 1


def test_two_that_draw_at_once_draw_one_sample(app: Flask, write: Write) -> None:
    for i in range(5):
        write(f"Words {i}")
    all_at_once(app, *[lambda: draw_blind_sample(APRIL_FIRST, "test")] * 3)
    assert db.session.scalar(select(func.count()).select_from(BlindSample)) == 1
    assert len(drawn()) == 5


def test_nothing_of_the_machine_or_of_the_other_reader_shows_before_both_are_done(write: Write, person: Person) -> None:
    a_sample(write, 1, sentiment="negative", unsure=True)
    (_, bea), (_, carl) = person("Bea"), person("Carl")
    page = page_of(bea, SAMPLE)
    assert page.select("input[checked]") == []
    assert "The machine" not in words(page)
    press(bea, f"{MONTH}/1", form_at=MONTH, label="negative", themes=["staff"])
    page = page_of(carl, SAMPLE)
    assert page.select("input[name=label][checked], input[name=themes][checked]") == []
    assert "Bea: 1 of 1" in words(page) and "differ" not in words(page)
    assert "How people were treated." in words(page)


def test_each_goes_on_where_they_left_and_may_change_what_they_said(write: Write, person: Person) -> None:
    a_sample(write, 3)
    first, second, _ = drawn()
    _, bea = person("Bea")
    said = press(bea, f"{MONTH}/1", form_at=MONTH, label="negative", themes=["waiting"])
    assert "2 of 3 comments are left for you." in said and second in said
    back = page_of(bea, MONTH).select_one("form .actions a")["href"]
    page = page_of(bea, back)
    assert first in words(page)
    assert [each["value"] for each in page.select("main input[checked]")] == ["negative", "waiting"]
    press(bea, f"{MONTH}/1", form_at=MONTH, label="cannot_tell")
    assert [(row.label, row.themes) for row in db.session.scalars(select(BlindLabel))] == [(None, [])]
    assert second in text_of(bea, SAMPLE)


def test_a_label_has_to_be_chosen_and_the_ticked_themes_stay(write: Write, person: Person) -> None:
    a_sample(write, 1)
    _, bea = person("Bea")
    sent = bea.send_form(f"{MONTH}/1", form_at=MONTH, themes=["waiting"])
    assert sent.status_code == 422 and "Choose one of the labels." in sent.text
    assert 'value="waiting" checked' in sent.text
    sent = bea.send_form(f"{MONTH}/1", form_at=MONTH, label="negative", themes=["no-theme"])
    assert sent.status_code == 422 and "not in use any more" in sent.text
    assert db.session.scalars(select(BlindLabel)).all() == []


def test_a_third_person_is_told_who_reads_it_and_cannot(write: Write, person: Person) -> None:
    a_sample(write, 2)
    for name in ("Bea", "Carl"):
        press(person(name)[1], f"{MONTH}/1", form_at=MONTH, label="neutral")
    _, dora = person("Dora")
    assert "Bea and Carl read the sample of March 2026." in text_of(dora, SAMPLE)
    assert "Two people read this sample already." in press(dora, f"{MONTH}/1", form_at=MONTH, label="neutral")
    assert len(db.session.scalars(select(BlindLabel)).all()) == 2


def test_of_three_who_begin_at_once_two_read_it(app: Flask, write: Write) -> None:
    a_sample(write, 2)
    users = [make_user("cse_lead").id for _ in range(3)]
    db.session.commit()
    refused: list[int] = []

    def begin(user: int) -> None:
        try:
            with transaction():
                label_item(sample_of(MARCH), 1, "neutral", [], by=user, now=APRIL_FIRST)
        except Refused:
            refused.append(user)

    all_at_once(app, *(lambda user=user: begin(user) for user in users))
    assert len(refused) == 1
    assert len(db.session.scalars(select(BlindLabel)).all()) == 2


def test_when_both_are_done_it_shows_where_they_differ_and_the_machine_from_both(write: Write, person: Person) -> None:
    a_sample(write, 3, sentiment="positive")
    (_, bea), (_, carl) = person("Bea"), person("Carl")
    for place, (one, other) in enumerate((("negative", "neutral"), ("negative", "negative"), ("positive",) * 2), 1):
        press(bea, f"{MONTH}/{place}", form_at=MONTH, label=one, themes=["staff"])
        text = press(carl, f"{MONTH}/{place}", form_at=MONTH, label=other)
    differ, overruled, agreed = drawn()
    assert "Two people have read the sample of March 2026." in text
    assert text.index("Where the two differ") < text.index(differ) < text.index("Where the machine differs from both")
    assert text.index("Where the machine differs from both") < text.index(overruled)
    assert agreed not in text
    assert "Bea negative Staff" in text and "Carl mixed or neutral none" in text and "The machine positive" in text


def test_what_they_agree_on_afterwards_is_a_correction_and_the_sample_stays_as_it_was_read(
    write: Write, person: Person
) -> None:
    a_sample(write, 1, sentiment="positive")
    (_, bea), (_, carl) = person("Bea"), person("Carl")
    press(bea, f"{MONTH}/1", form_at=MONTH, label="negative")
    press(carl, f"{MONTH}/1", form_at=MONTH, label="neutral")
    comment = db.session.scalars(select(Comment)).one()
    assert comment.person_label is None  # a blind label is no correction
    said = press(
        bea, f"/comments/{comment.reference}/label", form_at=MONTH, label="negative", seen="positive", back=MONTH
    )
    assert "Your label: negative." in said and "It stands as negative." in said
    db.session.expire_all()
    assert db.session.scalars(select(Comment.person_label)).all() == ["negative"]
    assert "done and compared" in press(carl, f"{MONTH}/1", form_at=MONTH, label="negative")
    assert sorted(db.session.scalars(select(BlindLabel.label))) == ["negative", "neutral"]


def test_a_comment_that_is_taken_back_falls_out_and_does_not_hold_up_the_others(write: Write, person: Person) -> None:
    a_sample(write, 2)
    (_, bea), (_, carl) = person("Bea"), person("Carl")
    for who in (bea, carl):
        press(who, f"{MONTH}/1", form_at=MONTH, label="neutral")
    gone = db.session.scalars(select(Comment).where(Comment.redacted_text == drawn()[1])).one()
    withdraw(gone.response, now=APRIL_FIRST)
    db.session.commit()
    assert "Two people have read the sample of March 2026." in text_of(bea, SAMPLE)
    said = press(bea, f"{MONTH}/2", form_at=MONTH, label="neutral")
    assert "done and compared" in said


def test_before_the_first_it_says_when_one_is_drawn_and_what_it_is(person: Person) -> None:
    text = text_of(person("Bea")[1], SAMPLE)
    assert "No sample was drawn yet. The next one is drawn on 1 May 2026." in text
    assert "Neither sees what the machine said" in text


def test_months_without_a_sample_are_not_found_and_no_months_are_refused(write: Write, person: Person) -> None:
    a_sample(write, 1)
    _, bea = person("Bea")
    draw_sample(date(2026, 1, 1), "seed", now=APRIL_FIRST)  # in which nobody wrote
    for address, status in ((f"{SAMPLE}2026-02", 404), (f"{SAMPLE}2026-01", 404), (f"{SAMPLE}March", 400)):
        assert bea.get(address).status_code == status
    assert "January" not in text_of(bea, SAMPLE)


def test_a_large_sample_takes_no_more_statements_than_a_small_one(write: Write, person: Person) -> None:
    a_sample(write, 2)
    _, bea = person("Bea")
    text_of(bea, MONTH)
    with statements() as few:
        text_of(bea, MONTH)
    for i in range(12):
        write(f"February {i}", day=date(2026, 2, 3))
    draw_sample(date(2026, 2, 1), "seed", now=APRIL_FIRST)
    text_of(bea, MONTH)
    with statements() as many:
        text_of(bea, MONTH)
    assert len(few) == len(many) <= 14
