"""What holds for every page in every state of the registry."""

from __future__ import annotations

import pytest

from tests.browser.promises import (
    accessibility_faults,
    lost_at_400_percent,
    lost_with_wide_spacing,
    too_small_for_a_finger,
    unreadable_in_the_dark,
)
from tests.browser.registry import STATES, State
from tests.browser.visits import Visitors


def is_first(state: State) -> bool:
    """Of the states of its page. `make test` sees these alone."""
    page = state.address.partition("?")[0]
    return state is next(other for other in STATES if other.address.partition("?")[0] == page)


@pytest.mark.parametrize(
    "state",
    [pytest.param(state, id=state.name, marks=[] if is_first(state) else [pytest.mark.slow]) for state in STATES],
)
def test_a_page_is_accessible_fits_and_breaks_nothing(state: State, visitors: Visitors) -> None:
    with visitors.visit(state) as (page, seen):
        found = {
            "accessibility": accessibility_faults(page, is_message=state.is_message, is_paper=state.media == "print"),
            "lost with wide spacing": lost_with_wide_spacing(page) if state.media == "screen" else [],
            "lost at 400 %": lost_at_400_percent(page) if state.media == "screen" else [],
            "too faint in the dark": unreadable_in_the_dark(page) if is_a_residents_page(state) else [],
            "too small": too_small_for_a_finger(page) if is_a_residents_page(state) else [],
            "trouble": seen.troubles,
            "cookie": [cookie["name"] for cookie in page.context.cookies()] if state.is_for_residents else [],
        }
        faults = [f"{promise}: {fault}" for promise, broken in found.items() for fault in broken]
        assert not faults, "\n".join(faults)
        assert page.url.startswith("file:") or seen.status == state.status


def is_a_residents_page(state: State) -> bool:
    """On a screen of their own: no message, and nothing printed."""
    return state.is_for_residents and not state.is_message and state.media == "screen"
