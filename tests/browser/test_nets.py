"""A net that catches nothing proves nothing: each of the checks finds a fault that is put before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.promises import accessibility_faults, focus_faults, lost_at_400_percent, lost_with_wide_spacing
from tests.browser.registry import STATES
from tests.browser.visits import Seen, Visitors


@pytest.fixture
def visit(visitors: Visitors) -> Iterator[tuple[Page, Seen]]:
    with visitors.visit(next(state for state in STATES if state.name == "privacy")) as visit:
        yield visit


def add(page: Page, markup: str) -> None:
    page.evaluate("markup => document.querySelector('main').insertAdjacentHTML('beforeend', markup)", markup)


def test_a_style_in_the_page_is_a_trouble(visit: tuple[Page, Seen]) -> None:
    page, seen = visit
    add(page, '<p style="color: red">Red</p>')
    page.wait_for_timeout(100)
    assert any("style-src" in trouble for trouble in seen.troubles)


def test_a_script_of_somebody_else_is_a_trouble(visit: tuple[Page, Seen]) -> None:
    page, seen = visit
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {src: 'https://other.example/'}))"
    )
    page.wait_for_timeout(100)
    assert any("other.example" in trouble for trouble in seen.troubles)


def test_a_file_that_is_not_there_is_a_trouble(visit: tuple[Page, Seen]) -> None:
    page, seen = visit
    add(page, '<img src="/static/nothing.svg" alt="">')
    page.wait_for_timeout(200)
    assert any("nothing.svg" in trouble for trouble in seen.troubles)


def test_a_control_without_a_name_is_an_accessibility_fault(visit: tuple[Page, Seen]) -> None:
    page, _ = visit
    add(page, "<input>")
    assert any(fault.startswith("label:") for fault in accessibility_faults(page))


def test_a_small_target_is_an_accessibility_fault(visit: tuple[Page, Seen]) -> None:
    page, _ = visit
    add(page, "<ul><li><a href='#a'>a</a></li><li><a href='#b'>b</a></li></ul>")
    page.evaluate("document.querySelectorAll('main ul:last-child a').forEach(a => { a.style.fontSize = '9px' })")
    page.evaluate("document.querySelector('main ul:last-child').style.lineHeight = '1'")
    page.evaluate("document.querySelector('main ul:last-child').style.listStyle = 'none'")
    assert any(fault.startswith("target-size:") for fault in accessibility_faults(page))


def test_a_word_that_does_not_fit_is_lost_at_400_percent(visit: tuple[Page, Seen]) -> None:
    page, _ = visit
    add(page, "<p id='wide'>Wide</p>")
    page.evaluate("document.querySelector('#wide').style.width = '400px'")
    assert lost_at_400_percent(page) != []


def test_a_box_of_fixed_height_loses_words_with_wide_spacing(visit: tuple[Page, Seen]) -> None:
    page, _ = visit
    add(page, "<p id='low'>Words</p>")
    page.evaluate("Object.assign(document.querySelector('#low').style, {height: '16px', overflow: 'hidden'})")
    assert lost_with_wide_spacing(page) != []


def test_a_stop_without_visible_focus_is_a_fault(visit: tuple[Page, Seen]) -> None:
    page, _ = visit
    add(page, "<button id='plain'>Plain</button>")
    page.evaluate(
        "document.querySelector('#plain').style.cssText = 'outline: none !important; box-shadow: none !important'"
    )
    assert any("no visible focus" in fault for fault in focus_faults(page))
