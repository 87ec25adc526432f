"""Which words raise an alert, and which only look like it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from hypothesis import given
from hypothesis import strategies as st

from survey_app.comments.alerts.finding import Finder, KindRule, finder_of, read_phrases
from survey_app.comments.alerts.kinds import default_finder, default_kinds
from survey_app.comments.alerts.measuring import measure, read_labelled
from survey_app.comments.themes import UnclearKeyword

LABELLED = Path(__file__).parent / "labelled.csv"
CODES = [kind.code for kind in default_kinds()]
FINDER = Finder(
    [
        KindRule("threat", read_phrases("kill\nstab*\ngoing to ... hurt you\nwon't be sorry"), ("kill time",)),
        KindRule("press", ("local paper",), ("local paper bin*",)),
    ]
)


def found(text: str) -> dict[str, list[str]]:
    return {each.code: [text[start:end] for start, end in each.spans] for each in FINDER.find(text)}


def test_a_kind_is_found_with_its_phrases_and_where_they_stand() -> None:
    (threat,) = FINDER.find("I'll KILL him, stabbed or not. Kill!")
    assert (threat.code, threat.phrases) == ("threat", ("kill", "stab*"))
    assert found("I'll KILL him, stabbed or not. Kill!") == {"threat": ["KILL", "stabbed", "Kill"]}


def test_what_shares_a_word_with_an_exception_is_not_found_and_the_rest_is() -> None:
    assert found("to kill time in a queue") == {}
    assert found("to kill time, then kill him") == {"threat": ["kill"]}
    assert found("the local paper bins") == {}
    assert found("local paper bin, kill") == {"threat": ["kill"]}  # an exception is of its kind alone


@pytest.mark.parametrize(
    "text",
    ["going to hurt you", "going to really badly HURT you", "going to [name removed] hurt you", "going, to (hurt) you"],
)
def test_a_gap_takes_up_to_four_words(text: str) -> None:
    assert found(text) == {"threat": [text]} or found(text)["threat"][0].startswith("going")


@pytest.mark.parametrize(
    "text", ["going to a b c d e hurt you", "going to. It hurt you", "going to\nhurt you", "skill", "killed", ""]
)
def test_neither_the_end_of_a_sentence_nor_a_longer_gap_is_bridged(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize("text", ["you wont be sorry", "you won’t be sorry", "you WON'T be sorry"])
def test_an_apostrophe_makes_no_difference(text: str) -> None:
    assert list(found(text)) == ["threat"]


@pytest.mark.parametrize(
    ("phrase", "text", "is_found"),
    [
        ("self-harm*", "I self-harm", True),
        ("self-harm*", "thoughts of self harming", True),
        ("self-harm*", "bad for my self esteem", False),
        ("ring * back", "please ring me back", True),
    ],
)
def test_a_hyphen_is_a_space_and_a_lone_star_a_gap(phrase: str, text: str, is_found: bool) -> None:
    assert bool(finder_of(("kind", phrase, "")).find(text)) is is_found


def test_phrases_are_read_as_staff_type_them() -> None:
    assert read_phrases(" Kill  you\n\nkill you\nhit…me ") == ("kill you", "hit...me")


@pytest.mark.parametrize("phrase", ["*", "a*", "... me", "me ...", "b!n bag", "one ... two ... three ... four"])
def test_a_phrase_that_cannot_be_matched_is_refused_with_a_reason(phrase: str) -> None:
    with pytest.raises(UnclearKeyword, match=r"cannot be matched|too wide|keyword"):
        read_phrases(phrase)


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for each in default_finder().find(text):
        assert each.phrases
        assert all(0 <= start < end <= len(text) for start, end in each.spans)


@pytest.mark.parametrize("unit", ["kill ", "child ", "carer a b c ", "going to ", "a", "😀", "\u200b", "<b>", "'"])
def test_the_longest_answer_of_one_thing_alone_can_be_searched(unit: str) -> None:
    text = (unit * 50_000)[:50_000]
    for each in default_finder().find(text):
        assert len(each.phrases) == len(set(each.phrases))


def test_default_kinds_have_codes_of_their_own_and_each_can_be_matched() -> None:
    assert CODES == ["safeguarding", "self_harm", "threat", "discrimination", "legal_threat", "councillor_press"]
    assert all(read_phrases(kind.phrases) and read_phrases(kind.exceptions) for kind in default_kinds())
    assert all(kind.minutes > 0 for kind in default_kinds())


def test_of_our_labelled_sentences_nearly_all_are_found() -> None:
    """Hard cases both ways. Written by us: a floor against breaking, no promise about residents' words."""
    rows = read_labelled(LABELLED, CODES)
    assert len(rows) > 400
    figures = {each.code: each for each in measure(default_finder(), rows, CODES)}
    for code in ("safeguarding", "self_harm", "threat"):
        assert figures[code].labelled >= 65
        assert (figures[code].recall or 0) >= 0.95
    for each in figures.values():
        assert (each.recall or 0) >= 0.9
        assert (each.precision or 0) >= 0.9, each


def test_the_command_prints_recall_and_precision_of_each_kind(runner: FlaskCliRunner) -> None:
    printed = json.loads(runner.invoke(args=["comments", "check-alerts", str(LABELLED), "--json"]).stdout)
    assert list(printed["kinds"]) == CODES
    assert printed["kinds"]["self_harm"]["recall"] >= 0.95
    in_words = runner.invoke(args=["comments", "check-alerts", str(LABELLED)]).stdout
    assert "self_harm          recall" in in_words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("text,kinds\nx,danger\n", "has the kind “danger”"),
        ("text,kinds\n", "no labelled text"),
        ("text\nx\n", "kinds"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    runner: FlaskCliRunner, tmp_path: Path, lines: str, words: str
) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text(lines)
    result = runner.invoke(args=["comments", "check-alerts", str(file)])
    assert result.exit_code == 1
    assert words in result.output
