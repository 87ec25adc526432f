"""What is filled into the words of a survey reads well, known or not, and is never filled in twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.surveys.piping import FALLBACKS, answers_in, has_broken_pipe, piped, pipes_in

FACTS = {"service": "housing options", "channel": "phone call", "date": "10 March 2026"}


@pytest.mark.parametrize(
    ("text", "filled_in"),
    [
        ("How was your {{channel}} about {{ service }}?", "How was your phone call about housing options?"),
        ("{{service}}: was it easy?", "Housing options: was it easy?"),
        ("You said “{{answer.resolved}}”. Why?", "You said “Partly”. Why?"),
        ("You said “{{answer.other}}”. Why?", "You said “your answer”. Why?"),
        ("No pipes, {one} brace.", "No pipes, {one} brace."),
        ("{{servce}}", "{{servce}}"),
    ],
)
def test_pipes_are_filled_in_and_what_is_none_stays(text: str, filled_in: str) -> None:
    assert piped(text, FACTS, {"resolved": "Partly"}) == filled_in


def test_no_sentence_has_a_hole() -> None:
    text = "How was your {{channel}} on {{date}} about {{service}}?"
    assert piped(text, {}, {}) == piped(text, dict.fromkeys(FACTS, ""), {})
    assert piped(text, {}, {}) == "How was your contact on that day about our service?"
    assert piped(text, {}, {}, FALLBACKS | {"service": "ein gwasanaeth"}).endswith("about ein gwasanaeth?")


def test_what_a_pipe_brings_is_never_read_for_pipes() -> None:
    assert piped("About {{service}}", {"service": "{{answer.a}}"}, {"a": "secret"}) == "About {{answer.a}}"


def test_the_pipes_of_a_text_are_named_in_their_order() -> None:
    assert pipes_in("{{date}} {{ answer.b }} {{}} {{nothing}}") == ("date", "answer.b", "", "nothing")
    assert answers_in(["{{answer.b}} {{date}}", "{{answer.a}}", "{{answer.}}"]) == {"a", "b"}
    assert [has_broken_pipe(text) for text in ("{{date}}", "{{date}", "date}}", "{date}")] == [False, True, True, False]


@given(st.text(alphabet="{}answer.dt i", max_size=30), st.sampled_from(["", "{{date}}", "}}"]))
def test_no_text_makes_it_fail(text: str, value: str) -> None:
    assert isinstance(piped(text, {"date": value}, {"i": value}), str)
