from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from survey_app.comments.cli import comments_cli


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.cli.add_command(comments_cli)
    return app


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["comments", *map(str, words)])


def saved(folder: Path, content: bytes | str) -> Path:
    file = folder / "comments.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_analyse_prints_one_object_a_row(app: Flask, tmp_path: Path) -> None:
    file = saved(tmp_path, "question,text\nimprove,Nothing\n,Bin missed. Ring 07700 900123\nwhy,\n")
    result = run(app, "analyse", file, "--json")
    first, second, third = json.loads(result.stdout)
    assert (result.exit_code, first["sentiment"], third["flags"]) == (0, "positive", ["no_content"])
    assert second["text_redacted"] == "Bin missed. Ring [phone number removed]"
    assert second["themes"] == [{"code": "waste", "matched": ["Bin"]}]
    assert set(second) >= {"polarity", "confidence", "review", "flags", "reasons", "method"}
    assert set(second["reasons"][0]) == {"word", "value"}


def test_analyse_reads_windows_files_and_byte_order_marks(app: Flask, tmp_path: Path) -> None:
    for content in ("text\ncafé’s\n".encode("cp1252"), "\ufefftext\ncafé’s\n".encode()):
        assert (
            json.loads(run(app, "analyse", saved(tmp_path, content), "--json").stdout)[0]["text_redacted"] == "café’s"
        )


def test_analyse_of_a_header_alone_is_an_empty_array(app: Flask, tmp_path: Path) -> None:
    assert json.loads(run(app, "analyse", saved(tmp_path, "text\n"), "--json").stdout) == []


def test_evaluate_compares_with_people(app: Flask, tmp_path: Path) -> None:
    file = saved(
        tmp_path, "text,label,question\nNothing,positive,improve\nRude,negative,why\nLovely staff,negative,good\n"
    )
    figures = json.loads(run(app, "evaluate", file, "--json").stdout)
    assert figures["rows"] == 3
    assert figures["accuracy"] == pytest.approx(2 / 3)
    assert figures["f1"] == {"negative": pytest.approx(2 / 3), "neutral": 0, "positive": pytest.approx(2 / 3)}
    assert figures["comments_per_second"] > 0
    ignoring = json.loads(run(app, "evaluate", file, "--ignore-question", "--json").stdout)
    assert ignoring["accuracy"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"comment\nhello\n", "among them text"),
        (b"text,label\nhello,fine\n", "Line 2 has the label “fine”"),
        (b"text,label,question\nhello,neutral,where\n", "Line 2 has the question “where”"),
        (b"PK\x03\x04\x00\x00", "The file is not text"),
        (b"text,label\n\x81\x8d,neutral\n", "neither UTF-8 nor Windows-1252"),
        (b'text,label\n"open,neutral\n', "a quotation mark does not close"),
        (b"text,label\n", "no labelled comment"),
    ],
)
def test_a_bad_file_is_refused_whole_with_one_sentence(
    app: Flask, tmp_path: Path, content: bytes, sentence: str
) -> None:
    result = run(app, "evaluate", saved(tmp_path, content), "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr


def test_check_redaction_prints_recall_and_precision_and_each_mistake(app: Flask, tmp_path: Path) -> None:
    file = saved(
        tmp_path,
        "part,text\na,Spoke to {name:Sarah} at {address:12 High Street}\nb,Ring {phone number:07700 900123}\n"
        "b,Signed {name:the lady from upstairs}\nb,Write to me@example.org\n",
    )
    figures = json.loads(run(app, "check-redaction", file, "--json").stdout)
    assert (figures["sentences"], figures["recall"], figures["precision"]) == (4, 3 / 4, 3 / 4)
    assert figures["by_kind"]["name"] == {
        "marked": 2, "found": 1, "recall": 0.5, "taken": 1, "right": 1, "precision": 1.0
    }  # fmt: skip
    assert figures["parts"]["a"]["recall"] == 1.0
    assert figures["missed"] == [{"line": 4, "part": "b", "kind": "name", "words": "the lady from upstairs"}]
    assert [mistake["words"] for mistake in figures["wrongly_taken"]] == ["me@example.org"]
    told = run(app, "check-redaction", file).stdout
    assert "all                        0.750 (3 of 4)      0.750 (3 of 4)" in told
    assert "line 4, name: the lady from upstairs" in told


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("text\nThanks to {nickname:Baz}\n", "Line 2 marks a “nickname”; it must be one of card number"),
        ("text\n", "holds no sentence"),
        ("words\nhello\n", "among them text"),
    ],
)
def test_check_redaction_refuses_a_file_that_it_cannot_read(
    app: Flask, tmp_path: Path, content: str, sentence: str
) -> None:
    result = run(app, "check-redaction", saved(tmp_path, content), "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr


def test_wrong_usage_is_told_apart(app: Flask, tmp_path: Path) -> None:
    assert run(app, "analyse").exit_code == 2
    assert run(app, "analyse", tmp_path / "missing.csv").exit_code == 2
