import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.clock import LONDON, london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from tests.oracles import oracle

DAYS = st.dates(date(2001, 1, 1), date(2100, 12, 31))


def days(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()


@pytest.mark.shared
def test_every_instant_falls_into_the_expected_month_quarter_and_year():
    for row in oracle("periods.csv"):
        instant = datetime.fromisoformat(row["instant_utc"])
        day = london_day(instant)
        assert instant.astimezone(LONDON).replace(tzinfo=None).isoformat() == row["london_time"]
        assert day.isoformat() == row["london_date"]
        assert Period.month_of(day).label == row["month"]
        assert Period.quarter_of(day).label == row["quarter"]
        assert Period.financial_year_of(day).label == row["financial_year"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-04", "2025-04-01", "2025-04-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2025/26 Q1", "2025-04-01", "2025-06-30"),
        ("2025/26 Q3", "2025-10-01", "2025-12-31"),
        ("2025/26 Q4", "2026-01-01", "2026-03-31"),
        ("2025/26", "2025-04-01", "2026-03-31"),
        ("2099/00", "2099-04-01", "2100-03-31"),
    ],
)
def test_a_label_is_read_as_its_days_and_written_back(text, first, last):
    period = Period.parse(text)
    assert days(period) == (first, last)
    assert period.label == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "April",
        "2025-13",
        "2025-00",
        "2025-4",
        "2025/27",
        "2025/26 Q5",
        "2025/26 Q0",
        "2025-04 ",
        "0000-01",
        "٢٠٢٥-04",
    ],
)
def test_what_is_not_a_period_is_refused_in_a_sentence(text):
    with pytest.raises(InvalidInput) as refusal:
        Period.parse(text)
    assert refusal.value.message.endswith(".")


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(InvalidInput, match="The last day, 1 April 2025, is before the first, 2 April 2025"):
        Period.between(date(2025, 4, 2), date(2025, 4, 1))


@pytest.mark.parametrize("quarter", [0, 5])
def test_a_year_has_four_quarters(quarter):
    with pytest.raises(InvalidInput):
        Period.quarter(2025, quarter)


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2025, 4, 1), date(2026, 3, 31), "2025/26"),
        (date(2025, 7, 1), date(2025, 9, 30), "2025/26 Q2"),
        (date(2025, 4, 1), date(2025, 4, 30), "2025-04"),
        (date(2025, 4, 1), date(2025, 4, 29), "2025-04-01 to 2025-04-29"),
        (date(2025, 4, 1), date(2025, 4, 1), "2025-04-01"),
    ],
)
def test_a_range_takes_the_label_of_the_period_that_it_is(first, last, label):
    assert Period.between(first, last).label == label


def test_a_range_splits_into_months_clipped_at_both_ends():
    parts = Period.between(date(2025, 4, 10), date(2025, 6, 2)).split("month")
    assert [(part.label, *days(part)) for part in parts] == [
        ("2025-04", "2025-04-10", "2025-04-30"),
        ("2025-05", "2025-05-01", "2025-05-31"),
        ("2025-06", "2025-06-01", "2025-06-02"),
    ]


def test_a_year_is_a_financial_year():
    parts = Period.between(date(2025, 1, 1), date(2026, 12, 31)).split("year")
    assert [part.label for part in parts] == ["2024/25", "2025/26", "2026/27"]
    assert days(parts[1]) == ("2025-04-01", "2026-03-31")


def test_an_unknown_way_to_split_is_refused():
    with pytest.raises(InvalidInput, match="month, quarter or year"):
        Period.parse("2025/26").split("week")


@given(DAYS, st.integers(0, 1500), st.sampled_from(["month", "quarter", "year"]))
def test_the_parts_of_a_split_cover_each_day_once(first, length, by):
    whole = Period.between(first, first + timedelta(days=length))
    parts = whole.split(by)
    assert (parts[0].first, parts[-1].last) == (whole.first, whole.last)
    assert all(after.first - before.last == timedelta(days=1) for before, after in itertools.pairwise(parts))


@pytest.mark.parametrize(
    ("first", "last", "previous"),
    [
        (date(2025, 4, 1), date(2026, 3, 31), ("2024-04-01", "2025-03-31")),
        (date(2024, 2, 1), date(2024, 2, 29), ("2023-02-01", "2023-02-28")),
        (date(2024, 2, 29), date(2024, 3, 31), ("2023-03-01", "2023-03-31")),
        (date(2025, 2, 1), date(2025, 2, 28), ("2024-02-01", "2024-02-28")),
        (date(2024, 2, 29), date(2024, 2, 29), ("2023-02-28", "2023-02-28")),
    ],
)
def test_the_previous_period_is_the_same_dates_a_year_earlier(first, last, previous):
    assert days(Period.between(first, last).previous) == previous


@given(DAYS, st.integers(0, 1500))
def test_every_period_has_a_previous_one(first, length):
    period = Period.between(first, first + timedelta(days=length))
    assert period.previous.first.year == period.first.year - 1
    assert period.previous.last.year == period.last.year - 1


def test_a_period_ends_with_the_first_instant_after_it():
    month = Period.month(2025, 10)
    assert month.ends_at == datetime(2025, 11, 1, 0, 0, tzinfo=UTC)
    assert london_day(month.ends_at - timedelta(microseconds=1)) in month
    assert london_day(month.ends_at) not in month


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("2025-04", "April 2025"),
        ("2025/26 Q1", "1 April 2025 to 30 June 2025"),
        ("2025/26", "1 April 2025 to 31 March 2026"),
    ],
)
def test_people_read_a_period_in_words(label, title):
    assert Period.parse(label).title == title


@pytest.mark.parametrize(
    ("label", "today", "words"),
    [
        ("2026/27", date(2026, 5, 1), "since 1 April"),
        ("2026/27", date(2027, 2, 1), "since 1 April 2026"),
        ("2026-04", date(2026, 5, 1), "in April 2026"),
        ("2025/26", date(2026, 5, 1), "from 1 April 2025 to 31 March 2026"),
    ],
)
def test_a_sentence_places_a_period_as_seen_from_today(label, today, words):
    assert Period.parse(label).spoken(today) == words


def test_a_day_is_placed_on_its_date():
    day = Period.between(date(2025, 4, 1), date(2025, 4, 1))
    assert day.title == "1 April 2025"
    assert day.spoken(date(2026, 5, 1)) == "on 1 April 2025"
