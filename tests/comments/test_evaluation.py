from __future__ import annotations

import pytest

from survey_app.comments.evaluation import Judged, evaluate


def test_figures_of_a_small_table_worked_by_hand() -> None:
    rows = (
        [("negative", "negative")] * 3
        + [("negative", "positive")]
        + [("positive", "positive")] * 4
        + [("neutral", "positive")] * 2
    )
    result = evaluate(Judged(expected, found, expected == "neutral") for expected, found in rows)
    assert result.accuracy == pytest.approx(0.7)
    assert result.f1 == pytest.approx({"negative": 6 / 7, "neutral": 0.0, "positive": 8 / 11})
    assert result.macro_f1 == pytest.approx((6 / 7 + 8 / 11) / 3)
    assert result.review_share == pytest.approx(0.2)
    assert result.accuracy_after_review == pytest.approx(7 / 8)
    assert result.negative_shown_positive == pytest.approx(1 / 4)


def test_without_complaints_none_was_taken_for_praise() -> None:
    assert evaluate([Judged("neutral", "positive", False)]).negative_shown_positive is None


def test_nothing_left_after_review_has_no_accuracy() -> None:
    assert evaluate([Judged("neutral", "neutral", True)]).accuracy_after_review is None


def test_no_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing to evaluate"):
        evaluate([])
