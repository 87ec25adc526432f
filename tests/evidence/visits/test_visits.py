"""Rounds, visits, what is frozen at them and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.evidence import queries
from survey_app.evidence.elements.operations import Wording, rate_element, reword, write_claim
from survey_app.evidence.exhibits.operations import unpin
from survey_app.evidence.models import Accreditation, AssessorAccess, Rating
from survey_app.evidence.visits.operations import (
    Said,
    call_off_visit,
    choose_to_show,
    hold_visit,
    move_visit,
    plan_round,
    take_back_held,
)
from survey_app.evidence.visits.queries import beat_last_year, beats_of, cycle_of, visit_on
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.address import make_query
from tests.evidence.test_pins import LATER, YEAR, pin
from tests.factories import make_user
from tests.statements import statements

DAY = london_day(LATER)
VISITS = "/evidence/cse/visits/"


def cse():
    return queries.framework_by_code("cse")


def planned(on=DAY, **facts):
    return plan_round(cse(), on, now=LATER, **facts).visits


def said_at(visit, number):
    return next(row for row in visit.elements if row.element.number == number)


def test_a_round_is_planned_and_its_visits_follow_each_other(year):
    full, first, second = planned(date(2026, 6, 17), body="An assessor")
    assert [visit.due_on.year for visit in (full, first, second)] == [2026, 2027, 2028]
    with pytest.raises(Refused, match="17 June 2028"):
        planned(date(2028, 6, 17))
    with pytest.raises(InvalidInput, match="1 to 5 years"):
        planned(date(2031, 1, 1), years=6)
    move_visit(first, date(2027, 7, 1), now=LATER)
    with pytest.raises(Refused, match="1 July 2027"):
        move_visit(full, date(2027, 7, 1), now=LATER)
    with pytest.raises(Refused, match="move that one first"):
        move_visit(full, date(2027, 8, 1), now=LATER)
    assert visit_on("cse", "2027-07-01") is first
    for wrong in ("2027-06-17", "tomorrow"):
        with pytest.raises(NotFound):
            visit_on("cse", wrong)


def test_a_visit_is_called_off_unless_somebody_counts_on_it(year):
    full, first, second = planned()
    user = make_user("assessor")
    access = AssessorAccess(
        user_id=user.id, framework_id=cse().id, visit_id=full.id, invited_at=LATER, expires_on=DAY, body=""
    )
    db.session.add(access)
    db.session.flush()
    with pytest.raises(Refused, match="invited"):
        call_off_visit(full, now=LATER)
    access.visit_id = None
    for visit in (full, first, second):
        call_off_visit(visit, now=LATER)
    assert db.session.scalars(select(Accreditation)).all() == []


def test_a_review_looks_again_at_what_is_short_and_at_what_was_remarked_on(year):
    framework = cse()
    for element in framework.elements:
        element.rating = Rating.COMPLIANT
    full, review, _ = planned()
    said = {"1.1.1": Said(Rating.PARTIAL), "1.1.2": Said(Rating.COMPLIANT, "Show the profile next time.")}
    hold_visit(full, DAY, said, now=LATER)
    queries.element_by_number("cse", "1.1.3").rating = Rating.PARTIAL
    assert cycle_of(framework, DAY).next.to_show == 3
    choose_to_show(review, ["1.1.1", "5.3.2"], now=LATER)
    assert cycle_of(framework, DAY).next.to_show == 2
    with pytest.raises(InvalidInput, match="There is no element"):
        choose_to_show(review, ["9.9.9"], now=LATER)
    with pytest.raises(Refused):
        choose_to_show(full, ["1.1.1"], now=LATER)
    hold_visit(review, DAY, {"1.1.1": Said(Rating.COMPLIANCE_PLUS)}, now=LATER)
    assert cycle_of(framework, DAY).steps[1].words.endswith("compliant on all 2 shown, 1 plus")
    assert said_at(review, "1.1.2").assessors_rating is None


def test_at_a_visit_everything_is_frozen_whatever_changes_afterwards(year):
    element = queries.element_by_number("cse", "1.3.1")
    exhibit = pin("1.3.1")
    write_claim(element, "We measure.", now=LATER)
    rate_element(element, Rating.COMPLIANT, "", now=LATER)
    full, *_ = planned()
    hold_visit(full, DAY, {"1.3.1": Said(Rating.COMPLIANCE_PLUS, "Exemplary.")}, "All well.", now=LATER)
    write_claim(element, "Something else.", now=LATER)
    reword(element, Wording("1.3.1a", "Another title", ""), now=LATER)
    unpin(exhibit, element, now=LATER)
    row = said_at(full, "1.3.1a")
    assert (row.own_rating, row.assessors_rating, row.remark) == (
        Rating.COMPLIANT,
        Rating.COMPLIANCE_PLUS,
        "Exemplary.",
    )
    assert (row.frozen["number"], row.frozen["claim"], row.beat) == ("1.3.1", "We measure.", "surpassed")
    (shown,) = row.frozen["exhibits"]
    assert (shown["number"], shown["code"]) == ("E01", exhibit.frozen.code)
    assert shown["shows"] == "Satisfaction 95.1% of 489 answers"
    with pytest.raises(Refused, match="was held on"):
        move_visit(full, date(2027, 1, 1), now=LATER)
    with pytest.raises(Refused, match="was held on"):
        hold_visit(full, DAY, now=LATER)


def test_what_was_pinned_after_the_day_of_a_visit_was_not_shown_there(year):
    pin("1.3.1")
    full, *_ = planned()
    hold_visit(full, DAY - timedelta(days=1), now=LATER)
    row = said_at(full, "1.3.1")
    assert (row.frozen["exhibits"], row.beat) == ([], None)


def test_what_was_written_down_can_be_undone_within_the_hour(year):
    full, *_ = planned()
    with pytest.raises(InvalidInput, match="ahead"):
        hold_visit(full, DAY + timedelta(days=1), now=LATER)
    hold_visit(full, DAY, {"1.1.1": Said(Rating.PARTIAL, "Thin.")}, "Report.", now=LATER)
    with pytest.raises(Refused, match="more than an hour ago"):
        take_back_held(full, now=LATER + timedelta(minutes=61))
    take_back_held(full, now=LATER + timedelta(minutes=60))
    assert (full.held_on, full.frozen_at, full.report) == (None, None, "Report.")
    assert (said_at(full, "1.1.1").frozen, said_at(full, "1.1.1").remark) == (None, "Thin.")
    written = list(db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)))
    assert written[-3:] == ["evidence.round planned", "evidence.visit held", "evidence.visit taken back"]


def test_an_element_beats_last_year_where_its_figure_does(year):
    """95.1% of 489 against 91.7% of 432: tested. Timeliness has no year before."""
    pin("1.3.1")
    pin("5.3.1", query=make_query("timeliness", *YEAR))
    assert beat_last_year(queries.element_by_number("cse", "1.3.1"), LATER) == "surpassed"
    assert beat_last_year(queries.element_by_number("cse", "5.3.1"), LATER) is None
    assert beat_last_year(queries.element_by_number("cse", "1.1.1"), LATER) is None
    beat = beats_of(cse().id, LATER)[queries.element_by_number("cse", "1.3.1").id]
    assert beat.sentence == "2025/26 against 2024/25. Better than last year: Satisfaction."


def test_the_board_reads_one_statement_for_each_figure(year):
    for number in ("1.3.1", "1.3.2", "1.3.4", "1.3.5"):
        pin(number)
    framework = cse()
    with statements() as few:
        beats_of(framework.id, LATER)
    pin("5.3.1", query=make_query("timeliness", *YEAR))
    with statements() as many:
        beats_of(framework.id, LATER)
    assert len(many) == len(few) + 1 < 21
