"""Beside a claim stands the strongest thing against it; where nothing is claimed, what would be needed."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.caveats import AGAINST, NEEDED, Known, Shift, carried_by, caveat, largest_shift
from survey_app.measures.counting import Counted
from survey_app.measures.figures import Cell, Figure, adjust_together, make_figures
from survey_app.measures.targets import TargetLine
from survey_app.statistics.intervals import wilson_interval

YEAR = Period.financial_year(2025)
BOROUGH = (1222, 1234, 1152, 1188)
RESPONSE = Known(response=(1234, 9826))
PHONE = Shift("Phone", Fraction(1, 2), Fraction(3, 4))


def share(
    x1: int, n1: int, x2: int, n2: int, *, target: float | None = 0.9, measure: str = "satisfaction", **facts: object
) -> Figure:
    query = make_query(measure, YEAR.first, YEAR.last)
    line = None if target is None else TargetLine(None, target, "over", date(2020, 4, 1), None)
    cell = Cell(query, YEAR, (), Counted(x1, n1), Counted(x2, n2), line, provisional=False)
    (figure,) = make_figures(query.definition, [replace(cell, **facts)], "answers")
    return figure


@pytest.mark.parametrize(
    ("counts", "known", "sentence"),
    [
        (BOROUGH, RESPONSE, "12.6% of the 9,826 people reached answered; the others may feel differently."),
        (BOROUGH, Known(), "How many could have answered is not known, so those who did may be unlike the rest."),
        (
            BOROUGH,
            Known(response=(1234, 1234)),
            "It says how people felt after a contact, not what residents think of the council in general.",
        ),
        (BOROUGH, replace(RESPONSE, held=3), "3 answers are held for review and may still change it a little."),
        (BOROUGH, Known(held=1), "1 answer is held for review and may still change it a little."),
        (
            BOROUGH,
            Known(held=41),
            "41 answers are held for review: were all of them unfavourable, the change would not show.",
        ),
        (
            BOROUGH,
            Known(held=200),
            "200 answers are held for review: were all of them unfavourable, it would be 85.2%, "
            "on the other side of the target of 90%.",
        ),
        (
            BOROUGH,
            Known(by_staff=310, held=3),
            "Staff took down 310 of the 1,234 answers (25.1%), and people may be kinder to them.",
        ),
        (BOROUGH, Known(by_staff=100, response=(1234, 1234)), "It says how people felt after a contact"),
        (BOROUGH, Known(weighted=0.987), "How many could have answered is not known"),
        (BOROUGH, Known(weighted=0.97), "Weighted to who contacted us it is 97.0%, 2.0 points lower."),
        (
            BOROUGH,
            Known(weighted=0.89, carried_by="Housing options"),
            "Weighted to who contacted us it is 89.0%, on the other side of the target of 90%.",
        ),
        (
            BOROUGH,
            Known(carried_by="Housing options", channel_shift=PHONE),
            "Housing options carries the change: without it no change shows.",
        ),
        (
            BOROUGH,
            Known(channel_shift=PHONE, by_staff=400),
            "The mix of channels moved: Phone had 50.0% of the answers the year before and has 75.0% now, "
            "which can move the figure by itself.",
        ),
        (
            BOROUGH,
            Known(is_reworded=True, weighted=0.5),
            "The question was worded anew between the two periods, which can move answers by itself.",
        ),
        (BOROUGH, Known(target_set_late=True, is_reworded=True), "The target was set after answers could be seen."),
        (
            (386, 424, 320, 424),  # reached, by chance alone, and up
            RESPONSE,
            "The interval reaches down to 87.9%, under the target of 90%.",
        ),
        ((820, 1000, 870, 1000), Known(carried_by=None, target_set_late=True), "How many could have answered"),
    ],
)
def test_the_strongest_thing_against_a_claim_is_said_in_one_sentence(counts, known, sentence):
    found = caveat(share(*counts), known)
    assert found is not None
    assert found.label == AGAINST
    assert found.sentence.startswith(sentence)
    assert found.sentence.endswith(".")


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        # z squared times 0.9 times 0.1 over the square of 386/424 - 0.9 is 3210.4
        (
            (386, 424, 380, 424),
            "About 3,300 answers at this share would show that it reaches the target; there are 424.",
        ),
        # over the square of 440/500 - 0.9: 864.3
        ((440, 500, 445, 500), "About 870 answers at this share would show that it misses the target; there are 500."),
        ((450, 500, 450, 500), "At the target itself no number of answers tells above from below."),
        (
            (9001, 10000, 9001, 10000),
            "So close to the target no number of answers that we expect tells above from below.",
        ),
    ],
)
def test_where_no_target_is_settled_the_answers_that_would_settle_it_are_said(counts, sentence):
    found = caveat(share(*counts), RESPONSE)
    assert found is not None
    assert (found.label, found.sentence) == (NEEDED, sentence)


def test_the_answers_said_to_settle_a_target_do_settle_it():
    assert wilson_interval(8 * 386, 8 * 424).low >= 0.9  # 3,392 answers
    assert wilson_interval(7 * 386, 7 * 424).low < 0.9  # 2,968


def test_where_no_change_is_claimed_the_answers_that_it_needs_are_said():
    found = caveat(share(198, 200, 194, 200, target=None), RESPONSE)
    assert found is not None
    assert found.label == NEEDED
    assert found.sentence == "A true change of this size would need about 870 answers in each period to show."


def test_what_only_the_adjustment_forbids_says_so():
    one, *others = (share(762, 770, 747, 770), *(share(450, 500, 450, 500) for _ in range(7)))
    ((found, *_),) = adjust_together([[one, *others]])
    assert found.change is not None
    assert not found.change.is_claim
    said = caveat(found, RESPONSE)
    assert said is not None
    assert said.sentence == "Alone the change would show; among the 8 comparisons of this page it does not."


def test_a_provisional_or_small_figure_says_that_first():
    coming = caveat(share(*BOROUGH, provisional=True), replace(RESPONSE, target_set_late=True, held=500))
    small = caveat(share(29, 29, 29, 29, target=None), replace(RESPONSE, held=5))
    assert coming is not None and small is not None
    assert coming.sentence == "Answers are still coming in: the figure will move."
    assert small.sentence == "It stands on 29 answers; fewer than 30 are indicative only."


def test_where_lower_is_better_the_other_end_speaks():
    figure = share(45, 500, 100, 500, target=0.1, measure="avoidable_contact")
    found = caveat(figure, RESPONSE)
    assert found is not None
    assert found.sentence == "The interval reaches up to 11.8%, over the target of 10%."


@pytest.mark.parametrize("counts", [(7, 9, 40, 50), (0, 0, 40, 50)])
def test_beside_no_figure_stands_nothing(counts):
    assert caveat(share(*counts), replace(RESPONSE, held=50)) is None


def test_a_mix_that_moved_by_over_ten_points_is_named_with_both_shares():
    assert largest_shift({"Phone": 75, "Web": 25}, {"Phone": 50, "Web": 50}) == PHONE
    assert largest_shift({"Phone": 60, "Web": 40}, {"Phone": 50, "Web": 50}) is None
    assert largest_shift({"Phone": 29}, {"Web": 29}) is None
    assert largest_shift({"Kiosk": 40, "Web": 60}, {"Web": 60}) == Shift("Kiosk", Fraction(0), Fraction(2, 5))


def test_the_service_that_carries_a_change_is_named_and_one_among_several_is_not():
    whole = share(1950, 2000, 1880, 2000)
    housing, waste = share(490, 500, 420, 500), share(1460, 1500, 1460, 1500)
    assert carried_by(whole, {"Housing": housing, "Waste": waste}) == "Housing"
    even = {"Housing": share(975, 1000, 940, 1000), "Waste": share(975, 1000, 940, 1000)}
    assert carried_by(whole, even) is None
    assert carried_by(share(450, 500, 450, 500), even) is None
