"""The evidence pages: who may see and change them, and what they say in each state."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from survey_app.evidence import queries
from survey_app.evidence.elements.operations import rate_element, write_claim
from survey_app.evidence.models import Rating
from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.address import make_query
from survey_app.measures.definitions import measure_named
from survey_app.measures.operations import name_headline
from survey_app.responses.models import SurveyResponse
from tests.evidence.test_pins import LATER, YEAR, pin
from tests.factories import make_council, withdraw

ELEMENT = "/evidence/cse/1.3.1"
FIGURE = "satisfaction~2025-04-01~2026-03-31"
HOSTILE = "<script>alert(1)</script> & “us”"


def test_before_anything_is_loaded_the_page_says_what_to_do(app, sign_in):
    make_council()
    lead = sign_in("cse_lead")
    assert "no framework to gather evidence for yet" in lead.get("/evidence/").text
    assert lead.send_form("/evidence/frameworks/cse/load", form_at="/evidence/").status_code == 303
    page = lead.get("/evidence/").text
    assert "0 of 57 elements are ready." in page
    assert "57 have no evidence" in page
    assert "the 15 that your survey can show" in page
    assert "Load the 57" not in page


def test_the_board_begins_with_how_many_elements_are_ready(year, sign_in):
    pin("1.3.1", "1.3.4")
    rate_element(queries.element_by_number("cse", "1.3.1"), Rating.COMPLIANT, "", now=LATER)
    page = sign_in("cse_lead").get("/evidence/").text
    assert "1 of 57 elements is ready." in page
    assert "55 have no evidence, 1 is not rated" in page


@pytest.mark.parametrize("role", ["adviser", "service_manager"])
def test_others_do_not_see_evidence(year, sign_in, role):
    person = sign_in(role, "housing")
    assert person.get("/evidence/").status_code == 403
    assert person.get(ELEMENT).status_code == 403


@pytest.mark.parametrize("role", ["assessor", "administrator", "data_protection_officer"])
def test_readers_have_no_controls_and_no_way_around_them(year, sign_in, role):
    pin("1.3.1")
    reader = sign_in(role)
    page = reader.get(ELEMENT).text
    assert "95.1% of 489 answers" in page
    theirs = {"/evidence/sitting/cse/1.3.1", f"{ELEMENT}/comments"} if role == "assessor" else set()
    assert set(re.findall('<form[^>]+action="([^"]+)"', page)) == {"/accounts/sign-out"} | theirs
    token = {"csrf_token": "x"}
    for url in (f"{ELEMENT}/claim", f"{ELEMENT}/exhibits/1/unpin", f"{ELEMENT}/exhibits/1/pin", "/evidence/pins"):
        assert reader.post(url, data=token).status_code in {400, 403}
    assert reader.get(f"/evidence/pins/new?figure={FIGURE}").status_code == 403
    assert len(queries.element_by_number("cse", "1.3.1").exhibits) == 1


def test_an_assessor_does_not_see_two_figures_that_tell_of_a_few(year, sign_in):
    """480 of housing beside 489 of all would tell of the nine of the registrars."""
    pin("1.3.4")
    pin("1.3.1", query=make_query("satisfaction", *YEAR, {"service": "housing"}))
    assessor, lead = sign_in("assessor").get(ELEMENT).text, sign_in("cse_lead").get(ELEMENT).text
    assert "Not shown: E02." in assessor and "480" not in assessor
    assert "Not shown" not in lead and "of 480 answers" in lead


def test_an_assessor_gets_no_link_to_pages_that_are_closed_to_them(year, sign_in):
    pin("1.3.1")
    assert "/figures/" not in sign_in("assessor").get(ELEMENT).text
    assert f"/figures/{FIGURE}" in sign_in("cse_lead").get(ELEMENT).text


def test_a_suggestion_is_pinned_with_one_press(year, sign_in):
    lead = sign_in("cse_lead")
    lead.get(ELEMENT)
    done = lead.send_form("/evidence/pins", form_at=ELEMENT, figure=FIGURE, kind="chart", elements="cse/1.3.1")
    assert (done.status_code, done.location) == (303, f"{ELEMENT}?pinned=1")
    page = lead.get(done.location).text
    assert "E01 stands at this element" in page
    assert "Satisfaction by month" in page
    assert "Apr 2025" in page
    assert "Jan 2026" in page  # a month is of its own year, not of the financial one


def test_any_figure_is_pinned_to_many_elements(year, sign_in):
    lead = sign_in("cse_lead")
    there = f"/evidence/pins/new?figure={FIGURE}"
    assert "95.1% of 489 answers" in lead.get(there).text
    lead.send_form(
        "/evidence/pins", form_at=there, figure=FIGURE, kind="figure", title="Ours", elements=["cse/1.3.2", "cse/2.1.4"]
    )
    (exhibit,) = queries.element_by_number("cse", "2.1.4").exhibits
    assert exhibit.title == "Ours"
    assert exhibit.pinned_by is not None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"elements": []}, "Choose at least one element."),
        ({"elements": ["cse/9.9.9"]}, "Choose elements from the list."),
        ({"figure": "nonsense"}, "is not the address of a figure"),
        ({"figure": f"{FIGURE}~service.registrars"}, "fewer than 10"),
        ({"figure": f"{FIGURE}~service.nowhere"}, "There is no service nowhere"),
        ({"title": "x" * 201}, "200 characters"),
        ({"kind": "pie"}, "Choose how it should be shown"),
    ],
)
def test_what_cannot_be_pinned_comes_back_as_it_was_typed(year, sign_in, values, said):
    lead = sign_in("cse_lead")
    typed = {"figure": FIGURE, "kind": "figure", "title": "My words", "elements": ["cse/1.3.1"]} | values
    answer = lead.send_form("/evidence/pins", form_at=f"/evidence/pins/new?figure={FIGURE}", **typed)
    assert answer.status_code == 400
    assert said in answer.text
    assert typed["title"] in answer.text
    assert "<title>Error: " in answer.text
    assert all(not element.exhibits for element in queries.all_frameworks()[0].elements)


def test_a_claim_that_is_too_long_is_not_lost(year, sign_in):
    lead = sign_in("cse_lead")
    answer = lead.send_form(f"{ELEMENT}/claim", form_at=ELEMENT, claim="treasure " * 61)
    assert answer.status_code == 400
    assert "The claim has 61 words." in answer.text
    assert answer.text.count("treasure") == 61


def test_a_hostile_claim_is_only_text(year, sign_in):
    lead = sign_in("cse_lead")
    lead.send_form(f"{ELEMENT}/claim", form_at=ELEMENT, claim=HOSTILE)
    page = lead.get(ELEMENT).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “us”" in page


def test_what_is_taken_off_is_put_back_with_one_press(year, sign_in):
    pin("1.3.1")
    lead = sign_in("cse_lead")
    gone = lead.send_form(f"{ELEMENT}/exhibits/1/unpin", form_at=ELEMENT)
    page = lead.get(gone.location).text
    assert "E01 was taken off" in page
    assert "Put it back" in page
    lead.send_form(f"{ELEMENT}/exhibits/1/pin", form_at=gone.location)
    assert "95.1% of 489 answers" in lead.get(ELEMENT).text


def test_a_missing_element_is_a_missing_page(year, sign_in):
    lead = sign_in("cse_lead")
    assert lead.get("/evidence/cse/9.9.9").status_code == 404
    assert lead.get("/evidence/none/1.3.1").status_code == 404
    assert lead.get("/evidence/pins/new?figure=none").status_code == 400


def test_a_figure_that_has_changed_since_says_so(year, sign_in):
    pin("1.3.1")
    withdraw(db.session.scalars(select(SurveyResponse)).first())
    write_claim(queries.element_by_number("cse", "1.3.1"), "We ask.", now=LATER)
    page = sign_in("assessor").get(ELEMENT).text
    assert "95.1% of 489 answers" in page
    assert "464 of 488" in page


def test_a_frozen_figure_says_where_it_is_used_to_those_who_may_open_it(year, sign_in):
    code = pin("1.3.1", "5.3.1").passport.code
    page = sign_in("cse_lead").get(f"/figures/{code}").text
    assert '<a href="/evidence/cse/1.3.1">Exhibit E01 at 1.3.1</a>' in page
    assert "Exhibit E01 at 5.3.1" in page
    assert f'href="/figures/{code}"' in sign_in("cse_lead").get(ELEMENT).text
    assert f'href="/figures/{code}"' not in sign_in("assessor").get(ELEMENT).text


def test_exhibits_of_one_element_allow_for_each_other_and_a_headline_named_in_time_for_none(year, sign_in):
    lead = sign_in("cse_lead")
    for measure in ("satisfaction", "satisfaction_mean"):
        figure = FIGURE.replace("satisfaction", measure, 1)
        lead.send_form("/evidence/pins", form_at=ELEMENT, figure=figure, kind="figure", elements="cse/1.3.1")
    page = lead.get(ELEMENT).text
    assert "Up from" not in page and page.count("not enough when 2 comparisons are made") == 1
    days = Period.financial_year(2025)
    before = day_starts_at(days.first - ONE_DAY)
    name_headline(measure_named("satisfaction"), days, named_by="Cabinet", reason="Our promise", now=before)
    db.session.commit()
    page = lead.get(ELEMENT).text
    assert "Up from 91.7% to 95.1%" in page and "2 comparisons" not in page
