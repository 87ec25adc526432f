"""Other languages are told apart without guessing, and judged by a council's own list or not at all."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.comments.analysis import analyse
from survey_app.comments.languages import UNDETERMINED, language_name, language_of, languages_told_apart
from survey_app.comments.sentiment import Flag
from survey_app.comments.themes import default_code_frame
from survey_app.comments.words import words_of
from survey_app.kernel.languages import ENGLISH
from survey_app.surveys.kinds import TextType

HERE = Path(__file__).parent


def told(text: str, expected: str = ENGLISH) -> str | None:
    return language_of(words_of(text), expected)


def sentences() -> list[tuple[str, str]]:
    with (HERE / "written_in.csv").open(encoding="utf-8", newline="") as file:
        return [(row["language"], row["text"]) for row in csv.DictReader(file)]


def test_most_of_our_sentences_are_told_apart_and_hardly_one_is_taken_for_english() -> None:
    rows = sentences()
    right = Counter(language for language, text in rows if told(text) == language)
    wanted = Counter(language for language, _ in rows)
    assert sum(right.values()) / len(rows) >= 0.94
    assert all(right[language] >= 0.85 * n for language, n in wanted.items() if n >= 20)
    as_english = sum(told(text) == ENGLISH for _, text in rows)
    assert as_english / len(rows) <= 0.04


def test_on_its_own_form_every_one_of_them_stays_what_was_expected_or_is_told() -> None:
    assert not [text for language, text in sentences() if told(text, language) == ENGLISH]


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "Ok thanks",
        "5 stars",
        "n/a",
        "Na",
        "nada",
        "nil",
        "Excelent servise, realy frendly",
        "Nowt wrong wi' it, champion lass on t'phone",
        "Siân and José at the café were lovely",
        "Mrs Nowak, Mr Popescu and Mr Singh",
        "Zoë was naïve about the crèche",
        "Top notch",
        "Brill!",
        "bin bin bin",
        "Rude",
        "Gr8 thx m8",
        "Deja vu. Same problem as last time.",
        "Council tax",
    ],
)
def test_short_misspelt_and_borrowed_words_stay_english(text: str) -> None:
    assert told(text) == ENGLISH


@pytest.mark.shared
def test_of_3206_english_comments_hardly_one_is_taken_for_another_language(shared: Path) -> None:
    with (shared / "data" / "comments_dev.csv").open(encoding="utf-8", newline="") as file:
        told_of = Counter(told(row["text"]) in (ENGLISH, None) for row in csv.DictReader(file))
    assert told_of[False] / told_of.total() <= 0.005


@pytest.mark.parametrize("text", ["", "👍👍", "5", "10/10 🎉", "!!!", "\u200f\u200f", "07 / 2026"])
def test_without_a_word_there_is_no_language(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you very much, the staff were great. Diolch!", "en"),
        ("Dziękuję bardzo, pani była bardzo miła i pomocna. Very good!", "pl"),
        ("The lady at the desk said شکریہ to me and was very kind", "en"),
        ("عملہ بہت اچھا تھا، very good", "ur"),
        ("\u202bعملہ بہت اچھا اور مددگار تھا\u202c", "ur"),
        ("Xyloq brunda vesh talmik oro zindel frax", UNDETERMINED),
        ("Xyloq brunda", "en"),
    ],
)
def test_of_two_languages_the_one_with_more_words_of_its_own_prevails(text: str, language: str) -> None:
    assert told(text) == language


def test_what_was_written_on_a_form_in_another_language_is_english_where_its_words_are() -> None:
    assert told("The staff were very helpful", "pl") == "en"
    assert told("ok", "pl") == "pl"
    assert told("Bardzo dobrze", "pl") == "pl"


def test_every_language_has_a_name() -> None:
    assert language_name("pl") == "Polish" and language_name("pa") == "Punjabi"
    assert language_name(UNDETERMINED) == "another language"
    assert language_name("xx") == "xx"
    assert all(language_name(code) != code for code in languages_told_apart())
    assert {language for language, _ in sentences()} <= languages_told_apart() | {UNDETERMINED}


@given(st.text(max_size=200), st.sampled_from(["en", "pl", "ur", "cy"]))
def test_any_text_has_a_language_that_has_a_name_or_none(text: str, expected: str) -> None:
    found = told(text, expected)
    assert found is None or found == UNDETERMINED or found in languages_told_apart()


def test_what_is_not_english_is_neither_judged_nor_sorted() -> None:
    analysis = analyse("Śmieci nie zostały odebrane, council tax za wysoki", TextType.WHY, default_code_frame())
    assert (analysis.language, analysis.is_analysed, analysis.needs_review) == ("pl", False, False)
    assert analysis.themes == () and analysis.sentiment.flags == (Flag.NOT_ANALYSED,)
    shown = analysis.as_json()
    assert (shown["sentiment"], shown["polarity"], shown["language"]) == (None, None, "pl")


def test_emoji_alone_are_judged_on_any_form() -> None:
    analysis = analyse("👍👍", TextType.WHY, default_code_frame(), "pl")
    assert (analysis.language, analysis.sentiment.label) == (None, "positive")


def test_easy_english_is_english() -> None:
    assert analyse("ok", TextType.WHY, default_code_frame(), "en-easy").language == "en"
