"""Visiting pages as somebody, while everything that goes wrong on the way is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from survey_app.demo.operations import DEMO_PASSWORD
from tests.browser.councils import STAFF, Council
from tests.browser.registry import DESKTOP, State

PATIENCE_MS = 20_000
# a violation is on the console too, but not each with what was blocked
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
    console.error("policy: " + event.violatedDirective + " blocked " + event.blockedURI + " at " + event.sourceFile))"""

# every chart of the page is there, or there is none
DRAWN = """() => [...document.querySelectorAll("figure[data-chart] .canvas")].every(canvas =>
    canvas.querySelector(".main-svg"))"""


@dataclass
class Seen:
    """What a browser met on one page: troubles in words, and each answer that it got."""

    home: str
    troubles: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def forget(self) -> None:
        """Begin anew, before the next page."""
        self.troubles.clear()
        self.answers.clear()

    @property
    def status(self) -> int:
        """Of the newest page."""
        pages = [answer for answer in self.answers if answer.request.is_navigation_request()]
        return pages[-1].status

    def _said(self, message: ConsoleMessage) -> None:
        # of an answer with an error status the console says only that there was one; _answered says which
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        self.troubles.append(f"failed: {request.url} {request.failure}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "file:")):
            self.troubles.append(f"asked somebody else: {request.url}")

    def _answered(self, response: Response) -> None:
        self.answers.append(response)
        if response.status >= 400 and not response.request.is_navigation_request():
            self.troubles.append(f"{response.status}: {response.url}")


class Visitors:
    """Hands out pages to people. A person stays signed in from page to page, as in a browser's own window."""

    def __init__(self, browser: Browser, council: Callable[[str], Council]) -> None:
        self._browser = browser
        self._council = council
        self._visits: dict[tuple[str, str, str], tuple[Page, Seen]] = {}
        self._numbers = count(1)

    def council(self, name: str = "borough") -> Council:
        return self._council(name)

    def window(self, council: Council, who: str, *, locale: str = "en-GB", has_scripts: bool = True) -> BrowserContext:
        """A new window of somebody with an address of their own, signed in where they are staff."""
        window = self._browser.new_context(
            base_url=council.address,
            locale=locale,
            java_script_enabled=has_scripts,
            reduced_motion="reduce",
            extra_http_headers={"X-Forwarded-For": f"192.0.2.{next(self._numbers)}"},
        )
        window.set_default_timeout(PATIENCE_MS)
        window.add_init_script(TELL_VIOLATIONS)
        if who in STAFF:
            page = window.new_page()
            sign_in(page, STAFF[who])
            page.close()
        return window

    @contextmanager
    def visit(self, state: State, width: int | None = None) -> Iterator[tuple[Page, Seen]]:
        """The page in this state, in the one window that this person keeps for visits: a new one takes long to open."""
        council = self.council(state.council)
        key = (state.council, state.who, state.locale)
        if key not in self._visits:
            page, seen = self.window(council, state.who, locale=state.locale).new_page(), Seen(council.address)
            seen.watch(page)
            self._visits[key] = page, seen
        page, seen = self._visits[key]
        seen.forget()
        page.set_viewport_size({"width": width or state.widths[0], "height": 900})
        page.emulate_media(media=state.media)
        page.goto(council.url(state.address))
        if state.steps is not None:
            state.steps(page)
        page.wait_for_function(DRAWN)
        yield page, seen


def sign_in(page: Page, email: str) -> None:
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    page.goto("/accounts/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
