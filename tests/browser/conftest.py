"""One browser and one server a council for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import MISSING, chromium, find_chromium
from tests.browser.councils import Council, borough, new_council
from tests.browser.visits import Visitors

SCALE = 0.1


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with chromium(path) as started:
        yield started


@pytest.fixture(scope="session")
def visitors(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitors]:
    """People with this browser. A council is set up when it is first visited."""
    with ExitStack() as councils:
        open_now: dict[str, Council] = {}

        def council(name: str) -> Council:
            if name not in open_now:
                folder = tmp_path_factory.mktemp(name)
                opening = borough(folder, scale=SCALE) if name == "borough" else new_council(folder)
                open_now[name] = councils.enter_context(opening)
            return open_now[name]

        yield Visitors(browser, council)
