"""A CSE lead makes a survey, changes it and publishes it, on pages that lose nothing of what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.editing import add_question, item_named, remove_question, replace_question
from survey_app.surveys.models import Survey
from survey_app.surveys.operations import (
    begin_draft,
    publish_default_survey,
    publish_kiosk_survey,
    save_draft,
    start_survey,
)
from survey_app.surveys.queries import newest_edit, newest_published, newest_structure, structure_of, survey_named
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import SurveyStructure
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_service, publish_anew
from tests.statements import statements

LIST = "/admin/surveys/"
USUAL = f"{LIST}after-contact/"


@pytest.fixture
def lead(app: Flask, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_council()
    make_service()
    return sign_in("cse_lead")


@pytest.fixture
def published(lead: PersonsClient) -> Survey:
    """The usual survey, asked now and not being changed."""
    return publish_default_survey(NOON).survey


def text(answer: TestResponse) -> str:
    main = BeautifulSoup(answer.text, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def heading(answer: TestResponse) -> str:
    found = BeautifulSoup(answer.text, "html.parser").h1
    assert found is not None
    return " ".join(found.get_text(" ").split())


def draft(code: str = "after-contact") -> SurveyStructure:
    db.session.expire_all()
    return newest_structure(survey_named(code))


def codes(code: str = "after-contact") -> list[str]:
    return [item.question.code for item in draft(code).items]


def revision(page: TestResponse) -> str:
    field = BeautifulSoup(page.text, "html.parser").find("input", {"name": "revision"})
    assert field is not None
    return str(field["value"])


def press(client: PersonsClient, do: str, at: str = USUAL) -> str:
    """Press a button of the page of questions, and read what the page says then."""
    sent = client.send_form(at, do=do, revision=revision(client.get(at)))
    assert sent.status_code == 303, sent.text
    return text(client.get(sent.location))


def fields(page: TestResponse) -> dict[str, str]:
    """All that the form of a question or condition would send if nothing in it were changed."""
    soup = BeautifulSoup(page.text, "html.parser")
    form = soup.select_one("main form.below-answer")
    assert form is not None
    found: dict[str, str] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        kind, name = control.get("type"), str(control["name"])
        if control.name == "textarea":
            found[name] = control.get_text().strip()
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            found[name] = str(chosen["value"]) if chosen else ""
        elif kind not in ("checkbox", "radio") or control.has_attr("checked"):
            found[name] = str(control.get("value", ""))
    return found


def test_from_nothing_to_published_in_three_pages(lead: PersonsClient) -> None:
    assert "There is no survey yet." in heading(lead.get(LIST))
    made = lead.send_form(f"{LIST}new", name=" After a visit ", customer_kind="resident", source="usual")
    assert made.location == f"{LIST}after-a-visit/"
    page = lead.get(made.location)
    assert "After a visit, not published yet. It can be published." in heading(page)
    check = lead.get(f"{made.location}publish")
    assert "It can be published as version 1.0." in heading(check)
    sent = lead.send_form(f"{made.location}publish", revision=revision(check))
    assert "Version 1.0 of After a visit is what is asked now" in heading(lead.get(sent.location))
    version = newest_published(survey_named("after-a-visit"))
    assert version is not None and structure_of(version).length_sentence.startswith("There are 10 short questions")
    acts = db.session.scalars(select(AuditLine.action)).all()
    assert "survey.published" in acts
    assert "Version 1.0, since" in text(lead.get(LIST))


def test_a_first_change_begins_a_draft_and_each_is_undone(lead: PersonsClient, published: Survey) -> None:
    assert "version 1.0. It is asked as it stands here." in heading(lead.get(USUAL))
    assert "“Why that answer” moved up" in press(lead, "up why")
    assert codes()[:2] == ["why", "satisfaction"]
    press(lead, "copy resolved")
    assert "resolved_2" in codes()
    said = press(lead, "remove timeliness")
    assert "“Timeliness” removed" in said and "timeliness" not in codes()
    page = lead.get(USUAL)
    undone = lead.send_form(f"{USUAL}undo", form_at=USUAL, revision=revision(page))
    assert "Taken back: “Timeliness” removed." in text(lead.get(undone.location)) and "timeliness" in codes()
    assert draft().length_sentence.startswith("There are 11 short questions"), "ours follows what is asked"
    thrown = lead.send_form(f"{USUAL}discard", form_at=USUAL, revision=revision(lead.get(USUAL)))
    assert "thrown away" in text(lead.get(thrown.location)) and newest_edit(published) is None
    assert codes()[0] == "satisfaction"


def test_questions_go_to_pages_that_get_titles_and_rules(lead: PersonsClient, published: Survey) -> None:
    press(lead, "begin delivery")
    press(lead, "page-3 improve")
    pages = f"{USUAL}pages/"
    assert "3 pages." in heading(lead.get(pages))
    values = {"revision": revision(lead.get(pages))}
    lead.send_form(pages, **values, **{"title-1": "", "title-2": "What we did", "title-3": " Next "})
    assert draft().page_titles == {2: "What we did", 3: "Next"}
    new = f"{pages}1/rules/"
    first = lead.send_form(
        new,
        go_to="end",
        needs_all="all",
        revision=revision(lead.get(new)),
        do="save",
        **{"terms-0-about": "satisfaction", "terms-0-comparison": "is"},
    )
    assert first.status_code == 422 and "Choose which answers." in text(first) and "Very satisfied" in text(first)
    lead.send_form(
        new,
        go_to="end",
        needs_all="all",
        revision=revision(lead.get(new)),
        do="save",
        **{"terms-0-about": "satisfaction", "terms-0-comparison": "is", "terms-0-values": ["5", "4"]},
    )
    assert draft().rules == (Rule(1, None, Condition((Term("satisfaction", Comparison.IS, ("5", "4")),))),)
    assert "If Overall satisfaction is Very satisfied or Fairly satisfied: go to the end" in text(lead.get(USUAL))
    needed = press(lead, "remove satisfaction")
    assert "its answer decides about where to go after page 1. Change that first." in needed
    joined = lead.send_form(f"{pages}2/join", form_at=pages, revision=revision(lead.get(pages)))
    assert "A rule leads from page 1" in text(lead.get(joined.location))
    change = f"{USUAL}rules/0"
    assert fields(lead.get(change))["go_to"] == "end"
    lead.send_form(f"{change}/remove", form_at=pages, revision=revision(lead.get(pages)))
    assert draft().rules == ()


def test_a_question_is_asked_of_some_only(lead: PersonsClient, published: Survey) -> None:
    url = f"{USUAL}questions/improve/asked-of"
    more = lead.send_form(
        url, do="more", revision="0", needs_all="any", **{"terms-0-about": "fact service", "terms-0-comparison": "is"}
    )
    assert more.status_code == 200 and "Comparison 2" in text(more) and "Housing" in text(more)
    sent = lead.send_form(
        url,
        do="save",
        revision="0",
        needs_all="any",
        **{
            "terms-0-about": "fact service",
            "terms-0-comparison": "is",
            "terms-0-values": "housing",
            "terms-1-about": "satisfaction",
            "terms-1-comparison": "at_most",
            "terms-1-number": "2",
        },
    )
    assert sent.status_code == 303
    terms = (Term(Fact.SERVICE, Comparison.IS, ("housing",)), Term("satisfaction", Comparison.AT_MOST, ("2",)))
    assert draft().items[-1].show_if == Condition(terms, needs_all=False)
    assert "Asked if Service is Housing, or Overall satisfaction is at most 2" in text(lead.get(USUAL))


def test_a_question_is_written_with_codes_made_from_its_answers(lead: PersonsClient, published: Survey) -> None:
    url = f"{USUAL}questions/"
    assert "How is the new question answered?" in heading(lead.get(url))
    values = {
        "kind": "multiple_choice",
        "revision": "0",
        "wording": "What did you come for?",
        "short_label": "Reason",
        "answers-0-label": "A permit",
        "answers-1-label": "Something else",
        "answers-1-is_other": "y",
        "answers-2-label": "None of these",
        "answers-2-is_outside": "y",
        "most": "2",
    }
    moved = lead.send_form(url, form_at=f"{url}?kind=multiple_choice", do="down 0", **values)
    rows = BeautifulSoup(moved.text, "html.parser").select(".answer-rows .label input")
    assert [row["value"] for row in rows] == ["Something else", "A permit", "None of these"]
    sent = lead.send_form(url, form_at=f"{url}?kind=multiple_choice", **values)
    assert sent.status_code == 303, text(sent)
    question = draft().items[-1].question
    assert (question.code, question.limits.most) == ("reason", 2)
    assert [(one.code, one.is_other, one.is_substantive) for one in question.choices] == [
        ("a_permit", False, True),
        ("something_else", True, True),
        ("none_of_these", False, False),
    ]


def test_thumbs_have_both_answers_with_their_pictures(lead: PersonsClient, published: Survey) -> None:
    url = f"{USUAL}questions/?kind=thumbs"
    values = fields(lead.get(url)) | {"wording": "How was it?"}
    lost = lead.send_form(f"{USUAL}questions/", form_at=url, **values | {"answers-1-label": ""})
    assert lost.status_code == 422 and "Word each of the answers" in text(lost)
    lead.send_form(f"{USUAL}questions/", form_at=url, **values | {"answers-1-label": "Bad"})
    choices = draft().items[-1].question.choices
    assert [(one.code, one.label, one.icon) for one in choices] == [
        ("up", "Good", "thumb_up"),
        ("down", "Bad", "thumb_down"),
    ]


def test_a_new_wording_keeps_the_code_and_another_question_gets_another(lead: PersonsClient, published: Survey) -> None:
    url = f"{USUAL}questions/resolved"
    page = lead.get(url)
    lead.send_form(url, **fields(page) | {"wording": "Did we settle it?"})
    assert draft().items[8].question.code == "resolved"
    assert "Words or answers changed: breaks its trend" in text(lead.get(USUAL))
    check = text(lead.get(f"{USUAL}publish"))
    assert "These trends break" in check and "“Did we settle it?”, until now “Was your enquiry resolved?”" in check
    back = lead.send_form(url, **fields(lead.get(url)) | {"do": "restore"})
    assert fields(back)["wording"] == "Was your enquiry resolved?"
    lead.send_form(
        url,
        **fields(lead.get(url)) | {"wording": "Was it settled at once?", "short_label": "At once", "asks_now": "other"},
    )
    assert draft().items[8].question.code == "at_once"


def test_a_question_that_comes_back_in_other_words_breaks_its_trend_too(lead: PersonsClient, published: Survey) -> None:
    resolved = item_named(draft(), "resolved")
    other = replace(resolved, question=replace(resolved.question, wording="Did we settle it?"))
    publish_anew(published, lambda structure: remove_question(structure, "resolved"))
    edit = begin_draft(published, now=NOON)
    save_draft(published, add_question(draft(), other), revision=edit.revision, what="Back", now=NOON)
    page = lead.get(f"{USUAL}publish")
    assert "“Did we settle it?”, asked before in other words or with other answers." in text(page)
    assert f'href="{USUAL}translations/"' in page.text
    assert "This question was asked before in other words" in text(lead.get(f"{USUAL}questions/resolved"))
    as_before = replace_question(draft(), "resolved", resolved)
    save_draft(published, as_before, revision=edit.revision + 1, what="As before", now=NOON)
    assert "No trend breaks" in text(lead.get(f"{USUAL}publish"))


def test_what_the_bank_has_is_added_and_never_twice(lead: PersonsClient) -> None:
    lead.send_form(f"{LIST}new", name="Short", customer_kind="internal", source="bank")
    url = f"{LIST}short/bank"
    none = lead.send_form(url, revision="1")
    assert none.status_code == 422 and "Choose at least one question." in text(none)
    both = lead.send_form(url, revision="1", question=["easy", "effort"])
    assert "“Easy” and “Effort, on seven points” feed the same measure." in text(both)
    lead.send_form(url, revision="1", question=["satisfaction", "improve", "<script>"])
    assert codes("short") == ["satisfaction", "improve"]
    assert "Overall, how satisfied" not in text(lead.get(url))
    assert draft("short").length_sentence == (
        "There are 2 short questions and it takes about a minute. Only the first needs an answer."
    )


def test_a_survey_that_asks_nothing_cannot_be_published(lead: PersonsClient) -> None:
    lead.send_form(f"{LIST}new", name="Empty", customer_kind="resident", source="empty")
    page = lead.get(f"{LIST}empty/")
    assert "To settle before it can be published: 1 thing." in heading(page)
    assert "It asks nothing. Add a question." in text(page)
    check = lead.get(f"{LIST}empty/publish")
    assert "It cannot be published yet: 1 thing is to settle." in heading(check)
    assert lead.post(f"{LIST}empty/publish", data=fields_of(page)).status_code == 422


def fields_of(page: TestResponse) -> dict[str, str]:
    token = BeautifulSoup(page.text, "html.parser").find("input", {"name": "csrf_token"})
    assert token is not None
    return {"csrf_token": str(token["value"]), "revision": revision(page)}


def test_who_saves_second_gets_their_words_back_and_may_save_them_over_the_others(
    lead: PersonsClient, published: Survey
) -> None:
    url = f"{USUAL}questions/improve"
    mine = fields(lead.get(url))
    lead.send_form(url, **mine | {"wording": "What should we change?"})
    second = lead.send_form(url, **mine | {"wording": "What did we miss?", "hint": "Tell us all"})
    assert second.status_code == 409
    assert "Somebody else changed this survey" in text(second) and "it reads “What should we change?”" in text(second)
    kept = fields(second)
    assert (kept["wording"], kept["hint"]) == ("What did we miss?", "Tell us all")
    assert lead.send_form(url, **kept).status_code == 303
    assert draft().items[-1].question.wording == "What did we miss?"
    stale = lead.send_form(USUAL, do="remove improve", revision="1")
    assert "Nothing was changed" in text(lead.get(stale.location)) and "improve" in codes()
    assert lead.send_form(f"{USUAL}publish", revision="1").status_code == 409
    press(lead, "remove improve")
    gone = lead.send_form(url, form_at=f"{USUAL}about", **kept)
    assert gone.status_code == 409 and "What did we miss?" in gone.text and "Question 10, new" in heading(gone)


WRONG_QUESTIONS = {
    "empty": ({"wording": " "}, "Type the question."),
    "too long": ({"wording": "so " * 400}, "Use 500 characters or fewer."),
    "two answers alike": ({"answers-1-label": "Yes"}, "“Yes” is there twice."),
    "two that count the same": ({"answers-1-score": "3"}, "Two answers count the same."),
    "too few": ({"answers-0-label": "", "answers-1-label": "", "answers-2-label": ""}, "Give at least two answers"),
    "no score": ({"answers-0-score": "999"}, "Choose what each answer counts."),
    "a code twice": ({"answers-1-code": "yes"}, "The answers got mixed up."),
    "a code that is none": ({"answers-1-code": "<script>"}, "The answers got mixed up."),
    "another kind's measure": ({"asks": "nps"}, "Choose a measure that this kind of question can feed."),
    "another measure than before": ({"asks": "avoidable_contact"}, "The answers until now feed another measure"),
    "without what is counted": ({"answers-0-label": ""}, "The answer “Yes” is what the measure counts."),
    "no such choice": ({"asks_now": "maybe"}, "Choose one of the two."),
}


@pytest.mark.parametrize(("typed", "sentence"), WRONG_QUESTIONS.values(), ids=list(WRONG_QUESTIONS))
def test_what_cannot_be_taken_comes_back_with_the_reason(
    lead: PersonsClient, published: Survey, typed: dict[str, str], sentence: str
) -> None:
    url = f"{USUAL}questions/resolved"
    values = fields(lead.get(url)) | {"hint": "Kept <b>hint</b>"} | typed
    answer = lead.send_form(url, **values)
    assert answer.status_code == 422, text(answer)
    assert sentence in text(answer) and "There is a problem" in text(answer)
    back = fields(answer)
    assert back["hint"] == "Kept <b>hint</b>" and "<b>hint" not in answer.text, "escaped, and not lost"
    assert newest_edit(published) is None


WRONG_CONDITIONS = {
    "a later question": ({"terms-0-about": "improve"}, "Choose a question that is asked before"),
    "no comparison": ({"terms-0-comparison": "like"}, "Choose how it is compared."),
    "another question's answer": ({"terms-0-values": "yes"}, "Choose which answers."),
    "a text's answers": ({"terms-0-about": "why"}, "It has no answers to choose from."),
    "a number of a text": (
        {"terms-0-about": "why", "terms-0-comparison": "at_least", "terms-0-number": "3"},
        "neither numbers",
    ),
    "no number": ({"terms-0-comparison": "at_least", "terms-0-number": "many"}, "Type a number."),
    "a fact that is answered": (
        {"terms-0-about": "fact service", "terms-0-comparison": "is_answered"},
        "this is known of everybody",
    ),
    "no fact": ({"terms-0-about": "fact weather"}, "Choose a question that is asked before"),
}


@pytest.mark.parametrize(("typed", "sentence"), WRONG_CONDITIONS.values(), ids=list(WRONG_CONDITIONS))
def test_a_condition_that_makes_no_sense_is_refused_where_it_stands(
    lead: PersonsClient, published: Survey, typed: dict[str, str], sentence: str
) -> None:
    url = f"{USUAL}questions/resolved/asked-of"
    usual = {"terms-0-about": "satisfaction", "terms-0-comparison": "is", "terms-0-values": "5", "needs_all": "all"}
    answer = lead.send_form(url, revision="0", do="save", **usual | typed)
    assert answer.status_code == 422 and sentence in text(answer), text(answer)
    assert newest_edit(published) is None


@pytest.mark.parametrize(
    "path",
    ["none/", "after-contact/questions/of_another", "after-contact/rules/7", "after-contact/pages/9/rules/", "kiosk/"],
)
def test_what_is_not_there_is_not_found(lead: PersonsClient, published: Survey, path: str) -> None:
    publish_kiosk_survey(NOON)
    assert lead.get(f"{LIST}{path}").status_code == 404


def test_a_new_survey_says_what_is_missing_and_a_taken_name_gets_its_own_address(
    lead: PersonsClient, published: Survey
) -> None:
    wrong = lead.send_form(f"{LIST}new", name="", customer_kind="martian", source="")
    assert wrong.status_code == 422
    for sentence in ("Say what it is called", "Choose whom it asks.", "Choose what it begins with."):
        assert sentence in text(wrong)
    made = lead.send_form(f"{LIST}new", name="After contact", customer_kind="resident", source="empty")
    assert made.location == f"{LIST}after-contact-2/"


def test_a_survey_of_500_questions_is_shown_edited_and_takes_no_more(lead: PersonsClient) -> None:
    one = DEFAULT_SURVEY.items[1]
    items = (replace(one, question=replace(one.question, code=f"q{n}")) for n in range(500))
    start_survey(replace(DEFAULT_SURVEY, code="long", items=tuple(items)), "Made", now=NOON)
    long = f"{LIST}long/"
    assert "and takes about" in text(lead.get(long)) and "break off" in text(lead.get(f"{long}publish"))
    press(lead, "up q499", at=long)
    assert codes("long")[-2:] == ["q499", "q498"]
    assert "at most 500 questions" in press(lead, "copy q7", at=long)
    values = {"kind": "number", "revision": "2", "wording": "How often?"}
    full = lead.send_form(f"{long}questions/", form_at=f"{long}questions/?kind=number", **values)
    assert full.status_code == 422 and "at most 500 questions" in text(full) and "How often?" in full.text


def test_the_list_takes_as_many_statements_for_many_surveys_as_for_one(lead: PersonsClient, published: Survey) -> None:
    with statements() as one:
        lead.get(LIST)
    for n in range(5):
        start_survey(replace(DEFAULT_SURVEY, code=f"survey-{n}", name=f"Survey {n}"), "Made", now=NOON)
    with statements() as many:
        assert "5 have drafts that wait to be published." in heading(lead.get(LIST))
    assert len(many) == len(one)


@pytest.mark.parametrize("role", ["service_manager", "adviser", "assessor", "data_protection_officer"])
def test_only_those_who_may_edit_surveys_see_them(
    lead: PersonsClient, published: Survey, sign_in: Callable[..., PersonsClient], role: str
) -> None:
    other = sign_in(role, *(["housing"] if role in ("service_manager", "adviser") else []))
    assert other.get(LIST).status_code == 403 and other.get(USUAL).status_code == 403
    assert other.get(f"{USUAL}publish").status_code == 403
