"""How a page of staff is read: its tables, its cards and the words in which a figure stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag

from tests.conftest import PersonsClient
from tests.outlets.conftest import Standing
from tests.outlets.shown import Shown


def page_of(client: PersonsClient, path: str, **arguments: str) -> BeautifulSoup:
    answer = client.get(f"{path}?{urlencode(arguments)}" if arguments else path)
    assert answer.status_code == 200, (path, answer.status_code)
    return BeautifulSoup(answer.text, "html.parser")


def opened(standing: Standing, path: str, **arguments: str) -> BeautifulSoup:
    """A page as somebody sees it who sees all, opened once: several outlets read it, and none changes a count."""
    key = f"{path}?{urlencode(arguments)}"
    if key not in standing.opened:
        standing.opened[key] = page_of(standing.lead, path, **arguments)
    return standing.opened[key]


def words(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def whole(text: str) -> int:
    return int(text.replace(",", ""))


def of_words(text: str) -> Shown:
    """A sentence that says how many were satisfied of how many."""
    found = re.search(r"(\d+\.\d%) of the ([\d,]+) (?:residents )?who answered", text)
    assert found is not None, text
    return Shown(found[1], base=whole(found[2]))


def pair(text: str) -> tuple[str | None, int | None]:
    """78.5% of 209; nothing where there is no figure."""
    found = re.search(r"(\d+\.\d%) of ([\d,]+)", text)
    return (None, None) if found is None else (found[1], whole(found[2]))


def of_card(page: BeautifulSoup) -> Shown:
    """The card of the figure that a page is about."""
    card = page.select_one(".figure-card")
    assert card is not None
    counts = re.search(r"([\d,]+) of ([\d,]+) answers", words(card))
    assert counts is not None
    numerator, base = map(whole, counts.groups())
    facts = {words(dt): words(dt.find_next_sibling("dd")) for dt in card.select("dl.facts dt")}
    before, before_base = pair(facts.get("Last year", ""))
    value = words(card.select_one("p.figure"))
    return Shown(value, numerator, base, facts.get("95% interval"), before, before_base)


def rows_of(page: BeautifulSoup, caption: str) -> Iterator[list[str]]:
    """The rows of the table with this caption, each cell in words; the columns come first."""
    for table in page.select("table"):
        if table.caption is not None and caption in words(table.caption):
            for row in table.select("tr"):
                yield [words(cell) for cell in row.select("th, td")]


def row_of(page: BeautifulSoup, caption: str, name: str) -> dict[str, str]:
    """The row whose first cell begins so, by the columns' names."""
    columns, *rows = rows_of(page, caption)
    (found,) = (row for row in rows if row[0].startswith(name))
    return dict(zip(columns, found, strict=False))


def interval_in(row: dict[str, str]) -> str:
    """The interval, whose column holds the scale of its bars as well."""
    return next(each for name, each in row.items() if name.startswith("95% interval"))


def of_passport(page: BeautifulSoup) -> Shown:
    """The top of a passport, live or frozen."""
    numerator = re.match(r"([\d,]+) in the numerator ([\d,]+) in the base", words(page.select_one("p.fraction")))
    interval = page.select_one(".headline p > b")
    assert numerator is not None
    lines = {words(dt): words(dt.find_next_sibling("dd")) for dt in page.select("dl.lines dt")}
    before, before_base = pair(lines.get("Last year", ""))
    value = words(page.select_one("p.figure"))
    return Shown(value, whole(numerator[1]), whole(numerator[2]), words(interval), before, before_base)
