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


def test_wrong_usage_is_told_apart(app: Flask, tmp_path: Path) -> None:
    assert run(app, "analyse").exit_code == 2
    assert run(app, "analyse", tmp_path / "missing.csv").exit_code == 2
