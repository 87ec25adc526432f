"""The form, page by page, and what stands in its place once its time is over. Showing it changes nothing."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey_app.kernel.clock import utc_now
from survey_app.kernel.languages import EASY_READ
from survey_app.organisation.presenters import resident_page
from survey_app.responses.afterwards.presenters import support_view
from survey_app.responses.filling import Words, answers_in_words
from survey_app.responses.forms import SurveyForm, is_option, survey_form
from survey_app.responses.nonce import PageNonces
from survey_app.responses.paging import Way
from survey_app.responses.presenters import (
    errors_of,
    filled_in,
    in_groups,
    progress_words,
    question_markup,
    question_views,
    resumed_notice,
)
from survey_app.responses.views.asked import Asked
from survey_app.surveys.kinds import Paging
from survey_app.surveys.queries import pictures_in
from survey_app.web.language import kept_language

TRAP = "home-page"  # a field that people do not see; no question's code has a dash


def show(asked: Asked) -> ResponseReturnValue:
    """The page that the address names, or the one they had got to. No page is shown before its time."""
    if (over := over_page(asked, utc_now())) is not None:
        return over
    page, chosen = request.args.get("page", type=int), request.args.get("answer")
    way, is_chosen = asked.way, page is None and is_option(asked.version, chosen)
    if page is None and asked.kept and not is_chosen:
        form = survey_form(asked.version, codes=way.on(way.last), kept=asked.kept)
        return form_page(asked, way, way.last, form, is_resumed=True)
    page = way.nearest(page or 1)
    codes = way.on(page)
    if "missing" in request.args:  # led back here by a later page
        form = survey_form(asked.version, MultiDict(asked.kept), codes=codes)
        form.validate()
    else:
        form = survey_form(asked.version, codes=codes, kept=asked.kept, chosen=chosen if is_chosen else None)
    return form_page(asked, way, page, form, is_preselected=is_chosen)


def over_page(asked: Asked, now: datetime) -> ResponseReturnValue | None:
    """What stands in the place of the form once its time is over."""
    if asked.ends_at is None or now < asked.ends_at:
        return None
    if asked.answered_at is not None:
        return resident_page("responses/answered.html", stop_url=asked.stop_url, answered_at=asked.answered_at)
    return resident_page("responses/closed.html"), 410


def form_page(
    asked: Asked,
    way: Way,
    page: int,
    form: SurveyForm,
    *,
    notice: str | None = None,
    is_resumed: bool = False,
    is_preselected: bool = False,
    nonce: str | None = None,
) -> str:
    words, now = _words_on(asked, way, page), utc_now()
    questions = filled_in(question_views(asked.version.items, form), words)
    errors, progress = errors_of(questions), way.progress(page)
    start, service = asked.about
    if is_resumed and asked.draft is not None:
        notice = resumed_notice(progress, asked.draft.drops_at or now)
    return resident_page(
        "responses/survey.html",
        stop_url=asked.stop_url,
        has_errors=bool(errors),
        about_start=start,
        about_service=service,
        questions=questions,
        question=question_markup,
        pictures=pictures_in(asked.version, asked.language),
        bsl_url=asked.version.bsl_url if page == 1 else "",
        is_easy_read=asked.language == EASY_READ,
        page_title=words.fill(_title_of(asked, way, page)),
        groups=in_groups(questions),
        errors=errors,
        notice=notice or (asked.notice if page == 1 else None),
        withdraw_url=url_for("changing.taking_back", token=asked.token) if asked.answered_at and page == 1 else None,
        is_preselected=is_preselected,
        nonce=nonce or page_nonces().make(asked.subject, asked.version.id, now=now),
        trap=TRAP,
        support=support_view(asked.service_id),
        progress=None if way.is_one_page else progress_words(progress),
        action=None if way.is_one_page else asked.query(page, asked.kept),
        again_action=_step(again=1),
        is_first=page == 1,
        is_last=way.is_last(page),
        is_resumed=is_resumed,
        is_open=asked.link is not None,
        length_sentence=asked.version.length_sentence if way.is_one_page else None,
    )


def _step(**more: int) -> str:
    """The address of this page, with its language, to which something is sent."""
    return f"?{urlencode({**more, **kept_language()})}"


def _words_on(asked: Asked, way: Way, page: int) -> Words:
    """What can be filled into a page: answers of those before it."""
    before = [code for earlier in range(1, page) for code in way.on(earlier)]
    return Words(asked.known, answers_in_words(asked.version.items, asked.kept, before))


def _title_of(asked: Asked, way: Way, page: int) -> str:
    """The title of the page of the survey that begins here; where each question has a page of its own, none has one."""
    titles = asked.version.page_titles
    if not titles or asked.version.survey.paging is Paging.ONE_QUESTION:
        return ""
    place = {item.question_version.question.code: item.page for item in asked.version.items}
    earlier = {place[code] for number in range(1, page) for code in way.on(number)}
    here = place[way.on(page)[0]]
    return titles.get(str(here), "") if here not in earlier else ""


def page_nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])
