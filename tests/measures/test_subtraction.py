"""What may not stand beside what in a pack."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pytest

from survey_app.measures.address import make_query
from survey_app.measures.subtraction import Printed, gives_away, printed, standing_together

YEAR = date(2025, 4, 1), date(2026, 3, 31)
JUNE = date(2025, 6, 1), date(2025, 6, 30)
TREE = {"waste": {1, 2}, "bins": {2}, "tax": {3}}


def subtree(codes: Collection[str]) -> frozenset[int]:
    return frozenset(service for code in codes for service in TREE[code])


def alone(codes: Collection[str]) -> frozenset[int]:
    return frozenset(min(TREE[code]) for code in codes)


def of(
    base: int, days: tuple[date, date] = YEAR, measure: str = "satisfaction", **where: str | tuple[str, ...]
) -> Printed:
    return printed(make_query(measure, *days, where), base, subtree, alone)


@pytest.mark.parametrize(
    "other",
    [
        of(91),
        of(91, JUNE),
        of(91, service="tax"),
        of(91, JUNE, channel="phone", service="tax"),
        of(109),
        of(95, customer_kind="resident"),
    ],
)
def test_nested_figures_that_differ_by_a_few_do_not_stand_together(other: Printed) -> None:
    assert gives_away(of(100), other) and gives_away(other, of(100))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (of(100), of(100, JUNE)),  # the rest is nobody
        (of(100), of(90, JUNE)),  # or ten
        (of(100), of(95, measure="timeliness")),
        (of(100, service="tax"), of(95, service="waste")),
        (of(100, JUNE), of(95, service="tax")),
        (of(100, channel="phone"), of(95, channel="email")),
        (of(100, channel="phone"), of(95, service="tax")),
        (of(100), of(95, customer_kind="internal")),
    ],
)
def test_others_may_stand_together(one: Printed, other: Printed) -> None:
    assert not gives_away(one, other) and not gives_away(other, one)


def test_a_service_holds_its_parts() -> None:
    assert gives_away(of(100, service="waste"), of(95, service="bins"))
    assert gives_away(of(100, service="waste"), of(95, service_alone="waste"))
    assert not gives_away(of(100, service_alone="waste"), of(95, service="bins"))
    assert gives_away(of(100, channel=("phone", "web")), of(95, channel="web"))


def test_the_one_that_came_first_stays() -> None:
    assert standing_together([[of(100)], [of(95, JUNE)], [of(80, service="tax")]]) == [True, False, True]
    assert standing_together([[of(95, JUNE)], [of(100)], [of(99, channel="web")]]) == [True, False, True]


def test_every_month_of_a_chart_counts() -> None:
    chart = [of(300), of(100, JUNE)]
    assert standing_together([chart, [of(95, JUNE, service="tax")]]) == [True, False]
    assert standing_together([[of(95, JUNE, service="tax")], chart]) == [True, False]


def test_what_is_printed_in_any_case_stays() -> None:
    assert standing_together([[of(95, JUNE)], [of(80, JUNE)]], beside=[of(100)]) == [False, True]
