"""Comments that say nearly the same stand together, and nothing else does, however the texts were made."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.comments.near_duplicates import group_near_duplicates, is_campaign

LETTER = (
    "Please keep the library in Mill Lane open, because my children walk there every week after school and there is "
    "no bus to the next one."
)


def made_up(seed: int, vocabulary: int, n: int, words: int) -> list[str]:
    lots = random.Random(seed)
    known = ["".join(lots.choices("abcdefghij", k=6)) for _ in range(vocabulary)]
    return [" ".join(lots.choices(known, k=words)) for _ in range(n)]


def test_copies_stand_together_whatever_their_case_figures_signs_and_markers() -> None:
    copies = [
        LETTER,
        LETTER.upper(),
        LETTER.replace(",", " -"),
        f"2. {LETTER} [name removed]",
        LETTER.replace("Mill Lane", "Mill  Lane 14"),
        "The bins were late.",
    ]
    assert group_near_duplicates(copies) == [[0, 1, 2, 3, 4], [5]]


def test_a_letter_with_a_word_changed_or_a_line_added_is_still_the_letter() -> None:
    changed = LETTER.replace("children", "daughters")
    longer = f"{LETTER} I hope that you will listen."
    assert group_near_duplicates([LETTER, "Quick and kind.", changed, longer]) == [[0, 2, 3], [1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The officer was kind and rang me back", "The officer was rude and never rang me back"),
        ("Very helpful staff", "Very unhelpful staff"),
        ("Nothing", "Nothing at all to say"),
        ("😀", "😡"),
        ("", "?"),
        ("12", "13"),
    ],
)
def test_what_differs_in_what_it_says_stays_apart(one: str, other: str) -> None:
    assert group_near_duplicates([one, other]) == [[0], [1]]


def test_a_chain_of_small_changes_does_not_join_its_two_ends() -> None:
    (text,) = made_up(1, 400, 1, 40)
    other = made_up(2, 400, 1, 40)[0].split()
    steps = [" ".join([*other[:n], *text.split()[n:]]) for n in range(0, 41, 4)]
    groups = group_near_duplicates(steps)
    assert len(groups) > 1 and not any({0, len(steps) - 1} <= set(group) for group in groups)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_every_text_is_in_one_group_and_the_order_is_kept(texts: list[str]) -> None:
    groups = group_near_duplicates(texts)
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    assert all(group == sorted(group) for group in groups)
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)


def test_texts_made_to_look_alike_are_each_looked_at_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    from survey_app.comments import near_duplicates

    looked_at = 0
    really = near_duplicates._are_alike

    def counted(*rows: frozenset[tuple[str, ...]]) -> bool:
        nonlocal looked_at
        looked_at += 1
        return really(*rows)

    monkeypatch.setattr(near_duplicates, "_are_alike", counted)
    for texts in (made_up(3, 800, 5000, 25), made_up(4, 6, 2000, 30)):
        group_near_duplicates(texts)
        assert looked_at <= near_duplicates.MOST_LOOKED_AT * len(texts)
        looked_at = 0


def test_five_thousand_copies_with_changes_are_one_group() -> None:
    lots = random.Random(5)
    (text,) = made_up(6, 500, 1, 60)
    texts = []
    for _ in range(5000):
        words = text.split()
        words[lots.randrange(60)] = "elsewhere"
        texts.append(" ".join(words))
    assert len(group_near_duplicates(texts)) == 1


def test_long_repeats_cost_no_more_than_their_words() -> None:
    assert len(group_near_duplicates(["word " * 10_000, "word " * 9_000, "a" * 50_000])) == 2


def test_only_texts_that_say_something_are_called_copies_of_a_campaign() -> None:
    assert is_campaign([LETTER] * 3)
    assert not is_campaign([LETTER] * 2)
    assert not is_campaign(["Very helpful, thank you"] * 30)
