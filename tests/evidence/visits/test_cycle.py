"""The rules of the cycle: when visits fall, what is shown again, and how an outcome is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from survey_app.evidence.models import Rating, VisitKind
from survey_app.evidence.visits.cycle import (
    Judgement,
    Stop,
    make_cycle,
    must_be_shown_again,
    outcome_words,
    round_from,
)

FULL, REVIEW = VisitKind.FULL, VisitKind.REVIEW
PLUS, MET, PARTIAL, NOT_MET, NO = (
    Rating.COMPLIANCE_PLUS,
    Rating.COMPLIANT,
    Rating.PARTIAL,
    Rating.NONE,
    Rating.NOT_APPLICABLE,
)
TODAY = date(2026, 5, 1)
HELD = Stop("cse", 1, FULL, 0, date(2025, 6, 17), date(2025, 6, 17), "compliant on all 57, 7 plus")
NEXT = Stop("cse", 1, REVIEW, 12, date(2026, 6, 24), to_show=19)
LAST = Stop("cse", 1, REVIEW, 24, date(2027, 6, 17), to_show=19)


def test_a_round_of_three_years_has_reviews_after_12_and_24_months():
    assert [(due.kind, due.months, due.on) for due in round_from(date(2024, 2, 29), 3)] == [
        (FULL, 0, date(2024, 2, 29)),
        (REVIEW, 12, date(2025, 2, 28)),
        (REVIEW, 24, date(2026, 2, 28)),
    ]
    assert [due.kind for due in round_from(date(2025, 6, 17), 1)] == [FULL]


def test_the_line_tells_what_was_held_what_is_next_and_when_it_begins_anew():
    cycle = make_cycle([LAST, HELD, NEXT], 3, TODAY)
    assert [(step.title, step.words) for step in cycle.steps] == [
        ("Full assessment", "17 June 2025, compliant on all 57, 7 plus"),
        ("12-month review", "24 June 2026, in 54 days; 19 elements to show again"),
        ("24-month review", "June 2027"),
        ("Full assessment", "June 2028"),
    ]
    assert [(step.is_held, step.is_next, step.day) for step in cycle.steps] == [
        (True, False, date(2025, 6, 17)),
        (False, True, date(2026, 6, 24)),
        (False, False, date(2027, 6, 17)),
        (False, False, None),  # nobody planned it yet
    ]
    assert cycle.sentence == (
        "Full assessment 17 June 2025: compliant on all 57, 7 plus. "
        "The 12-month review is due on 24 June 2026, in 54 days."
    )


def test_yearly_awards_show_those_that_led_here():
    awards = [Stop("cse", n, FULL, 0, day := date(2014 + n, 3, 2), day, "compliant on all 57") for n in range(1, 12)]
    cycle = make_cycle(awards, 1, TODAY)
    assert [step.words[-4:] if not step.is_held else step.words[:12] for step in cycle.steps] == [
        "2 March 2023",
        "2 March 2024",
        "2 March 2025",
        "2026",
    ]
    assert cycle.next is None
    assert cycle.sentence.endswith("No visit is planned.")


def test_a_visit_that_should_have_been_says_so():
    overdue = make_cycle([HELD, replace(NEXT, due_on=date(2026, 4, 30), to_show=0)], 3, TODAY)
    assert overdue.steps[1].words == "30 April 2026, 1 day ago; nothing to show again"
    assert "was due on 30 April 2026, 1 day ago" in overdue.sentence


@pytest.mark.parametrize(
    ("ratings", "words"),
    [
        ([MET] * 50 + [PLUS] * 7, "compliant on all 57, 7 plus"),
        ([MET, NO], "compliant on all 1"),
        (
            [MET, PLUS, PARTIAL, PARTIAL, NOT_MET, None],
            "compliant on 2 of 5, 1 plus, 2 partly met, 1 not met, 1 not rated",
        ),
        ([NO, None], "no element was rated"),
        ([], "no element was rated"),
    ],
)
def test_an_outcome_counts_what_the_assessor_rated(ratings, words):
    assert outcome_words(ratings) == words


def test_the_outcome_of_a_review_is_of_what_was_shown():
    assert outcome_words([MET] * 19, of_shown=True) == "compliant on all 19 shown"


@pytest.mark.parametrize(
    ("before", "again"),
    [
        (Judgement(MET), False),
        (Judgement(None), False),
        (Judgement(NO), False),
        (Judgement(PARTIAL), True),
        (Judgement(NOT_MET), True),
        (Judgement(MET, PARTIAL), True),
        (Judgement(PLUS, PLUS, "Show the panel's minutes next time."), True),
        (Judgement(PLUS, PLUS, "  "), False),
    ],
)
def test_what_is_short_or_was_remarked_on_is_shown_again(before, again):
    assert must_be_shown_again(before) is again
