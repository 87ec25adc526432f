"""What is typed into the search box is read kindly: nothing typed there is an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.comments.search.asked import MOST_TERMS, Asked, places_of, read_asked
from survey_app.comments.search.folding import LONGEST_WORD, folded
from survey_app.comments.search.synonyms import read_synonyms, synonyms
from tests.fuzz.nasty import SAMPLES


def said(text: str) -> tuple[list[str], list[str]]:
    """Each clause and what is not wanted, as words."""
    asked = read_asked(text, {})
    return [" or ".join(map(str, terms)) for terms in asked.all_of], [str(term) for term in asked.none_of]


@pytest.mark.parametrize(
    ("text", "all_of", "none_of"),
    [
        ("bins missed", ["bins", "missed"], []),
        ('"missed bins" late', ["missed bins", "late"], []),
        ("“curly quotes”", ["curly quotes"], []),
        ('"never closed', ["never closed"], []),
        ("bins OR rubbish late", ["bins or rubbish", "late"], []),
        ("OR bins OR", ["bins"], []),
        ("bins or rubbish", ["bins", "or", "rubbish"], []),
        ('bins -missed -"very late"', ["bins"], ["missed", "very late"]),
        ("-bins", [], ["bins"]),
        ("e-mail", ["e mail"], []),
        ("recycl*", ["recycl*"], []),
        ("b*", ["b"], []),
        ("* ** -* - -- OR", [], []),
        ("CAFÉ don’t", ["cafe", "dont"], []),
        ("words:bins NEAR(a b) ^x {y}", ["words bins", "near a", "b", "x", "y"], []),
        ("'); DROP TABLE comment; --", ["drop", "table", "comment"], []),
    ],
)
def test_words_phrases_or_not_and_beginnings_are_understood(text: str, all_of: list[str], none_of: list[str]) -> None:
    assert said(text) == (all_of, none_of)


def test_a_search_without_a_word_finds_nothing_and_an_empty_one_asks_nothing() -> None:
    assert read_asked("?!", {}).has_no_word
    assert read_asked("  ", {}).asks_nothing
    assert not read_asked("?!", {}).asks_nothing


def test_a_long_search_is_cut_and_says_so() -> None:
    asked = read_asked(" ".join(f"word{n}" for n in range(500)), {})
    assert len(asked.all_of) == MOST_TERMS
    assert asked.is_cut


@given(st.text(max_size=300) | st.sampled_from(SAMPLES))
def test_whatever_is_typed_is_read_as_plain_words(text: str) -> None:
    asked = read_asked(text, synonyms())
    words = [word for terms in (*asked.all_of, asked.none_of) for term in terms for word in term.words]
    assert all(word.isalnum() and len(word) <= LONGEST_WORD for word in words)


def test_other_words_for_the_same_are_searched_too_and_named() -> None:
    asked = read_asked("ring back", synonyms())
    assert "phoned back" in map(str, asked.also)
    assert [str(terms[0]) for terms in asked.all_of] == ["ring back"]
    assert places_of(asked, "They never phoned back.") == [(11, 22)]
    assert read_asked("ring back", {}).also == ()


def test_what_is_not_wanted_is_meant_literally() -> None:
    assert read_asked("late -bins", synonyms()).none_of == read_asked("late -bins", {}).none_of


@pytest.mark.parametrize(
    ("rows", "problem"), [("bin|bins,\nrubbish|bins,", "Line 3 of the synonyms repeats"), ("bin,", "Line 2")]
)
def test_a_synonym_list_that_is_unclear_is_refused(rows: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_synonyms(f"words,note\n{rows}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße, CAFÉ & cafe\u0301!", "strasse cafe cafe"),
        ("don't don’t dont", "dont dont dont"),
        ("in\u200bvis\u00adible", "invisible"),
        ("ring [phone number removed] back", "ring 0removed0 back"),
        ("بلدية 123 ½", "بلدية 123 12"),
        ("🗑️ !", ""),
    ],
)
def test_words_are_compared_without_capitals_accents_and_what_cannot_be_seen(text: str, words: str) -> None:
    assert folded(text) == words


@given(st.text(max_size=200))
def test_folded_words_are_letters_and_figures_between_single_spaces(text: str) -> None:
    words = folded(text)
    assert all(word.isalnum() for word in words.split(" ")) or words == ""
    assert folded(words) == words


def test_marks_are_on_the_words_as_they_were_written() -> None:
    text = "No UPDATE, updates or up-date; Café."
    asked = read_asked('update* OR "up date" OR cafe', {})
    assert [text[first:last] for first, last in places_of(asked, text)] == ["UPDATE", "updates", "up-date", "Café"]
    assert places_of(Asked(), text) == []
