"""In the review queue single keys choose a label: only within its box, and not where they are switched off."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.registry import State
from tests.browser.visits import Visitors

QUEUE = State("label-keys", "/comments/review/", who="cse_lead")


def test_keys_choose_a_label_only_while_the_focus_is_in_the_box(visitors: Visitors) -> None:
    with visitors.visit(QUEUE) as (page, _seen):
        page.keyboard.press("3")
        expect(page.locator("input[name=label]:checked")).to_have_count(0)
        page.get_by_label("Positive", exact=True).focus()
        page.keyboard.press("3")
        expect(page.get_by_label("Negative", exact=True)).to_be_checked()
        page.keyboard.press("7")
        expect(page.get_by_label("Negative", exact=True)).to_be_checked()


def test_switched_off_they_do_nothing_and_stay_off(visitors: Visitors) -> None:
    with visitors.visit(QUEUE) as (page, _seen):
        switch = page.get_by_label("Keys 1 to 4 choose a label while you are in this box")
        switch.uncheck()
        page.reload()
        expect(switch).not_to_be_checked()
        page.get_by_label("Positive", exact=True).focus()
        page.keyboard.press("3")
        expect(page.locator("input[name=label]:checked")).to_have_count(0)
        switch.check()
        page.keyboard.press("4")
        expect(page.get_by_label("I cannot tell", exact=True)).to_be_checked()
