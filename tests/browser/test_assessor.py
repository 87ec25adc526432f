"""The journey of an assessor by keyboard alone: from an element to the rows behind its figure, and the walk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from survey_app.demo.operations import DEMO_PASSWORD
from tests.browser.councils import STAFF
from tests.browser.visits import Visitors


@pytest.fixture
def page(visitors: Visitors) -> Iterator[Page]:
    window = visitors.window(visitors.council(), "nobody")
    yield window.new_page()
    window.close()


def press(page: Page, role: str, name: str) -> None:
    """Reach a control with Tab, as somebody without a mouse does, and press it."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("control => control === document.activeElement"):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached with Tab")


def test_from_an_element_to_the_rows_behind_its_figure_by_keyboard(page: Page) -> None:
    page.goto("/evidence/sitting/cse")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(STAFF["assessor"])
    page.keyboard.press("Tab")
    page.keyboard.type(DEMO_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 57 done")
    expect(page.get_by_text("read only, until")).to_be_visible()

    press(page, "link", "1.3.2")
    press(page, "link", "E0")
    press(page, "link", "The rows behind")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The rows behind E0")
    expect(page.get_by_role("table", name="How often each answer was given")).to_be_visible()
    expect(page.get_by_role("heading", name="One by one")).to_be_visible()
    expect(page.get_by_role("table", name="in the order of their digests")).to_be_visible()

    page.goto("/evidence/cse/1.3.2")
    press(page, "button", "Come back later")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1.3.3")
    press(page, "button", "Done, go on")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1.3.4")
    press(page, "link", "The whole walk")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 to come back to")
