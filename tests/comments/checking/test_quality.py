"""How good the machine is: figures counted by hand, and nothing said that the samples do not carry."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.comments.checking.labels import label_words
from survey_app.comments.checking.machine import machine_page
from survey_app.comments.checking.quality import (
    change_between,
    quality_of,
    theme_quality,
    unreported,
)
from survey_app.comments.checking.reading import Pair, ReadItem, ReadSample, Said
from survey_app.comments.measured import MEASURED
from survey_app.statistics.intervals import wilson_interval

METHOD = "test-1"


def pair(
    machine: str | None,
    first: str | None,
    second: str | None,
    *,
    review: bool = False,
    themes: tuple[str, str, str] = ("", "", ""),
    place: int = 1,
    method: str = METHOD,
) -> Pair:
    """A comment with what the machine and both people say of it; `themes` are those of the same, divided by blanks."""
    of_machine, of_first, of_second = (frozenset(each.split()) for each in themes)
    said = {1: Said(first, of_first), 2: Said(second, of_second)}
    return Pair(ReadItem(place, place, machine, review, of_machine, method, said), said[1], said[2])


def sample(month: date, pairs: list[Pair]) -> ReadSample:
    return ReadSample(month.month, month, len(pairs), [each.item for each in pairs])


# 20 comments: 10 that both call negative, of which the machine finds 7, shows 1 as praise, and sends 1 that it calls
# positive to review; 6 positive ones, 1 of them called negative; 4 about which the two differ.
PAIRS = [
    *[pair("negative", "negative", "negative")] * 7,
    pair("positive", "negative", "negative"),
    pair("positive", "negative", "negative", review=True),
    pair("neutral", "negative", "negative"),
    *[pair("positive", "positive", "positive")] * 5,
    pair("negative", "positive", "positive"),
    pair("negative", "negative", "neutral", review=True),
    pair("neutral", "negative", "neutral"),
    pair("positive", "negative", "neutral"),
    pair("neutral", None, "neutral", review=True),
]


def test_the_figures_are_those_counted_by_hand() -> None:
    found = quality_of(PAIRS)
    assert found.comments == 20
    assert (found.people.value, found.people.base) == (16 / 20, 20)
    assert found.people.interval == wilson_interval(16, 20)
    assert (found.machine.value, found.machine.base) == ((12 * 2 + 3) / 40, 20)
    assert (found.review.value, found.review.base) == (3 / 20, 20)
    assert (found.machine_kept.value, found.machine_kept.base) == ((12 * 2 + 1) / 34, 17)
    assert (found.negatives_found.value, found.negatives_found.base) == (7 / 10, 10)
    assert (found.shown_as_praise.value, found.shown_as_praise.base) == (1 / 10, 10)  # the one in review is not shown
    assert (found.negatives_right.value, found.negatives_right.base) == (7 / 8, 8)
    assert found.right == (12, 16)


def test_kappa_counts_cannot_tell_as_a_label_of_its_own() -> None:
    found = quality_of([*[pair("positive", "positive", "positive")] * 8, *[pair("neutral", None, None)] * 4])
    assert found.kappa.value == pytest.approx(1)
    assert found.people.value == 1
    assert found.right == (8, 8)  # what nobody can tell, no machine can be held to


def test_without_comments_there_is_no_figure() -> None:
    found = quality_of([])
    assert (found.people.value, found.kappa.value, found.machine.value, found.right) == (None, None, None, (0, 0))


def test_a_theme_is_found_as_often_as_both_people_gave_it() -> None:
    pairs = [
        *[pair("neutral", "neutral", "neutral", themes=("staff", "staff", "staff"))] * 6,
        *[pair("neutral", "neutral", "neutral", themes=("", "staff", "staff"))] * 4,
        *[pair("neutral", "neutral", "neutral", themes=("staff", "", ""))] * 2,
        *[pair("neutral", "neutral", "neutral", themes=("staff", "staff", ""))] * 3,  # nobody knows
    ]
    found = theme_quality(pairs, "staff")
    assert (found.recall.value, found.recall.base) == (6 / 10, 10)
    assert (found.precision.value, found.precision.base) == (6 / 8, 8)


@pytest.mark.parametrize(
    ("found", "of", "least", "fewest", "words"),
    [
        (5, 12, 0.6, 10, {"staff": "not reported: finds 41.7% of what people find"}),
        (8, 12, 0.6, 10, {}),
        (6, 10, 0.6, 10, {}),  # just the least recall is enough
        (2, 9, 0.6, 5, {}),  # too few to say, whatever the rule
        (5, 12, 0.6, 20, {}),
        (0, 12, 0.0, 10, {}),
    ],
)
def test_a_theme_that_is_known_to_find_too_little_is_not_reported(
    found: int, of: int, least: float, fewest: int, words: dict[str, str]
) -> None:
    pairs = [
        pair("neutral", "neutral", "neutral", themes=("staff" if n < found else "", "staff", "staff"))
        for n in range(of)
    ]
    assert unreported({"staff": theme_quality(pairs, "staff")}, least_recall=least, fewest_cases=fewest) == words


def right_and_wrong(right: int, wrong: int, method: str = METHOD) -> list[Pair]:
    made = [("positive", right), ("neutral", wrong)]
    return [
        pair(machine, "positive", "positive", place=place, method=method)
        for place, machine in enumerate((machine for machine, n in made for _ in range(n)), start=1)
    ]


def test_a_change_is_claimed_only_where_chance_alone_would_hardly_give_it() -> None:
    before = quality_of(right_and_wrong(90, 10))
    assert not change_between(quality_of(right_and_wrong(84, 16)), before).is_proven
    assert change_between(quality_of(right_and_wrong(70, 30)), before).is_proven
    assert not change_between(quality_of(right_and_wrong(1, 8)), before).is_proven  # of fewer than 10 nothing is said


def page(*samples: ReadSample):
    return machine_page(samples, {}, names={}, not_reported={}, fewest_cases=10)


def test_the_page_says_what_changed_and_otherwise_that_nothing_can_be_shown() -> None:
    february = sample(date(2026, 2, 1), right_and_wrong(90, 10))
    worse = page(sample(date(2026, 3, 1), right_and_wrong(70, 30)), february)
    assert worse.changes == [
        "In March 2026 the machine’s label was right less often than before: 70.0% of 100 comments that both people "
        "labelled alike, 90.0% of 100 in the month before."
    ]
    alike = page(sample(date(2026, 3, 1), right_and_wrong(88, 12)), february)
    assert alike.changes[0].startswith("No change that we can show: in March 2026")


def test_it_is_held_against_what_was_found_when_the_method_was_made() -> None:
    method, made = next(iter(MEASURED.items()))
    low = page(sample(date(2026, 3, 1), right_and_wrong(50, 50, method)))
    assert "less often, by more than chance" in low.changes[0]
    near = page(
        sample(date(2026, 3, 1), right_and_wrong(round(100 * made.accuracy), 100 - round(100 * made.accuracy), method))
    )
    assert "no difference that these samples show" in near.changes[0]
    assert near.figures[2].made == f"{100 * made.accuracy:.1f}%"


def test_fewer_than_ten_comments_show_no_figure_and_not_how_few() -> None:
    found = page(sample(date(2026, 3, 1), right_and_wrong(7, 2)))
    assert found.claim == "Too few comments were read to say how good the machine is."
    assert {row.cell.words for row in found.figures} <= {"too few", "none"}
    assert all(row.cell.width is None for row in found.figures)


def test_several_methods_within_the_samples_are_named() -> None:
    march = sample(date(2026, 3, 1), [*right_and_wrong(6, 0, "test-1"), *right_and_wrong(6, 0, "test-2")])
    assert page(march).methods.startswith("These labels are of 2 versions of the method (test-1, test-2)")


def test_labels_read_within_a_sentence() -> None:
    assert [label_words(each) for each in ("positive", "neutral", "cannot_tell", "waiting_for_review", None)] == [
        "positive",
        "mixed or neutral",
        "cannot be told",
        "waiting for review",
        "not analysed",
    ]
