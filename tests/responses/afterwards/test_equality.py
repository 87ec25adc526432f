"""The questions about the person, as rules."""

from __future__ import annotations

from survey_app.responses.afterwards.equality import STANDARD_ORDER, EqualityItem, answers_kept, standard_items

ASKED = [item for item in standard_items("England") if item.code in ("age", "disability", "disability_effect")]


def test_what_is_no_option_or_not_asked_is_not_kept() -> None:
    given = {"age": "16_24", "religion": "none", "disability": "maybe", "shoe_size": "9"}
    assert answers_kept(ASKED, given) == {"age": "16_24"}


def test_prefer_not_to_say_is_an_answer_and_passing_over_is_none() -> None:
    assert answers_kept(ASKED, {"age": "prefer_not", "disability": ""}) == {"age": "prefer_not"}


def test_the_effect_of_a_disability_counts_only_with_one() -> None:
    effect = {"disability_effect": "a_lot"}
    assert answers_kept(ASKED, {"disability": "yes"} | effect) == {"disability": "yes"} | effect
    assert answers_kept(ASKED, {"disability": "no"} | effect) == {"disability": "no"}
    assert answers_kept(ASKED, effect) == {}
    assert answers_kept([ASKED[2]], effect) == effect, "asked by itself it says what it says"


def test_the_councils_words_take_the_place_of_the_standard_ones() -> None:
    item = EqualityItem("age", "Age", "What is your age?", {"young": "Young"})
    assert item.worded(None, None) == item
    assert item.worded("How old are you?", {"old": "Old"}).accepts("old")
    assert not item.worded("How old are you?", {"old": "Old"}).accepts("young")


def test_wales_names_its_ethnic_groups_and_keeps_the_codes() -> None:
    def ethnic_groups(nation: str) -> dict[str, str]:
        return dict(next(item.options for item in standard_items(nation) if item.code == "ethnic_group"))

    assert ethnic_groups("Wales").keys() == ethnic_groups("England").keys()
    assert ethnic_groups("Wales")["white_british"] == "White: Welsh, English, Scottish, Northern Irish or British"
    assert ethnic_groups("Wales")["asian_indian"] == "Asian, Asian Welsh or Asian British: Indian"
    assert ethnic_groups("Scotland") == ethnic_groups("England")


def test_codes_are_told_apart_and_fit_their_columns() -> None:
    items = standard_items("England")
    assert len(set(STANDARD_ORDER)) == len(items)
    assert all(len(code) <= 40 for item in items for code in (item.code, *item.options))
