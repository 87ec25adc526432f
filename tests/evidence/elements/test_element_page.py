"""What the council says of an element: kept with its history, refused with a reason, never lost while typing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.evidence import queries
from survey_app.evidence.elements.operations import (
    Wording,
    import_cse,
    rate_element,
    restore_wording,
    reword,
    set_strongest,
    set_thresholds,
    write_guidance,
)
from survey_app.evidence.elements.queries import possible_owners, rating_history, strongest_at
from survey_app.evidence.models import ElementComment, Rating
from survey_app.evidence.thresholds import default_thresholds
from survey_app.evidence.visits.operations import plan_round
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, Refused
from tests.evidence.test_pins import LATER, pin
from tests.factories import make_user
from tests.statements import statements

ELEMENT = "/evidence/cse/1.3.1"


def element(number: str = "1.3.1"):
    return queries.element_by_number("cse", number)


def test_a_rating_is_kept_with_its_reason_and_all_that_came_before(year):
    rate_element(element(), Rating.PARTIAL, "One service is left out", now=LATER)
    rate_element(element(), Rating.PARTIAL, "Once more", now=LATER)
    rate_element(element(), Rating.COMPLIANT, "", now=LATER + timedelta(days=1))
    assert [(line.rating, line.reason) for line in rating_history(element())] == [
        (Rating.COMPLIANT, ""),
        (Rating.PARTIAL, "One service is left out"),
    ]


@pytest.mark.parametrize("rating", [Rating.COMPLIANCE_PLUS, Rating.PARTIAL, Rating.NONE, Rating.NOT_APPLICABLE])
def test_all_but_plain_compliance_needs_a_reason(year, rating):
    with pytest.raises(InvalidInput, match="Say why"):
        rate_element(element(), rating, "  ", now=LATER)
    assert element().rating is None


def test_a_rating_without_its_reason_comes_back_as_it_was_typed(year, sign_in):
    lead = sign_in("cse_lead")
    answer = lead.send_form(f"{ELEMENT}/rating", form_at=ELEMENT, rating="partial", reason="")
    assert answer.status_code == 400
    assert "Say why." in answer.text
    assert 'value="partial" checked' in answer.text
    done = lead.send_form(f"{ELEMENT}/rating", form_at=ELEMENT, rating="partial", reason="Planning is missing")
    assert done.status_code == 303
    page = lead.get(ELEMENT).text
    assert "own rating: partly met" in page and "Planning is missing" in page
    assert lead.send_form(f"{ELEMENT}/rating", form_at=ELEMENT, rating="superb", reason="x").status_code == 400


def test_an_owner_is_somebody_who_signs_in_or_a_name_and_the_audit_names_nobody(year, sign_in):
    lead = sign_in("cse_lead")
    person = make_user("service_manager", "housing", email="owner@anyborough.example")
    db.session.commit()
    lead.send_form(f"{ELEMENT}/owner", form_at=ELEMENT, owner_id=str(person.id), owner="", review_on="1/2/2027")
    page = lead.get(ELEMENT).text
    assert "owner@anyborough.example" in page and "1 February 2027" in page
    for there in (ELEMENT, "/evidence/"):
        assert "owner@anyborough.example" not in sign_in("assessor").get(there).text
    lead.send_form(f"{ELEMENT}/owner", form_at=ELEMENT, owner_id="", owner="R. Khan", review_on="")
    assert element().owner == "R. Khan" and element().owner_id is None
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "evidence.owner set")).all()
    assert len(lines) == 2
    assert not any("Khan" in str(line.after) or "owner@" in str(line.after) for line in lines)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"review_on": "soon"}, "Type the day like 1/4/2026."),
        ({"owner_id": "999999"}, "Choose somebody from the list."),
        ({"owner": "x" * 121}, "Use 120 characters or fewer."),
    ],
)
def test_an_owner_that_cannot_be_comes_back_as_it_was_typed(year, sign_in, typed, said):
    lead = sign_in("cse_lead")
    values = {"owner_id": "", "owner": "R. Khan", "review_on": "1/2/2027"} | typed
    answer = lead.send_form(f"{ELEMENT}/owner", form_at=ELEMENT, **values)
    assert answer.status_code == 400
    assert said in answer.text and values["owner"] in answer.text and values["review_on"] in answer.text


def test_notes_are_for_staff_alone(year, sign_in):
    write_guidance(element(), show_me="The desk rota", tell_me="Talk to the desk", notes="Weak: ask Ada", now=LATER)
    db.session.commit()
    lead, assessor = sign_in("cse_lead").get(ELEMENT).text, sign_in("assessor").get(ELEMENT).text
    assert "Weak: ask Ada" in lead
    assert "Weak: ask Ada" not in assessor
    assert "The desk rota" in assessor and "Talk to the desk" in assessor


def test_the_strongest_exhibit_stands_first_and_only_one_is_it(year, sign_in):
    first, second = pin("1.3.1"), pin("1.3.1", kind="chart")
    set_strongest(element(), first, now=LATER)
    set_strongest(element(), second, now=LATER)
    assert strongest_at(element()) == second.number
    db.session.commit()
    lead = sign_in("cse_lead")
    page = lead.get(ELEMENT).text
    assert page.index("/evidence/exhibits/E02") < page.index("/evidence/exhibits/E01")
    lead.send_form(f"{ELEMENT}/exhibits/2/strongest", form_at=ELEMENT)
    assert strongest_at(element()) is None
    with pytest.raises(Refused, match="does not stand"):
        set_strongest(element("1.3.2"), first, now=LATER)


def test_a_wording_can_be_changed_and_restored_and_loading_again_leaves_it(year):
    first = element()
    reword(first, Wording("1.3.1a", "Ask well", "Ours"), now=LATER)
    import_cse(now=LATER)
    assert (first.number, first.title, first.about) == ("1.3.1a", "Ask well", "Ours")
    restore_wording(first, now=LATER)
    assert (first.number, first.title, first.loaded) == ("1.3.1", "Measure satisfaction soundly and often", None)


def test_a_wording_that_cannot_be_is_refused(year, sign_in):
    lead = sign_in("cse_lead")
    there = f"{ELEMENT}/wording"
    taken = lead.send_form(there, form_at=there, number="1.3.2", title="Ask well", about="")
    assert (
        taken.status_code == 400 and "Another element has the number 1.3.2." in taken.text and "Ask well" in taken.text
    )
    assert "Give it a title." in lead.send_form(there, form_at=there, number="1.3.1", title="").text
    with pytest.raises(InvalidInput, match="no stroke"):
        reword(element(), Wording("1/3", "T", ""), now=LATER)
    assert lead.send_form(there, form_at=there, number="1.9", title="Ask", about="").location == "/evidence/cse/1.9"


def test_what_a_survey_renews_is_said_where_evidence_is_out_of_date(year, sign_in):
    exhibit = pin("1.3.1")
    exhibit.dated_on = date(2020, 1, 1)
    rate_element(element(), Rating.COMPLIANT, "", now=LATER)
    db.session.commit()
    lead = sign_in("cse_lead")
    assert "Satisfaction of the last year would renew E01" in lead.get("/evidence/?show=gaps").text
    assert "Not ready: newest exhibit is" in lead.get(ELEMENT).text


def test_an_assessor_sees_what_there_is_and_not_what_is_left_to_do(year, sign_in):
    pin("1.3.1").dated_on = date(2020, 1, 1)
    rate_element(element(), Rating.PARTIAL, "Planning is missing", now=LATER)
    db.session.commit()
    assessor = sign_in("assessor")
    page, board = assessor.get(ELEMENT).text, assessor.get("/evidence/?show=gaps").text
    assert "Partly met: " in page
    assert "1 of 57 elements has evidence." in board and "1 of 11 with evidence" in board and "All 57 elements" in board
    for homework in ("ready", "need work", "Quickest next step", "only gaps", "would not pass", "would renew"):
        assert homework not in page + board, homework


def test_an_open_question_of_the_assessor_is_a_gap(year, sign_in):
    assessor = make_user("assessor", email="a@anyborough.example")
    asked = {"element_id": element().id, "author_id": assessor.id, "is_assessors": True, "is_question": True}
    db.session.add(ElementComment(**asked, text="How?", at=LATER))
    pin("1.3.1")
    rate_element(element(), Rating.COMPLIANT, "", now=LATER)
    db.session.commit()
    assert "Answer the assessor" in sign_in("cse_lead").get("/evidence/?show=gaps").text


def test_mine_are_those_that_i_own(year, sign_in):
    lead = sign_in("cse_lead")
    assert "No element has you as its owner." in lead.get("/evidence/?show=mine").text
    number = str(next(user.id for user in possible_owners() if user.may("pin_evidence")))
    lead.send_form(f"{ELEMENT}/owner", form_at=ELEMENT, owner_id=number, owner="", review_on="")
    assert "mine (1)" in lead.get("/evidence/").text
    assert lead.get("/evidence/?show=mine&as=table").text.count('<th scope="row"><a href="/evidence/cse/') > 1


def test_thresholds_change_the_board_and_can_be_the_usual_again(year, sign_in):
    lead = sign_in("cse_lead")
    there = "/evidence/frameworks/cse/settings"
    typed = {"share_needed": "90", "partials": ["1", "", "0", "3", "2"], "ageing_months": "3", "stale_months": "6"}
    typed["pack_years"] = "3"
    assert lead.send_form(there, form_at=there, **typed).status_code == 303
    framework = queries.framework_by_code("cse")
    assert framework.thresholds["partials_allowed"] == [1, None, 0, 3, 2]
    assert "under 3 months" in lead.get("/evidence/").text
    wrong = lead.send_form(there, form_at=there, **{**typed, "ageing_months": "9", "partials": ["x", "", "", "", ""]})
    assert wrong.status_code == 400 and "Type a whole number for 1 Customer Insight" in wrong.text
    assert 'value="x"' in wrong.text
    set_thresholds(framework, default_thresholds("cse"), now=LATER)
    assert not framework.thresholds


def test_only_the_lead_edits(year, sign_in):
    reader = sign_in("administrator")
    for url in ("rating", "owner", "guidance", "wording", "wording/restore", "exhibits/1/strongest"):
        assert reader.post(f"{ELEMENT}/{url}", data={"csrf_token": "x"}).status_code in {400, 403}
    for url in (f"{ELEMENT}/wording", "/evidence/frameworks", "/evidence/frameworks/cse/settings"):
        assert reader.get(url).status_code == 403


def test_the_board_and_an_element_take_few_statements_whatever_they_hold(year, sign_in):
    lead = sign_in("cse_lead")
    pin("1.3.1")
    db.session.commit()
    with statements() as board:
        lead.get("/evidence/")
    with statements() as page:
        lead.get(ELEMENT)
    numbers = [each.number for each in queries.framework_by_code("cse").elements]
    pin(*numbers)
    pin(*numbers, kind="chart")
    for number in numbers:
        rate_element(element(number), Rating.COMPLIANT, "", now=LATER)
    db.session.commit()
    with statements() as full_board:
        lead.get("/evidence/")
    with statements() as full_page:
        lead.get(ELEMENT)
    plan_round(queries.framework_by_code("cse"), london_day(LATER), now=LATER)
    db.session.commit()
    with statements() as planned_board:
        lead.get("/evidence/")
    assert len(full_board) == len(board) < 20
    assert len(planned_board) == len(board) + 1
    assert len(full_page) - len(page) < 4
    assert len(full_page) < 50
