"""A council's own list of words in another language: read with care, used with caution, and never in the way."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from survey_app.comments.analysis import Analysis, analyse
from survey_app.comments.models import Comment
from survey_app.comments.operations import make_comments
from survey_app.comments.themes import default_code_frame
from survey_app.comments.word_lists import read_folder, read_word_list
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput
from survey_app.responses.models import AnswerText
from survey_app.surveys.kinds import TextType
from tests.factories import NOON, make_answers, make_council, make_service, make_survey

WELSH = Path(__file__).parent / "cy.csv"


def judged(text: str) -> Analysis:
    return analyse(text, TextType.WHY, default_code_frame(), "cy", {"cy": read_word_list(WELSH, "cy")})


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("Roedd y staff yn garedig", "positive", ["yn garedig"]),
        ("Diolch yn fawr am y gwasanaeth", "positive", ["Diolch yn fawr"]),
        ("Mae'r wefan yn anodd ac ofnadwy", "negative", ["anodd", "ofnadwy"]),
        ("Nid wyf i ddim yn hapus", "negative", ["hapus"]),
        ("Rhy araf.", "negative", ["Rhy araf"]),
        ("Ddim o gwbl. Roedd yn hapus", "positive", ["hapus"]),
        ("Mae'r llyfrgell yn y dref", "neutral", []),
    ],
)
def test_a_list_judges_by_its_words_and_shows_them(text: str, label: str, words: list[str]) -> None:
    analysis = judged(text)
    assert analysis.language == "cy"
    assert (analysis.sentiment.label, [reason.word for reason in analysis.sentiment.reasons]) == (label, words)


def test_very_and_quite_make_a_word_stronger_and_weaker() -> None:
    plain, very, quite = (
        abs(judged(f"Mae'n {words}").sentiment.polarity) for words in ("anodd", "iawn anodd", "eithaf anodd")
    )
    assert quite < plain < very


def test_its_labels_are_unsure_until_somebody_measures_them() -> None:
    analysis = judged("Gwasanaeth gwych, diolch yn fawr")
    assert analysis.needs_review and "unsure" in analysis.sentiment.flags
    assert analysis.sentiment.method.startswith("words-cy+")


def test_a_changed_word_is_another_method(tmp_path: Path) -> None:
    changed = tmp_path / "cy.csv"
    changed.write_text(WELSH.read_text(encoding="utf-8").replace("0.8", "0.7"), encoding="utf-8")
    assert read_word_list(changed, "cy").method != read_word_list(WELSH, "cy").method


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("word\nda\n", "value"),
        ("word,value\nda,great\n", "Line 2 has the value “great”; it must be a number from -1 to 1."),
        ("word,value\nda,1.5\n", "Line 2 has the value “1.5”"),
        ("word,value\nda,nan\n", "Line 2 has the value “nan”"),
        ("word,value,negated\nda,0.5,no\n", "Line 2 has the negated “no”"),
        ("word,value\nda,0.5\nDa,0.6\n", "Line 3 repeats “da”."),
        ("word,value\n,0.5\n", "Line 2 needs a word"),
        ("word,value\na b c d e f g,0.5\n", "Line 2 needs a word, or a phrase of at most 6."),
        ("word,value,kind\nda,0.5,request\n", "Line 2 has the kind “request”; it must be negation, stronger, weaker"),
        ("word,value,kind\nddim,,negation\n", "no word in it judges anything"),
        ('word,value\n"da,0.5\n', "Line 2 cannot be read"),
    ],
)
def test_a_bad_list_is_refused_with_its_file_and_line(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "cy.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_word_list(file, "cy")
    assert said in refused.value.message and refused.value.message.startswith("cy.csv")


@pytest.mark.parametrize("name", ["en.csv", "welsh.csv", "xx.csv"])
def test_a_list_is_called_by_a_language_that_can_be_told_apart(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(WELSH.read_bytes())
    with pytest.raises(InvalidInput, match="called by the code of a language"):
        read_word_list(file, file.stem)


def test_a_folder_is_read_with_what_is_wrong_and_again_when_a_file_changes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_folder(tmp_path / "none") == read_folder(tmp_path)
    (tmp_path / "cy.csv").write_bytes(WELSH.read_bytes())
    (tmp_path / "pl.csv").write_text("word,value\ndobrze,much\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        found = read_folder(tmp_path)
        read_folder(tmp_path)
    assert set(found.lists) == {"cy"} and found.problems == (
        "pl.csv: Line 2 has the value “much”; it must be a number from -1 to 1.",
    )
    assert caplog.text.count("pl.csv") == 1
    (tmp_path / "pl.csv").write_text("word,value\ndobrze,0.5\n", encoding="utf-8")
    assert set(read_folder(tmp_path).lists) == {"cy", "pl"}


@pytest.fixture
def write_list(app: Flask) -> Callable[[str, bytes], None]:
    folder = app.extensions["settings"].instance_path / "lexicons"
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)

    return write


def written(text: str, answered_in: str = "en") -> Comment:
    response = make_answers(make_survey(), make_service(), NOON.date(), {"satisfaction": "5"}, answered_in=answered_in)[
        0
    ]
    question = response.survey_version.items[0].question_version
    answer = AnswerText(response=response, question_version=question, raw=text)
    db.session.add(answer)
    db.session.flush()
    (comment,) = make_comments([answer], [], NOON)
    return comment


def test_a_comment_in_another_language_on_the_english_form_is_not_judged(app: Flask) -> None:
    make_council()
    comment = written("Śmieci nie zostały odebrane w tym tygodniu")
    assert (comment.language, comment.sentiment, comment.flags) == ("pl", None, ["not_analysed"])
    assert not comment.needs_review and comment.confidence is None


def test_english_on_another_form_is_judged(app: Flask) -> None:
    make_council()
    comment = written("The staff were very helpful", "pl")
    assert (comment.language, comment.sentiment) == ("en", "positive")


def test_with_a_list_of_the_council_it_is_judged_and_waits_for_review(
    app: Flask, write_list: Callable[[str, bytes], None]
) -> None:
    make_council()
    write_list("cy.csv", WELSH.read_bytes())
    comment = written("Roedd y staff yn garedig iawn")
    assert (comment.language, comment.sentiment, comment.needs_review) == ("cy", "positive", True)
    assert comment.method.startswith("words-cy+")


def test_with_a_bad_list_the_language_is_not_analysed_and_all_else_goes_on(
    app: Flask, write_list: Callable[[str, bytes], None]
) -> None:
    make_council()
    write_list("cy.csv", b"\xff\xfe\x00 nonsense")
    comment = written("Roedd y staff yn garedig iawn")
    assert (comment.sentiment, comment.flags) == (None, ["not_analysed"])


def test_the_command_reads_a_list_and_reports(runner: FlaskCliRunner, tmp_path: Path) -> None:
    found = runner.invoke(args=["comments", "check-lexicon", str(WELSH)])
    assert found.exit_code == 0
    assert "Welsh: 11 words and phrases, 5 of praise and 3 of blame, 3 that turn" in found.output
    bad = tmp_path / "list.csv"
    bad.write_text("word,value\nda,great\n", encoding="utf-8")
    refused = runner.invoke(args=["comments", "check-lexicon", str(bad), "--language", "cy"])
    assert (refused.exit_code, "Line 2 has the value" in refused.output) == (1, True)


def test_the_command_says_what_it_does_not_judge(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "comments.csv"
    file.write_text("text\nWszystko w porządku\n", encoding="utf-8")
    assert "not analysed (pl)" in runner.invoke(args=["comments", "analyse", str(file)]).output
    (shown,) = json.loads(runner.invoke(args=["comments", "analyse", str(file), "--json"]).stdout)
    assert (shown["sentiment"], shown["flags"], shown["language"]) == (None, ["not_analysed"], "pl")
