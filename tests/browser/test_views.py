"""What somebody makes their own: one sheet for a meeting, and a screen for a wall that says when it lost contact."""

from __future__ import annotations

import io

import pytest
from pikepdf import Pdf
from playwright.sync_api import expect

from tests.browser.registry import DESKTOP, PAPER, PHONE, State
from tests.browser.visits import Visitors

OVERVIEW = State("overview-printed", "/dashboards/", who="cse_lead", widths=(PAPER,), media="print")
SCREEN = State("screen", "/dashboards/screen", who="cse_lead")


def test_the_overview_is_printed_on_one_sheet(visitors: Visitors) -> None:
    with visitors.visit(OVERVIEW) as (page, _seen):
        for shown in (
            page.locator("h1"),
            page.locator(".figure-card .figure"),
            page.locator("#trend .picture svg:visible"),
            page.locator(".cards .card").first,
            page.locator(".multiples svg").first,
            page.locator(".as-table table"),
            page.locator(".foot .print-only"),
        ):
            expect(shown).to_be_visible()
        footer = page.locator(".foot .print-only").inner_text()
        assert (
            "1 Apr 2025 to 31 Mar 2026" in footer
            and "Data cut" in footer
            and "/figures/satisfaction~2025-04-01" in footer
        )
        with Pdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
            assert len(paper.pages) == 1


def test_a_screen_is_refreshed_by_itself_and_says_when_it_lost_contact(visitors: Visitors) -> None:
    window = visitors.window(visitors.council(), "cse_lead")
    page = window.new_page()
    page.clock.install()
    page.goto(SCREEN.address)
    expect(page.locator("#contact")).to_be_empty()
    page.evaluate("document.querySelector('#wall h1').textContent = 'old'")
    with page.expect_response("**/dashboards/screen"):
        page.clock.run_for(301_000)
    expect(page.locator("#wall h1")).to_contain_text("residents who answered were satisfied")
    window.set_offline(True)
    page.clock.run_for(301_000)
    expect(page.locator("#contact")).to_contain_text("No contact since")
    expect(page.locator("#wall h1")).to_contain_text("residents who answered were satisfied")
    window.set_offline(False)
    page.clock.run_for(301_000)
    expect(page.locator("#contact")).to_be_empty()
    window.clear_cookies()
    page.clock.run_for(301_000)
    expect(page.locator("#contact")).to_contain_text("Signed out")
    window.close()


def test_a_paused_screen_asks_nothing_by_itself(visitors: Visitors) -> None:
    window = visitors.window(visitors.council(), "cse_lead")
    page = window.new_page()
    page.clock.install()
    page.goto(SCREEN.address)
    page.get_by_role("link", name="Pause refreshing").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/dashboards/" in request.url else None)
    page.clock.run_for(1_000_000)
    expect(page.get_by_text("Refreshing is paused")).to_be_visible()
    assert asked == []
    page.get_by_role("link", name="Refresh by itself again").click()
    expect(page.get_by_text("Counted anew every 5 minutes")).to_be_visible()
    window.close()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_without_scripts_a_screen_is_loaded_anew_by_the_browser(visitors: Visitors, width: int) -> None:
    window = visitors.window(visitors.council(), "cse_lead", has_scripts=False)
    page = window.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(SCREEN.address)
    expect(page.locator("noscript meta[http-equiv=refresh]")).to_have_attribute("content", "300")
    expect(page.locator("#wall .figure")).to_be_visible()
    window.close()
