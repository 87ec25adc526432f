"""What must not be shown of a point is nowhere."""

from __future__ import annotations

from survey_app.charts import (
    Kind,
)
from tests.charts.cast import SECRET, point


def test_a_base_below_ten_is_hidden_and_not_given_away_either() -> None:
    few = point(SECRET, 9, low=0.1, high=0.9)
    assert (few.shown, few.interval, few.is_hidden, few.base_words) == (None, None, True, "<10")


def test_a_base_of_ten_is_shown_as_indicative_and_claims_nothing() -> None:
    ten = point(base=10, kind=Kind.IMPROVEMENT)
    assert (ten.shown, ten.is_indicative, ten.shown_kind) == (0.9, True, Kind.PLAIN)


def test_a_base_of_thirty_may_carry_a_claim() -> None:
    assert point(base=30, kind=Kind.CONCERN).shown_kind is Kind.CONCERN


def test_a_point_hidden_for_the_sake_of_another_hides_its_last_year_too() -> None:
    hidden = point(base=500, previous=0.8, suppressed=True)
    assert (hidden.shown, hidden.shown_previous, hidden.base_words) == (None, None, "hidden")


def test_last_year_obeys_the_same_rule() -> None:
    assert point(previous=0.8, previous_base=9).shown_previous is None
    assert point(previous=0.8, previous_base=10).shown_previous == 0.8


def test_no_answers_is_a_gap_but_not_a_secret() -> None:
    nobody = point(None, 0)
    assert (nobody.shown, nobody.is_hidden, nobody.base_words) == (None, False, "0")


def test_a_count_needs_no_base() -> None:
    contacts = point(96412, None)
    assert (contacts.shown, contacts.is_indicative) == (96412, False)
