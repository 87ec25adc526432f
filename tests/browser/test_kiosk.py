"""A kiosk as its visitors and staff meet it: by touch, without a network, with a network that loses answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import func, select

from survey_app.extensions import db, transaction
from survey_app.organisation.channels import Mode
from survey_app.responses.kiosk.operations import change_kiosk
from survey_app.responses.links.queries import the_link
from survey_app.responses.models import HandOver, OpenLink, SurveyResponse
from tests.browser.councils import KIOSK_PIN, Council
from tests.browser.moment import MOMENT
from tests.browser.promises import accessibility_faults, focus_faults, lost_at_400_percent, lost_with_wide_spacing
from tests.browser.visits import Seen, Visitors

TABLET = {"width": 1280, "height": 800}
THANKS, IDLE, STILL_THERE, MINUTE = 4_000, 30_000, 20_000, 60_000  # milliseconds
MOST_BYTES, MOST_REQUESTS = 60_000, 6
FINGER = 44  # pixels
ANSWERED = re.compile(r"/k/\w+/answers$")
OpenKiosk = Callable[..., Page]


@pytest.fixture(scope="module")
def council(visitors: Visitors) -> Council:
    return visitors.council("reception")


@pytest.fixture
def open_kiosk(visitors: Visitors, council: Council) -> Iterator[OpenKiosk]:
    """open_kiosk("kiosk") is a tablet of its own with that page, ready to work without a network. Its clock is in the
    hands of the test, and no answer has come by it yet."""
    windows: list[tuple[BrowserContext, Seen]] = []

    def open_it(name: str = "kiosk", *, has_scripts: bool = True) -> Page:
        forget_answers(council, name)
        window = visitors.window(council, "resident", has_scripts=has_scripts)
        seen = Seen(council.address)
        windows.append((window, seen))
        page = window.new_page()
        page.set_viewport_size(TABLET)  # type: ignore[arg-type]
        if has_scripts:
            page.clock.install(time=MOMENT)
            seen.watch(page)
        page.goto(council.url(f"/k/{{{name}}}"))
        if has_scripts:
            expect(page.locator("#kiosk")).to_have_attribute("data-works-offline", "")
        return page

    yield open_it
    for window, seen in windows:
        assert [trouble for trouble in seen.troubles if "securitypolicy" in trouble or "script:" in trouble] == []
        assert window.cookies() == []
        window.close()


def forget_answers(council: Council, name: str) -> None:
    """Move what came before to another kiosk: nothing is ever deleted."""
    with council.app(), transaction():
        mine, other = (the_link(council.places[each]) for each in (name, "received"))
        for model in (SurveyResponse, HandOver):
            for row in db.session.scalars(select(model).where(model.open_link_id == mine.id)):
                row.open_link_id = other.id


def stored(council: Council, name: str = "kiosk") -> Sequence[tuple[date, Mode]]:
    """Day and mode of each answer that came by a kiosk, in the order of their taps."""
    with council.app():
        rows = db.session.execute(
            select(SurveyResponse.counts_on, SurveyResponse.mode)
            .join(OpenLink, OpenLink.id == SurveyResponse.open_link_id)
            .where(OpenLink.code == council.places[name])
            .order_by(SurveyResponse.submitted_at)
        )
        return [(day, mode) for day, mode in rows]


def thrown_away(council: Council, name: str = "kiosk") -> int:
    with council.app():
        link = the_link(council.places[name])
        return db.session.scalar(select(func.sum(HandOver.thrown_away)).where(HandOver.open_link_id == link.id)) or 0


def tap(page: Page, label: str = "Fairly satisfied") -> None:
    page.get_by_role("button", name=label, exact=True).click()


def expect_thanks(page: Page) -> None:
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def expect_question(page: Page) -> None:
    expect(page.get_by_role("heading", name="Overall, how satisfied were you")).to_be_visible()


def next_visitor(page: Page) -> None:
    page.clock.run_for(THANKS)
    expect_question(page)


def expect_kept(page: Page, words: str) -> None:
    expect(page.locator("#kept span").first).to_have_text(words)


def test_one_tap_is_stored_once_and_the_page_comes_back(open_kiosk: OpenKiosk, council: Council) -> None:
    page = open_kiosk()
    with page.expect_response(ANSWERED):
        tap(page)
    expect_thanks(page)
    expect_kept(page, "No answers kept here")
    expect(page.locator("#kept")).to_contain_text("last handed over")
    next_visitor(page)
    assert stored(council) == [(MOMENT.date(), Mode.KIOSK)]


def test_five_answers_without_a_network_arrive_once_on_their_days(open_kiosk: OpenKiosk, council: Council) -> None:
    page = open_kiosk()
    page.clock.set_system_time(MOMENT - timedelta(hours=20))
    page.context.set_offline(True)
    for number in range(5):
        if number == 2:
            page.clock.set_system_time(MOMENT)  # overnight
        tap(page)
        expect_thanks(page)
        next_visitor(page)
    expect_kept(page, "5 answers kept here")
    page.reload()
    expect_question(page)
    expect_kept(page, "5 answers kept here")

    with page.expect_response(ANSWERED) as told:
        page.context.set_offline(False)
    expect_kept(page, "No answers kept here")
    today = (MOMENT.date(), Mode.KIOSK)
    assert stored(council) == [(MOMENT.date() - timedelta(days=1), Mode.KIOSK)] * 2 + [today] * 3

    again = page.request.post(
        told.value.url, data=told.value.request.post_data or "", headers={"Content-Type": "application/json"}
    )
    assert {one["outcome"] for one in again.json()["answers"]} == {"repeated"}
    assert len(stored(council)) == 5


def test_an_answer_whose_receipt_was_lost_is_handed_over_again_and_stored_once(
    open_kiosk: OpenKiosk, council: Council
) -> None:
    page = open_kiosk()
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server has it, the device does not hear of that
        route.abort()

    page.route(ANSWERED, lose_the_first)
    with page.expect_event("requestfailed"):
        tap(page)
    expect_kept(page, "1 answer kept here")
    assert lost == [200]
    assert len(stored(council)) == 1
    with page.expect_response(ANSWERED) as told:
        page.clock.run_for(MINUTE)
    assert [one["outcome"] for one in told.value.json()["answers"]] == ["repeated"]
    expect_kept(page, "No answers kept here")
    assert len(stored(council)) == 1


def test_what_waits_for_more_than_a_day_is_told_to_staff(open_kiosk: OpenKiosk) -> None:
    page = open_kiosk()
    page.context.set_offline(True)
    tap(page)
    expect_kept(page, "1 answer kept here")
    page.clock.fast_forward(25 * 3600 * 1000)
    expect_kept(page, "Tell staff: 1 answer kept")


def test_taps_that_come_too_soon_are_thrown_away_and_counted(open_kiosk: OpenKiosk, council: Council) -> None:
    page = open_kiosk("throttled")
    page.context.set_offline(True)
    tap(page)
    expect_thanks(page)
    for _ in range(2):
        page.locator("#thanks p").first.click()  # where the buttons were
    next_visitor(page)
    tap(page, "Very dissatisfied")
    expect(page.get_by_role("status")).to_have_text("One moment, please. Then tap again.")
    expect_question(page)
    page.clock.run_for(6_000)
    tap(page, "Very dissatisfied")
    expect_thanks(page)
    with page.expect_response(ANSWERED):
        page.context.set_offline(False)
    expect_kept(page, "No answers kept here")
    assert len(stored(council, "throttled")) == 2
    assert thrown_away(council, "throttled") == 3


def test_a_screen_left_half_answered_asks_and_then_resets_and_what_was_tapped_counts(
    open_kiosk: OpenKiosk, council: Council
) -> None:
    page = open_kiosk("long")
    tap(page)
    expect(page.get_by_role("heading", name="We did what we said we would do")).to_be_focused()
    page.clock.run_for(IDLE)
    ask = page.get_by_role("dialog", name="Still there?")
    expect(ask).to_be_visible()
    assert accessibility_faults(page) == []
    ask.get_by_role("button").click()
    expect(page.get_by_role("heading", name="We did what we said we would do")).to_be_visible()
    page.clock.run_for(IDLE)
    expect(ask).to_be_visible()
    with page.expect_response(ANSWERED):
        page.clock.run_for(STILL_THERE)
    expect(ask).to_be_hidden()
    expect_question(page)
    assert len(stored(council, "long")) == 1


def test_a_page_that_nobody_touched_asks_nobody(open_kiosk: OpenKiosk) -> None:
    page = open_kiosk("long")
    page.locator("main").click(position={"x": 5, "y": 5})
    page.clock.run_for(IDLE + STILL_THERE)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect_question(page)


def test_bigger_text_is_for_one_visitor(open_kiosk: OpenKiosk) -> None:
    page = open_kiosk()
    size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.get_by_role("button", name="Bigger text").click()
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > size * 1.3
    page.clock.run_for(IDLE)
    page.clock.run_for(STILL_THERE)
    expect(page.get_by_role("button", name="Bigger text")).to_have_attribute("aria-pressed", "false")


def enter_pin(page: Page, pin: str) -> None:
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="OK", exact=True).click()


def test_staff_leave_by_pin_and_guessing_has_to_wait(open_kiosk: OpenKiosk) -> None:
    page = open_kiosk()
    page.context.set_offline(True)  # the device checks it alone
    page.get_by_role("button", name="Staff").click()
    assert accessibility_faults(page) == []
    said = page.get_by_role("alert")
    for _ in range(4):
        enter_pin(page, "0000")
        expect(said).to_have_text("That is not the PIN.")
    enter_pin(page, "0000")
    expect(said).to_have_text("Wrong five times. Wait one minute, then try again.")
    enter_pin(page, KIOSK_PIN)
    expect(said).to_have_text("Wrong five times. Wait one minute, then try again.")
    page.clock.set_system_time(MOMENT + timedelta(minutes=2))
    enter_pin(page, KIOSK_PIN)
    panel = page.get_by_role("dialog", name="Riverside House reception")
    expect(panel.get_by_role("link", name="Leave this page")).to_be_visible()
    expect(panel).to_contain_text("This page works without a network.")
    assert accessibility_faults(page) == []


def test_a_new_pin_keeps_nothing_back(open_kiosk: OpenKiosk, council: Council) -> None:
    page = open_kiosk("renewed")
    with council.app(), transaction():
        change_kiosk(the_link(council.places["renewed"]), pin="123456", seconds_between_taps=3, now=MOMENT)
    with page.expect_response(lambda told: bool(ANSWERED.search(told.url)) and told.status == 200):
        tap(page)
    expect_kept(page, "No answers kept here")
    assert len(stored(council, "renewed")) == 1


def test_without_scripts_a_visitor_answers_and_is_thanked(open_kiosk: OpenKiosk, council: Council) -> None:
    page = open_kiosk("kiosk", has_scripts=False)
    for name in ("Read aloud", "Staff"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    page.get_by_role("link", name="Bigger text").click()
    expect(page.locator("html")).to_have_class("large")
    tap(page, "I do not know")
    expect_thanks(page)
    page.get_by_role("link", name="Start again").click()
    expect_question(page)
    assert len(stored(council)) == 1


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_state_is_accessible_and_every_button_large(open_kiosk: OpenKiosk, width: int) -> None:
    page = open_kiosk("long")
    page.set_viewport_size({"width": width, "height": 800})
    for label in ("Fairly satisfied", "Agree", *["Skip this question"] * 5, "Partly"):
        assert_good(page, width)
        page.clock.run_for(1_000)
        tap(page, label)
    expect_thanks(page)
    assert_good(page, width)


def assert_good(page: Page, width: int) -> None:
    assert accessibility_faults(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    boxes = [box for each in page.locator("button:visible, a:visible").all() if (box := each.bounding_box())]
    assert min(min(box["width"], box["height"]) for box in boxes) >= FINGER


def test_a_tablet_shows_it_all_at_once_and_nothing_is_lost(open_kiosk: OpenKiosk) -> None:
    page = open_kiosk()
    assert page.evaluate("document.scrollingElement.scrollHeight") <= TABLET["height"]
    assert focus_faults(page) == []
    assert lost_with_wide_spacing(page) == []
    assert lost_at_400_percent(page) == []


def test_it_is_light(visitors: Visitors, council: Council) -> None:
    window = visitors.window(council, "resident")
    page = window.new_page()
    network = window.new_cdp_session(page)
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.send("Network.enable")
    page.goto(council.url("/k/{long}"), wait_until="networkidle")
    assert 0 < sum(sizes) < MOST_BYTES
    assert 0 < len(sizes) <= MOST_REQUESTS
    window.close()
