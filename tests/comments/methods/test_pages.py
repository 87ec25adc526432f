"""The pages of methods: what a person is told, what they decide, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from survey_app.comments.methods.operations import ask_for_judging, judge_again
from survey_app.comments.methods.queries import present_method
from survey_app.comments.models import Comment, Judging
from survey_app.extensions import db
from survey_app.organisation.models import Service
from tests.comments.methods.conftest import OLD, MakeComment
from tests.comments.test_word_lists import WELSH
from tests.conftest import PersonsClient
from tests.factories import NOON
from tests.statements import statements

PATH = "/comments/methods/"
MARCH, MAY = date(2025, 3, 10), date(2025, 5, 10)
SPAN = {"first": "1/3/2025", "last": "31/5/2025", "reason": "New weights."}
SignIn = Callable[..., PersonsClient]


def words(client: PersonsClient, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return said(answer.text)


def said(html: str) -> str:
    main = BeautifulSoup(html, "html.parser").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


@pytest.fixture
def past(comment: MakeComment) -> list[Comment]:
    return [comment("Very helpful staff, thank you", "negative", MARCH) for _ in range(12)] + [
        comment("Rude and slow, nobody replied", "negative", MAY) for _ in range(11)
    ]


@pytest.fixture
def judged(past: list[Comment]) -> Judging:
    """All of them judged by the present method too."""
    judging = ask_for_judging(date(2025, 3, 1), date(2025, 5, 31), "New weights.", now=NOON, by=None)
    while judge_again(NOON + timedelta(hours=1), "test"):
        pass
    return judging


def test_without_comments_it_says_what_will_stand_here(sign_in: SignIn) -> None:
    text = words(sign_in("cse_lead"))
    assert "No comment has been judged yet." in text and present_method() in text
    assert "Judge past comments" not in text


def test_each_method_stands_with_its_days_and_how_often_it_is_right(
    past: list[Comment], comment: MakeComment, sign_in: SignIn
) -> None:
    comment("Very helpful", "positive", date(2025, 6, 1), method=present_method())
    comment("Dziękuję", None, date(2025, 6, 1), method="language-1")
    comment("Diolch", "positive", date(2025, 6, 1), method="words-cy+00000000")
    text = words(sign_in("cse_lead"))
    assert "23 comments were judged by an earlier method." in text
    assert f"{OLD} 10 Mar 2025 to 10 May 2025 23 How often this version of the method is right has not been" in text
    assert f"{present_method()} Judges now 1 Jun 2025 1 The label was right for" in text
    assert "Not analysed: in a language that nothing here can judge." in text
    assert "Nobody has measured it: people check each label." in text


def test_a_person_asks_sees_how_far_it_is_and_both_labels(past: list[Comment], sign_in: SignIn) -> None:
    lead = sign_in("cse_lead")
    form = BeautifulSoup(lead.get(PATH).text, "html.parser")
    assert [form.find(id=name)["value"] for name in ("first", "last")] == ["10/3/2025", "10/5/2025"]  # type: ignore[index]
    assert lead.send_form(PATH, **SPAN).status_code == 303
    text = words(lead)
    assert "No label that counts changes by it." in text and "0 comments judged so far. 0 of 23" in text
    while judge_again(NOON, "test"):
        pass
    db.session.commit()
    assert "23 comments judged. The earlier labels count." in words(lead)


def test_both_methods_stand_side_by_side_by_month_and_label(judged: Judging, sign_in: SignIn) -> None:
    text = words(sign_in("adviser", "housing"), f"{PATH}{judged.id}")
    assert "12 of 23 labels differ (52.2%)." in text
    assert "is 0.0% by the earlier method and 52.2% by the later one: a difference of methods" in text
    assert "March 2025 0.0% of 12, 0.0% to 24.2% 100.0% of 12, 75.8% to 100.0% +100.0" in text
    assert "Negative 12 0 11 0 23" in text
    assert "Let these labels count" not in text


def test_what_a_viewer_may_not_see_is_in_no_figure_of_theirs(judged: Judging, sign_in: SignIn) -> None:
    text = words(sign_in("service_manager", "waste"), f"{PATH}{judged.id}")
    assert "No comment has been judged by both methods yet." in text and "March" not in text
    assert OLD not in words(sign_in("service_manager", "waste"))


def test_a_month_with_few_comments_is_hidden_and_cannot_be_worked_out(
    past: list[Comment], comment: MakeComment, sign_in: SignIn
) -> None:
    for _ in range(4):
        comment("Very helpful", "negative", date(2025, 4, 10))
    judging = ask_for_judging(date(2025, 3, 1), date(2025, 5, 31), "New weights.", now=NOON, by=None)
    while judge_again(NOON, "test"):
        pass
    text = words(sign_in("cse_lead"), f"{PATH}{judging.id}")
    assert "April 2025 [c] of fewer than 10 [c] of fewer than 10" in text
    assert "All these days" not in text


def test_letting_labels_count_is_a_second_step_that_can_be_undone(
    judged: Judging, past: list[Comment], sign_in: SignIn
) -> None:
    lead, page = sign_in("cse_lead"), f"{PATH}{judged.id}"
    assert lead.send_form(f"{page}/adopt", form_at=page).status_code == 303
    assert "Its labels are being put in place." in words(lead, page)
    while judge_again(NOON + timedelta(days=1), "test"):
        pass
    db.session.commit()
    assert {each.method for each in past} == {present_method()}
    assert "Its labels count since" in words(lead, page)
    assert lead.send_form(f"{page}/take-back", form_at=page).status_code == 303
    while judge_again(NOON + timedelta(days=2), "test"):
        pass
    db.session.commit()
    db.session.expire_all()
    assert {each.method for each in past} == {OLD}
    again = lead.send_form(f"{page}/take-back", form_at=page)
    assert again.status_code == 303 and "Nothing was changed. These labels do not count." in words(lead, page)


@pytest.mark.parametrize(
    ("typed", "words_"),
    [
        (SPAN | {"first": "soon"}, "Type the day like 1/4/2026."),
        (SPAN | {"last": "1/2/2025"}, "The last day is before the first."),
        (SPAN | {"reason": " "}, "Say why, for whoever asks later."),
        (SPAN | {"reason": "x" * 501}, "500"),
        (SPAN | {"first": "1/1/2020", "last": "2/1/2020"}, "Every comment of these days was judged by the present"),
    ],
)
def test_what_cannot_be_taken_comes_back_as_typed(
    past: list[Comment], sign_in: SignIn, typed: dict[str, str], words_: str
) -> None:
    answer = sign_in("cse_lead").send_form(PATH, **typed)
    assert answer.status_code == 400
    assert words_ in said(answer.text) and typed["first"] in answer.text
    assert db.session.scalars(select(Judging)).all() == []


@pytest.mark.parametrize("role", ["adviser", "service_manager", "data_protection_officer"])
def test_who_only_reads_comments_cannot_decide(judged: Judging, sign_in: SignIn, role: str) -> None:
    client = sign_in(role) if role == "data_protection_officer" else sign_in(role, "housing")
    assert "Judge past comments" not in words(client)
    for path in (PATH, f"{PATH}{judged.id}/adopt", f"{PATH}{judged.id}/take-back"):
        assert client.send_form(path, form_at=PATH).status_code == 403


@pytest.mark.parametrize("role", ["administrator", "assessor"])
def test_who_may_not_read_comments_does_not_see_the_pages(sign_in: SignIn, role: str) -> None:
    assert sign_in(role).get(PATH).status_code in {403, 404}


def test_one_that_nobody_asked_for_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("cse_lead").get(f"{PATH}1").status_code == 404


def test_a_list_of_words_is_named_and_so_is_what_is_wrong_with_one(app: Flask, sign_in: SignIn) -> None:
    folder = app.extensions["settings"].instance_path / "lexicons"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cy.csv").write_bytes(WELSH.read_bytes())
    (folder / "pl.csv").write_text("word,value\ndobrze,<b>much</b>\n", encoding="utf-8")
    answer = sign_in("cse_lead").get(PATH)
    assert "Welsh (words-cy+" in said(answer.text)
    assert "A list of words is not used. pl.csv: Line 2 has the value" in said(answer.text)
    assert "<b>much</b>" not in answer.text


def test_the_number_of_statements_does_not_grow_with_comments(
    past: list[Comment], comment: MakeComment, service: Service, sign_in: SignIn
) -> None:
    lead = sign_in("cse_lead")
    lead.get(PATH)
    with statements() as few:
        lead.get(PATH)
    for number in range(20):
        comment("Very helpful", "positive", date(2025, 6, 1), method=f"method+{number}")
    with statements() as many:
        lead.get(PATH)
    assert len(many) == len(few)
