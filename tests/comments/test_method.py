"""What judges now has a name that holds all of it, and staff are told where the weights cannot be used."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from survey_app.comments.analysis import analyse
from survey_app.comments.cli import comments_cli
from survey_app.comments.lexicon import read_lexicon
from survey_app.comments.method import Method, current, fallback_notice, use_weights
from survey_app.comments.themes import default_code_frame
from survey_app.surveys.kinds import TextType


def test_the_name_holds_rules_words_and_weights_and_fits_its_column() -> None:
    now = current()
    linear, weights, rules, lexicon = now.name.split("+")
    assert now.weights is not None
    assert (linear, rules) == ("linear-1", "rules-2")
    assert (weights, lexicon) == (now.weights.digest[:8], now.lexicon.digest[:8])
    assert len(now.name) <= 60


def test_another_word_list_is_another_method() -> None:
    other = Method(read_lexicon("word,value,negated,kind,note\nfine,0.4,,,\n"), current().weights)
    assert other.name != current().name


def test_the_weights_that_ship_were_learnt_with_the_words_that_ship() -> None:
    now = current()
    assert now.weights is not None
    assert now.weights.document["lexicon"] == now.lexicon.digest


@pytest.mark.usefixtures("shipped_weights_afterwards")
@pytest.mark.parametrize("content", [None, b"", b"not weights"])
def test_weights_that_cannot_be_used_leave_the_rules_and_a_notice(
    tmp_path: Path, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "weights.json.gz"
    if content is not None:
        file.write_bytes(content)
    assert fallback_notice() is None
    use_weights(file)
    with caplog.at_level(logging.WARNING):
        sentiment = analyse("Nobody replied to my letter", TextType.WHY, default_code_frame()).sentiment
    assert (sentiment.label, sentiment.method.startswith("rules-2+")) == ("negative", True)
    assert str(file) in caplog.text
    notice = fallback_notice()
    assert notice is not None
    assert "rules alone" in notice
    assert str(tmp_path) not in notice


@pytest.mark.usefixtures("shipped_weights_afterwards")
def test_commands_say_that_the_weights_cannot_be_used_and_go_on(tmp_path: Path) -> None:
    app = Flask(__name__)
    app.cli.add_command(comments_cli)
    file = tmp_path / "comments.csv"
    file.write_text("text,label\nlovely,positive\n")
    use_weights(tmp_path / "missing")
    for command in ("analyse", "evaluate"):
        result = app.test_cli_runner().invoke(args=["comments", command, str(file), "--json"])
        assert result.exit_code == 0
        assert "Labels are made by rules alone" in result.stderr
        assert "rules alone" not in result.stdout


@pytest.mark.parametrize(
    ("weights", "exit_code", "told"),
    [("/not/there.json.gz", 0, "Labels are made by rules alone"), ("there.json.gz", 1, "SENTIMENT_WEIGHTS is wrong")],
)
def test_commands_that_need_no_installation_heed_the_setting_of_weights(
    tmp_path: Path, weights: str, exit_code: int, told: str
) -> None:
    file = tmp_path / "comments.csv"
    file.write_text("text\nlovely\n")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "comments", "analyse", file, "--json"],
        env=os.environ | {"SENTIMENT_WEIGHTS": weights, "INSTANCE_PATH": str(tmp_path / "not-made")},
        cwd=Path(__file__).parents[2],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == exit_code
    assert told in done.stderr
    assert not (tmp_path / "not-made").exists()
