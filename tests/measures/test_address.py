"""The address of a figure: readable, reversible, and one for each query."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.characters import is_fit
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.address import FILTERS, from_id, make_query, to_id

DAYS = date(2025, 4, 1), date(2026, 3, 31)
FREE = st.sampled_from(sorted(set(FILTERS) - {"channel", "mode", "customer_kind"}))
CODES = st.text(max_size=20).filter(is_fit)


def test_an_address_can_be_read_by_people() -> None:
    query = make_query("satisfaction", *DAYS, {"service": "council-tax", "channel": ["phone", "email"]})
    assert to_id(query) == "satisfaction~2025-04-01~2026-03-31~channel.email.phone~service.council-tax"


@given(st.dictionaries(FREE, st.sets(CODES, min_size=1, max_size=3), max_size=3))
def test_every_query_comes_back_from_its_address(where: dict[str, set[str]]) -> None:
    query = make_query("resolved", *DAYS, where)
    written = to_id(query)
    assert from_id(written) == query
    assert all(character.isalnum() or character in "~.=_-" for character in written)


def test_the_order_and_repetition_of_filters_make_no_difference() -> None:
    first = make_query("satisfaction", *DAYS, {"site": ["b", "a", "b"], "channel": "phone"})
    second = make_query("satisfaction", *DAYS, {"channel": ["phone"], "site": ["a", "b"]})
    assert to_id(first) == to_id(second)


@pytest.mark.parametrize(
    "figure_id",
    [
        "",
        "satisfaction",
        "satisfaction~2025-04-01",
        "happiness~2025-04-01~2026-03-31",
        "satisfaction~2026-03-31~2025-04-01",
        "satisfaction~20250401~20260331",
        "satisfaction~2025-04-01~2026-02-30",
        "satisfaction~2025-04-01~2026-03-31~colour.red",
        "satisfaction~2025-04-01~2026-03-31~channel.pigeon",
        "satisfaction~2025-04-01~2026-03-31~channel",
        "satisfaction~2025-04-01~2026-03-31~site.b.a",
        "satisfaction~2025-04-01~2026-03-31~site.b~channel.phone",
        "satisfaction~2025-04-01~2026-03-31~site.a~site.b",
        "satisfaction~2025-04-01~2026-03-31~site.=YQ",
        "satisfaction~2025-04-01~2026-03-31~site.=!!",
        "satisfaction~2025-04-01~2026-03-31~site.=_w",
        "satisfaction~2025-04-01~2026-03-31~",
    ],
)
def test_what_is_no_address_or_a_second_one_for_a_figure_is_refused(figure_id: str) -> None:
    with pytest.raises(InvalidInput):
        from_id(figure_id)
