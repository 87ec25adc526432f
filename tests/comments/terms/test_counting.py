"""Which words of a comment are counted, and how often: once a comment, once a person, once a copied text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.comments.terms.counting import LONGEST_TERM, count_terms, stop_words, terms_of
from survey_app.comments.words import words_of


def found(text: str) -> set[str]:
    return set(terms_of(words_of(text)))


def test_words_and_pairs_are_found_without_what_carries_no_matter() -> None:
    assert found("The garden waste bin, and the GARDEN WASTE again!") == {
        "garden", "waste", "bin", "garden waste", "waste bin",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("permit. zone", {"permit", "zone"}),
        ("permit [name removed] zone", {"permit", "zone"}),
        ("permit 5 zone", {"permit", "zone"}),
        ("permit of the zone", {"permit", "zone"}),
        ("permit-zone", {"permit", "zone", "permit zone"}),
        ("[phone number removed]", set()),
        ("it was not for me to say", set()),
        ("😀 12345 ???", set()),
        ("a" * 41, set()),
        ("", set()),
    ],
)
def test_nothing_is_paired_across_a_sign_a_figure_a_marker_or_a_stop_word(text: str, terms: set[str]) -> None:
    assert found(text) == terms


@given(st.text(max_size=400))
def test_whatever_is_written_every_term_fits_its_column(text: str) -> None:
    assert all(0 < len(term) <= LONGEST_TERM and term.count(" ") <= 1 for term in found(text))


def test_a_term_counts_once_a_comment_and_once_a_person() -> None:
    counted = count_terms([("a", "Potholes, potholes!"), ("a", "More potholes in Mill Lane"), ("b", "Potholes")])
    assert (counted.comments, counted.terms["potholes"]) == (2, 2)


def test_a_text_that_many_sent_counts_once_and_what_each_wrote_beside_it_counts() -> None:
    letter = "Please keep the library in Mill Lane open for the sake of our children and their homework"
    counted = count_terms([*((n, letter) for n in range(12)), (3, "The bins were late"), ("x", "A library card")])
    assert (counted.terms["library"], counted.terms["bins"], counted.comments) == (2, 1, 3)


def test_short_words_that_many_use_are_no_copies() -> None:
    assert count_terms([(n, "Very helpful lady") for n in range(6)]).terms["helpful lady"] == 6


def test_the_stop_words_are_folded_as_words_are() -> None:
    assert all([word.key for word in words_of(each)] == [each] for each in stop_words())
