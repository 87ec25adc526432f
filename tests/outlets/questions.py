"""What is asked of the outlets, by what happened before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from tests.outlets.placed import Question

YEAR = Question("the year", date(2025, 4, 1), date(2026, 3, 31), label="2025/26")
YEAR_BEFORE = Question("the year before", date(2024, 4, 1), date(2025, 3, 31), label="2024/25")
SHORT_DAY = Question("the day of 23 hours", date(2025, 3, 30), date(2025, 3, 30))
LAST_DAY = Question("the last day of a year", date(2025, 3, 31), date(2025, 3, 31))
FIRST_DAY = Question("the first day of a year", date(2025, 4, 1), date(2025, 4, 1))
LONG_DAY = Question("the day of 25 hours", date(2025, 10, 26), date(2025, 10, 26))
SHORT_WEEK = Question("the week that ends with the short day", date(2025, 3, 24), date(2025, 3, 30))
LONG_WEEK = Question("the week that ends with the long day", date(2025, 10, 20), date(2025, 10, 26))
MARCH = Question("March", date(2025, 3, 1), date(2025, 3, 31), label="2025-03")
APRIL = Question("April", date(2025, 4, 1), date(2025, 4, 30), label="2025-04")
OCTOBER_OF_HOUSING = Question(
    "October of a service", date(2025, 10, 1), date(2025, 10, 31), service="housing", label="2025-10"
)
OF_WASTE = replace(YEAR, name="the year of a service", service="waste")
OF_HOUSING = replace(YEAR, name="the year of the service that was followed", service="housing")
OF_PLANNING = replace(YEAR, name="the year of the service that ended", service="planning", is_below=True)
BY_PHONE = replace(YEAR, name="the year by phone", channel="phone")
AT_RIVERSIDE = replace(YEAR, name="the year at a site", site="riverside")
OF_BLUE = replace(YEAR, name="the year of a team", team="blue")
OF_BLUE_LATELY = Question("the team, its last twelve months", date(2025, 5, 1), date(2026, 4, 30), team="blue")
HOUSING_ALONE = replace(YEAR, name="the year of the service without the one below it", service_alone="housing")
WITH_PLANNING = replace(OF_HOUSING, name="the year of the service with the one below it", is_with_parts=True)
OCTOBER_WITH_PLANNING = replace(OCTOBER_OF_HOUSING, name="October of both", is_with_parts=True)

ASKED: Mapping[str, Sequence[Question]] = {
    "as answered": (
        YEAR,
        YEAR_BEFORE,
        SHORT_DAY,
        LAST_DAY,
        FIRST_DAY,
        LONG_DAY,
        SHORT_WEEK,
        LONG_WEEK,
        MARCH,
        APRIL,
        OCTOBER_OF_HOUSING,
        OF_WASTE,
        BY_PHONE,
        AT_RIVERSIDE,
        OF_BLUE,
        OF_BLUE_LATELY,
    ),
    "withdrawn": (YEAR, FIRST_DAY, APRIL),
    "held": (YEAR, LONG_DAY, LONG_WEEK, OCTOBER_OF_HOUSING),
    "released": (YEAR, LONG_DAY, OCTOBER_OF_HOUSING),
    "erased": (YEAR, LONG_DAY, OF_BLUE, OF_BLUE_LATELY),
    "merged": (YEAR, HOUSING_ALONE, WITH_PLANNING, OCTOBER_WITH_PLANNING, OF_PLANNING),
    "all of it": (
        YEAR,
        HOUSING_ALONE,
        LONG_DAY,
        LONG_WEEK,
        APRIL,
        WITH_PLANNING,
        OCTOBER_WITH_PLANNING,
        OF_PLANNING,
        BY_PHONE,
    ),
}

# What stands in a pack of the year, in every situation: one pack holds them all.
PACKED = (YEAR, LONG_DAY, OF_WASTE, BY_PHONE)
