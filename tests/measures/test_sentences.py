from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.periods import Period
from survey_app.measures.sentences import (
    Verdict,
    against_the_rest,
    compare_groups,
    compare_means,
    compare_medians,
    compare_nets,
    compare_shares,
    for_page,
    headline,
    target_sentence,
    together,
)
from survey_app.statistics.intervals import NetCounts, wilson_interval
from survey_app.statistics.rounding import share_text
from survey_app.statistics.target_status import Comparator, Target, share_status
from tests.oracles import oracle

OVER_NINETY = Target(0.9, Comparator.OVER)
YEAR = Period.parse("2025/26")
AFTER = date(2026, 5, 1)
SHARES = st.integers(30, 1500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
BOROUGH = (1222, 1234, 1152, 1188)


@pytest.mark.shared
def test_changes_are_judged_and_worded_to_the_letter():
    for row in oracle("change_sentence.csv"):
        change = compare_shares(*(int(row[key]) for key in ("x1", "n1", "x2", "n2")))
        assert change.sentence == row["sentence"]
        assert change.verdict == row["verdict"]
        assert change.p_value == pytest.approx(float(row["p_value"]), rel=1e-8)


@pytest.mark.shared
def test_the_figures_of_the_scenarios_are_shown_as_they_must_be():
    for row in oracle("scenario_figures.csv"):
        x1, n1 = int(row["x1"]), int(row["n1"])
        target = OVER_NINETY if row["target"] else None
        assert share_text(x1, n1, 0.9 if target else None) == row["shown"]
        assert wilson_interval(x1, n1) == pytest.approx((float(row["low"]), float(row["high"])), rel=1e-8)
        assert share_status(x1, n1, target) == row["status"]
        if row["sentence"]:
            change = compare_shares(x1, n1, int(row["x2"]), int(row["n2"]))
            assert (change.verdict, change.sentence) == (row["verdict"], row["sentence"])
            assert change.p_value == pytest.approx(float(row["p_value"]), rel=1e-8)


@pytest.mark.parametrize(
    ("counts", "verdict", "sentence"),
    [
        (
            BOROUGH,
            "improved",
            "Up from 97.0% to 99.0%, +2.1 points (95% interval +1.0 to +3.3): "
            "with 1,234 answers against 1,188 last year this is unlikely to be chance.",
        ),
        (
            (1164, 1200, 1188, 1200),
            "fell",
            "Down from 99.0% to 97.0%, -2.0 points (95% interval -3.2 to -0.9): "
            "with 1,200 answers against 1,200 last year this is unlikely to be chance.",
        ),
        (
            (198, 200, 194, 200),
            "no_change_shown",
            "99.0% against 97.0% last year, +2.0 points (95% interval -1.0 to +5.5): no change that we can show; "
            "a true change of this size would need about 870 answers in each period to show.",
        ),
        (
            (450, 500, 450, 500),
            "no_change_shown",
            "90.0%, the same as last year (95% interval -3.8 to +3.8): no change that we can show.",
        ),
        (
            (100, 100, 95, 100),
            "no_change_shown",
            "100.0% against 95.0% last year, +5.0 points (95% interval +0.3 to +11.2): no change that we can show "
            "(the interval clears zero but the exact test does not, p = 0.059); "
            "a true change of this size would need about 190 answers in each period to show.",
        ),
        (
            (1000, 2001, 1000, 2000),
            "no_change_shown",
            "50.0% against 50.0% last year, 0.0 points (95% interval -3.1 to +3.1): no change that we can show; "
            "a change as small as this could not be shown with any number of answers we expect.",
        ),
        (
            (29, 29, 300, 400),
            "not_enough",
            "Not enough answers to compare: 29 now and 400 last year; we compare from 30 answers in each.",
        ),
        (
            (1100, 1200, 7, 9),
            "not_enough",
            "Not enough answers to compare: 1,200 now and fewer than 10 last year; we compare from 30 answers in each.",
        ),
    ],
)
def test_a_change_of_a_share_is_said_in_one_sentence(counts, verdict, sentence):
    change = compare_shares(*counts)
    assert (change.verdict, change.sentence) == (verdict, sentence)


def test_a_test_without_its_interval_makes_no_claim():
    change = compare_shares(66, 66, 1889, 2000)
    assert change.verdict is Verdict.NO_CHANGE_SHOWN
    assert "(the exact test finds a difference, p = 0.049, but the interval includes zero)" in change.sentence


def test_too_few_answers_give_no_figure_of_a_change():
    change = compare_shares(20, 29, 300, 400)
    assert (change.difference, change.low, change.high, change.p_value, change.adjusted_p) == (None,) * 5


def test_a_sentence_starts_with_a_capital_even_for_over_99_9():
    assert compare_shares(2499, 2500, 2498, 2500).sentence.startswith("Over 99.9% against 99.9% last year")


def test_the_earlier_figure_goes_by_the_name_of_the_comparison():
    change = compare_shares(450, 500, 450, 500, comparison="the three months before")
    assert change.sentence.startswith("90.0%, the same as the three months before (95%")


def test_where_lower_is_better_the_verdict_turns_and_the_words_do_not():
    change = compare_shares(300, 1000, 200, 1000, lower_is_better=True)
    assert change.verdict is Verdict.FELL
    assert change.sentence.startswith("Up from 20.0% to 30.0%")
    assert compare_shares(200, 1000, 300, 1000, lower_is_better=True).verdict is Verdict.IMPROVED


@given(SHARES, SHARES)
def test_a_claim_needs_the_test_and_the_interval(now, before):
    change = compare_shares(*now, *before)
    assert change.p_value is not None
    assert change.low is not None
    assert change.high is not None
    assert (change.verdict is Verdict.IMPROVED) == (change.p_value <= 0.05 and change.low > 0)
    assert (change.verdict is Verdict.FELL) == (change.p_value <= 0.05 and change.high < 0)
    turned = compare_shares(*before, *now)
    assert turned.is_claim == change.is_claim
    assert change.sentence.endswith(".")


def test_a_claim_made_among_others_says_so():
    changes = together([compare_shares(*BOROUGH), compare_shares(85, 100, 92, 100)])
    first = changes[0]
    assert first.verdict is Verdict.IMPROVED
    assert first.sentence.endswith("this is unlikely to be chance (allowing for 2 comparisons).")
    assert (first.p_value, first.adjusted_p, first.adjusted_for) == (
        pytest.approx(0.00038988152, rel=1e-6),
        pytest.approx(2 * 0.00038988152, rel=1e-6),
        2,
    )


def test_a_change_that_only_the_correction_forbids_gives_its_p_value():
    unmoved = [compare_shares(450, 500, 450, 500)] * 7
    change = together([compare_shares(762, 770, 747, 770), *unmoved])[0]
    assert change.verdict is Verdict.NO_CHANGE_SHOWN
    assert "no change that we can show (p = 0.010, not enough when 8 comparisons are made); a true" in change.sentence


def test_what_cannot_be_tested_does_not_count_as_a_comparison():
    changes = together([compare_shares(*BOROUGH), compare_shares(5, 9, 92, 100)])
    assert [change.adjusted_for for change in changes] == [1, 1]
    assert "allowing" not in changes[0].sentence
    assert changes[1].verdict is Verdict.NOT_ENOUGH


def test_judged_among_fewer_again_a_change_is_what_it_was():
    alone = compare_shares(762, 770, 747, 770)
    among, _ = together([alone, compare_shares(450, 500, 450, 500)])
    assert among.adjusted_for == 2
    assert together([among]) == [alone]


@pytest.mark.parametrize(
    ("part", "rest", "verdict", "sentence"),
    [
        (
            (1188, 1200),
            (1164, 1200),
            "higher",
            "Higher: 99.0% against 97.0%, +2.0 points (95% interval +0.9 to +3.2): "
            "with 1,200 answers against 1,200 in the rest this is unlikely to be chance.",
        ),
        (
            (820, 1000),
            (870, 1000),
            "lower",
            "Lower: 82.0% against 87.0%, -5.0 points (95% interval -8.2 to -1.8): "
            "with 1,000 answers against 1,000 in the rest this is unlikely to be chance.",
        ),
        (
            (198, 200),
            (194, 200),
            "no_difference_shown",
            "99.0% against 97.0% in the rest, +2.0 points (95% interval -1.0 to +5.5): no difference that we can show; "
            "a true difference of this size would need about 870 answers in each group to show.",
        ),
        (
            (450, 500),
            (450, 500),
            "no_difference_shown",
            "90.0%, the same as in the rest (95% interval -3.8 to +3.8): no difference that we can show.",
        ),
        (
            (29, 29),
            (7, 9),
            "not_enough",
            "Not enough answers to compare: 29 here and fewer than 10 in the rest; we compare from 30 answers in each.",
        ),
    ],
)
def test_a_group_is_higher_or_lower_than_the_rest(part, rest, verdict, sentence):
    difference = compare_groups(part, rest)
    assert (difference.verdict, difference.sentence) == (verdict, sentence)


def test_groups_are_compared_with_the_others_and_never_with_a_total_that_holds_them():
    found = against_the_rest({"phone": (198, 200), "web": (450, 500), "email": (450, 500)})
    assert found["phone"].verdict is Verdict.HIGHER
    assert "Higher: 99.0% against 90.0%, " in found["phone"].sentence
    assert "with 200 answers against 1,000 in the rest" in found["phone"].sentence
    assert {change.adjusted_for for change in found.values()} == {3}
    assert against_the_rest({"phone": (198, 200)})["phone"].verdict is Verdict.NOT_ENOUGH


def test_net_promoter_scores_change_in_whole_signed_points():
    change = compare_nets(NetCounts(392, 18, 14), NetCounts(365, 30, 29), nps=True)
    assert change.verdict is Verdict.IMPROVED
    assert change.sentence == (
        "Up from +79 to +89, +10 points (95% interval +3 to +16): "
        "with 424 answers against 424 last year this is unlikely to be chance."
    )


def test_net_satisfaction_changes_in_points_of_a_percent():
    change = compare_nets(NetCounts(392, 18, 14), NetCounts(365, 30, 29))
    assert change.sentence.startswith("Up from 79.2% to 89.2%, +9.9 points (95% interval +3.3 to +16.4): with")


def test_a_net_score_without_a_claim_ends_after_show():
    change = compare_nets(NetCounts(10, 20, 30), NetCounts(10, 22, 30))
    assert change.sentence.startswith("-33.3% against -32.3% last year, -1.1 points")
    assert change.sentence.endswith(": no change that we can show.")


def test_a_net_score_of_few_answers_is_not_compared():
    assert compare_nets(NetCounts(20, 5, 4), NetCounts(365, 30, 29)).verdict is Verdict.NOT_ENOUGH


def test_means_change_on_their_scale_with_two_decimals():
    change = compare_means({1: 2, 2: 1, 3: 3, 4: 20, 5: 74}, {1: 4, 2: 3, 3: 10, 4: 33, 5: 50})
    assert change.verdict is Verdict.IMPROVED
    assert change.sentence == (
        "Up from 4.22 to 4.63, +0.41 on the 1 to 5 scale (95% interval +0.16 to +0.66): "
        "with 100 answers against 100 last year this is unlikely to be chance."
    )


def test_a_mean_needs_the_pooled_test_as_well():
    change = compare_means({1: 4, 2: 18, 3: 27, 4: 25, 5: 24}, {1: 32, 2: 130, 3: 60, 4: 253, 5: 230})
    assert change.p_value is not None
    assert change.p_value < 0.05
    assert change.verdict is Verdict.NO_CHANGE_SHOWN
    assert "the interval clears zero but the test with pooled variance does not, p = 0.050" in change.sentence


def test_means_without_any_spread_make_no_claim():
    change = compare_means({5: 40}, {4: 40})
    assert (change.difference, change.low, change.p_value) == (1.0, None, None)
    assert change.sentence == "5.00 against 4.00 last year, +1.00 on the 1 to 5 scale: no change that we can show."
    assert compare_means({7: 40}, {7: 5}, scale=(1, 7)).verdict is Verdict.NOT_ENOUGH


@pytest.mark.parametrize(
    ("data", "page"),
    [
        ("-2.0 points (95% interval -3.2 to -0.9)", "−2.0 points (95% interval −3.2 to −0.9)"),
        ("on 2025-04-01, well-known p1-80b1", "on 2025-04-01, well-known p1-80b1"),
    ],
)
def test_pages_get_true_minus_signs(data, page):
    assert for_page(data) == page


@pytest.mark.parametrize(
    ("numerator", "base", "target", "sentence"),
    [
        (
            1222,
            1234,
            OVER_NINETY,
            "99.0% meets the target of 90%: even the low end of the interval, 98.3%, is above it.",
        ),
        (386, 424, OVER_NINETY, "91.0% is at or above the target, but chance alone could explain it."),
        (2249, 2500, Target(0.9), "Just under 90.0% is below the target, but not by more than chance could explain."),
        (1080, 1200, OVER_NINETY, "90.0% is at the target, not over 90%."),
        (1050, 1200, Target(0.9), "87.5% misses the target."),
        (
            20,
            24,
            Target(0.9),
            "83.3% is below the target, but not by more than chance could explain (indicative: fewer than 30 answers).",
        ),
        (
            12,
            1200,
            Target(0.1, lower_is_better=True),
            "1.0% meets the target of 10%: even the high end of the interval, 1.7%, is below it.",
        ),
        (300, 1200, Target(0.1, lower_is_better=True), "25.0% misses the target."),
        (9, 9, Target(0.9), "Fewer than 10 answers: not shown."),
        (0, 0, Target(0.9), "No answers."),
        (90, 100, None, "There is no target."),
    ],
)
def test_a_figure_against_its_target_is_said_in_one_sentence(numerator, base, target, sentence):
    interval = wilson_interval(numerator, base) if base else None
    assert target_sentence(numerator, base, interval, target) == sentence


def test_the_headline_of_the_borough_is_that_of_the_picture():
    title = headline(1222, 1234, period=YEAR, today=AFTER, target=OVER_NINETY, change=compare_shares(*BOROUGH))
    assert title.claim == "99.0% of the 1,234 residents who answered were satisfied."
    assert title.rest == "The target is over 90%. Up from 97.0% last year: unlikely to be chance."


@pytest.mark.parametrize(
    ("counts", "rest"),
    [
        ((1164, 1200, 1188, 1200), "The target is over 90%. Down from 99.0% last year: unlikely to be chance."),
        ((198, 200, 194, 200), "The target is over 90%. 97.0% last year: no change that we can show."),
        (
            (450, 500, 450, 500),
            "The target is over 90%: not reached, but chance alone could explain it. "
            "The same as last year: no change that we can show.",
        ),
        (
            (386, 424, 5, 9),
            "The target is over 90%: reached, but chance alone could explain it. "
            "Not enough answers to compare with last year.",
        ),
        ((820, 1000, 870, 1000), "The target is over 90%: missed. Down from 87.0% last year: unlikely to be chance."),
    ],
)
def test_the_headline_says_how_target_and_change_stand(counts, rest):
    title = headline(*counts[:2], period=YEAR, today=AFTER, target=OVER_NINETY, change=compare_shares(*counts))
    assert title.rest == rest


def test_a_headline_among_several_comparisons_allows_for_them():
    change = compare_shares(*BOROUGH).allowing_for(8, 0.003)
    rest = headline(1222, 1234, period=YEAR, today=AFTER, change=change).rest
    assert rest == "No target is set. Up from 97.0% last year: unlikely to be chance, allowing for 8 comparisons."


def test_too_few_answers_are_not_judged():
    title = headline(7, 7, period=Period.parse("2026/27"), today=AFTER, target=OVER_NINETY)
    assert title.claim == "Too few answers to judge: 7 since 1 April."
    assert "7" not in title.rest
    assert "%" not in title.claim + title.rest


def test_no_answers_are_said_plainly():
    assert headline(0, 0, period=Period.parse("2026-04"), today=AFTER).claim == "No answers in April 2026."


def test_a_small_base_is_called_indicative():
    title = headline(24, 24, period=YEAR, today=AFTER, target=OVER_NINETY, about="Housing options")
    assert title.claim == "Housing options: 100.0% of the 24 who answered were satisfied."
    assert title.rest.startswith("Indicative: fewer than 30 answers. The target is over 90%: reached, but chance")


def test_a_provisional_figure_claims_no_change_and_no_status():
    change = compare_shares(820, 1000, 870, 1000)
    title = headline(
        820, 1000, period=YEAR, today=AFTER, target=Target(0.1, lower_is_better=True), change=change, provisional=True
    )
    assert title.rest == "The target is at most 10%. Provisional: answers are still coming in."


def test_a_headline_starts_with_a_capital():
    title = headline(2249, 2500, period=YEAR, today=AFTER, target=Target(0.9))
    assert title.claim.startswith("Just under 90.0% of the 2,500 residents")


def test_a_shorter_median_is_claimed_only_where_interval_and_median_test_both_find_it() -> None:
    """By hand: of 108 values, 9 a day, the ranks 44 and 65 bound the median, so 15.5 (14 to 17) stands against 25.5
    (24 to 27), and each side of the difference reaches sqrt(1.5^2 + 1.5^2)."""
    quick, slow = dict.fromkeys(range(10, 22), 9), dict.fromkeys(range(20, 32), 9)
    change = compare_medians(quick, slow)
    assert change.verdict is Verdict.IMPROVED
    assert (change.difference, change.low, change.high) == pytest.approx((-10, -10 - 4.5**0.5, -10 + 4.5**0.5))
    assert change.sentence == (
        "Down from 25.5 to 15.5, -10 working days (95% interval -12.1 to -7.9): "
        "with 108 contacts against 108 last year this is unlikely to be chance."
    )
    assert compare_medians(slow, quick).verdict is Verdict.FELL
    same = compare_medians({5: 30, 6: 30}, {5: 29, 6: 31})
    assert same.verdict is Verdict.NO_CHANGE_SHOWN
    assert compare_medians({5: 29}, {9: 100}).sentence.startswith("Not enough contacts to compare: 29 now and 100")


DAYS = st.dictionaries(st.integers(0, 60), st.integers(1, 40), min_size=1).filter(lambda days: sum(days.values()) >= 30)


@given(DAYS, DAYS)
def test_changing_sides_turns_a_difference_of_medians_round(now: dict[int, int], before: dict[int, int]) -> None:
    one, other = compare_medians(now, before), compare_medians(before, now)
    assert one.difference == -(other.difference or 0)
    assert (one.low, one.high) == pytest.approx((-(other.high or 0), -(other.low or 0)))
    assert one.p_value == pytest.approx(other.p_value)
    assert one.is_claim is other.is_claim
