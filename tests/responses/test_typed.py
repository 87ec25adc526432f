"""Numbers, days and orders are read as people write them, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.responses.typed import Unreadable, read_day, read_number, read_ranks
from survey_app.surveys.bank import Limits

EXAMPLE = date(2026, 3, 27)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        (" 12 ", "12"),
        ("12.50", "12.5"),
        ("12,5", "12.5"),
        ("1,500", "1500"),
        ("1 500", "1500"),
        ("1,234,567.25", "1234567.25"),
        ("10 minutes", "10"),
        ("10Minutes", "10"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("-0", "0"),
        ("۱۲٫۵", "12.5"),
        ("007", "7"),
        (".5", "0.5"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, read: str) -> None:
    assert read_number(typed, Limits(unit="minutes", decimals=2)) == read


@pytest.mark.parametrize(
    "typed", ["about 10", "10-15", "10 15", "ten", "1e5", "NaN", "inf", "1.234,5", "12 hours", "", "9" * 40]
)
def test_what_is_no_one_number_is_not_guessed(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_number(typed, Limits(unit="minutes", decimals=2))


def test_the_example_of_a_number_lies_within_its_limits() -> None:
    for limits in (Limits(), Limits(least=100), Limits(most=5), Limits(least=1, most=7)):
        with pytest.raises(Unreadable) as problem:
            read_number("many", limits)
        assert read_number(str(problem.value.facts["example"]), limits)


@pytest.mark.parametrize(
    ("month", "number"),
    [("3", 3), ("03", 3), ("March", 3), ("mar.", 3), ("sept", 9), ("Mawrth", 3), ("marca", 3), ("مارچ", 3), ("۳", 3)],
)
def test_a_month_is_a_number_or_a_name_in_the_languages_of_our_surveys(month: str, number: int) -> None:
    assert read_day("1", month, "2026", example=EXAMPLE) == date(2026, number, 1)


@pytest.mark.parametrize(("year", "read"), [("26", 2026), ("68", 2068), ("69", 1969), ("1999", 1999), ("۲۰۲۶", 2026)])
def test_a_year_may_have_two_figures(year: str, read: int) -> None:
    assert read_day("1", "1", year, example=EXAMPLE).year == read


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (("", "1", "2026"), ("day",)),
        (("1", "", ""), ("month", "year")),
        (("0", "1", "2026"), ("day",)),
        (("1", "ma", "2026"), ("month",)),
        (("1", "marmalade", "2026"), ("month",)),
        (("1", "1", "226"), ("year",)),
        (("1", "1", "20266"), ("year",)),
        (("29", "2", "2025"), ("day",)),
        (("²", "1", "2026"), ("day",)),
    ],
)
def test_a_date_that_is_none_names_the_controls_to_put_right(
    typed: tuple[str, str, str], wrong: tuple[str, ...]
) -> None:
    with pytest.raises(Unreadable) as problem:
        read_day(*typed, example=EXAMPLE)
    assert problem.value.parts == wrong
    assert problem.value.words % problem.value.facts


def test_an_order_may_be_of_some_but_has_no_number_twice_and_none_left_out() -> None:
    labels = {"a": "Apples", "b": "Bread", "c": "Cheese"}
    assert read_ranks({"a": "2", "b": "1", "c": ""}, labels, places=3) == ("b", "a")
    assert read_ranks({"a": "", "b": " ", "c": ""}, labels, places=3) == ()
    for typed, wrong in (({"a": "1", "b": "1"}, "b"), ({"a": "2"}, "a"), ({"a": "4"}, "a"), ({"a": "x"}, "a")):
        with pytest.raises(Unreadable) as problem:
            read_ranks(typed, labels, places=3)
        assert problem.value.parts == (wrong,)
