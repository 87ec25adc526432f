"""A CSE lead words a question anew, sees what that breaks before and after it is published, and tries it out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visitors

SURVEY = "/admin/surveys/after-contact/"


@pytest.fixture
def page(visitors: Visitors) -> Iterator[Page]:
    window = visitors.window(visitors.council("remade"), "cse_lead")
    yield window.new_page()
    window.close()


def test_a_draft_is_tried_out_in_its_frame(page: Page) -> None:
    page.goto(f"{SURVEY}preview/")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Continue").click()
    expect(frame.get_by_role("heading", name="There is a problem")).to_be_visible()
    frame.get_by_label("Fairly satisfied", exact=True).check()
    frame.get_by_role("button", name="Continue").click()
    expect(frame.get_by_role("button", name="Back")).to_be_visible()
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_text("Nothing was stored or counted.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("as a resident sees it")


def test_a_new_wording_is_told_of_before_it_is_published_and_marked_on_the_trend_after(page: Page) -> None:
    page.goto(f"{SURVEY}versions/2.0/draft")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 trend breaks: Overall satisfaction.")
    page.goto(f"{SURVEY}publish")
    expect(page.get_by_text("These trends break")).to_be_visible()
    page.get_by_role("button", name="Publish version 3.0").click()
    page.goto(f"{SURVEY}versions/")
    expect(page.get_by_role("row", name="Version 3.0")).to_contain_text("Asked now")
    page.goto("/dashboards/?period=2025/26")
    expect(page.locator("figure[data-chart]").first).to_contain_text("New wording")
