"""Surpassed, maintained, not shown, fell: each only by its rule, and margins set beforehand come first."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.counting import Counted
from survey_app.measures.figures import Cell, Figure, adjust_together, make_figures
from survey_app.measures.last_year import Margin, Outcome, judge, margin_for, settled_part
from survey_app.measures.sentences import compare_shares, for_page
from survey_app.measures.sentences.last_year import beat_last_year, maintained_sentence

YEAR = Period.parse("2025/26")
BEFOREHAND, LATE = date(2025, 4, 1), date(2025, 4, 2)


def cell(now: tuple[int, int], before: tuple[int, int], measure: str = "satisfaction", **facts: bool) -> Cell:
    return Cell(
        query=make_query(measure, YEAR.first, YEAR.last),
        period=YEAR,
        group=(),
        now=Counted(*now),
        before=Counted(*before),
        target=None,
        provisional=facts.get("provisional", False),
    )


def figure(now: tuple[int, int], before: tuple[int, int], measure: str = "satisfaction", **facts: bool) -> Figure:
    made = cell(now, before, measure, **facts)
    return make_figures(made.query.definition, [made], "answers")[0]


@pytest.mark.parametrize(
    ("now", "before", "margin", "outcome"),
    [
        # Newcombe: 1222/1234 against 1152/1188 is +2.1 (1.0 to 3.3)
        ((1222, 1234), (1152, 1188), None, Outcome.SURPASSED),
        ((1152, 1188), (1222, 1234), 0.05, Outcome.FELL),  # within the margin, and yet it fell
        # 970/1000 against 970/1000 is 0.0 (-1.5 to 1.5)
        ((970, 1000), (970, 1000), 0.02, Outcome.MAINTAINED),
        ((970, 1000), (970, 1000), 0.01, Outcome.NOT_SHOWN),
        ((970, 1000), (970, 1000), None, Outcome.NOT_SHOWN),
        ((29, 29), (970, 1000), 0.5, Outcome.NOT_ENOUGH),
        ((30, 40), (9, 9), 0.5, Outcome.NOT_ENOUGH),  # too few to show last year
    ],
)
def test_an_outcome_follows_from_test_and_margin(
    now: tuple[int, int], before: tuple[int, int], margin: float | None, outcome: Outcome
) -> None:
    judged = judge(figure(now, before), [] if margin is None else [Margin(margin, BEFOREHAND)])
    assert judged is not None and judged.outcome is outcome


@pytest.mark.parametrize(
    "made",
    [
        figure((970, 1000), (0, 0)),  # nobody answered last year
        figure((0, 0), (970, 1000)),
        figure((9, 9), (970, 1000)),  # hidden
        figure((970, 1000), (900, 1000), provisional=True),
    ],
    ids=["no answers before", "no answers now", "hidden", "provisional"],
)
def test_what_cannot_be_compared_has_no_outcome(made: Figure) -> None:
    assert judge(made, [Margin(0.02, BEFOREHAND)]) is None


def test_where_lower_is_better_maintained_looks_at_the_high_end() -> None:
    same = figure((30, 1000), (30, 1000), "avoidable_contact")  # 0.0 (-1.5 to 1.5)
    assert same.change is not None and same.change.high == pytest.approx(0.0154, abs=0.0005)
    outcomes = [judged.outcome for size in (0.02, 0.01) if (judged := judge(same, [Margin(size, BEFOREHAND)]))]
    assert outcomes == [Outcome.MAINTAINED, Outcome.NOT_SHOWN]
    better = judge(figure((20, 1000), (80, 1000), "avoidable_contact"), [])
    assert better is not None and better.outcome is Outcome.SURPASSED


def test_a_margin_set_beforehand_stands_whatever_was_set_later() -> None:
    lines = [Margin(0.05, LATE), Margin(0.01, BEFOREHAND), Margin(0.02, date(2024, 1, 1))]
    assert margin_for(YEAR.first, lines) == Margin(0.01, BEFOREHAND)
    judged = judge(figure((970, 1000), (970, 1000)), lines)
    assert judged is not None and not judged.margin_after_seeing


def test_a_margin_set_after_the_year_began_is_marked() -> None:
    judged = judge(figure((970, 1000), (970, 1000)), [Margin(0.02, LATE), Margin(0.03, date(2025, 9, 1))])
    assert judged is not None and judged.margin is not None
    assert (judged.margin.size, judged.outcome, judged.margin_after_seeing) == (0.03, Outcome.MAINTAINED, True)


def test_all_tables_of_a_page_allow_for_one_another() -> None:
    """Alone p = 0.018 is a claim; with 19 more comparisons on the page it is none."""
    one, same = cell((1185, 1214), (1122, 1171), "delivery"), cell((970, 1000), (970, 1000))
    assert make_figures(one.query.definition, [one], "answers")[0].change.verdict == "improved"  # type: ignore[union-attr]
    tables = [make_figures(each.query.definition, [each], "answers") for each in (one, *([same] * 19))]
    together = [figures[0].change for figures in adjust_together(tables)]
    assert {change.adjusted_for for change in together if change} == {20}
    assert together[0] is not None and together[0].verdict == "no_change_shown"


@pytest.mark.parametrize(
    ("open_from", "last"),
    [(None, date(2026, 3, 31)), (date(2026, 2, 1), date(2026, 1, 31)), (date(2025, 5, 1), date(2025, 4, 30))],
)
def test_the_year_to_date_ends_before_the_first_month_that_may_still_fill(open_from: date | None, last: date) -> None:
    part = settled_part(YEAR, lambda month: open_from is not None and month.last >= open_from)
    assert part is not None and (part.first, part.last) == (YEAR.first, last)


def test_there_is_no_year_to_date_while_its_first_month_fills() -> None:
    assert settled_part(YEAR, lambda month: True) is None


TO_DATE = Period.between(date(2025, 4, 1), date(2025, 9, 30))


@pytest.mark.parametrize(
    ("found", "compared", "period", "words"),
    [
        (
            (["Satisfaction"], [], []),
            1,
            YEAR,
            "We can show that 1 of 1 measure beat last year: Satisfaction. | 2025/26 against 2024/25.",
        ),
        (
            (["Satisfaction", "Ease"], ["Access"], ["Delivery"]),
            9,
            YEAR,
            "We can show that 2 of 9 measures beat last year: Satisfaction and Ease. | 2025/26 against 2024/25. "
            "Maintained: Access. Below last year: Delivery. For 5 no change can be shown.",
        ),
        (
            (["Satisfaction"], ["A", "B", "C", "D"], []),
            5,
            YEAR,
            "We can show that 1 of 5 measures beat last year: Satisfaction. | 2025/26 against 2024/25. Maintained: 4.",
        ),
        (
            ([], [], ["A", "B", "C"]),
            4,
            YEAR,
            "We cannot show that any of 4 measures beat last year. | 2025/26 against 2024/25. "
            "Below last year: A, B and C. For one no change can be shown.",
        ),
        (
            ([], [], []),
            3,
            YEAR,
            "We cannot show that any of 3 measures beat last year. | 2025/26 against 2024/25.",
        ),
        (
            ([], [], []),
            0,
            TO_DATE,
            "No measure can be compared with last year yet. | "
            "1 April 2025 to 30 September 2025, against the same dates a year earlier.",
        ),
    ],
)
def test_the_headline_counts_what_can_be_shown(
    found: tuple[list[str], list[str], list[str]], compared: int, period: Period, words: str
) -> None:
    said = beat_last_year(*found, compared=compared, period=period)
    assert f"{said.claim} | {said.rest}" == words


def test_why_a_figure_counts_as_maintained() -> None:
    change = compare_shares(970, 1000, 970, 1000)
    words = partial(maintained_sentence, change, "97.0%", "2 points")
    assert for_page(words("-1.5 points")) == (
        "97.0% against 97.0% last year: maintained. Even the low end of the interval, −1.5 points, "
        "is above the margin of −2 points."
    )
    assert words("+1.5 points", lower_is_better=True).endswith(
        "Even the high end of the interval, +1.5 points, is below the margin of 2 points."
    )
