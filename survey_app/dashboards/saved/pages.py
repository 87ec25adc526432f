"""Which addresses can be kept as a view, and what such an address asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from survey_app.dashboards.addresses import COMMENTS, COVERAGE, MORE, OVERVIEW, PINNED, SAVED, SCREEN, THEMES
from survey_app.dashboards.more import QUESTIONS
from survey_app.kernel.characters import is_fit
from survey_app.kernel.errors import InvalidInput

BEGIN = "begin"  # an argument that says: somebody was led here from the overview
SERVICE_PAGES = f"{OVERVIEW}services/"
LONGEST_PATH, LONGEST_ARGUMENTS = 200, 2_000
_NOT_KEPT = (MORE, SAVED, PINNED, SCREEN)
_PASSING = {"page", BEGIN, "done"}  # where one was, and not what one asked


@dataclass(frozen=True)
class Asking:
    """A page and the arguments of its address, without what only says where in it somebody was."""

    path: str
    arguments: str

    @property
    def address(self) -> str:
        return f"{self.path}?{self.arguments}" if self.arguments else self.path

    @property
    def is_of_overview(self) -> bool:
        """Whether it can stand on a wall."""
        return self.path == OVERVIEW or self.path.startswith(SERVICE_PAGES)

    @property
    def services(self) -> frozenset[str]:
        """The codes of the services that it names: whoever sees none of them does not see the view."""
        named = {value for name, value in parse_qsl(self.arguments) if "service" in name}
        if self.path.startswith(SERVICE_PAGES):
            named.add(unquote(self.path.removeprefix(SERVICE_PAGES)))
        return frozenset(named)


def read_asking(address: str) -> Asking:
    """What an address of this site asks for. InvalidInput where it is none of a page that can be kept."""
    if not is_fit(address) or not may_be_kept(urlsplit(address).path):
        raise InvalidInput("Open the page that you want to keep, choose its filters and press “Save view” there.")
    parts = urlsplit(address)
    arguments = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name not in _PASSING])
    if len(parts.path) > LONGEST_PATH or len(arguments) > LONGEST_ARGUMENTS:
        raise InvalidInput("This page has too many filters to be kept. Take some away.")
    return Asking(parts.path, arguments)


def may_be_kept(path: str) -> bool:
    """Pages of figures and lists of comments; neither files, nor one comment, nor what is somebody's own already."""
    if path.endswith(".csv") or path.startswith(_NOT_KEPT):
        return False
    return path.startswith((OVERVIEW, THEMES)) or path in {COMMENTS, COVERAGE}


def page_title(path: str) -> str:
    """What a page is called where views are listed."""
    titles: Sequence[tuple[str, str]] = (
        (SERVICE_PAGES, "One service"),
        (THEMES, "Themes"),
        (COMMENTS, "Comments"),
        (COVERAGE, "Coverage"),
        *((each.url, each.title) for each in QUESTIONS),
    )
    return max(
        (each for each in titles if path.startswith(each[0])), key=lambda each: len(each[0]), default=("", "Overview")
    )[1]
