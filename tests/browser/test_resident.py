"""The resident's journey from the message to the thank-you: with scripts and without, by keyboard, right to left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.promises import ZOOMED, focus_faults
from tests.browser.registry import PAPER, PHONE
from tests.browser.visits import Visitors

MOST_BYTES, MOST_REQUESTS = 60_000, 4  # of a page with all that it fetches
PROMISED_SECONDS = 10
COMMENT = "The officer rang back the same day.\nThe form could be shorter."
OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(visitors: Visitors) -> Iterator[OpenPage]:
    """open_page("/s/{reader}", locale="ur") is a page on a phone in a new window; it asks nobody for a cookie."""
    windows: list[BrowserContext] = []

    def open_it(address: str, **options: object) -> Page:
        council = visitors.council()
        windows.append(visitors.window(council, "resident", **options))  # type: ignore[arg-type]
        page = windows[-1].new_page()
        page.set_viewport_size({"width": PHONE, "height": 844})
        page.goto(council.url(address))
        return page

    yield open_it
    for window in windows:
        assert window.cookies() == []
        window.close()


@pytest.mark.parametrize("who", ["scripted", "scriptless"])
def test_from_the_message_to_the_thank_you(open_page: OpenPage, who: str) -> None:
    page = open_page(f"{{message-to-{who}}}", has_scripts=who == "scripted")
    page.get_by_role("link", name="Fairly satisfied").click()
    expect(page.get_by_role("radio", name="Fairly satisfied", exact=True)).to_be_checked()
    expect(page.get_by_text("You chose this answer in our e-mail.")).to_be_visible()
    page.get_by_label("Why did you give that answer?").fill(COMMENT)
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="Thank you", level=1)).to_be_visible()
    expect(page.get_by_role("status")).to_be_focused()
    reference = page.locator(".panel b").inner_text()
    page.reload()
    assert page.locator(".panel b").inner_text() == reference


def test_one_tap_in_the_message_and_one_on_the_page_are_a_finished_answer(open_page: OpenPage) -> None:
    page = open_page("{message-to-tapper}")
    began = monotonic()
    page.get_by_role("link", name="Very satisfied").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you", level=1)).to_be_visible()
    assert monotonic() - began < PROMISED_SECONDS


def test_a_listener_hears_each_question_with_its_answers(open_page: OpenPage) -> None:
    form = open_page("/s/{reader}").locator("main form").last
    expect(form).to_match_aria_snapshot(
        """
        - group "Overall, how satisfied were you with the service you received?":
          - heading "Overall, how satisfied were you with the service you received?" [level=1]
          - radio "Very satisfied"
          - text: Very satisfied
          - radio "Fairly satisfied"
          - radio "Neither satisfied nor dissatisfied"
          - radio "Fairly dissatisfied"
          - radio "Very dissatisfied"
          - radio "I do not know"
        """
    )
    groups = form.get_by_role("group")
    assert groups.count() == len(form.locator("fieldset").all())
    assert all(group.evaluate("group => group.querySelector('legend').innerText.trim()") for group in groups.all())
    assert "Leave this empty" not in form.aria_snapshot()


def test_a_listener_hears_what_is_wrong_with_the_question(open_page: OpenPage) -> None:
    page = open_page("/s/{reader}")
    page.get_by_role("button", name="Send").click()
    question = page.get_by_role("group", name="Overall, how satisfied were you")
    expect(question).to_have_accessible_description("Error: Select how satisfied you were, or select ‘I do not know’")


def test_without_its_style_a_page_reads_in_order(open_page: OpenPage) -> None:
    """As a text browser shows it: the question, its answers, and Send after the last of them."""
    page = open_page("/s/{reader}")
    page.evaluate("document.querySelectorAll('link[rel=stylesheet]').forEach(sheet => sheet.remove())")
    text = page.locator("body").inner_text()
    parts = (
        "About your",
        "Overall, how satisfied",
        "Very satisfied",
        "I do not know",
        "Why did you",
        "What could we do",
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    send = page.get_by_role("button", name="Send")
    last = page.get_by_label("What could we do better?")
    assert last.evaluate("(last, send) => last.compareDocumentPosition(send) & 4", send.element_handle())
    expect(page.get_by_text("Leave this empty")).to_be_visible()


def test_a_printed_form_can_be_filled_in_with_a_pen(open_page: OpenPage) -> None:
    page = open_page("/s/{reader}")
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    expect(page.get_by_role("radio", name="Very satisfied").first).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(page.get_by_text("Town Hall, Anyborough")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
    expect(page.get_by_role("link", name="Accessibility")).to_be_hidden()


def test_nothing_moves_and_no_script_runs(open_page: OpenPage) -> None:
    page = open_page("/s/{reader}")
    assert page.locator("script").count() == 0
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_error_keeps_what_was_typed_and_leads_to_its_place(open_page: OpenPage, has_scripts: bool) -> None:
    page = open_page("/s/{reader}", has_scripts=has_scripts)
    page.get_by_label("Why did you give that answer?").fill(COMMENT)
    page.get_by_role("button", name="Send").click()

    assert page.title().startswith("Error: ")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Why did you give that answer?")).to_have_value(COMMENT)
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_role("radio", name="Very satisfied").first).to_be_focused()


def test_stopping_takes_one_press_from_the_message(open_page: OpenPage) -> None:
    page = open_page("{message-to-leaver}")
    page.get_by_role("link", name="Stop asking me").click()
    page.get_by_role("button", name="Stop asking me").click()
    expect(page.get_by_role("heading", name="We will not ask you again")).to_be_visible()
    page.goto(page.url)
    expect(page.get_by_role("heading", name="We will not ask you again")).to_be_visible()


def test_the_keyboard_alone_is_enough_even_at_400_percent(open_page: OpenPage) -> None:
    page = open_page("/s/{keyboard}")
    page.set_viewport_size(ZOOMED)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the questions")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Very satisfied").first).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Fairly satisfied").first).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Polite and quick.")
    for _ in range(9):  # seven groups, one more text, Send
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you", level=1)).to_be_visible()


def test_every_stop_of_the_keyboard_is_seen_at_400_percent(open_page: OpenPage) -> None:
    page = open_page("/s/{reader}")
    page.set_viewport_size(ZOOMED)
    assert focus_faults(page) == []


def test_a_page_is_light(visitors: Visitors) -> None:
    council = visitors.council()
    window = visitors.window(council, "resident")
    for address in ("/s/{reader}", "/s/{answered}/thanks", "/u/{reader}", "/privacy"):
        page = window.new_page()
        network = window.new_cdp_session(page)
        sizes: list[float] = []
        network.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(council.url(address), wait_until="networkidle")
        assert 0 < sum(sizes) < MOST_BYTES
        assert 0 < len(sizes) <= MOST_REQUESTS
        page.close()
    window.close()


def test_the_second_page_fetches_nothing_that_the_first_one_fetched(visitors: Visitors) -> None:
    """But for the council's colours, which a browser keeps for five minutes: the served clock here is in its past."""
    council = visitors.council()
    window = visitors.window(council, "resident")
    page = window.new_page()
    page.goto(council.url("/s/{reader}"), wait_until="networkidle")
    network = window.new_cdp_session(page)
    answers: list[tuple[str, dict[str, Any]]] = []
    kept: list[str] = []
    network.on("Network.responseReceived", lambda event: answers.append((event["requestId"], event["response"])))
    network.on("Network.requestServedFromCache", lambda event: kept.append(event["requestId"]))
    network.send("Network.enable")
    page.goto(council.url("/s/{reader}?answer=4"), wait_until="networkidle")
    came = [response for request, response in answers if request not in kept]
    fetched = [response["url"] for response in came if not response.get("fromDiskCache")]
    assert [address for address in fetched if not address.endswith("/brand.css")] == [page.url]
    assert page.request.get(council.url("/brand.css")).headers["cache-control"] == "public, max-age=300"
    window.close()


def test_a_page_from_right_to_left_is_mirrored(open_page: OpenPage) -> None:
    page = open_page("/s/{urdu-sender}", locale="ur", has_scripts=False)
    root = page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ur", "rtl")
    page.get_by_role("button").click()

    width = page.viewport_size["width"] if page.viewport_size else 0
    choice = page.locator(".choice").first
    circle, words = choice.locator("input").bounding_box(), choice.locator("span").bounding_box()
    council = page.locator(".council bdi").bounding_box()
    assert circle and words and council
    assert circle["x"] > words["x"] + words["width"]
    assert council["x"] + council["width"] > width / 2
    wrong = page.locator(".field.wrong")
    assert wrong.evaluate("field => getComputedStyle(field).borderRightWidth") == "5px"
    assert wrong.evaluate("field => getComputedStyle(field).borderLeftWidth") == "0px"
    assert page.locator(".council bdi").get_attribute("dir") == "ltr"

    page.locator(".choice").first.click()
    page.get_by_role("button").click()
    assert page.get_by_role("heading", level=1).inner_text() == "شکریہ"
