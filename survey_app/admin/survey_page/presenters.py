"""What the page on paging shows of each survey."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from survey_app.admin.survey_page.forms import PagingForm
from survey_app.responses.paging import division
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.surveys.queries import route_of
from survey_app.web.templates import day_and_time


@dataclass(frozen=True)
class SurveyRow:
    """A survey, how its people meet it now, how it is divided, and how many have begun and not sent it yet."""

    code: str
    name: str
    now: str
    divided: str
    counted: str  # since when its completion rate is counted; "" where it always was, or has none
    begun: int
    form: PagingForm


def survey_row(survey: Survey, version: SurveyVersion, begun: int, form: PagingForm) -> SurveyRow:
    return SurveyRow(survey.code, survey.name, _as_met(version), _as_divided(version), _as_counted(survey), begun, form)


def _as_met(version: SurveyVersion) -> str:
    pages = division(route_of(version), version.survey.paging)
    questions = _counted(sum(map(len, pages)), "question")
    return f"{questions} on {'one page' if len(pages) == 1 else _counted(len(pages), 'page')}"


def _as_divided(version: SurveyVersion) -> str:
    divided = division(route_of(version), Paging.PAGES)
    if len(divided) == 1:
        return "This survey is not divided: page by page it has one page as well."
    ends = list(accumulate(map(len, divided)))
    pages = ", ".join(_questions(last - len(page) + 1, last) for page, last in zip(divided, ends, strict=True))
    return f"Page by page it has {len(divided)} pages, with questions {pages}."


def _as_counted(survey: Survey) -> str:
    if survey.paging_since_at is None:
        return ""
    since = day_and_time(survey.paging_since_at)
    return f"It has had several pages since {since}: its completion rate is counted from then on."


def _questions(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
