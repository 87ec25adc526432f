"""What stands beside figures in lists and cards, to the letter."""

import pytest

from survey_app.measures.sentences import compare_means, compare_nets, compare_shares, notes
from survey_app.statistics.intervals import NetCounts
from survey_app.statistics.target_status import Status
from survey_app.statistics.weighting import weighted_share

UP = compare_shares(1222, 1234, 1152, 1188)
DOWN = compare_shares(820, 1000, 870, 1000)
SAME = compare_shares(450, 500, 450, 500)
FEW = compare_shares(20, 29, 300, 400)


@pytest.mark.parametrize(
    ("change", "provisional", "words"),
    [
        (UP, False, "+2.1 points (+1.0 to +3.3)"),
        (DOWN, False, "−5.0 points (−8.2 to −1.8)"),
        (SAME, False, "0.0 points (−3.8 to +3.8): no change that we can show"),
        (FEW, False, "not enough answers to compare"),
        (None, True, "not judged while answers are coming in"),
        (None, False, "no figure to compare"),
        (compare_nets(NetCounts(392, 18, 14), NetCounts(365, 30, 29), nps=True), False, "+10 points (+3 to +16)"),
        (
            compare_means({1: 2, 2: 1, 3: 3, 4: 20, 5: 74}, {1: 4, 2: 3, 3: 10, 4: 33, 5: 50}),
            False,
            "+0.41 on the 1 to 5 scale (+0.16 to +0.66)",
        ),
        (compare_means({5: 40}, {4: 40}), False, "+1.00 on the 1 to 5 scale: no change that we can show"),
    ],
)
def test_a_change_beside_a_figure(change, provisional, words):
    assert notes.change_words(change, provisional=provisional) == words


@pytest.mark.parametrize(
    ("change", "before", "provisional", "words"),
    [
        (UP, "97.0%", False, "97.0% last year: +2.1 points (+1.0 to +3.3)"),
        (DOWN, "87.0%", False, "87.0% last year: −5.0 points (−8.2 to −1.8)"),
        (SAME, "90.0%", False, "90.0% last year: no change we can show"),
        (FEW, "75.0%", False, "Not enough answers to compare with last year"),
        (SAME, None, False, "Not enough answers to compare with last year"),
        (None, None, True, "Provisional: answers are still coming in"),
        (None, None, False, "No figure last year"),
    ],
)
def test_the_note_under_a_figure(change, before, provisional, words):
    assert notes.change_note(change, before=before, provisional=provisional) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([("Waste", SAME), ("Housing", FEW)], "No service shows a change on last year."),
        ([("Waste", None), ("Housing", FEW)], "No service can be compared with last year yet."),
        ([("Housing", DOWN)], f"Housing: {DOWN.sentence.replace('-', '−')}"),
        (
            [("Housing", UP), ("Waste", SAME)],
            f"Housing: {UP.sentence} No other service shows a change.",
        ),
    ],
)
def test_which_services_may_claim_a_change(changes, words):
    assert notes.changes_sentence(changes) == words


def test_the_words_of_cards():
    assert notes.fell_words("82.0% of 1,000", DOWN) == (
        "82.0% of 1,000, down from 87.0% last year: unlikely to be chance."
    )
    among = DOWN.allowing_for(14, 0.034)
    assert notes.fell_words("82.0% of 1,000", among).endswith("unlikely to be chance, allowing for 14 comparisons.")
    worse = compare_shares(300, 1000, 200, 1000, lower_is_better=True)
    assert notes.fell_words("30.0% of 1,000", worse).startswith("30.0% of 1,000, up from 20.0% last year")
    assert notes.below_target_words("83.0% of 100", Status.MISSED) == "83.0% of 100. The target is missed."
    assert notes.below_target_words("85.0% of 100", Status.NOT_PROVEN) == (
        "85.0% of 100. The target is not reached, though chance alone could explain it."
    )
    assert notes.lowest_words("91.7% of 60", 0.983) == "91.7% of 60; the council 98.3%."
    assert notes.weakest_words("92.9% of 1,171", 6, 0.99) == ("92.9% of 1,171, the lowest of 6; satisfaction is 99.0%.")
    assert notes.unheard_words(0.108, 0.126) == ("10.8% of those reached, 12.6% of all. They may be under-represented.")


@pytest.mark.parametrize(
    ("held", "words"),
    [(0, "no answers"), (1, "1 answer, in no figure yet"), (1200, "1,200 answers, in no figure yet")],
)
def test_answers_held_are_counted_beside_the_figure(held, words):
    assert notes.held_words(held) == words


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([(1.0, 100, 99)], "99.0% (effective base 100)"),
        # 1,100 squared over 10,010 is 120.9
        ([(10.0, 100, 90), (0.1, 1000, 900)], "90.0% (effective base 121; weights too uneven to rely on)"),
    ],
)
def test_a_weighted_value_has_its_effective_base(groups, words):
    share = weighted_share(groups)
    assert share is not None
    assert notes.weighted_words(share) == words


def test_thin_lines_say_why():
    assert notes.thin_months_words("month") == ""
    assert notes.thin_months_words("quarter") == "By quarter, because most months have fewer than 30 answers. "
    assert notes.none_shown_words("month") == "No month has the 10 answers that a figure needs."


@pytest.mark.parametrize(
    ("step", "shown", "more", "words"),
    [
        ("month", 0, {}, "No month has the 10 answers that a figure needs."),
        ("month", 1, {}, "Only one month can be shown: May 2025, 97.1% of 103."),
        ("month", 12, {}, "12 months shown; lowest in May 2025, 97.1% of 103."),
        ("month", 12, {"judged": 12, "reached": 12}, "All 12 months shown reached the target; lowest in May 2025, "),
        ("month", 12, {"judged": 12, "reached": 9}, "9 of 12 months shown reached the target; lowest in May 2025, "),
        ("month", 3, {"value_of_all": "97.1%"}, "3 months shown; each at 97.1%."),
        ("quarter", 4, {}, "By quarter, because most months have fewer than 30 answers. 4 quarters shown; lowest in "),
    ],
)
def test_a_line_is_said_as_counts(step, shown, more, words):
    assert notes.trend_sentence(step, shown, "May 2025, 97.1% of 103", **more).startswith(words)


def test_a_frozen_line_is_said_by_its_ends():
    said = notes.ends_sentence("month", 11, 12, "May 2025, -3.0% of 40", "June 2025, 99.0% of 98")
    assert said == "11 of 12 months shown: lowest in May 2025, −3.0% of 40 and highest in June 2025, 99.0% of 98."
    assert notes.ends_sentence("month", 0, 12, "", "") == "No month has the 10 answers that a figure needs."
