"""One browser and one server a council for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import MISSING, chromium, find_chromium
from tests.browser.councils import Council, open_council
from tests.browser.visits import PATIENCE_MS, Visitors

SCALE = 0.1


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    with chromium(path) as started:
        yield started


@pytest.fixture(scope="session")
def councils(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Council]]:
    """councils("borough") is that council, which is set up and served when it is first asked for."""
    with ExitStack() as served:
        open_now: dict[str, Council] = {}

        def council(name: str) -> Council:
            if name not in open_now:
                folder = tmp_path_factory.mktemp("councils") / name
                open_now[name] = served.enter_context(open_council(name, folder, scale=SCALE))
            return open_now[name]

        yield council


@pytest.fixture(scope="session")
def visitors(browser: Browser, councils: Callable[[str], Council]) -> Visitors:
    """People with this browser."""
    return Visitors(browser, councils)
