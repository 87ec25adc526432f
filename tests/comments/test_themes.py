from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.comments.themes import (
    CodeFrame,
    ThemeRule,
    UnclearKeyword,
    default_code_frame,
    default_rules,
    read_keywords,
)

BINS = ThemeRule("waste", "Bins", ("bin", "missed collection", "recycl*"))
ROADS = ThemeRule("roads", "Roads", ("pothole*", "street light*"))


def found(text: str) -> dict[str, tuple[str, ...]]:
    return {match.code: match.matched for match in CodeFrame([BINS, ROADS]).find(text)}


def test_words_phrases_and_prefixes_are_found_as_they_were_written() -> None:
    assert found("Missed  Collection again, RECYCLING bin; bin and street lights") == {
        "waste": ("Missed  Collection", "RECYCLING", "bin"),
        "roads": ("street lights",),
    }


@pytest.mark.parametrize("text", ["cabinet", "the bins", "missed a collection", "missed. collection", "", "street"])
def test_only_whole_words_and_whole_phrases_match(text: str) -> None:
    assert found(text) == {}


def test_a_redaction_marker_is_no_word() -> None:
    frame = CodeFrame([ThemeRule("calls", "Calls", ("phone", "number"))])
    assert frame.find("[phone number removed]") == ()


def test_keywords_are_read_as_staff_type_them() -> None:
    assert read_keywords(" Council  Tax \n\nbin\nbin\n can’t\n") == ("council tax", "bin", "can’t")


@pytest.mark.parametrize("keyword", ["*", "a*", "re*cycle", "42", "b!n bag", "**"])
def test_a_keyword_that_cannot_match_is_refused_with_a_reason(keyword: str) -> None:
    with pytest.raises(UnclearKeyword, match=r"keyword|matched|wide"):
        read_keywords(keyword)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("My green bin was not emptied", "waste"),
        ("Massive potholes on our road", "roads"),
        ("Fobbed off and transferred three times", "resolved"),
        ("Nobody replied to my email", "call_back"),
        ("I was on hold for an hour", "waiting"),
        ("council tax bill is wrong", "council_tax"),
        ("the web form crashed", "website"),
        ("she was so rude", "staff_attitude"),
        ("no interpreter for a deaf person", "accessibility"),
    ],
)
def test_the_default_themes_know_what_councils_hear(text: str, code: str) -> None:
    assert code in {match.code for match in default_code_frame().find(text)}


def test_default_themes_have_codes_of_their_own() -> None:
    codes = [rule.code for rule in default_rules()]
    assert len(codes) == len(set(codes)) >= 16


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for match in default_code_frame().find(text):
        assert all(word in text for word in match.matched)
