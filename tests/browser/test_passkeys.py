"""Passkeys with a real browser and an authenticator of its own: our script hands on what the two say to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from survey_app.extensions import transaction
from survey_app.settings import Settings
from tests.browser.live import live
from tests.factories import PASSWORD, make_council, make_service, make_user

PRIYA = "priya@example.org"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(app: Flask, settings: Settings) -> Iterator[str]:
    """Reached by name: browsers make no passkeys for a number."""
    with transaction():
        make_council()
        make_service("housing")
        make_user("service_manager", "housing", email=PRIYA)
    with live(app) as home:
        address = home.replace("127.0.0.1", "localhost")
        app.extensions["settings"] = replace(settings, base_url=address)
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Somebody whose computer can make passkeys."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    context.close()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page) -> None:
    page.goto("/accounts/sign-in")
    page.get_by_label("E-mail address").fill(PRIYA)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def sign_out(page: Page) -> None:
    page.goto("/accounts/")
    press(page, "Sign out")


def add_passkey(page: Page, purpose: str) -> None:
    page.goto("/accounts/passkeys")
    page.get_by_label("What you call it").fill("Office laptop")
    page.get_by_label(purpose).check()
    press(page, "Go on")
    press(page, "Make the passkey")
    expect(page.get_by_text("The passkey Office laptop works.")).to_be_visible()


def test_a_passkey_signs_in_without_a_password(page: Page) -> None:
    sign_in(page)
    add_passkey(page, "Signing in by itself")
    sign_out(page)
    page.goto("/accounts/sign-in")
    press(page, "Sign in with a passkey")
    press(page, "Use the passkey")
    page.goto("/accounts/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_a_passkey_is_asked_for_after_the_password(page: Page) -> None:
    sign_in(page)
    add_passkey(page, "The second step after my password")
    sign_out(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="Now your passkey")).to_be_visible()
    press(page, "Go on")
    press(page, "Use the passkey")
    page.goto("/accounts/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_a_device_without_the_passkey_is_told_and_offered_another_way(page: Page, browser: Browser, site: str) -> None:
    sign_in(page)
    add_passkey(page, "The second step after my password")
    elsewhere = browser.new_context(base_url=site)
    other = elsewhere.new_page()
    other.context.new_cdp_session(other).send("WebAuthn.enable")
    sign_in(other)
    press(other, "Go on")
    refuse = "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'));"
    other.evaluate(f"() => {{ {refuse} }}")
    other.get_by_role("button", name="Use the passkey").click()
    expect(other.get_by_role("alert")).to_contain_text("Try again, or use another way.")
    expect(other.get_by_role("link", name="use a recovery code")).to_be_visible()
    elsewhere.close()


def test_recovery_codes_can_be_saved_as_a_file(page: Page) -> None:
    sign_in(page)
    page.goto("/accounts/second-step/recovery-codes")
    press(page, "Make ten codes")
    codes = page.locator(".codes code").all_inner_texts()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as a file").click()
    assert saving.value.path().read_text().splitlines()[1:] == codes


def test_without_javascript_the_page_says_so_and_offers_the_password(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/sign-in")
    press(page, "Sign in with a passkey")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in with your password")).to_be_visible()
    context.close()
