"""The interactive figure: drawn in the picture's place under the policy of every page, and never needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

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


def test_whoever_drags_a_part_of_the_time_open_is_told_which_and_led_back(opened: tuple[Page, Seen]) -> None:
    page, seen = opened
    page.goto("/test/charts")
    page.wait_for_function(DRAWN)
    chart = page.locator("#control")
    line, labels = chart.locator(".zoomed"), chart.locator(".canvas .annotation-text")
    assert line.inner_text().strip() == ""
    expect(labels.filter(has_text="average")).to_be_visible()
    box = _plot_of(chart)
    page.mouse.move(box["x"] + 0.02 * box["width"], box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 42, steps=8)
    page.mouse.up()
    expect(line).to_contain_text("Zoomed in on Jan 2025 to")
    expect(chart.locator(".xaxislayer-above .xtick").first).to_contain_text("Jan")
    expect(chart.locator(".xaxislayer-above .xtick").first).to_contain_text("2025")
    expect(labels.filter(has_text="average")).to_have_count(0)
    line.get_by_role("button", name="Show all").click()
    expect(line.get_by_role("button")).to_have_count(0)
    expect(labels.filter(has_text="average")).to_be_visible()
    assert line.inner_text().strip() == ""
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert seen.troubles == []


def test_the_values_of_a_chart_cannot_be_dragged(opened: tuple[Page, Seen]) -> None:
    page, _seen = opened
    page.goto("/test/charts")
    page.wait_for_function(DRAWN)
    axis = """() => document.querySelector("#control .canvas").layout.yaxis.range.join()"""
    before = page.evaluate(axis)
    box = _plot_of(page.locator("#control"))
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 180, steps=6)
    page.mouse.up()
    assert page.evaluate(axis) == before


def test_the_picture_below_a_chart_is_saved_as_png_without_a_violation(opened: tuple[Page, Seen]) -> None:
    page, seen = opened
    page.goto("/test/charts")
    page.wait_for_function(DRAWN)
    with page.expect_download() as saved:
        page.locator("#by-month").get_by_role("button", name="PNG of Satisfaction by month").click()
    assert saved.value.suggested_filename == "satisfaction-by-month.png"
    with Image.open(saved.value.path()) as picture:
        assert picture.width == 2 * (860 + 32)
        assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20, "it is drawn, not empty"
    assert seen.troubles == []


def test_the_library_s_own_bar_of_tools_would_break_nothing(opened: tuple[Page, Seen]) -> None:
    page, seen = opened
    page.goto("/test/charts")
    page.wait_for_function(DRAWN)
    page.evaluate(
        """() => { const canvas = document.querySelector("#by-month .canvas");
        return Plotly.react(canvas, canvas.data, canvas.layout, {displayModeBar: true, displaylogo: false}); }"""
    )
    for tool in page.locator("#by-month .modebar-btn").all():
        tool.hover()
    assert page.locator("#by-month .modebar-btn").count() > 2
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


def _plot_of(chart: Locator) -> FloatRect:
    """Where a chart draws its points."""
    chart.scroll_into_view_if_needed()
    box = chart.locator(".canvas .nsewdrag").first.bounding_box()
    assert box is not None
    return box


def _assert_picture_stays(page: Page) -> None:
    assert page.locator("figure .picture:visible").count() == CHARTS
    assert page.get_by_text("Table", exact=True).count() == CHARTS
    assert page.locator(".main-svg").count() == 0
