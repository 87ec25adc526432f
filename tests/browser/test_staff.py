"""The journeys of a manager and of a Customer Service Excellence lead."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from survey_app.demo.operations import DEMO_PASSWORD
from tests.browser.councils import STAFF
from tests.browser.promises import focus_faults, lost_at_400_percent
from tests.browser.registry import DESKTOP, STATES, State
from tests.browser.visits import Visitors
from tests.pictures import png

SCROLL_BAR = 15  # CSS pixels, where a browser draws one beside the page
WALKED = (
    "sign-in-failed",
    "password-error",
    "overview",
    "overview-menu",
    "overview-filter",
    "passport",
    "comments",
    "element",
    "element-claim-error",
    "pin-error",
)


@pytest.fixture
def page(visitors: Visitors) -> Iterator[Page]:
    """A page of somebody who has not signed in."""
    window: BrowserContext = visitors.window(visitors.council(), "nobody")
    yield window.new_page()
    window.close()


def sign_in_by_keyboard(page: Page, who: str) -> None:
    page.goto("/")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(STAFF[who])
    page.keyboard.press("Tab")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboards/**")


def press_with_the_keyboard(page: Page, role: str, name: str) -> None:
    control = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    control.focus()
    page.keyboard.press("Enter")


def test_what_is_wrong_has_the_focus_and_leads_to_its_place(page: Page) -> None:
    page.goto("/accounts/sign-in")
    page.get_by_role("button", name="Sign in").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("E-mail address")).to_be_focused()


@pytest.mark.parametrize(
    ("council", "who"), [*(("borough", who) for who in STAFF), ("new", "cse_lead"), ("new", "administrator")]
)
def test_the_menu_stands_in_one_line_on_a_desktop(visitors: Visitors, council: str, who: str) -> None:
    """Beside a scroll bar, with the widest entry open; in a new council, where names are e-mail addresses, too."""
    state = State("menu", "/accounts/", who=who, council=council)
    with visitors.visit(state, DESKTOP - SCROLL_BAR) as (page, _seen):
        entries = page.locator(".head .menu a:visible").all()
        widest = max(entries, key=lambda entry: len(entry.inner_text()))
        widest.evaluate("entry => entry.setAttribute('aria-current', 'page')")
        tops = {box["y"] for entry in entries if (box := entry.bounding_box())}
        assert len(tops) == 1, [entry.inner_text() for entry in entries]


def test_a_manager_finds_the_figure_its_rows_and_what_people_wrote(page: Page) -> None:
    sign_in_by_keyboard(page, "manager")
    expect(page.get_by_role("heading", level=1)).to_contain_text("who answered were satisfied")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expect(page.locator(".figure-card")).to_contain_text(f"{rows[0]['numerator']} of {rows[0]['base']} answers")

    page.locator("details[data-table] summary").click()
    page.locator("table").get_by_role("link", name="Housing options").click()
    page.wait_for_url("**/dashboards/services/housing**")
    page.get_by_role("link", name="Passport of this figure").click()
    expect(page.get_by_role("heading", name="Rows behind it")).to_be_visible()
    expect(
        page.get_by_role("table", name="Rows behind the figure, newest first").get_by_role("row").nth(1)
    ).to_be_visible()

    press_with_the_keyboard(page, "link", "Comments")
    page.get_by_role("group", name="Sentiment").get_by_label("Negative").check()
    page.get_by_role("button", name="Apply filters").click()
    page.wait_for_url("**sentiment=negative**")
    assert {text.strip() for text in page.locator(".comment .labels .tag").all_inner_texts()} == {"Negative"}

    press_with_the_keyboard(page, "link", "Grace Adeyemi")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/dashboards/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("satisfied")


def test_a_lead_pins_a_figure_claims_with_it_and_takes_the_pack_away(page: Page, visitors: Visitors) -> None:
    council = visitors.council()
    sign_in_by_keyboard(page, "cse_lead")
    page.get_by_role("link", name="Housing options").first.click()
    page.get_by_role("link", name="Passport of this figure").click()
    page.get_by_role("link", name="Pin to evidence").click()
    page.get_by_label("Title").fill("Tenants are satisfied")
    page.get_by_label("4.1.2").focus()
    page.keyboard.press("Space")
    press_with_the_keyboard(page, "button", "Freeze and pin")
    expect(page.get_by_role("status")).to_contain_text("stands at this element")
    page.get_by_text("Edit the claim").click()
    page.get_by_label("What do you claim for 4.1.2?").fill("We publish what residents say of us each quarter.")
    page.get_by_role("button", name="Save the claim").click()
    expect(page.locator(".claim")).to_have_text("We publish what residents say of us each quarter.")
    page.get_by_role("link", name="Evidence", exact=True).first.click()

    zipped, unpacked = council.folder / "taken.zip", council.folder / "taken"
    page.get_by_role("link", name="Make evidence pack").click()
    page.get_by_role("button", name="Make evidence pack").click()
    council.flask("jobs", "run", "--once", "make_packs")
    page.reload()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the pack").first.click()
    taken.value.save_as(zipped)
    council.flask("evidence", "verify", str(zipped))
    with zipfile.ZipFile(zipped) as pack:
        pack.extractall(unpacked)
    page.goto((unpacked / "index.html").as_uri())
    expect(page.get_by_text("We publish what residents say of us each quarter.").first).to_be_visible()
    expect(page.get_by_role("heading", name="Tenants are satisfied")).to_be_visible()


@pytest.mark.parametrize("name", WALKED)
def test_every_stop_of_the_keyboard_is_seen(name: str, visitors: Visitors) -> None:
    state = next(state for state in STATES if state.name == name)
    with visitors.visit(state) as (page, _seen):
        assert focus_faults(page) == []


@pytest.mark.parametrize("button", ["Menu", "Filter"])
def test_on_a_phone_a_panel_opens_and_closes_by_keyboard(page: Page, button: str) -> None:
    sign_in_by_keyboard(page, "cse_lead")
    page.set_viewport_size({"width": 390, "height": 844})
    panel = page.locator("#menu" if button == "Menu" else "#filters")
    expect(panel).to_be_hidden()
    press_with_the_keyboard(page, "button", button)
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name=button)).to_be_focused()


def test_the_widest_logo_leaves_room_for_name_and_menu_on_the_smallest_screen(visitors: Visitors) -> None:
    window = visitors.window(visitors.council(), "administrator")
    page = window.new_page()
    page.goto("/admin/setup/logo")
    picture = {"name": "wide.png", "mimeType": "image/png", "buffer": png(1200, 60)}
    page.get_by_label("Choose a picture").set_input_files(picture)  # type: ignore[arg-type]
    page.get_by_role("button", name="Use this logo").click()
    expect(page.get_by_role("status")).to_have_text("The logo is on every page now.")
    try:
        for address in ("/admin/setup/logo", "/s/test"):
            page.goto(address)
            expect(page.locator(".council img")).to_be_visible()
            assert lost_at_400_percent(page) == []
    finally:
        page.goto("/admin/setup/logo")
        page.get_by_role("button", name="Remove the logo").click()
        expect(page.get_by_role("status")).to_have_text("The logo was removed.")
        window.close()
