"""Exhibits that are no figures: what may stand as one, where, and what a reader sees of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from survey_app.actions.models import Direction, Improvement, Prompt
from survey_app.evidence import queries
from survey_app.evidence.exhibits.operations import (
    add_document,
    add_improvement,
    add_link,
    add_table,
    checked_url,
    unpin,
)
from survey_app.evidence.models import Document, Exhibit
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.definitions import measure_named
from survey_app.measures.operations import publish_edition
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.published import proposed_edition
from tests.evidence.test_pins import LATER, YEAR, pin
from tests.factories import NOON

ELEMENT = "/evidence/cse/4.3.5"
NEW = "/evidence/exhibits/new?element=cse/4.3.5"


def element(number: str = "4.3.5"):
    return queries.element_by_number("cse", number)


def make_improvement(**facts) -> Improvement:
    defaults = {
        "number": 2,
        "title": "Officers at the front desk",
        "heard": "Hard to reach somebody",
        "did": "Two officers sit at the desk",
        "prompt": Prompt.SURVEY,
        "done_on": date(2025, 9, 1),
        "measure": "satisfaction",
        "where": {},
        "direction": Direction.INCREASE,
        "entered_at": NOON,
        "named_at": NOON,
    }
    improvement = Improvement(**defaults | facts)
    db.session.add(improvement)
    db.session.flush()
    return improvement


def publish():
    year, measure = Period.parse("2025/26"), measure_named("satisfaction")
    found = proposed_edition(measure, year, [], standing=read_standing(LATER))
    return publish_edition("satisfaction", year, seen=found.edition.digest, now=LATER)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://anyborough.example/report", "begins with https://"),
        ("javascript:alert(1)", "begins with https://"),
        ("https:///report", "begins with https://"),
        ("https://ada:secret@anyborough.example/", "name or a password"),
        ("https://anyborough.example/a b", "no spaces"),
        ("https://anyborough.example/" + "x" * 1000, "1000 characters"),
        ("https://[broken", "no address"),
    ],
)
def test_a_link_is_an_https_address_of_a_page(url, said):
    with pytest.raises(InvalidInput, match=said):
        checked_url(url)


def test_a_link_has_a_title_and_a_day_that_decides_how_fresh_it_is(year, sign_in):
    lead = sign_in("cse_lead")
    typed = {"element": "cse/4.3.5", "address": "https://anyborough.example/review", "title": "Complaints review"}
    done = lead.send_form("/evidence/exhibits/links", form_at=NEW, **typed, dated_on="12/2/2026")
    assert done.location == f"{ELEMENT}?pinned=1"
    page = sign_in("assessor").get(ELEMENT).text
    assert '<a href="https://anyborough.example/review" rel="noopener noreferrer">Complaints review</a>' in page
    assert "12 February 2026" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"address": "http://anyborough.example"}, "https://"),
        ({"title": ""}, "Give the page a title."),
        ({"dated_on": "soon"}, "Type the day like 1/4/2026."),
        ({"dated_on": "1/1/2099"}, "The day lies ahead"),
    ],
)
def test_a_link_that_cannot_be_comes_back_as_it_was_typed(year, sign_in, typed, said):
    values = {"address": "https://anyborough.example/review", "title": "Our review", "dated_on": "12/2/2026"} | typed
    answer = sign_in("cse_lead").send_form("/evidence/exhibits/links", form_at=NEW, element="cse/4.3.5", **values)
    assert answer.status_code == 400
    assert said in answer.text
    assert all(value in answer.text for value in values.values())
    assert db.session.scalars(select(Exhibit)).all() == []


def test_an_improvement_is_one_exhibit_wherever_it_stands_and_says_what_it_did(year, sign_in):
    improvement = make_improvement()
    first = add_improvement(improvement, [element()], now=LATER)
    assert add_improvement(improvement, [element("1.3.5")], now=LATER) is first
    db.session.commit()
    page = sign_in("assessor").get(ELEMENT).text
    assert "B: Officers at the front desk" in page
    assert "/actions/improvements/" not in page
    lead = sign_in("cse_lead").get("/evidence/exhibits/E01").text
    assert "It stands at 2 elements" in lead and "/actions/improvements/B" in lead


def test_an_improvement_that_lies_ahead_or_was_dropped_is_no_evidence(year, sign_in):
    with pytest.raises(Refused, match="once it is made"):
        add_improvement(make_improvement(done_on=date(2030, 1, 1)), [element()], now=LATER)
    improvement = make_improvement(number=3)
    add_improvement(improvement, [element()], now=LATER)
    improvement.dropped_at = LATER
    db.session.commit()
    assert "It was dropped since" in sign_in("cse_lead").get(ELEMENT).text


def test_published_tables_stand_as_everybody_may_read_them(year, sign_in):
    edition = publish()
    add_table(edition, [element("4.1.2")], now=LATER)
    assert add_table(edition, [element("4.1.2")], now=LATER).number == 1
    db.session.commit()
    page = sign_in("assessor").get("/evidence/exhibits/E01").text
    assert "Satisfaction, published tables 2025/26" in page
    assert "All answers" in page and "not shown" in page


def test_what_exists_is_offered_and_added_with_one_press(year, sign_in):
    improvement = make_improvement()
    publish()
    db.session.commit()
    lead = sign_in("cse_lead")
    page = lead.get("/evidence/cse/1.3.2").text
    assert "Officers at the front desk" in page and "Published tables of satisfaction" in page
    typed = {"element": "cse/1.3.2", "improvement": str(improvement.id)}
    lead.send_form("/evidence/exhibits/improvements", form_at="/evidence/cse/1.3.2", **typed)
    assert queries.element_by_number("cse", "1.3.2").exhibits[0].improvement is improvement
    nothing = {"element": "cse/1.3.2", "improvement": "999"}
    assert lead.send_form("/evidence/exhibits/improvements", form_at=NEW, **nothing).status_code == 400
    assert lead.send_form("/evidence/exhibits/tables", form_at=NEW, element="cse/4.3.5", edition="x").status_code == 400


def test_a_document_is_cited_by_its_content(year, sign_in):
    document = Document(
        sha256="ab" * 32, name="audit.pdf", media_type="application/pdf", size=81_500, content=b"x", uploaded_at=NOON
    )
    exhibit = add_document(document, "Privacy audit", date(2026, 1, 5), [element("2.1.5")], now=LATER)
    assert add_document(document, "Privacy audit", date(2026, 2, 5), [element()], now=LATER) is exhibit
    assert exhibit.dated_on == date(2026, 2, 5)
    db.session.commit()
    page = sign_in("assessor").get(ELEMENT).text
    assert "/evidence/documents/abababababababab" in page and "audit.pdf, 82 kB" in page


def test_an_exhibit_is_cited_at_further_elements_from_both_sides(year, sign_in):
    pin("1.3.1")
    db.session.commit()
    lead = sign_in("cse_lead")
    lead.send_form("/evidence/exhibits/E01/elements", form_at="/evidence/exhibits/E01", element="cse/1.3.4")
    lead.send_form("/evidence/exhibits/cite", form_at=NEW, element="cse/4.3.5", exhibit="1")
    assert "It stands at 3 elements" in lead.get("/evidence/exhibits/E01").text
    wrong = lead.send_form("/evidence/exhibits/E01/elements", form_at="/evidence/exhibits/E01", element="cse/9.9.9")
    assert wrong.status_code == 400 and "There is no element 9.9.9" in wrong.text
    assert lead.send_form("/evidence/exhibits/cite", form_at=NEW, element="cse/4.3.5", exhibit="77").status_code == 400


def test_an_outsider_does_not_see_an_exhibit_that_would_tell_of_a_few_or_stands_nowhere(year, sign_in):

    pin("1.3.4")
    pin("1.3.1", query=make_query("satisfaction", *YEAR, {"service": "housing"}))
    nowhere = add_link("https://anyborough.example", "Page", date(2026, 1, 1), [element()], now=LATER)
    unpin(nowhere, element(), now=LATER)
    db.session.commit()
    assessor, lead = sign_in("assessor"), sign_in("cse_lead")
    assert [assessor.get(f"/evidence/exhibits/E0{n}").status_code for n in (1, 2, 3)] == [200, 404, 404]
    assert [lead.get(f"/evidence/exhibits/E0{n}").status_code for n in (1, 2, 3, 4)] == [200, 200, 200, 404]
    assert lead.get("/evidence/exhibits/nothing").status_code == 404


def test_a_pinned_figure_is_dated_by_the_last_of_its_days(year):
    exhibit = pin("1.3.1", now=LATER + timedelta(days=30))
    assert exhibit.day == date(2026, 3, 31)


def test_readers_add_nothing(year, sign_in):
    reader = sign_in("administrator")
    assert reader.get(NEW).status_code == 403
    for url in ("cite", "improvements", "tables", "links", "quotes", "E01/elements"):
        assert reader.post(f"/evidence/exhibits/{url}", data={"csrf_token": "x"}).status_code in {400, 403}
