from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textblob import TextBlob

from survey_app.comments.analysis import analyse
from survey_app.comments.lexicon import public_service_lexicon, read_lexicon
from survey_app.comments.linear import Chances, Scorer, Weights
from survey_app.comments.method import Method
from survey_app.comments.sentiment import CouncilAnalyzer, Flag, Label, Sentiment
from survey_app.comments.sentiment import judge as sentiment_by
from survey_app.comments.themes import default_code_frame
from survey_app.comments.words import words_of
from survey_app.surveys.kinds import TextType

WHY, GOOD, IMPROVE = TextType.WHY, TextType.GOOD, TextType.IMPROVE


def judge(text: str, question: TextType | None = None) -> Sentiment:
    sentiment: Sentiment = TextBlob(text, analyzer=CouncilAnalyzer(question)).sentiment
    return sentiment


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Staff were helpful and polite", "positive"),
        ("Staff were not helpful", "negative"),
        ("She was rude and I was fobbed off", "negative"),
        ("Nobody replied to my letter", "negative"),
        ("They never called me back", "negative"),
        ("Nobody ever gets back to you", "negative"),
        ("No one answers the phone", "negative"),
        ("Street lights fixed within two days", "positive"),
        ("On hold for 40 minutes, then cut off", "negative"),
        ("No complaints at all", "positive"),
        ("Couldn't have been more helpful", "positive"),
        ("I cannot fault the service", "positive"),
        ("The bins were missed again", "negative"),
        ("Another missed collection", "negative"),
        ("Sorted my council tax straight away, thank you", "positive"),
        ("The pothole is dangerous", "negative"),
        ("Polite but useless, nothing resolved, waste of time", "negative"),
        ("You should answer the phone more quickly", "negative"),
        ("It was not bad", "positive"),
        ("👍👍", "positive"),
        ("😡", "negative"),
    ],
)
def test_says_what_a_reader_would_say(text: str, label: str) -> None:
    assert judge(text).label == label


@pytest.mark.parametrize(
    ("text", "question", "label"),
    [
        ("Nothing", IMPROVE, "positive"),
        ("Nothing", GOOD, "negative"),
        ("Nothing, excellent service", IMPROVE, "positive"),
        ("I can't think of anything", IMPROVE, "positive"),
        ("I can't think of anything", GOOD, "negative"),
        ("Everything", GOOD, "positive"),
        ("Everything", IMPROVE, "negative"),
        ("The staff", GOOD, "positive"),
        ("The staff", IMPROVE, "negative"),
    ],
)
def test_the_same_words_mean_what_the_question_makes_of_them(text: str, question: TextType, label: str) -> None:
    assert judge(text, question).label == label


@pytest.mark.parametrize(
    "text", ["", " ", "n/a", "N/A.", "no comment", ".....", "x", "XXXX", "???", "don't know", "123"]
)
@pytest.mark.parametrize("question", [None, WHY, GOOD, IMPROVE])
def test_an_answer_without_content_is_no_opinion(text: str, question: TextType | None) -> None:
    sentiment = judge(text, question)
    assert (sentiment.label, sentiment.polarity, sentiment.flags) == (Label.NEUTRAL, 0.0, (Flag.NO_CONTENT,))


def test_nothing_has_no_content_when_asked_why() -> None:
    assert judge("Nothing", WHY).flags == (Flag.NO_CONTENT,)


def test_textblob_receives_its_two_figures_first() -> None:
    polarity, subjectivity, *_ = judge("An excellent service")
    assert polarity > 0.5
    assert 0 < subjectivity <= 1


@pytest.mark.parametrize("text", ["Slow", "Poor.", "Too slow", "Very rude", "Not good", "Unhelpful", "It was awful"])
@pytest.mark.parametrize("question", [None, WHY, IMPROVE])
def test_a_few_clear_words_are_not_drowned_by_what_is_usual(text: str, question: TextType | None) -> None:
    sentiment = judge(text, question)
    assert (sentiment.label, Flag.UNSURE in sentiment.flags) == (Label.NEGATIVE, False)


def test_a_wish_is_a_request_and_no_praise() -> None:
    sentiment = judge("Staff should be more helpful", IMPROVE)
    assert sentiment.label == Label.NEGATIVE
    assert Flag.REQUEST in sentiment.flags


def test_praise_and_blame_together_are_mixed() -> None:
    assert Flag.MIXED in judge("The adviser was lovely. The wait was awful.").flags


def test_what_follows_but_weighs_more() -> None:
    wait, helpful = judge("The wait was long but the staff were helpful").reasons
    wait_alone, helpful_alone = judge("The wait. The staff were helpful").reasons
    assert abs(wait.value) < abs(wait_alone.value)
    assert helpful.value > helpful_alone.value


def test_reasons_point_at_the_words_that_made_the_score() -> None:
    text = "Very polite. They did not really listen."
    reasons = judge(text).reasons
    assert [(text[reason.start : reason.end], reason.value > 0) for reason in reasons] == [
        ("polite", True),
        ("not really listen", False),
    ]


def test_little_evidence_is_marked_unsure() -> None:
    assert Flag.UNSURE in judge("The town hall on Monday").flags


def test_a_label_that_its_own_reasons_contradict_is_unsure_however_sure_the_weights_are() -> None:
    all_is_praise = Scorer(words={}, signs={}, start=(-5.0, 5.0), temperature=1.0, leaning=Chances(1.0, 1.0, 1.0))
    method = Method(public_service_lexicon(), Weights("", {None: all_is_praise}, {}))

    def judged(text: str) -> Sentiment:
        return sentiment_by(text, words_of(text), None, method)

    blamed, praised = judged("Both of them were rude to us"), judged("Both of them were lovely to us")
    assert (blamed.label, blamed.flags, blamed.reasons[0].value < 0) == (Label.POSITIVE, (Flag.UNSURE,), True)
    assert (praised.label, praised.flags) == (Label.POSITIVE, ())


@pytest.mark.parametrize(
    "row", ["good,much,,,", "good,2,,,", "good,0.5,-3,,", "good,0.5,,wish,", ",0.5,,,", "good,0.5,,,\ngood,0.4,,,"]
)
def test_a_lexicon_with_a_mistake_is_refused_with_its_line(row: str) -> None:
    with pytest.raises(ValueError, match=r"Line [23] of the lexicon"):
        read_lexicon(f"word,value,negated,kind,note\n{row}\n")


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from([None, WHY, GOOD, IMPROVE]))
def test_any_text_is_judged_within_the_scales(text: str, question: TextType | None) -> None:
    analysis = analyse(text, question, default_code_frame())
    sentiment = analysis.sentiment
    assert -1 <= sentiment.polarity <= 1
    assert 0 <= sentiment.subjectivity <= 1
    assert 0 <= sentiment.confidence <= 1
    for reason in sentiment.reasons:
        assert 0 <= reason.start < reason.end <= len(analysis.redacted.text)


@pytest.mark.parametrize(
    "piece", ["not ", "very ", "but good. ", "could not be ", "nothing ", "n't'", "good", "a.b.", "[a "]
)
def test_fifty_thousand_characters_do_not_explode(piece: str) -> None:
    started = process_time()
    analyse((piece * 50_000)[:50_000], IMPROVE, default_code_frame())
    assert process_time() - started < 3  # of the processor, whatever else runs: catastrophic patterns take minutes
