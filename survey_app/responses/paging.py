"""The way through a survey, a page at a time. What was given is held by question code; "" is a question that somebody
passed and left empty. Pages are numbered from 1.

Which questions there are depends on what was given before them. So a page holds those that are asked for sure before
any of its own is answered: one that depends on an answer of the same page begins the next. No page needs a script.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.piping import answers_in
from survey_app.surveys.queries import route_of
from survey_app.surveys.routing import Course, Facts
from survey_app.surveys.structure import Item, Route

SECONDS_A_QUESTION = 6  # the default survey: 10 questions, about a minute


@dataclass(frozen=True)
class Progress:
    """Which of all questions a page asks: the first, the last, and how many there are, or may be at most."""

    first: int
    last: int
    of: int
    is_at_most: bool = False

    @property
    def minutes_left(self) -> int:
        """From the page's first question to the end, in whole minutes; 0 is less than one."""
        return (self.of - self.first + 1) * SECONDS_A_QUESTION // 60


@dataclass(frozen=True)
class Page:
    """The codes of its questions, and how many questions there are in all, which is the most there may be where that
    depends on answers of this page or a later one. After the last page nothing can follow, whatever is answered."""

    codes: tuple[str, ...]
    of: int
    is_at_most: bool
    is_last: bool


@dataclass(frozen=True)
class Way:
    """The pages of somebody's way in their order, up to the first that they have not passed. No page is empty."""

    pages: tuple[Page, ...]
    required: frozenset[str]

    @property
    def last(self) -> int:
        """The last page that can be shown yet."""
        return len(self.pages)

    @property
    def is_one_page(self) -> bool:
        """Whether all questions stand on one page, whatever is answered."""
        return self.pages[0].is_last

    def on(self, page: int) -> tuple[str, ...]:
        """The questions of a page."""
        return self.pages[page - 1].codes

    def is_last(self, page: int) -> bool:
        """Whether nothing can follow a page, whatever is answered on it."""
        return self.pages[page - 1].is_last

    def nearest(self, page: int) -> int:
        """The page of this number, or the first or last one."""
        return min(max(page, 1), self.last)

    def furthest(self, codes: Collection[str]) -> int:
        """The last page that asks one of these questions; the first where none does."""
        return max((n for n, page in enumerate(self.pages, 1) if not set(page.codes).isdisjoint(codes)), default=1)

    def short_of(self, given: Mapping[str, str]) -> int | None:
        """The first page that lacks an answer which is needed; None when the answers can be sent."""
        lacks = {code for code in self.required if not given.get(code)}
        return next((n for n, page in enumerate(self.pages, 1) if not lacks.isdisjoint(page.codes)), None)

    def progress(self, page: int) -> Progress:
        before, here = sum(len(one.codes) for one in self.pages[: page - 1]), self.pages[page - 1]
        return Progress(before + 1, before + len(here.codes), here.of, here.is_at_most)


def way_of(version: SurveyVersion, paging: Paging, given: Mapping[str, str], facts: Facts) -> Way:
    """The way of somebody through a version of a survey."""
    return way_through(route_of(version), paging, given, facts)


def way_through(route: Route, paging: Paging, given: Mapping[str, str], facts: Facts) -> Way:
    """How the questions come onto pages that somebody is asked who gave this so far."""
    pages: list[Page] = []
    passed: dict[str, str] = {}
    while True:
        course = route.course(passed, facts)
        ahead = [
            item for item in route.items if item.question.code in course.possible and item.question.code not in passed
        ]
        if not ahead:
            break
        codes = _first_page(ahead, course, paging)
        pages.append(Page(codes, len(course.possible), course.asked != course.possible, len(codes) == len(ahead)))
        if not given.keys() >= set(codes):
            break
        passed |= {code: given[code] for code in codes}
    return Way(tuple(pages), frozenset(item.question.code for item in route.items if item.is_required))


def division(route: Route, paging: Paging) -> list[list[str]]:
    """The pages of a survey of which every question is asked."""
    return [[item.question.code for item in items] for items in _divided(route.items, paging)]


def _first_page(ahead: Sequence[Item], course: Course, paging: Paging) -> tuple[str, ...]:
    here: list[str] = []
    for item in takewhile(lambda item: item.question.code in course.asked, _divided(ahead, paging)[0]):
        if not answers_in([item.question.wording, item.question.hint, item.stem]).isdisjoint(here):
            break
        here.append(item.question.code)
    return tuple(here)


def _divided(items: Sequence[Item], paging: Paging) -> list[list[Item]]:
    """Those of one page of a divided survey stand together."""
    if paging is Paging.ONE_QUESTION:
        return [[item] for item in items]
    if paging is Paging.ONE_PAGE:
        return [list(items)]
    return [list(group) for _, group in groupby(items, key=lambda item: item.page)]
