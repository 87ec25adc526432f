from __future__ import annotations

from survey_app.comments.features import grams_of, signs_of
from survey_app.comments.lexicon import read_lexicon
from survey_app.comments.names import names_in
from survey_app.comments.weighing import weigh
from survey_app.comments.words import words_of

LEXICON = read_lexicon("word,value,negated,kind,note\nlovely,0.8,,,\nrude,-0.7,,,\nshould,-0.4,,request,\n")


def signs(text: str) -> dict[str, float]:
    words = words_of(text)
    return signs_of(text, words, weigh(text, words, None, LEXICON))


def test_words_and_neighbours_stand_between_the_bounds_of_comment_and_sentence() -> None:
    assert set(grams_of(words_of("Late, again. Late"))) == {
        *("late", "again", "."),
        *("<s> late", "late again", "again .", ". late", "late </s>"),
    }


def test_what_redaction_left_is_no_word_and_an_emoji_is_one() -> None:
    grams = grams_of(words_of("Ring [phone number removed] 👍"))
    assert grams == ("ring", "👍", "<s> ring", "ring 👍", "👍 </s>")


def test_the_rules_findings_are_signs() -> None:
    found = signs("Lovely, but 2 of you were rude? You should listen")
    assert {"praise", "blame", "both", "request", "question mark", "figure", "first praise", "last blame"} <= set(found)
    assert not {"negation", "no known word"} & set(found)
    assert found["polarity"] < 0


def test_nothing_known_is_a_sign_too() -> None:
    assert signs("The town hall") == {"no known word": 1.0, "length 1": 1.0, "polarity 5": 1.0}


def test_words_with_a_capital_inside_sentences_are_names() -> None:
    texts = [
        "We met Wilma at the desk. Thanks, I'm glad. I think so",
        "Then Wilma rang and I was glad",
        "Sunday was quiet. We asked wilma",
        "GLAD IT IS DONE, GLAD AGAIN",
        "Very Glad Indeed That It Is Done",
    ]
    assert names_in((text, words_of(text)) for text in texts) == {"wilma"}
