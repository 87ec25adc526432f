"""What differs between two editions of a survey is named, all of it, and what becomes of each question's trend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BANK, Choice, Limits
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.differences import (
    Change,
    Differences,
    Piece,
    Trend,
    differences,
    summary,
    trend_sentence,
    word_by_word,
)
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.places import Part, Place
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import Item, SurveyStructure

WORDS = st.text("aeb ,", max_size=6)
CONDITIONS = st.builds(
    Condition,
    st.lists(
        st.builds(
            Term,
            st.sampled_from(["satisfaction", "gone", Fact.CHANNEL, Fact.SERVICE]),
            st.sampled_from(Comparison),
            st.sampled_from([("1",), ("5", "phone")]),
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
    st.booleans(),
)
CHOICES = st.lists(
    st.builds(Choice, st.sampled_from("abc"), WORDS.filter(bool), st.none() | st.integers(1, 3), icon=WORDS),
    max_size=3,
    unique_by=lambda choice: choice.code,
).map(tuple)
LANGUAGES = st.sampled_from(["cy", "ur"])


def not_empty(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: text for name, text in texts.items() if text}


@st.composite
def items(draw: st.DrawFn) -> Item:
    known = draw(st.sampled_from(BANK[:4]))
    question = replace(
        known,
        kind=draw(st.sampled_from([known.kind, QuestionKind.SINGLE_CHOICE])),
        wording=draw(st.just(known.wording) | WORDS),
        hint=draw(WORDS),
        missing_message=draw(WORDS),
        short_label=draw(st.just(known.short_label) | WORDS),
        choices=draw(st.just(known.choices) | CHOICES),
        limits=draw(st.sampled_from([Limits(), Limits(0, 5), Limits(most=5.5, unit="km", decimals=1)])),
    )
    labels = st.dictionaries(st.sampled_from([one.code for one in question.choices] or ["-"]), WORDS.filter(bool))
    names = ("wording", "hint", "missing_message", "stem", "picture", "picture_alt")
    texts = st.fixed_dictionaries({**dict.fromkeys(names, WORDS), "options": labels}).map(not_empty)
    return Item(
        question,
        draw(st.booleans()),
        draw(st.integers(1, 2)),
        not_empty(draw(st.dictionaries(LANGUAGES, texts, max_size=2))),
        draw(st.none() | CONDITIONS),
        draw(WORDS),
    )


EDITIONS = st.builds(
    SurveyStructure,
    st.just("s"),
    WORDS,
    st.sampled_from(CustomerKind),
    WORDS,
    st.lists(items(), max_size=4, unique_by=lambda item: item.question.code).map(tuple),
    st.dictionaries(LANGUAGES, st.fixed_dictionaries({"length_sentence": WORDS.filter(bool)}), max_size=1),
    st.lists(st.builds(Rule, st.integers(1, 2), st.none() | st.just(3), st.none() | CONDITIONS), max_size=2).map(tuple),
    st.dictionaries(st.integers(1, 3), WORDS.filter(bool), max_size=2),
    st.sampled_from(["", "https://video.example.org/bsl"]),
)


def taken_over(before: SurveyStructure, after: SurveyStructure, found: Differences) -> SurveyStructure:
    """The earlier edition with each place that is named, and no other, as the later one has it."""
    by_code = {item.question.code: item for item in before.items}
    later = {item.question.code: item for item in after.items}
    order = [item.question.code for item in before.items]
    put_in = {code: n for n, code in enumerate(later)}
    leave = {one.code for one in found.questions if one.before is None or one.after is None or one.positions}
    order = [code for code in order if code not in leave]
    for code in sorted(leave & later.keys(), key=lambda code: put_in[code]):
        order.insert(put_in[code], code)
    for one in found.questions:
        if one.after is None:
            continue
        item = by_code.get(one.code, later[one.code])
        for change in one.changes:
            item = _item_with(item, later[one.code], change.place)
        by_code[one.code] = _options_in_order(item, later[one.code])
    edition = replace(before, items=tuple(by_code[code] for code in order))
    for change in found.survey:
        edition = _survey_with(edition, after, change.place)
    return edition


OF_QUESTION = {
    Part.KIND: "kind",
    Part.MEASURE: "asks",
    Part.TEXT_TYPE: "text_type",
    Part.WORDING: "wording",
    Part.HINT: "hint",
    Part.LIMITS: "limits",
    Part.MISSING_MESSAGE: "missing_message",
    Part.SHORT_LABEL: "short_label",
}
OF_ITEM = {Part.STEM: "stem", Part.REQUIRED: "is_required", Part.PAGE: "page", Part.SHOWN: "show_if"}
OF_CHOICE = {
    Part.ANSWER: "label",
    Part.SCORE: "score",
    Part.BASE: "is_outside",
    Part.OTHER: "is_other",
    Part.ICON: "icon",
}
OF_SURVEY = {
    Part.NAME: "name",
    Part.CUSTOMERS: "customer_kind",
    Part.LENGTH: "length_sentence",
    Part.RULES: "rules",
    Part.VIDEO: "bsl_url",
}
TRANSLATED = {
    Part.WORDING: "wording",
    Part.HINT: "hint",
    Part.MISSING_MESSAGE: "missing_message",
    Part.STEM: "stem",
    Part.PICTURE: "picture",
    Part.PICTURE_ALT: "picture_alt",
    Part.ANSWER: "options",
    Part.LENGTH: "length_sentence",
}


def _item_with(item: Item, other: Item, place: Place) -> Item:
    if place.language:
        return replace(item, translations=_translated(item.translations, other.translations, place))
    if place.part in OF_ITEM:
        return replace(item, **{OF_ITEM[place.part]: getattr(other, OF_ITEM[place.part])})
    question = item.question
    if place.part in OF_QUESTION:
        question = replace(question, **{OF_QUESTION[place.part]: getattr(other.question, OF_QUESTION[place.part])})
    elif place.part in OF_CHOICE:
        name, theirs = OF_CHOICE[place.part], {choice.code: choice for choice in other.question.choices}
        mine = {choice.code: choice for choice in question.choices}
        if place.key not in theirs:
            mine.pop(place.key, None)
        elif place.key in mine:
            mine[place.key] = replace(mine[place.key], **{name: getattr(theirs[place.key], name)})
        else:
            mine[place.key] = theirs[place.key]
        question = replace(question, choices=tuple(mine.values()))
    return replace(item, question=question)


def _options_in_order(item: Item, other: Item) -> Item:
    order = [choice.code for choice in other.question.choices]
    assert {choice.code for choice in item.question.choices} == set(order)
    choices = sorted(item.question.choices, key=lambda choice: order.index(choice.code))
    return replace(item, question=replace(item.question, choices=tuple(choices)))


def _survey_with(edition: SurveyStructure, other: SurveyStructure, place: Place) -> SurveyStructure:
    if place.language:
        return replace(edition, translations=_translated(edition.translations, other.translations, place))
    if place.part is Part.PAGE_TITLE:
        titles = dict(edition.page_titles)
        titles.pop(int(place.key), None)
        given = {int(place.key): other.page_titles[int(place.key)]} if int(place.key) in other.page_titles else {}
        return replace(edition, page_titles=titles | given)
    return replace(edition, **{OF_SURVEY[place.part]: getattr(other, OF_SURVEY[place.part])})


def _translated(mine: Mapping[str, Any], theirs: Mapping[str, Any], place: Place) -> dict[str, Any]:
    name, mine_now = TRANSLATED[place.part], {language: dict(texts) for language, texts in mine.items()}
    texts, given = mine_now.setdefault(place.language, {}), theirs.get(place.language, {}).get(name)
    if place.key:
        group = dict(texts.get(name, {}))
        group.pop(place.key, None)
        if place.key in (given or {}):
            group[place.key] = given[place.key]
        texts[name] = group
    else:
        texts[name] = given
    mine_now[place.language] = not_empty(texts)
    return not_empty(mine_now)


@given(EDITIONS)
def test_an_edition_does_not_differ_from_itself(edition: SurveyStructure) -> None:
    assert differences(edition, edition) == Differences((), ())


def test_that_a_translation_was_made_from_earlier_words_is_no_difference() -> None:
    stale = {"cy": {"wording": "0" * 64}}
    (first, *rest) = DEFAULT_SURVEY.items
    marked = replace(DEFAULT_SURVEY, items=(replace(first, translated_from=stale), *rest), translated_from=stale)
    assert differences(DEFAULT_SURVEY, marked) == Differences((), ())


@given(EDITIONS, EDITIONS)
def test_taking_over_what_is_named_makes_the_one_edition_out_of_the_other(
    before: SurveyStructure, after: SurveyStructure
) -> None:
    assert taken_over(before, after, differences(before, after)) == after


@given(st.text("ab .é", max_size=12), st.text("ab .é", max_size=12))
def test_word_by_word_both_texts_can_be_read(before: str, after: str) -> None:
    pieces = word_by_word(before, after)
    assert "".join(words for piece, words in pieces if piece is not Piece.ADDED) == before
    assert "".join(words for piece, words in pieces if piece is not Piece.REMOVED) == after


def test_a_sentence_is_compared_word_by_word() -> None:
    assert word_by_word("How happy were you?", "How satisfied were you?") == (
        (Piece.SAME, "How "),
        (Piece.REMOVED, "happy"),
        (Piece.ADDED, "satisfied"),
        (Piece.SAME, " were you?"),
    )


FIRST = DEFAULT_SURVEY.items[0]


def with_first(**changes: Any) -> SurveyStructure:
    """The default survey with another first question."""
    return with_item(replace(FIRST, question=replace(FIRST.question, **changes)))


def with_item(item: Item) -> SurveyStructure:
    return replace(DEFAULT_SURVEY, items=(item, *DEFAULT_SURVEY.items[1:]))


def other_choices(**changes: Any) -> tuple[Choice, ...]:
    first, *rest = FIRST.question.choices
    return (replace(first, **changes), *rest)


@pytest.mark.parametrize(
    ("after", "trend"),
    [
        (with_first(wording="How happy were you?"), Trend.NEEDS_BRIDGE),
        (with_first(hint="Think of the whole."), Trend.NEEDS_BRIDGE),
        (with_item(replace(FIRST, stem="About us")), Trend.NEEDS_BRIDGE),
        (with_first(choices=other_choices(label="Delighted")), Trend.NEEDS_BRIDGE),
        (with_first(choices=other_choices(icon="smile")), Trend.NEEDS_BRIDGE),
        (with_first(choices=FIRST.question.choices[::-1]), Trend.NEEDS_BRIDGE),
        (with_first(choices=FIRST.question.choices[:-1]), Trend.NEEDS_BRIDGE),  # nobody can say "I do not know"
        (with_first(choices=FIRST.question.choices[1:]), Trend.ENDS),
        (with_first(choices=other_choices(score=10)), Trend.ENDS),
        (with_first(asks="timeliness"), Trend.ENDS),
        (with_first(short_label="Satisfaction"), Trend.GOES_ON),
        (with_first(missing_message="Choose one"), Trend.GOES_ON),
        (with_item(replace(FIRST, translations={"cy": {"wording": "Pa mor fodlon?"}})), Trend.GOES_ON),
        (with_item(replace(FIRST, is_required=not FIRST.is_required)), Trend.GOES_ON),
    ],
)
def test_what_is_read_otherwise_needs_a_bridge_and_another_scale_ends_the_trend(
    after: SurveyStructure, trend: Trend
) -> None:
    (only,) = differences(DEFAULT_SURVEY, after).questions
    assert (only.code, only.trend) == ("satisfaction", trend)


def test_what_is_taken_out_ends_and_what_is_put_back_goes_on_where_it_is_known() -> None:
    shorter = replace(DEFAULT_SURVEY, items=DEFAULT_SURVEY.items[1:])
    (gone,) = differences(DEFAULT_SURVEY, shorter).questions
    assert (gone.trend, gone.after) == (Trend.ENDS, None)
    assert "Put back later" in trend_sentence(gone)
    (new,) = differences(shorter, DEFAULT_SURVEY).questions
    assert new.trend is Trend.BEGINS
    (back,) = differences(shorter, DEFAULT_SURVEY, known={"satisfaction": FIRST}).questions
    assert back.trend is Trend.GOES_ON
    known = {"satisfaction": with_first(wording="Happy?").items[0]}
    assert differences(shorter, DEFAULT_SURVEY, known=known).questions[0].trend is Trend.NEEDS_BRIDGE


def test_a_condition_is_named_in_words_and_what_it_does_to_the_figures() -> None:
    second = replace(DEFAULT_SURVEY.items[2], show_if=Condition((Term("satisfaction", Comparison.IS, ("5",)),)))
    after = replace(DEFAULT_SURVEY, items=(*DEFAULT_SURVEY.items[:2], second, *DEFAULT_SURVEY.items[3:]))
    (only,) = differences(DEFAULT_SURVEY, after).questions
    place = Place(Part.SHOWN, second.question.code)
    assert only.changes == (Change(place, "everybody", "whoever gave: Overall satisfaction is Very satisfied"),)
    assert only.trend is Trend.GOES_ON
    assert "the people who are asked change" in trend_sentence(only)


def test_one_question_that_changes_place_is_all_that_moved() -> None:
    first, *rest = DEFAULT_SURVEY.items
    found = differences(DEFAULT_SURVEY, replace(DEFAULT_SURVEY, items=(*rest, first)))
    assert [(one.code, one.positions) for one in found.questions] == [("satisfaction", (1, len(DEFAULT_SURVEY.items)))]


def test_written_answers_have_no_trend() -> None:
    words = replace(DEFAULT_SURVEY.items[1], question=replace(DEFAULT_SURVEY.items[1].question, wording="Why?"))
    after = replace(DEFAULT_SURVEY, items=(FIRST, words, *DEFAULT_SURVEY.items[2:]))
    (only,) = differences(DEFAULT_SURVEY, after).questions
    assert (only.trend, trend_sentence(only)) == (None, "")


def test_the_sentence_counts_what_differs() -> None:
    first = replace(
        FIRST, question=replace(FIRST.question, wording="Happy?"), translations={"cy": {"wording": "Hapus?"}}
    )
    after = replace(DEFAULT_SURVEY, items=(first, *DEFAULT_SURVEY.items[2:]), name="Another", page_titles={1: "You"})
    assert summary(differences(DEFAULT_SURVEY, after)) == (
        "1 question taken out, 1 reworded; of the survey: name, title; translations: cy."
    )
    assert summary(differences(after, after)) == "Nothing differs."
