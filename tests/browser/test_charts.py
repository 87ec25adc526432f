"""The interactive figure: drawn in the picture's place under the policy of every page, and never needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.registry import DESKTOP
from tests.browser.visits import DRAWN, Seen, Visitors

LIBRARY = "**/plotly-basic.min.js*"
CHARTS = 6  # on the page of served.py


@pytest.fixture(params=[True], ids=["scripts"])
def opened(request: pytest.FixtureRequest, visitors: Visitors) -> Iterator[tuple[Page, Seen]]:
    """A new page with what goes wrong on it."""
    council = visitors.council()
    window = visitors.window(council, "resident", has_scripts=request.param)
    page = window.new_page()
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    seen = Seen(council.address)
    seen.watch(page)
    yield page, seen
    window.close()


def test_every_kind_of_chart_is_drawn_and_the_policy_is_never_broken(opened: tuple[Page, Seen]) -> None:
    page, seen = opened
    page.goto("/test/charts")
    page.wait_for_function(DRAWN)
    assert page.locator("figure .canvas .main-svg").count() >= CHARTS
    assert page.locator("figure .picture:visible").count() == 0
    assert page.locator("figure details[open]").count() == 0
    assert seen.troubles == []


def test_pointing_zooming_and_narrowing_break_nothing(opened: tuple[Page, Seen]) -> None:
    page, seen = opened
    page.goto("/test/charts")
    page.wait_for_function(DRAWN)
    for canvas in page.locator("figure .canvas").all():
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        x, y, width, height = box["x"], box["y"], box["width"], box["height"]
        for part in (0.2, 0.35, 0.5, 0.65):
            page.mouse.move(x + part * width, y + 0.3 * height)
        page.mouse.down()
        page.mouse.move(x + 0.4 * width, y + 0.6 * height, steps=4)
        page.mouse.up()
        page.mouse.dblclick(x + 0.5 * width, y + 0.4 * height)
    page.set_viewport_size({"width": 360, "height": 700})
    page.wait_for_function(DRAWN)
    assert seen.troubles == []


def test_pointing_at_a_month_says_its_figure(opened: tuple[Page, Seen]) -> None:
    page, seen = opened
    page.goto("/test/charts")
    page.wait_for_function(DRAWN)
    canvas = page.locator("#by-month .canvas")
    canvas.locator(".scatterlayer .points path").nth(2).hover(force=True)  # what listens lies above the point
    expect(canvas.locator(".hoverlayer")).to_contain_text("%")
    assert seen.troubles == []


def test_when_the_library_does_not_arrive_picture_and_table_stay(opened: tuple[Page, Seen]) -> None:
    page, _seen = opened
    page.route(LIBRARY, lambda route: route.abort())
    page.goto("/test/charts")
    _assert_picture_stays(page)


@pytest.mark.parametrize("opened", [False], ids=["no scripts"], indirect=True)
def test_without_scripts_the_table_is_open_below_the_picture(opened: tuple[Page, Seen]) -> None:
    page, seen = opened
    page.goto("/test/charts")
    _assert_picture_stays(page)
    assert page.locator("figure details[open]").count() == CHARTS
    assert seen.troubles == []


def _assert_picture_stays(page: Page) -> None:
    assert page.locator("figure .picture:visible").count() == CHARTS
    assert page.get_by_text("Table", exact=True).count() == CHARTS
    assert page.locator(".main-svg").count() == 0
