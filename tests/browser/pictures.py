"""Pictures of all pages, for README and docs: `make pictures`. They come from the registry that the tests check.

`python -m tests.browser.pictures overview board` takes those two alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from survey_app.settings import PROJECT_ROOT
from tests.browser.chromium import MISSING, chromium, find_chromium
from tests.browser.councils import Council, open_council
from tests.browser.registry import PHONE, STATES, State
from tests.browser.visits import Visitors

FOLDER = PROJECT_ROOT / "docs" / "pictures"
PAGE = PROJECT_ROOT / "docs" / "pictures.md"
# a message prints its address: with another port and token each time
NAME_THE_SITE = """document.querySelectorAll("a").forEach(link => {
    if (link.textContent.startsWith("http://127.0.0.1")) link.textContent = "https://survey.anyborough.example/s/x7Kf";
})"""
TALLEST = 1_200  # CSS pixels: what comes below is a list that goes on
COLOURS = 128  # a page has few, and its letters many shades of them: a third of the size, and nobody sees it


def main(names: Collection[str] = ()) -> None:
    """Take every picture anew, or those of the states of these names, and write the page that shows them all."""
    path = find_chromium()
    if path is None:
        sys.exit(MISSING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    states = [state for state in STATES if state.is_pictured]
    kept = {state.picture(width) for state in states for width in state.widths}
    for old in FOLDER.glob("*.png"):
        if old.name not in kept:
            old.unlink()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as councils, chromium(path) as browser:
        opened: dict[str, Council] = {}

        def council(name: str) -> Council:
            if name not in opened:
                opened[name] = councils.enter_context(open_council(name, Path(folder, name), scale=1))
            return opened[name]

        visitors = Visitors(browser, council)
        for state in states:
            for width in state.widths if not names or state.name in names else ():
                with visitors.visit(state, width) as (page, _seen):
                    _take(page, width, FOLDER / state.picture(width))
    PAGE.write_text(_page(states), encoding="utf-8")


def _take(page: Page, width: int, path: Path) -> None:
    page.evaluate(NAME_THE_SITE)
    height = min(TALLEST, page.evaluate("document.scrollingElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": height})
    with Image.open(BytesIO(page.screenshot(animations="disabled"))) as picture:
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _page(states: Iterable[State]) -> str:
    lines = [
        "# Pictures",
        "",
        "Every page in the states worth seeing, as Chromium shows them in the demo borough on 1 May 2026.",
        "`make pictures` takes them, from the list that the browser tests check (`tests/browser/registry.py`).",
        "Long pages end early here.",
    ]
    for state in states:
        lines += ["", f"## {state.name.replace('-', ' ').capitalize()}", ""]
        for width in state.widths:
            where = "on a phone" if width == PHONE else "printed" if state.media == "print" else "on a desktop"
            lines.append(f"![{state.name.replace('-', ' ').capitalize()}, {where}](pictures/{state.picture(width)})")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main(sys.argv[1:])
