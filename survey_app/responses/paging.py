"""The way through a survey, a page at a time. What was given is held by question code; "" is a question that somebody
passed and left empty. Pages are numbered from 1."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import SurveyVersion

SECONDS_A_QUESTION = 6  # the default survey: 10 questions, about a minute


@dataclass(frozen=True)
class Step:
    """A question in its place."""

    code: str
    page: int
    is_required: bool


@dataclass(frozen=True)
class Progress:
    """Which of all questions a page asks: the first, the last, and how many there are."""

    first: int
    last: int
    of: int

    @property
    def minutes_left(self) -> int:
        """From the page's first question to the end, in whole minutes; 0 is less than one."""
        return (self.of - self.first + 1) * SECONDS_A_QUESTION // 60


@dataclass(frozen=True)
class Way:
    """The pages of a survey in their order, each the codes of its questions. No page is empty."""

    pages: tuple[tuple[str, ...], ...]
    required: frozenset[str]

    @property
    def last(self) -> int:
        return len(self.pages)

    def on(self, page: int) -> tuple[str, ...]:
        """The questions of a page."""
        return self.pages[page - 1]

    def nearest(self, page: int) -> int:
        """The page of this number, or the first or last one."""
        return min(max(page, 1), self.last)

    def furthest(self, codes: Collection[str]) -> int:
        """The last page that asks one of these questions; the first where none does."""
        return max((n for n, asked in enumerate(self.pages, 1) if not set(asked).isdisjoint(codes)), default=1)

    def reached(self, given: Collection[str]) -> int:
        """The first page with a question that was not passed; the last once all were."""
        return next((n for n, asked in enumerate(self.pages, 1) if not set(asked) <= set(given)), self.last)

    def short_of(self, given: Mapping[str, str]) -> int | None:
        """The first page that lacks an answer which is needed; None when the answers can be sent."""
        lacks = {code for code in self.required if not given.get(code)}
        return next((n for n, asked in enumerate(self.pages, 1) if not lacks.isdisjoint(asked)), None)

    def progress(self, page: int) -> Progress:
        before = sum(map(len, self.pages[: page - 1]))
        return Progress(before + 1, before + len(self.on(page)), sum(map(len, self.pages)))


def way_of(version: SurveyVersion, paging: Paging) -> Way:
    """The way through a version of a survey."""
    steps = (Step(item.question_version.question.code, item.page, item.is_required) for item in version.items)
    return way_through(steps, paging)


def way_through(steps: Iterable[Step], paging: Paging) -> Way:
    """How a survey's questions come onto pages. Those of one page of a divided survey stand together."""
    all_steps = list(steps)
    codes = tuple(step.code for step in all_steps)
    pages: tuple[tuple[str, ...], ...]
    if paging is Paging.ONE_QUESTION:
        pages = tuple((code,) for code in codes)
    elif paging is Paging.PAGES:
        pages = tuple(tuple(step.code for step in group) for _, group in groupby(all_steps, lambda step: step.page))
    else:
        pages = (codes,)
    return Way(pages, frozenset(step.code for step in all_steps if step.is_required))
