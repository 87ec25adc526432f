"""`flask comments train`: the same weights from the same file, or a clear refusal."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from survey_app.comments.analysis import analyse
from survey_app.comments.cli import comments_cli
from survey_app.comments.comment_file import CommentRow, read_comments
from survey_app.comments.linear import unpack
from survey_app.comments.method import current, use_weights
from survey_app.comments.themes import default_code_frame
from survey_app.comments.training import FEWEST_ROWS, train
from survey_app.surveys.kinds import TextType
from tests.comments.labelled import write_labelled

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.cli.add_command(comments_cli)
    return app


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["comments", *map(str, words)])


@pytest.mark.usefixtures("shipped_weights_afterwards")
def test_trained_weights_are_written_told_of_and_used(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "ours.json.gz"
    result = run(app, "train", write_labelled(tmp_path / "ours.csv"), "--out", out, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["file"], told["measured_on"]) == (0, str(out), "cross-validation in 5 parts")
    assert told["known"]["accuracy"] > 0.9
    assert "Cross-validation, part 5 of 5" in result.stderr
    assert unpack(out.read_bytes()).digest == told["sha256"]
    use_weights(out)
    judged = analyse("the adviser was rude", TextType.WHY, default_code_frame()).sentiment
    assert (judged.label, told["sha256"][:8] in judged.method) == ("negative", True)


def test_weights_are_the_same_bytes_whatever_the_order_of_python_s_sets(tmp_path: Path) -> None:
    file = write_labelled(tmp_path / "ours.csv", most=250)
    digests = set()
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.json.gz"
        subprocess.run(
            [sys.executable, "-m", "flask", "comments", "train", file, "--out", out],
            env=os.environ | {"PYTHONHASHSEED": seed, "INSTANCE_PATH": str(tmp_path / "not-made")},
            cwd=PROJECT,
            check=True,
            capture_output=True,
        )
        digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(digests) == 1
    assert not (tmp_path / "not-made").exists()  # such commands need no installation


def test_rows_set_aside_are_measured_on_and_never_learnt_from(tmp_path: Path) -> None:
    rows = read_comments(write_labelled(tmp_path / "ours.csv", aside_every=4), labelled=True)
    rows += [CommentRow("quite xylophonic indeed", TextType.WHY, "positive", is_aside=True)] * 9
    trained = train(rows, "", lambda _words: None)
    aside = sum(row.is_aside for row in rows)
    assert trained.known.rows == trained.unknown.rows == aside
    assert trained.document["trained_on"]["comments"] == len(rows) - aside
    assert trained.document["figures"]["measured_on"] == "rows set aside"
    assert "xylophonic" not in trained.document["words"]


def test_a_text_that_is_set_aside_once_is_not_learnt_from_where_it_stands_again(tmp_path: Path) -> None:
    rows = read_comments(write_labelled(tmp_path / "ours.csv"), labelled=True)
    again = [CommentRow("Xylophonic!", TextType.WHY, "positive")] * 9
    trained = train([*rows, *again, CommentRow("xylophonic", TextType.WHY, "positive", True)], "", lambda _words: None)
    assert trained.document["trained_on"]["comments"] == len(rows)
    assert "xylophonic" not in trained.document["words"]


def test_names_are_no_words_to_weigh(tmp_path: Path) -> None:
    rows = read_comments(write_labelled(tmp_path / "ours.csv"), labelled=True)
    rows += [CommentRow(f"we saw Wilma {number}", TextType.WHY, "positive") for number in range(9)]
    words = train(rows, "", lambda _words: None).document["words"]
    assert "saw" in words
    assert not [word for word in words if "wilma" in word]


@pytest.mark.parametrize(
    ("without", "most", "sentence"),
    [
        ("", FEWEST_ROWS - 1, "There are 199 labelled comments with a question; at least 200"),
        ("neutral", None, "No comment to learn from is labelled neutral"),
    ],
)
def test_too_little_to_learn_from_is_refused(
    app: Flask, tmp_path: Path, without: str, most: int | None, sentence: str
) -> None:
    out = tmp_path / "ours.json.gz"
    result = run(app, "train", write_labelled(tmp_path / "ours.csv", without=without, most=most), "--out", out)
    assert (result.exit_code, result.stdout, out.exists()) == (1, "", False)
    assert sentence in result.stderr


def test_one_comment_of_a_label_is_too_few(app: Flask, tmp_path: Path) -> None:
    file = write_labelled(tmp_path / "ours.csv", without="neutral")
    file.write_text(file.read_text() + "about a permit,neutral,why,no\n" * 3)
    result = run(app, "train", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Too few different comments are labelled neutral" in result.stderr


def test_aside_is_yes_or_no(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("text,label,aside\nfine,neutral,perhaps\n")
    result = run(app, "train", file)
    assert result.exit_code == 1
    assert "Line 2 has “perhaps” under aside" in result.stderr


def test_a_folder_that_is_not_there_is_told(app: Flask, tmp_path: Path) -> None:
    result = run(app, "train", write_labelled(tmp_path / "ours.csv", most=250), "--out", tmp_path / "no" / "w.json.gz")
    assert result.exit_code == 1
    assert "cannot be written: No such file or directory" in result.stderr


def test_without_scikit_learn_training_says_how_to_get_it(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)  # as where only the run-time lock is installed
    result = run(app, "train", write_labelled(tmp_path / "ours.csv"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "pip install -r requirements-dev.txt" in result.stderr


def test_nothing_at_run_time_loads_what_weights_are_trained_with() -> None:
    program = (
        "import sys, survey_app.application, survey_app.comments.analysis as a\n"
        "import survey_app.comments.themes as t\n"
        "a.analyse('The bins were missed', None, t.default_code_frame())\n"
        "print([name for name in ('sklearn', 'scipy', 'numpy', 'joblib') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=True, capture_output=True, text=True)
    assert printed.stdout == "[]\n"


@pytest.fixture(scope="module")
def development_file(shared: Path) -> Path:
    return shared / "data" / "comments_dev.csv"


@pytest.mark.shared
@pytest.mark.slow
def test_the_shipped_weights_come_out_again_and_carry_what_was_measured(development_file: Path) -> None:
    shipped = current().weights
    assert shipped is not None
    rows = read_comments(development_file, labelled=True)
    trained = train(rows, hashlib.sha256(development_file.read_bytes()).hexdigest(), lambda _words: None)
    assert json.loads(json.dumps(trained.document)) == shipped.document
    assert trained.known.review_share <= 0.22
    assert trained.known.accuracy_after_review is not None
    assert trained.known.accuracy_after_review >= 0.92
    assert trained.known.negative_shown_positive is not None
    assert trained.known.negative_shown_positive <= 0.03
    assert (trained.known.accuracy >= 0.835, trained.known.macro_f1 >= 0.68) == (True, True)
    assert (trained.unknown.accuracy >= 0.81, trained.unknown.macro_f1 >= 0.66) == (True, True)


@pytest.mark.shared
@pytest.mark.slow
def test_weights_keep_their_floor_on_a_quarter_that_they_have_not_seen(development_file: Path) -> None:
    def is_aside(row: CommentRow) -> bool:
        return hashlib.sha256(b"held back" + row.text.strip().casefold().encode()).digest()[0] < 64

    rows = [
        CommentRow(row.text, row.question, row.label, is_aside(row))
        for row in read_comments(development_file, labelled=True)
    ]
    trained = train(rows, "", lambda _words: None)
    assert trained.known.rows == sum(row.is_aside for row in rows) > 700
    assert (trained.known.accuracy >= 0.835, trained.known.macro_f1 >= 0.68) == (True, True)
    assert (trained.unknown.accuracy >= 0.81, trained.unknown.macro_f1 >= 0.66) == (True, True)
