"""How often a label is right stands beside its figures: as it was measured, or that it was not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from survey_app.comments.measured import MEASURED, NOT_MEASURED, accuracy_words
from survey_app.comments.sentiment import method


@pytest.mark.shared
@pytest.mark.slow
def test_what_is_said_of_the_method_is_what_evaluating_it_gives(runner: FlaskCliRunner, shared: Path) -> None:
    file = shared / "data" / "comments_dev.csv"
    result = runner.invoke(args=["comments", "evaluate", str(file), "--json"])
    found = json.loads(result.stdout)
    measured = MEASURED[found["method"]]
    assert found["method"] == method()
    assert measured.rows == found["rows"]
    assert measured.accuracy == pytest.approx(found["accuracy"])
    assert measured.accuracy_after_review == pytest.approx(found["accuracy_after_review"])


def test_a_method_that_was_not_measured_says_so() -> None:
    assert accuracy_words("rules-0+00000000") == NOT_MEASURED
    assert "91.1%" in accuracy_words("rules-1+88d2ff90")
