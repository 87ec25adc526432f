from __future__ import annotations

import sys
from itertools import product

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


@pytest.mark.parametrize(
    "keyword",
    [
        *("*", "a*", "re*cycle", "42", "b!n bag", "**", "-", "* back", "ring *", "ring * * back", "a * b * c"),
        *("w " * 9, "x" * 81),
    ],
)
def test_a_keyword_that_cannot_match_is_refused_with_a_reason(keyword: str) -> None:
    with pytest.raises(UnclearKeyword, match=r"Line 1: .*(keyword|matched|wide|long)"):
        read_keywords(keyword)


def test_a_refused_keyword_is_named_with_its_line() -> None:
    with pytest.raises(UnclearKeyword, match=r"Line 3: “b\*” is too wide"):
        read_keywords("bin\n\nb*\n")


def test_a_theme_takes_500_keywords_and_no_more() -> None:
    words = ["".join(letters) for letters in product("abcdefghij", repeat=3)]
    assert len(read_keywords("\n".join(words[:500]))) == 500
    with pytest.raises(UnclearKeyword, match="500 keywords at most; these are 501"):
        read_keywords("\n".join(words[:501]))


def matched(text: str, *keywords: str) -> tuple[str, ...]:
    found = CodeFrame([ThemeRule("it", "It", read_keywords("\n".join(keywords)))]).find(text)
    return found[0].matched if found else ()


def test_a_star_alone_stands_for_up_to_three_words_of_one_sentence() -> None:
    for text in ("ring back", "Ring me back", "ring one of us back"):
        assert matched(text, "ring * back") == (text,)
    for text in ("ring me up and come back", "ring. Come back", "ring me, back", "ring", "ring me"):
        assert matched(text, "ring * back") == ()


def test_a_keyword_inside_an_exception_does_not_count_and_one_beside_it_does() -> None:
    assert matched("He is in the sin bin", "bin", "-sin bin") == ()
    assert matched("A sin bin, and my bin", "bin", "-sin bin") == ("bin",)
    assert matched("planning to apply for planning permission", "planning permission", "planning", "-planning to") == (
        "planning",
        "planning permission",
    )
    assert matched("sin bin", "sin bin day", "-bin") == ()
    assert matched("sin bin day", "sin bin day", "-bin") == ("sin bin day",), "the keyword is longer than the exception"


def test_an_exception_holds_for_its_own_theme_alone() -> None:
    frame = CodeFrame([ThemeRule("a", "A", ("bin", "-sin bin")), ThemeRule("b", "B", ("bin",))])
    assert [match.code for match in frame.find("sin bin")] == ["b"]


def test_a_hyphen_is_as_good_as_a_space() -> None:
    assert read_keywords("Fly-tip*\n- sin  bin\n–sin bin") == ("fly tip*", "-sin bin")
    assert matched("Fly-tipping and fly tipped", "fly-tip*") == ("Fly-tipping", "fly tipped")


def counting(frame: CodeFrame, text: str) -> set[tuple[str, str]]:
    return {(code, keyword) for code, keyword, counts in frame.keywords_in(text) if counts}


def test_keywords_in_a_text_are_those_that_stand_in_its_places() -> None:
    frame = CodeFrame([ThemeRule("bins", "Bins", ("bin", "a.s.b", "recycl*", "ring * back", "-sin bin"))])
    for text in ("The BIN. Recycling’s late", "A.S.B again", "sin bin: ring me back", "", "cabinet", "[bin removed]"):
        assert counting(frame, text) == {(p.code, p.keyword) for p in frame.places(text) if not p.is_excepted}


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
    assert all(rule.definition for rule in default_rules())


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    frame = default_code_frame()
    for match in frame.find(text):
        assert all(word in text for word in match.matched)
    assert counting(frame, text) == {(p.code, p.keyword) for p in frame.places(text) if not p.is_excepted}


KEYWORDS = st.lists(st.sampled_from(("a", "b", "aaa*", "*", "-a", "-", "a b", "aaaa*")), min_size=1, max_size=6)


@given(st.lists(KEYWORDS.map(" ".join), max_size=30), st.text("aab .'*-", max_size=300))
def test_whatever_staff_type_is_refused_or_can_be_searched_for(lines: list[str], text: str) -> None:
    try:
        keywords = read_keywords("\n".join(lines))
    except UnclearKeyword:
        return
    assert read_keywords("\n".join(keywords)) == keywords
    for place in CodeFrame([ThemeRule("it", "It", keywords)]).places(text):
        assert text[place.start : place.end].strip()


@pytest.mark.parametrize("word", ["ring ", "ring back ", "sin bin ", "a ", "ring' ", "r.i.n.g ", "[", "ring * "])
def test_a_text_of_50000_characters_takes_steps_in_proportion_to_its_length(word: str) -> None:
    frame = CodeFrame([ThemeRule("it", "It", ("ring * back", "ring * ring", "bin", "-sin bin", "ring ring*", "aaa*"))])
    few, many = (steps_of(frame, word * (length // len(word))) for length in (5_000, 50_000))
    assert many <= 12 * few + 1000


def steps_of(frame: CodeFrame, text: str) -> int:
    """How many functions of ours and generators' turns a search takes: the same on every machine."""
    steps = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal steps
        steps += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        frame.places(text)
    finally:
        sys.setprofile(before)
    return steps
