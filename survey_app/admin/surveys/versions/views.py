"""Which versions has a survey had, and what did each change?"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.queries import current_viewer
from survey_app.admin.surveys.drafts import draft_of
from survey_app.admin.surveys.queries import fact_names
from survey_app.admin.surveys.versions.editions import breaking, edition_named
from survey_app.admin.surveys.versions.presenters import change_rows, edition_rows, headline, question_block
from survey_app.admin.surveys.versions.queries import editions_of, versions_of
from survey_app.admin.surveys.views.frame import draft_page
from survey_app.measures.lineage import Lineage
from survey_app.measures.queries.standing import read_lineage
from survey_app.responses.queries import answers_by_version
from survey_app.surveys.differences import QuestionDifference, Trend, differences
from survey_app.web.access import requires

versions = Blueprint("survey_versions", __name__, url_prefix="/admin/surveys/<code>/versions")


def init_app(app: Flask) -> None:
    app.register_blueprint(versions)


@versions.get("/")
@requires("edit_surveys")
def index(code: str) -> ResponseReturnValue:
    """Which versions are there, and what did each change? Two that are named are compared."""
    draft = draft_of(code)
    stored = versions_of(draft.survey)
    editions, (earlier, later) = editions_of(draft, stored), map(request.args.get, ("from", "to"))
    labels = {edition.label for edition in editions}
    if earlier in labels and later in labels:
        return redirect(url_for("survey_versions.compare", code=code, before=earlier, after=later))
    edited_at = draft.edit.edited_at if draft.edit else None
    return draft_page(
        "admin/surveys/versions/index.html",
        draft,
        current=url_for("survey_versions.index", code=code),
        rows=edition_rows(editions, stored, answers_by_version(draft.survey), edited_at, fact_names()),
    )


@versions.get("/<before>/<after>")
@requires("edit_surveys")
def compare(code: str, before: str, after: str) -> str:
    """What differs between two versions, and which trends go on?"""
    draft = draft_of(code)
    editions = editions_of(draft, versions_of(draft.survey))
    was, now = edition_named(editions, before), edition_named(editions, after)
    found, lineage = differences(was.structure, now.structure, facts=fact_names()), read_lineage()

    def is_bridged(one: QuestionDifference) -> bool:
        return _is_bridged(lineage, was.wordings.get(one.code), now.wordings.get(one.code))

    breaks = [one for one in breaking(found) if not is_bridged(one)]
    claim, rest = headline(found, breaks)
    return draft_page(
        "admin/surveys/versions/compare.html",
        draft,
        current=url_for("survey_versions.index", code=code),
        was=was,
        now=now,
        claim=claim,
        rest=rest,
        survey_rows=change_rows(found.survey),
        questions=[question_block(one, is_bridged=is_bridged(one)) for one in found.questions],
        needs_bridge=any(one.trend is Trend.NEEDS_BRIDGE for one in breaks),
        is_published=bool(was.wordings and now.wordings),
        may_declare=current_viewer().may("declare_bridges"),
    )


def _is_bridged(lineage: Lineage, earlier: int | None, later: int | None) -> bool:
    """Whether figures of two stored wordings are compared."""
    return earlier is not None and later is not None and lineage.between({later}, {earlier}) is None
