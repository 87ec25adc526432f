"""What a page weighs in a real browser that comes for the first time: bytes over the wire, and requests.

What users feel: a resident with a slow phone and little credit opens the survey anyway. The reference is the promise
for the survey page, 60 kB with all that it fetches; the pages of staff stand beside the same figure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Playwright, StorageState, sync_playwright

from benchmarks.answering import answer
from benchmarks.council import answer_for_years, invite, set_up
from benchmarks.measuring import Result
from benchmarks.serving import serving
from benchmarks.workbench import Workbench, app_on
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from tests.factories import PASSWORD, make_user

NAME = "weight"
PROMISED_BYTES = 60_000


def run(bench: Workbench) -> Iterator[Result]:
    database = bench.empty(bench.kinds[0])
    with app_on(database) as app, app.app_context(), transaction():
        now = utc_now()
        version, services = set_up(now)
        answer_for_years(version, services, bench.size.few_answers)
        (token,) = invite(version, services, 1, now, after=1_000_000)
        email = make_user("cse_lead", email="lead@anyborough.example.org").email
    with (
        serving("wsgi:app", database.environment, ready_at="/health/ready") as port,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        at = f"http://127.0.0.1:{port}"
        yield _result("survey page", visit(browser.new_context(), f"{at}/s/{token}"))
        answer(port, token)
        yield _result("thank-you page", visit(browser.new_context(), f"{at}/s/{token}"))
        state = _sign_in(browser, at, email)
        for name, path in (("overview", "/dashboards/"), ("page of a service", "/dashboards/services/waste")):
            yield _result(name, visit(browser.new_context(storage_state=state), at + path))


@contextmanager
def chromium(playwright: Playwright, *arguments: str) -> Iterator[Browser]:
    """A real browser while the block lasts."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None:
        raise RuntimeError("There is no Chromium here: install it, or name it in CHROMIUM.")
    browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu", *arguments])
    try:
        yield browser
    finally:
        browser.close()


def _sign_in(browser: Browser, at: str, email: str) -> StorageState:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{at}/accounts/sign-in")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{at}/dashboards/**")
        return context.storage_state()


def visit(context: BrowserContext, address: str) -> tuple[int, int]:
    """Bytes over the wire, headers included, and requests."""
    finished: list[int] = []
    with context:
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.on("Network.loadingFinished", lambda event: finished.append(int(event["encodedDataLength"])))
        wire.send("Network.enable")
        page.goto(address, wait_until="networkidle")
    return sum(finished), len(finished)


def _result(name: str, bytes_and_requests: tuple[int, int]) -> Result:
    sent, requests = bytes_and_requests
    return Result(
        f"weight of the {name}",
        "bytes",
        "60 kB, promised for the survey page",
        [(sent, PROMISED_BYTES)],
        more_is_better=False,
        note=f"{requests} requests, nothing in the cache",
    )
