"""What the page around a preview offers."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.responses.paging import Way


def pages_to_open(way: Way) -> list[Mapping[str, str | int]]:
    """What the address of each page has to say, of the way of somebody who leaves every question empty: a page that
    they do not come to is reached by answering the pages before it."""
    found: list[Mapping[str, str | int]] = []
    passed: dict[str, str | int] = {}
    for number, page in enumerate(way.pages, 1):
        found.append({**passed, "page": number})
        passed |= dict.fromkeys(page.codes, "")
    return found
