"""What the page and the PDF of a pack show, to be held against what its counts give."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from survey_app.exports.printed import UNREADABLE_PDF, squeezed, words_of
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import Unit
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import for_page


class ShownPage(HTMLParser):
    """The page: every element with data-passport holds a figure's value as its text, every one with data-change the
    sentence of that exhibit's change, every one with data-effect a sentence or fact of that exhibit's effect."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.figures: dict[str, set[tuple[str, str, str]]] = {}
        self.changes: dict[str, set[str]] = {}
        self.effects: dict[str, set[str]] = {}
        self.is_text = True
        self._figure: tuple[str, str, str] | None = None
        self._told: set[str] | None = None
        try:
            self.feed(page.decode())
            self.close()
        except UnicodeDecodeError:
            self.is_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-passport" in given:
            self._figure = given["data-passport"], given.get("data-numerator", ""), given.get("data-base", "")
        for name, told in (("data-change", self.changes), ("data-effect", self.effects)):
            if name in given:
                self._told = told.setdefault(given[name], set())

    def handle_data(self, data: str) -> None:
        if self._told is not None and data.strip():
            self._told.add(data.strip())
            self._told = None
        if self._figure is not None and data.strip():
            code, numerator, base = self._figure
            self.figures.setdefault(code, set()).add((numerator, base, data.strip()))
            self._figure = None

    def shows(self, code: str, figure: Figure) -> bool:
        """Whether it shows a figure with its counts, and no other value, wherever it cites that passport."""
        shown = str(figure.numerator), str(figure.base), for_page(value_text(figure.measure, figure))
        return self.figures.get(code, set()) == {shown}


class PrintedPack:
    """The PDF, by its words. `problem` says why it has none."""

    def __init__(self, pdf: bytes) -> None:
        self.problem = ""
        try:
            self._words = words_of(pdf)
        except UNREADABLE_PDF as error:
            self._words, self.problem = "", f"its words cannot be read ({type(error).__name__})"

    def says(self, *words: str) -> bool:
        """Whether it says these words one after the other, wherever its lines and pages end."""
        return squeezed("".join(words)) in self._words

    def missing(self, exhibit: str, title: str, elements: str, code: str, figure: Figure) -> Iterator[str]:
        """Where a figure should stand with just this value and these counts, and does not."""
        value = for_page(value_text(figure.measure, figure))
        has_numerator = figure.measure.unit is not Unit.DAYS and figure.numerator is not None
        numerator = f"{figure.numerator:,}" if has_numerator else ""
        places = elements.split()
        if not self.says(value, numerator, f"{figure.base:,}", ",".join(places) or "method", code):
            yield "in the list of figures"
        headings = [(exhibit, title), (exhibit, title, "Strongest")]
        if places and not any(self.says(*heading, value, "of", f"{figure.base:,}") for heading in headings):
            yield "at its element"
