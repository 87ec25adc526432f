"""The pages of visits: who may see and change them, and what they say in each state."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from survey_app.evidence import queries
from survey_app.evidence.elements.operations import write_claim
from survey_app.evidence.models import Accreditation, ExhibitKind, Rating, Visit
from survey_app.evidence.visits.operations import Said, hold_visit, plan_round
from survey_app.extensions import db
from survey_app.kernel.clock import london_day, utc_now
from survey_app.measures.address import make_query
from tests.evidence.test_pins import YEAR, pin

VISITS = "/evidence/cse/visits/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def full(year):
    """An assessment that is due today, with two reviews after it."""
    now = utc_now()
    visit = plan_round(queries.framework_by_code("cse"), london_day(now), now=now).visits[0]
    db.session.commit()
    return visit


def at(visit, *parts):
    return "/".join([f"{VISITS}{visit.due_on.isoformat()}", *parts])


def test_before_a_round_is_planned_the_page_says_what_to_do(year, sign_in):
    lead = sign_in("cse_lead")
    assert "No visit is planned." in lead.get(VISITS).text
    wrong = lead.send_form(VISITS, form_at=VISITS, on="31/2/2026", years="3", body="The assessor")
    assert wrong.status_code == 400
    assert "Type the day like 1/4/2026." in wrong.text and "The assessor" in wrong.text
    assert lead.send_form(VISITS, form_at=VISITS, on="17/6/2026", years="3").status_code == 303
    page = lead.get(VISITS).text
    assert "17 June 2026" in page and "June 2029" in page
    again = lead.send_form(VISITS, form_at=VISITS, on="17/6/2027", years="1")
    assert again.status_code == 400 and "call it off" in again.text


def test_a_visit_is_moved_prepared_and_written_down(full, sign_in):
    lead, review = sign_in("cse_lead"), full.accreditation.visits[1]
    there = at(review)
    assert "nothing must be shown again" in lead.get(there).text
    assert lead.send_form(f"{there}/shown", form_at=there, elements=["1.3.1", "1.3.2"]).status_code == 303
    assert "2 of 57 elements must be shown again" in lead.get(there).text
    moved = lead.send_form(f"{there}/move", form_at=there, on=f"{full.due_on:%d/%m/%Y}")
    assert moved.status_code == 400 and "Another visit is due" in moved.text
    form_at = at(full, "held")
    facts = {"on": f"{full.due_on:%d/%m/%Y}", "rating-1.3.1": "compliance_plus", "remark-1.3.1": HOSTILE}
    wrong = lead.send_form(form_at, form_at=form_at, **facts | {"rating-1.1.1": "splendid"})
    assert wrong.status_code == 400
    assert "Choose a rating for 1.1.1 from the list." in wrong.text and "&lt;script&gt;" in wrong.text
    assert lead.send_form(form_at, form_at=form_at, **facts).status_code == 303
    page = lead.get(at(full)).text
    assert "Compliance plus" in page and "Undo: it was not held yet" in page and HOSTILE not in page
    assert lead.get(form_at).status_code == 303
    assert lead.send_form(at(full, "take-back"), form_at=at(full)).status_code == 303
    assert HOSTILE.replace("<", "&lt;").replace(">", "&gt;") in lead.get(form_at).text


def test_an_element_of_a_visit_is_read_only_with_its_day_on_top(full, sign_in):
    element, now = queries.element_by_number("cse", "1.3.1"), utc_now()
    pin("1.3.1")
    write_claim(element, "We measured.", now=now)
    hold_visit(full, full.due_on, {"1.3.1": Said(Rating.COMPLIANT, "Good.")}, now=now)
    write_claim(element, "We claim more now.", now=now)
    db.session.commit()
    for role in ("cse_lead", "administrator", "data_protection_officer"):
        page = sign_in(role).get(at(full, "1.3.1"))
        assert "As it stood at the full assessment on" in page.text
        assert "We measured." in page.text and "We claim more now." not in page.text
        assert "95.1% of 489 answers" in page.text
        assert VISITS not in "".join(re.findall("<form([^>]+)", page.text))
    assert sign_in("cse_lead").get(at(full, "9.9.9")).status_code == 404
    assert sign_in("adviser", "housing").get(at(full, "1.3.1")).status_code == 403


def test_who_only_reads_changes_nothing(full, sign_in):
    reader = sign_in("administrator")
    assert "<textarea" not in reader.get(at(full)).text
    assert reader.get(at(full, "held")).status_code == 403
    for url in (VISITS, *(at(full, act) for act in ("move", "shown", "held", "take-back", "call-off"))):
        assert reader.post(url, data={"csrf_token": "x"}).status_code in {400, 403}
    assert db.session.scalar(select(Visit).where(Visit.held_on.is_not(None))) is None
    assert len(db.session.scalars(select(Accreditation)).all()) == 1


def test_the_hour_for_undoing_ends(full, sign_in):
    hold_visit(full, full.due_on, now=utc_now())
    full.frozen_at = utc_now() - timedelta(minutes=61)
    db.session.commit()
    lead = sign_in("cse_lead")
    assert "Undo" not in lead.get(at(full)).text
    refused = lead.send_form(at(full, "take-back"), form_at=VISITS)
    assert refused.status_code == 403 and "more than an hour ago" in refused.text


def test_history_tells_nobody_outside_what_two_figures_would_give_away(full, sign_in):
    """480 of housing beside 489 of all would tell of the nine of the registrars."""
    pin("1.3.1")
    pin("1.3.1", query=make_query("satisfaction", *YEAR, {"service": "housing"}), kind=ExhibitKind.FIGURE)
    hold_visit(full, full.due_on, now=utc_now())
    db.session.commit()
    inside = sign_in("cse_lead").get(at(full, "1.3.1")).text
    outside = sign_in("assessor").get(at(full, "1.3.1")).text
    assert "480" in inside and "Not shown" not in inside
    assert "480" not in outside and "Not shown: E02" in outside
