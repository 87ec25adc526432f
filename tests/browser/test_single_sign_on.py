"""Somebody signs in at a real OpenID Connect provider, in a real browser, and out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from survey_app.accounts.models import Identity, User
from survey_app.extensions import db
from survey_app.settings import Settings, SingleSignOn
from tests.browser.live import live
from tests.browser.promises import accessibility_faults, lost_at_400_percent, lost_with_wide_spacing
from tests.browser.registry import DESKTOP, PHONE
from tests.factories import PASSWORD, make_cast
from tests.oidc.forger import CLIENT, SECRET, TENANT
from tests.oidc.real import real_provider
from tests.smtp import free_port

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")  # it is about the browser


@dataclass
class Council:
    site: str
    issuer: str
    browser: Browser

    def window(self, *, has_scripts: bool = True) -> Page:
        return self.browser.new_context(base_url=self.site, java_script_enabled=has_scripts).new_page()

    def sign_in_there(self, page: Page, who: str) -> None:
        """At the provider: who they are, and that we may know."""
        page.locator("[name=login]").fill(who)
        page.locator("[name=password]").fill("anything")
        page.locator("button[type=submit]").click()
        page.get_by_role("button", name="Continue").click()


@pytest.fixture
def council(browser: Browser, settings: Settings, make_app: Callable[[Settings], Flask]) -> Iterator[Council]:
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    with real_provider(free_port(), site) as issuer:
        app = make_app(replace(settings, base_url=site, single_sign_on=SingleSignOn(issuer, CLIENT, SECRET)))
        with app.app_context():
            make_cast()
            db.session.commit()
            with live(app, port):
                yield Council(site, issuer, browser)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_somebody_comes_in_by_the_councils_own_sign_in(council: Council, has_scripts: bool) -> None:
    page = council.window(has_scripts=has_scripts)
    page.goto("/coverage")
    page.get_by_role("button", name="Sign in with your council account").click()
    council.sign_in_there(page, "asif")
    page.wait_for_url(f"{council.site}/coverage")
    expect(page.get_by_role("link", name="Asif Khan, Customer Service Excellence lead").first).to_be_attached()
    identity = db.session.scalars(select(Identity)).one()
    assert (identity.issuer, identity.tenant) == (council.issuer, TENANT)
    assert db.session.scalars(select(User).where(User.id == identity.user_id)).one().password is None


def test_the_sessions_page_says_how_they_came_in(council: Council) -> None:
    page = council.window()
    page.goto("/accounts/sessions/")
    page.get_by_role("button", name="Sign in with your council account").click()
    council.sign_in_there(page, "mair")
    page.wait_for_url(f"{council.site}/accounts/sessions/")
    expect(page.get_by_role("row", name="Chrome on Linux")).to_contain_text("council sign-in")


def test_somebody_without_a_role_is_told_whom_to_ask(council: Council) -> None:
    page = council.window()
    page.goto("/accounts/sign-in")
    page.get_by_role("button", name="Sign in with your council account").click()
    council.sign_in_there(page, "nadia")
    expect(page.get_by_role("heading", name="You have no role here yet")).to_be_visible()


def test_somebody_who_gives_up_there_is_not_signed_in(council: Council) -> None:
    page = council.window()
    page.goto("/accounts/sign-in")
    page.get_by_role("button", name="Sign in with your council account").click()
    page.get_by_role("link", name="[ Cancel ]").click()
    expect(page.get_by_role("heading", name="You were not signed in")).to_be_visible()


def test_a_callback_that_is_opened_again_lets_nobody_in_twice(council: Council) -> None:
    page = council.window()
    opened: list[str] = []
    page.on("request", lambda request: opened.append(request.url) if "/callback?" in request.url else None)
    page.goto("/accounts/sign-in")
    page.get_by_role("button", name="Sign in with your council account").click()
    council.sign_in_there(page, "asif")
    page.wait_for_url(f"{council.site}/dashboards/")
    thief = council.window()
    thief.goto(opened[-1])
    expect(thief.get_by_role("heading", name="That sign-in was not begun here")).to_be_visible()


def test_signing_out_here_offers_to_sign_out_there(council: Council) -> None:
    page = council.window()
    page.goto("/accounts/")
    page.get_by_role("button", name="Sign in with your council account").click()
    council.sign_in_there(page, "asif")
    page.wait_for_url(f"{council.site}/accounts/")
    page.get_by_role("button", name="Sign out").first.click()
    page.get_by_role("link", name="sign out of it too").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    page.wait_for_url(f"{council.site}/accounts/signed-out**")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_its_pages_are_accessible_and_fit(council: Council, width: int) -> None:
    page = council.window()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/accounts/sign-in")
    check(page, "sign-in")
    page.get_by_role("button", name="Sign in with your council account").click()
    council.sign_in_there(page, "nadia")
    check(page, "no-role")
    page.context.clear_cookies()
    page.goto("/accounts/single-sign-on/callback?code=guess&state=guess")
    check(page, "not-begun")
    page.goto("/accounts/signed-out")
    check(page, "signed-out")
    page.goto("/accounts/sign-in?next=/accounts/single-sign-on/link")
    page.get_by_label("E-mail address").fill("lead@anyborough.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Your password here").fill("not that")
    page.get_by_role("button", name="Go to your council’s sign-in").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    check(page, "link-error")
    page.get_by_label("Your password here").fill(PASSWORD)
    page.get_by_role("button", name="Go to your council’s sign-in").click()
    council.sign_in_there(page, "asif")
    expect(page.get_by_text("Your council account is linked.")).to_be_visible()
    check(page, "linked")
    page.goto("/accounts/sessions/")
    check(page, "sessions")


def check(page: Page, name: str) -> None:
    size = page.viewport_size
    assert size is not None
    assert [*accessibility_faults(page), *lost_at_400_percent(page), *lost_with_wide_spacing(page)] == [], name
    page.set_viewport_size(size)
