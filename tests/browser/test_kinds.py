"""Every kind of question in a browser: by keyboard alone, on the narrowest screen, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.promises import ZOOMED, focus_faults
from tests.browser.test_resident import OpenPage, open_page

__all__ = ["open_page"]  # a fixture

ADDRESS = "/o/{every-kind}"


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_every_kind_is_answered_on_the_narrowest_screen_and_comes_back_as_it_was(
    open_page: OpenPage, has_scripts: bool
) -> None:
    page = open_page(ADDRESS, has_scripts=has_scripts)
    page.set_viewport_size(ZOOMED)
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"] if has_scripts else True
    page.get_by_role("radio", name="10 – extremely likely").check()
    page.get_by_role("radio", name="Good", exact=True).check()
    group(page, "What was good?").get_by_role("checkbox", name="It was quick").check()
    group(page, "What was your contact mainly about?").get_by_label("Please say what").fill("My bin")
    ranking = group(page, "What matters most to you when you contact us?")
    ranking.get_by_label("A right answer").select_option("1")
    day = group(page, "When did you first tell us about this?")
    for part, typed in (("Day", "5"), ("Month", "march"), ("Year", "26")):
        day.get_by_label(part).fill(typed)
    page.get_by_label("How long did you wait before somebody helped you?").fill("about 10")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("alert")).to_contain_text("Enter one number in figures, like 10")
    expect(page.get_by_role("radio", name="10 – extremely likely")).to_be_checked()
    expect(page.get_by_role("radio", name="Good", exact=True)).to_be_checked()
    expect(page.get_by_role("checkbox", name="It was quick")).to_be_checked()
    expect(page.get_by_role("radio", name="Something else")).to_be_checked()  # what was written there chose it
    expect(ranking.get_by_label("A right answer")).to_have_value("1")
    expect(day.get_by_label("Month")).to_have_value("march")
    page.get_by_role("radio", name="Very satisfied").check()
    page.get_by_label("How long did you wait before somebody helped you?").fill("10")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you", level=1)).to_be_visible()


def test_the_keyboard_reaches_every_control_and_sees_where_it_is(open_page: OpenPage) -> None:
    page = open_page(ADDRESS)
    assert focus_faults(page) == []
    first = page.locator("[name=recommend]").first
    first.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="10 – extremely likely")).to_be_checked()


def group(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name)
