"""How will people meet this survey, on a phone and on a large screen, in each language? What is tried is not kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.admin.surveys.drafts import Draft, draft_of
from survey_app.admin.surveys.preview.presenters import pages_to_open
from survey_app.admin.surveys.versions.editions import Edition, edition_named
from survey_app.admin.surveys.versions.queries import editions_of, versions_of
from survey_app.admin.surveys.views.frame import draft_page
from survey_app.invitations.queries import sample_of
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound
from survey_app.kernel.languages import name_in_english
from survey_app.organisation.presenters import resident_page
from survey_app.responses.operations import facts_known, invited
from survey_app.responses.paging import way_of
from survey_app.responses.views import tried_out
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import version_like
from survey_app.surveys.queries import languages_of
from survey_app.web.access import requires
from survey_app.web.headers import allow_framing, hold_own_pages
from survey_app.web.language import keeps_language
from survey_app.web.sessions import csrf

preview = Blueprint("survey_preview", __name__, url_prefix="/admin/surveys/<code>/preview")
keeps_language(preview)
ON_A_PHONE, WIDE = "phone", "wide"


def init_app(app: Flask) -> None:
    csrf.exempt(
        try_out
    )  # the page's signed nonce stands in for a token, as on the pages that it shows; nothing is kept
    app.register_blueprint(preview)


@preview.get("/")
@requires("edit_surveys")
def show(code: str) -> str:
    """How will people meet it?"""
    draft = draft_of(code)
    editions = _editions(draft)
    edition = edition_named(editions, request.args.get("edition") or editions[0].label)
    structure, asked = edition.structure, request.args
    version = version_like(structure, draft.survey.paging)
    languages = {tag: name_in_english(tag) for tag in languages_of(version)}
    pages = _pages_of(version) if structure.items else []
    language = asked["lang"] if asked.get("lang") in languages else "en"
    page = min(max(asked.get("page", 1, type=int), 1), max(len(pages), 1))
    width = WIDE if asked.get("width") == WIDE else ON_A_PHONE
    chosen = {"edition": edition.label, "lang": language, "page": page, "width": width}
    of_frame: dict[str, Any] = {**pages[page - 1]} if pages else {}
    of_frame |= {"code": code, "edition": edition.label}
    of_frame |= {"lang": language}  # also English: whoever looks may have another language in their browser
    hold_own_pages()
    return draft_page(
        "admin/surveys/preview/show.html",
        draft,
        current=url_for("survey_preview.show", code=code),
        edition=edition,
        editions=editions,
        chosen=chosen,
        languages=languages,
        pages=len(pages),
        frame=url_for("survey_preview.try_out", **of_frame) if pages else None,
    )


@preview.route("/<edition>/", methods=["GET", "POST"])
@requires("edit_surveys")
def try_out(code: str, edition: str) -> ResponseReturnValue:
    """A page of it, as a resident gets it."""
    draft = draft_of(code)
    structure = edition_named(_editions(draft), edition).structure
    if not structure.items:
        raise NotFound("This survey asks nothing yet.")
    allow_framing("'self'")
    here = url_for("survey_preview.try_out", code=code, edition=edition)
    sent = url_for("survey_preview.sent", code=code, edition=edition)
    return tried_out(version_like(structure, draft.survey.paging), here=here, sent=sent)


@preview.get("/<edition>/sent")
@requires("edit_surveys")
def sent(code: str, edition: str) -> str:
    """The end of it: nothing was kept."""
    allow_framing("'self'")
    edition_named(_editions(draft_of(code)), edition)
    return resident_page("responses/test_sent.html")


def _pages_of(version: SurveyVersion) -> list[Mapping[str, str | int]]:
    """None while there is no service that it could be about."""
    example = sample_of(version, utc_now())
    if example is None:
        return []
    nothing = dict.fromkeys((item.question_version.question.code for item in version.items), "")
    return pages_to_open(way_of(version, version.survey.paging, nothing, facts_known(invited(example))))


def _editions(draft: Draft) -> list[Edition]:
    return editions_of(draft, versions_of(draft.survey))
