"""Advice on wordings: what it finds, what it leaves alone, and a reading age as its formula was published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey_app.surveys.bank import BANK, SATISFACTION_SCALE, BankQuestion, Choice
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.plain_language import (
    AdviceKind,
    advice,
    advice_on_question,
    jargon,
    reading_age,
    syllables,
)

PLATYPUS = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."


def kinds(text: str) -> list[AdviceKind]:
    return [found.kind for found in advice(text)]


@pytest.mark.parametrize(
    ("text", "words", "sentences", "count"),
    [  # the examples with which the Flesch scales are usually shown, and their published counts
        ("The cat sat on the mat.", 6, 1, 6),  # reading ease 116
        ("This sentence, taken as a reading passage unto itself, is being used to prove a point.", 16, 1, 23),  # 69
        (PLATYPUS, 13, 1, 24),  # 37.5
    ],
)
def test_the_reading_age_is_the_published_grade_and_five_years(
    text: str, words: int, sentences: int, count: int
) -> None:
    grade = 0.39 * words / sentences + 11.8 * count / words - 15.59
    assert reading_age(text) == pytest.approx(grade + 5)


def test_the_grades_of_those_examples_are_the_known_ones() -> None:
    assert reading_age("The cat sat on the mat.") == pytest.approx(-1.45 + 5)
    assert reading_age(PLATYPUS) == pytest.approx(11.3 + 5, abs=0.05)
    assert reading_age(" ... ?! ") is None


@pytest.mark.parametrize(
    ("word", "count"),
    [("the", 1), ("service", 2), ("services", 3), ("received", 2), ("table", 2), ("while", 1), ("needed", 2),
     ("council", 2), ("dissatisfied", 4), ("people", 2), ("going", 2), ("accessibility", 6), ("used", 1)],
)  # fmt: skip
def test_syllables_are_counted_by_vowels(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize("question", BANK, ids=lambda question: question.code)
def test_our_own_questions_need_no_advice(question: BankQuestion) -> None:
    assert advice_on_question(question) == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Tell us " + "what was so " * 9, AdviceKind.LENGTH, "Tell us what was so what …"),
        ("How satisfied were you with the accessibility of our communication facilities?", "reading_age", "accessib"),
        ("Was the officer polite and quick?", AdviceKind.DOUBLE, "polite and quick"),
        ("How good was our service?", AdviceKind.LEADING, "How good"),
        ("Don't you agree that we were quick?", AdviceKind.LEADING, "Don't you agree"),
        ("Don’t you think so?", AdviceKind.LEADING, "Don’t you think"),
        ("Was it not unclear?", AdviceKind.NEGATIVE, "not, unclear"),
        ("Which touchpoint did you use?", AdviceKind.JARGON, "touchpoint"),
        ("Did you Utilise it?", AdviceKind.JARGON, "Utilise"),
        ("Is your HMO safe?", AdviceKind.ABBREVIATION, "HMO"),
        ("Did you use XYZ?", AdviceKind.ABBREVIATION, "XYZ"),
        ("PLEASE TELL us", AdviceKind.CAPITALS, "PLEASE"),
    ],
)
def test_what_could_be_better_is_named_with_its_words(text: str, kind: str, words: str) -> None:
    found = {each.kind.value: each.words for each in advice(text)}
    assert words in found[kind]


@pytest.mark.parametrize(
    "text",
    [
        "Overall, how satisfied or dissatisfied were you?",
        "Was it easy or difficult to reach us?",
        "How easy was it to reach us?",
        "Why did you give that answer?",
        "Did the NHS or GOV.UK send you here"[:20],
        "Please do not include names, addresses or phone numbers.",
        "How was your {{channel}} about {{service}}?",
        "",
    ],
)
def test_a_plain_wording_is_left_alone(text: str) -> None:
    assert advice(text) == []


def test_other_languages_are_not_judged_and_that_is_said() -> None:
    (only,) = advice("Pa mor dda oedd ein gwasanaeth?", "cy")
    assert only.kind is AdviceKind.LANGUAGE
    assert "Only English" in only.sentence
    assert kinds("How good was it?") == [AdviceKind.LEADING]
    assert advice("How good was it?", "en-easy") == advice("How good was it?")


def test_who_has_no_opinion_needs_an_answer_too() -> None:
    scored = tuple(choice for choice in SATISFACTION_SCALE if choice.is_substantive)
    question = replace(BANK[0], choices=scored)
    assert [found.kind for found in advice_on_question(question)] == [AdviceKind.NO_WAY_OUT]


@pytest.mark.parametrize(
    ("labels", "is_unbalanced"),
    [
        (("Excellent", "Very good", "Good", "Poor"), True),
        (("Very easy", "Fairly easy", "Fairly difficult", "Very difficult"), False),
        (("Phone", "Web"), False),
        (("Very satisfied", "Satisfied", "Dissatisfied"), True),
    ],
)
def test_a_scale_offers_as_many_good_answers_as_bad_ones(labels: tuple[str, ...], is_unbalanced: bool) -> None:
    choices = tuple(Choice(str(place), label, is_outside=False) for place, label in enumerate(labels))
    question = BankQuestion("q", QuestionKind.SINGLE_CHOICE, "How was it?", "It", choices=choices)
    assert (AdviceKind.UNBALANCED in {found.kind for found in advice_on_question(question)}) is is_unbalanced


def test_the_list_of_jargon_can_be_reviewed_line_by_line() -> None:
    words = jargon()
    assert len(words) > 70
    assert all(term.strip() == term and plain.strip() == plain and plain for term, plain in words.items())
    assert sorted(words, key=str.lower) == list(words)
