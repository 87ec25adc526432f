"""What the page on paging shows of each survey."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.admin.survey_page.forms import PagingForm
from survey_app.responses.paging import Progress, way_of
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import Survey, SurveyVersion
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
    way = way_of(version, version.survey.paging)
    questions = _counted(way.progress(1).of, "question")
    return f"{questions} on {'one page' if way.last == 1 else _counted(way.last, 'page')}"


def _as_divided(version: SurveyVersion) -> str:
    way = way_of(version, Paging.PAGES)
    if way.last == 1:
        return "This survey is not divided: page by page it has one page as well."
    pages = ", ".join(_questions(way.progress(page)) for page in range(1, way.last + 1))
    return f"Page by page it has {way.last} pages, with questions {pages}."


def _as_counted(survey: Survey) -> str:
    if survey.paging_since_at is None:
        return ""
    since = day_and_time(survey.paging_since_at)
    return f"It has had several pages since {since}: its completion rate is counted from then on."


def _questions(progress: Progress) -> str:
    return str(progress.first) if progress.first == progress.last else f"{progress.first} to {progress.last}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
