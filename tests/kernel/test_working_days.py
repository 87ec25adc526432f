"""Working days against the bank holidays that GOV.UK published, and by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey_app.kernel.working_days import after_working_days, bank_holidays, working_days

ENGLAND_2020 = ["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"]
ENGLAND_2022 = ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"]
ENGLAND_2023 = ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"]
ENGLAND_2025 = ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"]
SCOTLAND_2022 = ["01-03", "01-04", "04-15", "05-02", "06-02", "06-03", "08-01", "09-19", "11-30", "12-26", "12-27"]
SCOTLAND_2024 = ["01-01", "01-02", "03-29", "05-06", "05-27", "08-05", "12-02", "12-25", "12-26"]
NORTHERN_IRELAND_2025 = ["01-01", "03-17", "04-18", "04-21", "05-05", "05-26", "07-14", "08-25", "12-25", "12-26"]


@pytest.mark.parametrize(
    ("nation", "year", "published"),
    [
        ("England", 2020, ENGLAND_2020),
        ("England", 2022, ENGLAND_2022),
        ("Wales", 2022, ENGLAND_2022),
        ("England", 2023, ENGLAND_2023),
        ("Wales", 2025, ENGLAND_2025),
        ("Scotland", 2022, SCOTLAND_2022),
        ("Scotland", 2024, SCOTLAND_2024),
        ("Northern Ireland", 2025, NORTHERN_IRELAND_2025),
    ],
)
def test_the_bank_holidays_are_the_published_ones(nation: str, year: int, published: list[str]) -> None:
    assert sorted(bank_holidays(nation, year)) == [date.fromisoformat(f"{year}-{day}") for day in published]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2025-06-10", "2025-06-10", 0),
        ("2025-06-10", "2025-06-11", 1),
        ("2025-06-13", "2025-06-16", 1),  # Friday to Monday
        ("2025-06-14", "2025-06-15", 0),  # Saturday to Sunday
        ("2025-04-17", "2025-04-22", 1),  # over Easter: only the Tuesday
        ("2025-12-24", "2026-01-02", 4),  # 29, 30 and 31 December, 2 January
        ("2025-06-11", "2025-06-10", 0),
    ],
)
def test_weekends_and_bank_holidays_take_no_working_day(first: str, last: str, days: int) -> None:
    assert working_days(date.fromisoformat(first), date.fromisoformat(last), "England") == days


def test_the_second_of_january_is_a_working_day_in_england_and_none_in_scotland() -> None:
    days = date(2025, 12, 31), date(2026, 1, 2)
    assert (working_days(*days, "England"), working_days(*days, "Scotland")) == (1, 0)


def test_any_span_is_the_days_counted_one_by_one() -> None:
    first = date(2024, 11, 20)
    holidays = bank_holidays("England", 2024) | bank_holidays("England", 2025)
    counted = 0
    for n in range(1, 300):
        day = first + timedelta(days=n)
        counted += day.weekday() < 5 and day not in holidays
        assert working_days(first, day, "England") == counted


def test_a_promise_is_kept_on_a_working_day_and_is_the_inverse_of_counting() -> None:
    easter = date(2026, 4, 2)  # a Thursday
    assert after_working_days(easter, 1, "England") == date(2026, 4, 7)
    assert after_working_days(easter, 1, "Scotland") == date(2026, 4, 6)
    assert after_working_days(easter, 0, "England") == easter
    for days in range(1, 30):
        assert working_days(easter, after_working_days(easter, days, "Wales"), "Wales") == days
