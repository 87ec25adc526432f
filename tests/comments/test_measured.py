"""How often a label is right stands beside its figures: as it was measured, or that it was not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from survey_app.comments.cli import comments_cli
from survey_app.comments.linear import pack, unpack
from survey_app.comments.measured import MEASURED, NOT_MEASURED, accuracy_words, measured_of
from survey_app.comments.method import current, use_weights
from survey_app.statistics.rounding import percent


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.usefixtures("shipped_weights_afterwards")
def test_what_is_said_of_rules_alone_is_what_evaluating_them_gives(shared: Path, tmp_path: Path) -> None:
    app = Flask(__name__)
    app.cli.add_command(comments_cli)
    use_weights(tmp_path / "missing")
    file = shared / "data" / "comments_dev.csv"
    found = json.loads(app.test_cli_runner().invoke(args=["comments", "evaluate", str(file), "--json"]).stdout)
    measured = MEASURED[found["method"]]
    assert found["method"] == current().name
    assert measured.rows == found["rows"]
    assert measured.accuracy == pytest.approx(found["accuracy"])
    assert measured.accuracy_after_review == pytest.approx(found["accuracy_after_review"])
    assert found["accuracy"] >= 0.825


def test_weights_say_what_was_measured_of_them_with_the_question_and_without() -> None:
    weights = current().weights
    assert weights is not None
    words = accuracy_words(current().name)
    for name in ("known", "unknown"):
        for figure in ("accuracy", "accuracy_after_review"):
            assert percent(weights.document["figures"][name][figure]) in words
    assert "of patients" in words
    measured = measured_of(current().name)
    assert measured is not None
    assert measured.accuracy == weights.document["figures"]["known"]["accuracy"]


@pytest.mark.usefixtures("shipped_weights_afterwards")
def test_a_council_s_own_weights_are_not_said_to_know_patients(tmp_path: Path) -> None:
    weights = current().weights
    assert weights is not None
    trained_on = {**weights.document["trained_on"], "sha256": "0" * 64}
    content, digest = pack({**weights.document, "trained_on": trained_on})
    assert unpack(content).digest == digest
    file = tmp_path / "ours.json.gz"
    file.write_bytes(content)
    use_weights(file)
    words = accuracy_words(current().name)
    assert "had not learnt from" in words
    assert "patients" not in words


def test_a_method_that_was_not_measured_says_so() -> None:
    assert accuracy_words("rules-0+00000000") == NOT_MEASURED
    assert measured_of("rules-0+00000000") is None
    assert "91.1%" in accuracy_words("rules-1+88d2ff90")
