"""A measure's months on a control chart, what may be said of them, and how often it is said of nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

import pytest

from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.control import ControlSeries, Entry, Finding, control_series
from survey_app.measures.sentences import Change, Headline, compare_shares
from survey_app.measures.sentences.control import (
    Subject,
    assurance_sentence,
    control_headline,
    differ,
    funnel_headline,
    joint_headline,
    signal_sentence,
)
from survey_app.measures.series_file import SeriesRow, entries
from survey_app.statistics.control_charts import Assurance, ChartKind, Improvement, PointType, Variation

SATISFACTION = Subject("satisfaction", "satisfied answers", "dissatisfied answers")
STEADY = (90, 91, 89, 90, 91, 89, 90, 91, 89, 90, 91, 89)  # of 100: mean 90, every range 1 or 2


def months(count: int, first: date = date(2024, 4, 1)) -> list[Period]:
    return Period.between(first, date(first.year + count // 12 + 1, 12, 31)).split("month")[:count]


def shares(
    counts: Sequence[tuple[int, int] | None], *, provisional: int = 0, target: float | None = None
) -> list[Entry]:
    """A month for each (numerator, base), the last few of them provisional; None is a month without answers."""
    settled = len(counts) - provisional
    return [
        Entry(month, None, None, 0)
        if pair is None
        else Entry(month, pair[0] / pair[1], *pair, is_provisional=i >= settled, target=target)
        for i, (month, pair) in enumerate(zip(months(len(counts)), counts, strict=True))
    ]


def series_of(
    *counts: int, base: int = 100, improvement: Improvement = Improvement.INCREASE, **options: object
) -> ControlSeries:
    return control_series(shares([(x, base) for x in counts], **options), improvement=improvement)  # type: ignore[arg-type]


def h1(series: ControlSeries, subject: Subject = SATISFACTION) -> str:
    headline = control_headline(series, subject)
    return f"{headline.claim} {headline.rest}".strip()


SENTENCES = {
    "nothing": ((), 100, "No month has a figure for satisfaction. A month is shown from 10 answers."),
    "one month": ((90,), 100, "Only one month has a figure for satisfaction. A usual range needs two, and a claim 13."),
    "twelve months": (
        STEADY,
        100,
        "Too few months to judge satisfaction: 12 of the 13 needed. "
        "The limits drawn are trial limits, and nothing is claimed from them.",
    ),
    "always the same": ((90,) * 14, 100, "Satisfaction was the same in every month."),
    "the same but for the last": (
        (90,) * 13 + (99,),
        100,
        "No usual range can be set for satisfaction. "
        "All months but a few are the same, so nothing is claimed from this chart.",
    ),
    "few dissatisfied": (
        (98, 99) * 7,
        100,
        "Too few dissatisfied answers a month for this chart to judge; see quarters. "
        "It needs 3 on average, and there are 1.5.",
    ),
    "just too few dissatisfied": (
        (96, 98) * 10 + (98,),
        100,
        "Too few dissatisfied answers a month for this chart to judge; see quarters. "
        "It needs 3 on average, and there are 2.9.",
    ),
    "few satisfied": (
        (2, 1) * 7,
        100,
        "Too few satisfied answers a month for this chart to judge; see quarters. "
        "It needs 3 on average, and there are 1.5.",
    ),
    "thin months": (
        (16, 17) * 7,
        20,
        "The newest month has too few answers for this chart to judge satisfaction. "
        "It has fewer than 30, so it is a hint only. See quarters.",
    ),
    "as usual": ((*STEADY, 90, 91), 100, "Satisfaction varies as it usually does."),
    "a low month": (
        (*STEADY, 90, 80),
        100,
        "In May 2025 satisfaction was lower than its usual range: something is likely to have changed.",
    ),
    "a high month": (
        (*STEADY, 90, 99),
        100,
        "In May 2025 satisfaction was higher than its usual range: something is likely to have changed.",
    ),
    "a low month before": (
        (*STEADY, 80, 90),
        100,
        "Satisfaction varies as it usually does. In April 2025 it was lower than its usual range.",
    ),
    "a run above": (
        (86, 90, 85, 89, 86, 88, 86, 91, 93, 91, 94, 92, 94, 91),
        100,
        "Satisfaction has been above its average since November 2024.",
    ),
    "a run below": (
        (94, 90, 95, 91, 94, 92, 94, 89, 87, 89, 86, 88, 86, 89),
        100,
        "Satisfaction has been below its average since November 2024.",
    ),
    "a rise": (
        (88, 91, 86, 92, 87, 92, 85, 86, 87, 88, 89, 90, 91, 92),
        100,
        "Satisfaction has risen with every month since October 2024.",
    ),
    "a fall": (
        (90, 87, 92, 86, 91, 86, 93, 92, 91, 90, 89, 88, 87, 86),
        100,
        "Satisfaction has fallen with every month since October 2024.",
    ),
    # mean 90, average range 2: the upper limit is 95.32, near it is from 93.55
    "twice near a limit": (
        (90, 88, 90, 88, 90, 88, 90, 88, 90, 91, 88, 91, 94, 94),
        100,
        "In May 2025 satisfaction was close to the upper end of its usual range, as in another of the last three "
        "months: something is likely to have changed.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("counts", "base", "sentence"), SENTENCES.values(), ids=SENTENCES.keys())
def test_each_finding_has_its_sentence(counts: tuple[int, ...], base: int, sentence: str) -> None:
    assert h1(series_of(*counts, base=base)) == sentence


def test_quarters_speak_of_quarters() -> None:
    quarters = Period.between(date(2022, 4, 1), date(2025, 9, 30)).split("quarter")
    entries = [Entry(each, x / 100, x, 100) for each, x in zip(quarters, (*STEADY, 90, 80), strict=True)]
    found = control_series(entries, improvement=Improvement.INCREASE)
    assert h1(found, Subject("satisfaction", unit="quarter")).startswith("In 2025/26 Q2 satisfaction was lower")


ASSURED = {
    0.8: "As it runs now, expect the target of 80% to be met each month.",
    0.99: "As it runs now, the target of 80% will not be met unless something changes.",
    0.9: "As it runs now, the target of 80% may be met or missed by chance.",
    None: "Whether the target of 80% will be met cannot be said yet: that needs 13 months.",
}


@pytest.mark.parametrize(("target", "sentence"), ASSURED.items())
def test_the_target_is_held_against_the_limits(target: float | None, sentence: str) -> None:
    assert assurance_sentence(series_of(*STEADY, 90, target=target), SATISFACTION, "80%") == sentence


def test_a_target_below_is_passed_where_lower_is_better() -> None:
    low = series_of(*STEADY, 90, target=0.99, improvement=Improvement.DECREASE)
    assert low.assurance is Assurance.CONSISTENT_PASS


def test_twelve_months_assure_nothing() -> None:
    assert series_of(*STEADY, target=0.5).assurance is None
    assert assurance_sentence(series_of(*STEADY), SATISFACTION, None) == "No target is set."


def test_a_special_cause_is_improvement_or_concern_by_which_way_is_better() -> None:
    up, down = (series_of(*STEADY, 90, 80, improvement=way) for way in (Improvement.INCREASE, Improvement.DECREASE))
    assert (up.judged[-1].claim, down.judged[-1].claim) == (Variation.CONCERN, Variation.IMPROVEMENT)
    neutral = series_of(*STEADY, 90, 80, improvement=Improvement.NEUTRAL)
    assert neutral.judged[-1].claim is Variation.NEUTRAL_LOW


def test_small_months_are_left_out_and_do_not_break_a_run() -> None:
    steady: list[tuple[int, int] | None] = [(x, 100) for x in (86, 90, 85, 89, 86, 88, 86)]
    above: list[tuple[int, int] | None] = [(91, 100), (93, 100), (9, 9), (91, 100), None, (94, 100), (92, 100)]
    found = control_series(shares([*steady, *above, (94, 100), (91, 100)]), improvement=Improvement.INCREASE)
    assert [place for place, each in enumerate(found.placed) if each.point is None] == [9, 11]
    assert h1(found) == "Satisfaction has been above its average since November 2024."


def test_a_gap_of_three_months_ends_a_run() -> None:
    steady: list[tuple[int, int] | None] = [(x, 100) for x in (86, 90, 85, 89, 86, 88, 86)]
    above: list[tuple[int, int] | None] = [(91, 100), (93, 100), None, None, None, (91, 100), (94, 100)]
    found = control_series(shares([*steady, *above, (92, 100), (94, 100), (91, 100)]), improvement=Improvement.INCREASE)
    assert not {each.point.type for each in found.placed if each.point} & {PointType.RUN, PointType.TREND}


def test_provisional_months_are_drawn_and_judged_by_nothing() -> None:
    settled = series_of(*STEADY, 90, 91)
    found = series_of(*STEADY, 90, 91, 40, provisional=1)
    assert h1(found) == h1(settled) == "Satisfaction varies as it usually does."
    last = found.placed[-1].point
    assert last is not None and last.type is None and found.placed[-1].claim is None
    assert last.mean == settled.charts[0].mean


def test_a_hidden_month_has_no_point_whatever_its_base() -> None:
    entries = shares([(x, 100) for x in (*STEADY, 90)])
    hidden = Entry(entries[3].period, None, None, 100, is_hidden=True)
    found = control_series([*entries[:3], hidden, *entries[4:]], improvement=Improvement.INCREASE)
    assert found.placed[3].point is None and len(found.judged) == 12


KINDS = {
    "even bases": ([(90, 100), (150, 170)] * 7, ChartKind.XMR),
    "uneven bases": ([(90, 100), (230, 250)] * 7, ChartKind.P),
    "uneven and large": ([(900, 1000), (2300, 2500)] * 7, ChartKind.P_PRIME),
    "a small month makes nothing uneven": ([(90, 100), (150, 170)] * 7 + [(7, 8)], ChartKind.XMR),
}


@pytest.mark.parametrize(("counts", "kind"), KINDS.values(), ids=KINDS.keys())
def test_the_bases_choose_the_chart(counts: list[tuple[int, int] | None], kind: ChartKind) -> None:
    chart = control_series(shares(counts), improvement=Improvement.INCREASE).newest_chart
    assert chart is not None and chart.kind is kind


def test_a_month_that_still_fills_does_not_choose_the_chart() -> None:
    counts: list[tuple[int, int] | None] = [(90, 100)] * 13 + [(9, 12)]
    chart = control_series(shares(counts, provisional=1), improvement=Improvement.INCREASE).newest_chart
    assert chart is not None and chart.kind is ChartKind.XMR


def test_means_counts_and_days_are_drawn_as_they_are() -> None:
    bases = [50, 500] * 7
    entries = [Entry(month, 4.2 + i % 3 / 10, None, bases[i]) for i, month in enumerate(months(14))]
    chart = control_series(entries, improvement=Improvement.INCREASE).newest_chart
    assert chart is not None and chart.kind is ChartKind.XMR


def test_a_rebase_judges_the_newest_stretch_alone() -> None:
    lower, higher = (80, 81, 79) * 5, (90, 91, 89) * 4
    entries = shares([(x, 100) for x in (*lower, *higher)])
    found = control_series(entries, improvement=Improvement.INCREASE, rebased_from=[entries[15].period.first])
    assert [(round(chart.mean, 6), len(chart.points)) for chart in found.charts] == [(0.8, 15), (0.9, 12)]
    assert found.finding is Finding.SHORT
    assert {each.claim for each in found.placed[15:]} == {None}  # twelve points claim nothing


YES = compare_shares(990, 1000, 900, 1000)
NO = compare_shares(900, 1000, 901, 1000)
NOT_ENOUGH = compare_shares(9, 10, 900, 1000)
DOWN = compare_shares(800, 1000, 900, 1000)
LOW, USUAL, SHORT = (*STEADY, 90, 80), (*STEADY, 90, 91), STEADY


@pytest.mark.parametrize(
    ("counts", "change", "expected"),
    [
        (USUAL, NO, False),
        (USUAL, YES, True),
        (LOW, NO, True),
        (LOW, DOWN, False),
        (LOW, YES, True),
        (LOW, NOT_ENOUGH, False),
        (LOW, None, False),
        (SHORT, YES, False),
    ],
)
def test_chart_and_test_differ_where_one_claims_what_the_other_does_not(
    counts: tuple[int, ...], change: Change | None, expected: bool
) -> None:
    assert differ(series_of(*counts), change) is expected


def test_where_both_differ_both_stand_and_the_test_comes_first() -> None:
    year = Period.financial_year(2024)
    chart = Headline("Satisfaction varies as it usually does.", "")
    joint = joint_headline(chart, YES, differs=True, tested=year)
    assert joint.claim == f"1 April 2024 to 31 March 2025: {YES.sentence}"
    assert joint.rest == "Satisfaction varies as it usually does."
    assert joint_headline(chart, NO, differs=False, tested=year) is chart


FUNNELS = {
    "none": ((), 0, "No service can be compared on satisfaction. Each needs 10 answers."),
    "one": (
        (),
        1,
        "Only one service has a figure for satisfaction. A funnel compares services, so it needs two of them.",
    ),
    "all inside": (
        (),
        8,
        "No service lies outside the 99.8% limits on satisfaction. All 8 lie within them.",
    ),
    "some": (
        (("Housing", False), ("Parking", True), ("Planning", False)),
        8,
        "Outside 99.8% on satisfaction: Housing and Planning lower, Parking higher than all services together. "
        "The other 5 lie within the limits.",
    ),
}


@pytest.mark.parametrize(("outside", "judged", "sentence"), FUNNELS.values(), ids=FUNNELS.keys())
def test_a_funnel_names_who_lies_outside_and_ranks_nobody(
    outside: tuple[tuple[str, bool], ...], judged: int, sentence: str
) -> None:
    headline = funnel_headline(outside, judged, "satisfaction")
    assert f"{headline.claim} {headline.rest}".strip() == sentence


def simulated(chance: random.Random, share: float, base: int, count: int) -> list[int]:
    return [sum(chance.random() < share for _ in range(base)) for _ in range(count)]


def a_year_of_looking(counts: Sequence[int], base: int) -> list[Variation | None]:
    """What the newest month says in each of the last twelve months, with the months known until then."""
    seen = [series_of(*counts[:end], base=base) for end in range(len(counts) - 11, len(counts) + 1)]
    return [found.judged[-1].claim for found in seen]


@pytest.fixture(scope="module")
def years_without_change() -> list[list[Variation | None]]:
    chance = random.Random(75)
    return [a_year_of_looking(simulated(chance, 0.9, 60, 24), 60) for _ in range(300)]


@pytest.mark.soak
def test_a_month_without_change_is_seldom_named_an_improvement(
    years_without_change: list[list[Variation | None]],
) -> None:
    """7.5 promises 0.9 to 1.2% of months; 1.6% allows for the chance of 3,600 months that depend on each other."""
    months_seen = [claim for year in years_without_change for claim in year]
    assert 0 < months_seen.count(Variation.IMPROVEMENT) / len(months_seen) <= 0.016


@pytest.mark.soak
def test_a_year_of_looking_at_months_without_change_seldom_shows_an_improvement(
    years_without_change: list[list[Variation | None]],
) -> None:
    """7.5 promises 7% (XmR); 10% is two standard errors above it with 300 years."""
    shown = sum(Variation.IMPROVEMENT in year for year in years_without_change)
    assert 0 < shown / len(years_without_change) <= 0.10


def test_with_a_rare_outcome_nothing_is_ever_named() -> None:
    """7.5: 99% of 100 would show a false improvement in 12% of years; the chart refuses to judge."""
    chance = random.Random(77)
    seen = [series_of(*simulated(chance, 0.99, 100, 24)) for _ in range(60)]
    assert {each.claim for found in seen for each in found.placed} == {None}


def test_a_true_fall_is_found() -> None:
    chance = random.Random(78)
    found = series_of(*simulated(chance, 0.9, 200, 20), 150, base=200)
    assert "lower than its usual range" in signal_sentence(found, found.judged[-1], SATISFACTION)


def test_a_file_s_months_stand_in_their_places_with_gaps_between() -> None:
    rows = [SeriesRow(f"2025-{month:02}", date(2025, month, 1), 0.5, 5 * month, 10 * month) for month in (1, 2, 5)]
    found = entries(rows, target=0.4, target_words="over 40%")
    assert [(entry.period.label, entry.base) for entry in found] == [
        ("2025-01", 10), ("2025-02", 20), ("2025-03", None), ("2025-04", None), ("2025-05", 50),
    ]  # fmt: skip
    assert {(entry.target, entry.target_words) for entry in found} == {(0.4, "over 40%")}
    assert [entry.has_point for entry in found] == [True, True, False, False, True]


def test_a_file_by_quarters_gives_quarters() -> None:
    rows = [SeriesRow(f"2025-{month:02}", date(2025, month, 1), 12.5) for month in (1, 4, 10)]
    assert [entry.period.label for entry in entries(rows)] == ["2024/25 Q4", "2025/26 Q1", "2025/26 Q2", "2025/26 Q3"]


def test_other_periods_have_no_place_on_a_page() -> None:
    assert entries([]) == []
    with pytest.raises(InvalidInput, match="Write each period as 2025-04"):
        entries([SeriesRow("2025-04-30", date(2025, 4, 30), 1.0)])
