"""A page that was sent: it is kept and leads on, or all that was given is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from survey_app.extensions import write_from_here
from survey_app.kernel.clock import utc_now
from survey_app.kernel.translatable import for_translation
from survey_app.responses.forms import SurveyForm, given_from, sent_beside, survey_form, values_of
from survey_app.responses.models import ResponseState
from survey_app.responses.nonce import NonceState
from survey_app.responses.operations import (
    Outcome,
    Submission,
    forget_draft,
    save_draft,
    submit,
)
from survey_app.responses.paging import Way
from survey_app.responses.presenters import stood_open
from survey_app.responses.queries import response_by_key
from survey_app.responses.suspicion import MANY_AN_HOUR, Signs
from survey_app.responses.views.asked import Asked
from survey_app.responses.views.showing import TRAP, form_page, over_page, page_nonces
from survey_app.settings import Settings
from survey_app.web.limits import by_address, is_one_too_many
from survey_app.web.templates import translated as _

MANY_OF_ONE_ADDRESS = f"{MANY_AN_HOUR} per hour"  # by links that anybody may follow: held for review, not refused
TOO_QUICK = for_translation("That was very quick. Check your answer and press Send once more.")


def take(asked: Asked) -> ResponseReturnValue:
    """Take one page: keep what was given on it and lead on, or send all that was given."""
    now = utc_now()
    if (over := over_page(asked, now)) is not None:
        return over
    way, page, form = _page_sent(asked)
    nonce = page_nonces().check(request.form.get("nonce", ""), asked.subject, asked.version.id, now=now)
    if nonce.state is not NonceState.GOOD or nonce.made_at is None or nonce.key is None:
        return form_page(asked, way, page, form, notice=stood_open(is_last=way.is_last(page))), 400
    if "again" in request.args:
        write_from_here()
        if asked.draft is not None:
            forget_draft(asked.draft)
        return redirect(asked.here, code=303)
    key = asked.draft_key or nonce.key
    if _number_sent() > 1 and not asked.kept and response_by_key(key) is not None:
        return redirect(asked.thanks_url(key), code=303)  # sent before: its draft is gone
    if not form.validate():
        return form_page(asked, way, page, form), 422
    write_from_here()
    return _lead_on(asked, _Sent(page, form, _given(form), key, nonce.made_at), now)


@dataclass(frozen=True)
class _Sent:
    """A page that was sent and can be taken: what was given on it, its submission key, and when it was made."""

    page: int
    form: SurveyForm
    given: dict[str, str]
    key: str
    made_at: datetime


def _page_sent(asked: Asked) -> tuple[Way, int, SurveyForm]:
    """Which page of which way was sent, and its form. What was sent of other pages' questions is in it as well, and so
    not lost: somebody may have had the survey open when its council divided it otherwise, or have changed an answer in
    another window. What the page did not ask stays as it was kept: a text that is emptied is sent empty, and an answer
    once chosen cannot be unchosen."""
    sent = request.form
    others = {code for item in asked.version.items if (code := item.question_version.question.code) in sent}
    way = asked.way_after({**asked.kept, **{code: ",".join(sent.getlist(code)) for code in others}})
    page = max(way.nearest(_number_sent()), way.furthest(others))
    codes, needs_all = others | set(way.on(page)), not _goes_back()
    given = sent_beside(asked.kept, sent)
    return way, page, survey_form(asked.version, given, codes=codes, needs_all=needs_all)


def _given(form: SurveyForm) -> dict[str, str]:
    """What a page that validates holds. Who goes back has not passed what they left empty."""
    return {code: value for code, value in values_of(form).items() if value or not _goes_back()}


def _number_sent() -> int:
    return request.args.get("page", 1, type=int)


def _goes_back() -> bool:
    return "back" in request.args


def _lead_on(asked: Asked, sent: _Sent, now: datetime) -> ResponseReturnValue:
    """To the page before or after, to one that lacks an answer which is needed; or, all given, to the thanks."""
    answers = asked.kept | sent.given
    way = asked.way_after(answers)
    to = _next_page(way, sent.page, answers)
    if asked.occasion is None:
        return redirect(asked.address(sent.key, to, answers) if to else asked.thanks_url(sent.key), code=303)
    occasion = asked.occasion(sent.key, now)
    if to is not None:
        if sent.given:
            save_draft(occasion, sent.given, started_at=sent.made_at, drops_at=asked.drops_at(now), now=now)
        missing = {} if _goes_back() or to > sent.page else {"missing": "1"}
        return redirect(asked.address(sent.key, to, answers, **missing), code=303)
    settings: Settings = current_app.extensions["settings"]
    began_at = asked.draft.started_at if asked.draft and asked.kept else sent.made_at
    soonest = timedelta(seconds=settings.soonest_answer_seconds)
    signs = Signs(
        now - began_at,
        soonest=soonest,
        is_trap_filled=bool(request.form.get(TRAP)),  # on this page: whoever resumes a draft answers for no machine
        is_one_of_many=_is_one_of_many(asked),
    )
    taken = submit(occasion, given_from(asked.version, answers), signs, now=now)
    if taken.outcome is Outcome.TOO_FAST:
        return form_page(asked, way, sent.page, sent.form, notice=_(TOO_QUICK), nonce=request.form["nonce"])
    if asked.draft is not None and _is_draft_over(asked, taken):
        forget_draft(asked.draft)
    return redirect(asked.thanks_url(sent.key), code=303)


def _is_draft_over(asked: Asked, taken: Submission) -> bool:
    """Many may hold the link of an invitation: what is held ends nobody's draft there. The draft of an open link is of
    whoever sent it."""
    return asked.link is not None or taken.response.state is ResponseState.COUNTED


def _is_one_of_many(asked: Asked) -> bool:
    """Whether so many come from its address by links that anybody may follow that somebody has to look at them."""
    return asked.link is not None and is_one_too_many("answers by open links", MANY_OF_ONE_ADDRESS, key=by_address)


def _next_page(way: Way, page: int, answers: Mapping[str, str]) -> int | None:
    """None when this was the last one and nothing is missing before it."""
    if _goes_back():
        return way.nearest(page - 1)
    return page + 1 if page < way.last else way.short_of(answers)
