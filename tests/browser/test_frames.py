"""A survey in a frame, in a real browser: the web site that may hold it can, without a cookie, and no other can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from survey_app.extensions import db, transaction
from survey_app.organisation.channels import Channel, Mode
from survey_app.organisation.queries import the_council
from survey_app.responses.links.presenters import frame_html
from survey_app.responses.models import LinkKind, OpenLink, SupportText, SurveyResponse
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_council, make_link, make_service
from tests.notify import served


class WebSite:
    """Another web site, on a port of its own: a page that holds the line it was given."""

    def __init__(self, servers: ExitStack) -> None:
        self.line = ""
        site = Flask("another web site")
        site.add_url_rule("/contact", "contact", lambda: f"<!doctype html><title>Contact us</title>{self.line}")
        site.add_url_rule("/weather", "weather", lambda: "<!doctype html><title>Weather</title>Rain later.")
        address = servers.enter_context(served(site))
        self.origin = address.replace("127.0.0.1", "localhost")  # not even the same site as the survey


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    with ExitStack() as running:
        yield running


@pytest.fixture
def allowed(servers: ExitStack) -> WebSite:
    return WebSite(servers)


@pytest.fixture
def link(app: Flask, allowed: WebSite) -> OpenLink:
    with transaction():
        make_council()
        version = publish_default_survey(NOON)
        db.session.add(SupportText(body="Call 999 in danger.", exit_url=f"{allowed.origin}/weather"))
        return make_link(make_service(), version, LinkKind.EMBED, framed_by=allowed.origin, channel=Channel.WEB)


@pytest.fixture
def line(app: Flask, link: OpenLink, servers: ExitStack) -> str:
    """The line that staff copy."""
    with transaction():  # which ends here, so that the server may write
        return frame_html(link, the_council(), servers.enter_context(served(app)))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    window = browser.new_context()
    yield window.new_page()
    assert window.cookies() == [], "nobody is asked for a cookie"
    window.close()


def test_the_web_site_that_may_hold_a_survey_holds_it_and_takes_the_answer(
    page: Page, allowed: WebSite, line: str
) -> None:
    allowed.line = line
    page.goto(f"{allowed.origin}/contact")
    frame = page.frame_locator("iframe[title='Survey of Anyborough Council: Housing']")
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("alert")).to_be_visible()  # the error is shown within the frame
    frame.get_by_label("Fairly satisfied", exact=True).first.check()
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("heading", name="Thank you", level=1)).to_be_visible()
    with page.expect_popup() as opened:  # our other pages may not be held, so they open beside
        frame.get_by_role("link", name="How we use your answers").click()
    expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
    assert page.url == f"{allowed.origin}/contact"
    frame.get_by_role("link", name="Exit this page").click()  # the whole page, not the frame alone
    page.wait_for_url(f"{allowed.origin}/weather")
    stored = db.session.scalars(select(SurveyResponse)).one()
    assert (stored.mode, stored.channel, stored.invitation_id) == (Mode.EMBED, Channel.WEB, None)


def test_no_other_web_site_can_hold_it(page: Page, servers: ExitStack, allowed: WebSite, line: str) -> None:
    other = WebSite(servers)
    other.line = line
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text))
    page.goto(f"{other.origin}/contact")
    expect(page.locator("iframe")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_role("button", name="Send")).to_have_count(0)
    assert any("frame-ancestors" in refusal and allowed.origin in refusal for refusal in refusals), refusals


def test_no_other_page_of_ours_is_held_even_by_the_web_site_that_may_hold_a_survey(
    page: Page, app: Flask, servers: ExitStack, allowed: WebSite, link: OpenLink
) -> None:
    address = servers.enter_context(served(app))
    with transaction():
        usual = make_link(link.service, link.survey.versions[0])
    for path in ("/s", f"/o/{usual.code}", "/privacy", "/accounts/sign-in"):
        headers = app.test_client().get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    allowed.line = f'<iframe src="{address}/o/{usual.code}"></iframe>'
    page.goto(f"{allowed.origin}/contact")
    expect(page.frame_locator("iframe").get_by_role("button", name="Send")).to_have_count(0)
