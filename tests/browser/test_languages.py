"""Residents answer in Welsh and in Urdu, from the switch to the thank-you, by keyboard on a narrow screen."""

from __future__ import annotations

import pytest

from tests.browser.promises import accessibility_faults, lost_at_400_percent
from tests.browser.visits import Visitors

IN_LANGUAGES = {
    "Cymraeg": ("cy", "ltr", "Bodlon iawn", "Diolch"),
    "اردو": ("ur", "rtl", "بہت مطمئن", "شکریہ"),
}


@pytest.mark.parametrize("switch", IN_LANGUAGES)
def test_from_the_switch_to_the_thank_you(visitors: Visitors, switch: str) -> None:
    lang, direction, best, thanks = IN_LANGUAGES[switch]
    council = visitors.council()
    window = visitors.window(council, "resident")
    page = window.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(council.url("/s/{polyglot}"))
    link = page.get_by_role("link", name=switch, exact=True)
    assert (link.get_attribute("hreflang"), link.locator("..").get_attribute("dir")) == (lang, direction)
    link.focus()
    page.keyboard.press("Enter")
    root = page.locator("html")
    page.get_by_text(best).wait_for()
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (lang, direction)
    assert accessibility_faults(page) == []
    assert lost_at_400_percent(page) == []
    page.get_by_label(best).focus()
    page.keyboard.press("Space")
    page.get_by_role("button").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=thanks).wait_for()
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (lang, direction)
    assert accessibility_faults(page) == []
    assert window.cookies() == []
    window.close()
