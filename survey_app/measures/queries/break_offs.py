"""Reads where people stopped who began a survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select

from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.break_offs import BreakOffs, make_break_offs
from survey_app.measures.queries import cut_of
from survey_app.measures.queries.cells import counted_responses
from survey_app.measures.queries.cuts import drafts_of, of_customers, of_several_pages
from survey_app.measures.queries.standing import service_tree
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import SurveyDraft, SurveyResponse
from survey_app.surveys.models import QuestionVersion


def break_offs(
    period: Period, *, where: Mapping[str, str | Iterable[str]] | None = None, scope: Scope = EVERYTHING
) -> BreakOffs:
    """Where people stopped in a period, as the completion rate of the same days and filters counts them."""
    cut = cut_of(make_query("completion_rate", period.first, period.last, where), service_tree(), scope)
    complete = (
        select(func.count())
        .select_from(SurveyResponse)
        .where(
            SurveyResponse.counts_on.between(period.first, period.last),
            of_several_pages(SurveyResponse, SurveyResponse.submitted_at),
            *counted_responses(),
            *of_customers(cut),
        )
    )
    stopped = (
        select(QuestionVersion.short_label, func.count())
        .join(SurveyDraft, SurveyDraft.broke_off_at_id == QuestionVersion.id)
        .where(SurveyDraft.counts_on.between(period.first, period.last), *drafts_of(cut))
        .group_by(QuestionVersion.short_label)
    )
    return make_break_offs(db.session.scalar(complete) or 0, dict(db.session.execute(stopped).all()))
