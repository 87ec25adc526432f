"""The public survey page. Opening it changes nothing; a person presses Send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey_app.extensions import write_from_here
from survey_app.invitations.codes import CODE_LENGTH, NEVER_IN_A_CODE, OPEN_CODE_LENGTH, read_code
from survey_app.invitations.models import TokenPurpose
from survey_app.invitations.queries import TEST_TOKEN, invitation_by_token, sample_invitation, sample_of
from survey_app.invitations.views import limit_wrong_codes
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound
from survey_app.kernel.languages import EASY_READ, ENGLISH
from survey_app.kernel.tokens import is_token, token_digest
from survey_app.kernel.translatable import for_translation
from survey_app.organisation.presenters import resident_page
from survey_app.responses.afterwards.presenters import support_view
from survey_app.responses.filling import Words, about_contact, about_visit, answers_in_words
from survey_app.responses.forms import CodeForm, SurveyForm, given_from, is_option, sent_beside, survey_form, values_of
from survey_app.responses.language import read_in_language
from survey_app.responses.links.presenters import link_of_page
from survey_app.responses.links.queries import ON_OWN_DEVICE, link_by_code
from survey_app.responses.models import OpenLink, ResponseState, SurveyDraft
from survey_app.responses.nonce import NonceState, PageNonces
from survey_app.responses.operations import (
    KEEP_OPEN_DRAFTS,
    Occasion,
    Outcome,
    Submission,
    by_link,
    facts_known,
    forget_draft,
    invited,
    last_change_at,
    save_draft,
    submit,
)
from survey_app.responses.paging import Way, way_of
from survey_app.responses.presenters import (
    about,
    about_link,
    answered_notice,
    errors_of,
    filled_in,
    in_groups,
    progress_words,
    question_views,
    resumed_notice,
    stood_open,
)
from survey_app.responses.queries import (
    answers_kept,
    draft_of_key,
    response_by_key,
    standing_by_token,
)
from survey_app.responses.suspicion import MANY_AN_HOUR, Signs
from survey_app.settings import Settings
from survey_app.surveys.kinds import WRITTEN, Paging
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import newest_published, picture_by_hash, pictures_in
from survey_app.surveys.routing import Facts
from survey_app.web.access import public
from survey_app.web.language import keeps_language, kept_language, speak_to_reader
from survey_app.web.limits import by_address, is_one_too_many, limit_tries
from survey_app.web.sessions import csrf
from survey_app.web.templates import translated as _
from survey_app.web.transactions import reads_first

responses = Blueprint("responses", __name__)
keeps_language(responses)


def init_app(app: Flask) -> None:
    csrf.exempt(responses)  # the page's signed nonce stands in for a session
    app.register_blueprint(responses)
    limit_wrong_codes(app, "responses.open_by_code", "responses.survey", "responses.answer")
    limit_sending(app, "responses.answer", "responses.open_draft_answer")
    limit_tries(app, "responses.open_answer", SENT_FROM_ONE_ADDRESS, keys=[by_address])


def limit_sending(app: Flask, *endpoints: str) -> None:
    """Count what is posted by one link, or by the key of one page of an open link, at each of these routes. What is no
    link of ours is none of this count."""
    for endpoint in endpoints:
        limit_tries(app, endpoint, SENT_BY_ONE_LINK, keys=[_by_link], counts=lambda page: page.status_code != 404)


def _by_link() -> str:
    named = request.view_args or {}
    return f"token:{token_digest(named['token'] if 'token' in named else named['key'])}"


SENT_BY_ONE_LINK = "60 per 10 minutes; 200 per day"  # a button pressed over and over is thanked each time
SENT_FROM_ONE_ADDRESS = "600 per hour"  # by links that anybody may follow; a school or a library has one address
MANY_OF_ONE_ADDRESS = f"{MANY_AN_HOUR} per hour"  # by links that anybody may follow: held for review, not refused

TOO_QUICK = for_translation("That was very quick. Check your answer and press Send once more.")


UNKNOWN_CODE = for_translation(
    "We do not know this code. Compare each letter and digit with our message, then try again"
)

TRAP = "home-page"  # a field that people do not see; no question's code has a dash

ONLY_A_TEST = for_translation("This is a test. Nothing that you choose or write here is stored or counted.")


@responses.get("/s")
@public
def enter_code() -> str:
    """Where somebody types the code from a letter, a card, an e-mail or a poster."""
    speak_to_reader()
    return _code_page(CodeForm())


@responses.post("/s")
@public
def open_by_code() -> ResponseReturnValue:
    """Lead to the survey of a code. What is no code, or none of ours, comes back as it was typed."""
    speak_to_reader()
    form = CodeForm(request.form)
    if not form.validate():
        return _code_page(form), 422
    if (link := link_by_code(form.code.data, *ON_OWN_DEVICE)) is not None:
        return redirect(url_for("responses.open_survey", code=link.code), code=303)
    code = read_code(form.code.data)
    if code is None or invitation_by_token(code, TokenPurpose.ANSWER) is None:
        form.code.errors = [_(UNKNOWN_CODE)]
        return _code_page(form), 404
    return redirect(url_for("responses.survey", token=code), code=303)


@responses.get("/s/test")
@public
def test_survey() -> ResponseReturnValue:
    """The survey as it stands, for staff who try it out: the link in a test message."""
    asked = _asked_as_a_test()
    return _unknown() if asked is None else _show(asked)


@responses.post("/s/test")
@public
def test_answer() -> ResponseReturnValue:
    """Check what was chosen as for a resident, and forget it."""
    asked = _asked_as_a_test()
    return _unknown() if asked is None else _take(asked)


@responses.get("/s/test/sent")
@public
def test_sent() -> str:
    return resident_page("responses/test_sent.html")


@responses.get("/s/<token>")
@public
def survey(token: str) -> ResponseReturnValue:
    """The form; while an answer can be changed, the form again; after it closed, where to turn."""
    asked = _asked_by_token(token)
    return _unknown() if asked is None else _show(asked)


@responses.post("/s/<token>")
@public
@reads_first
def answer(token: str) -> ResponseReturnValue:
    """Store the answers, then lead to the thank-you."""
    asked = _asked_by_token(token)
    return _unknown() if asked is None else _take(asked)


@responses.get("/o/<code>")
@public
def open_survey(code: str) -> ResponseReturnValue:
    """The form of an open link: whoever follows it is asked about its service."""
    asked = _asked_by_link(code)
    return _unknown() if asked is None else _show(asked)


@responses.post("/o/<code>")
@public
@reads_first
def open_answer(code: str) -> ResponseReturnValue:
    """Store what somebody answered by an open link: once for each page that was opened."""
    asked = _asked_by_link(code)
    return _unknown() if asked is None else _take(asked)


@responses.get("/o/<code>/d/<key>")
@public
def open_draft(code: str, key: str) -> ResponseReturnValue:
    """The further pages of an open link, where whoever keeps this address can go on later."""
    asked = _asked_by_link(code, key)
    if asked is None:
        return _unknown()
    if not asked.kept and _over(asked, utc_now()) is None:
        is_sent = response_by_key(key) is not None
        return redirect(asked.thanks_url(key) if is_sent else url_for("responses.open_survey", code=code))
    return _show(asked)


@responses.post("/o/<code>/d/<key>")
@public
@reads_first
def open_draft_answer(code: str, key: str) -> ResponseReturnValue:
    """Take one of the further pages of an open link."""
    asked = _asked_by_link(code, key)
    return _unknown() if asked is None else _take(asked)


def tried_out(version: SurveyVersion, *, here: str, sent: str) -> ResponseReturnValue:
    """The pages of a version as its people meet them, for staff who make it: GET shows one, POST takes what was chosen
    and leads on. It need not be stored, and nothing of an answer is. `here` is their address, `sent` that after the
    last. NotFound while the council has no service that it could be about."""
    asked = _asked_to_try(version, here=here, sent=sent)
    if asked is None:
        raise NotFound("There is no service yet that a survey could be about.")
    return _take(asked) if request.method == "POST" else _show(asked)


@responses.get("/survey-picture/<sha256>")
@public
def picture(sha256: str) -> Response:
    """A picture of an Easy Read version. A browser shows it as what we found it to be, and as nothing else."""
    found = picture_by_hash(sha256) or abort(404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(found.content, mimetype=found.media_type, headers=headers)


@dataclass(frozen=True)
class _Asked:
    """Somebody in front of the form: what they are asked, about what, until when, and what they gave so far.

    `subject` is a digest of what names the page: its nonces are bound to it. `occasion` and `thanks_url` take the key
    of the page that is sent; a test has no occasion: nothing of it is stored.
    """

    version: SurveyVersion
    about: tuple[str, str]
    known: Mapping[str, str]  # of the contact, as it is filled into texts
    facts: Facts
    subject: str
    service_id: int
    here: str
    thanks_url: Callable[[str], str]
    occasion: Callable[[str, datetime], Occasion] | None = None
    draft: SurveyDraft | None = None
    language: str = ENGLISH
    draft_key: str | None = None  # of an open link, on its further pages
    link: OpenLink | None = None
    answered_at: datetime | None = None
    ends_at: datetime | None = None
    notice: str | None = None
    token: str | None = None

    @cached_property
    def way(self) -> Way:
        """Their way as far as what they gave before leads."""
        return self.way_after(self.kept)

    @cached_property
    def kept(self) -> dict[str, str]:
        """What they gave on other pages. Of a test nothing is stored: its pages hand on what was chosen."""
        return answers_kept(self.draft) if self.occasion is not None else _handed_on(self.version, request.args)

    def way_after(self, given: Mapping[str, str]) -> Way:
        """Whoever sent an answer has passed what comes before it, kept or not."""
        codes = [item.question_version.question.code for item in self.version.items]
        until = max((n for n, code in enumerate(codes) if code in request.form), default=0)
        return way_of(
            self.version, self.version.survey.paging, dict.fromkeys(codes[:until], "") | dict(given), self.facts
        )

    @property
    def stop_url(self) -> str | None:
        return url_for("invitations.stop", token=self.token) if self.token else None

    def address(self, key: str, page: int, given: Mapping[str, str], **more: str) -> str:
        """Of one of its pages; the further ones of an open link stand under the key of its draft."""
        here = self.here if self.link is None else url_for("responses.open_draft", code=self.link.code, key=key)
        return f"{here.partition('?')[0]}{self.query(page, given)}{'&' if more else ''}{urlencode(more)}"

    def query(self, page: int, given: Mapping[str, str]) -> str:
        """What names a page of it in an address."""
        handed_on = {} if self.occasion is not None else _handed_on(self.version, given)
        return f"?{urlencode({'page': page, **handed_on, **kept_language()})}"

    def drops_at(self, now: datetime) -> datetime:
        """Until when their draft is kept."""
        return self.ends_at or now + KEEP_OPEN_DRAFTS


def _asked_by_token(token: str) -> _Asked | None:
    standing = standing_by_token(token)
    if standing is None:
        return None
    invitation, answered_at = standing.invitation, standing.answered_at
    version, language = read_in_language(invitation.survey_version, standing.draft, invitation.language)
    return _Asked(
        version,
        about(invitation),
        about_contact(invitation),
        facts_known(invited(invitation)),
        token_digest(token),
        invitation.service_id,
        here=url_for("responses.survey", token=token),
        thanks_url=lambda _key: url_for("afterwards.thanks", token=token),
        occasion=lambda key, _now: invited(invitation, submission_key=key, answered_in=language),
        draft=standing.draft,
        answered_at=answered_at,
        ends_at=last_change_at(standing.response) if standing.response else invitation.closes_at,
        notice=answered_notice(answered_at) if answered_at else None,
        language=language,
        token=token,
    )


def _asked_by_link(code: str, key: str | None = None) -> _Asked | None:
    """On its first page, or on the further ones that the key stands for: these ask what the first page asked."""
    link = link_of_page(code) if key is None or is_token(key) else None
    draft = draft_of_key(key) if link and key else None
    if link is None or (draft is not None and draft.open_link_id != link.id):
        return None
    version = draft.survey_version if draft else newest_published(link.survey)
    if version is None:
        return None
    shown, language = read_in_language(version, draft)
    return _Asked(
        shown,
        about_link(link),
        about_visit(link),
        facts_known(by_link(link, version, submission_key="", at=utc_now())),
        token_digest(key or link.code),
        link.service_id,
        here=url_for("responses.open_survey", code=link.code),
        thanks_url=lambda key: url_for("afterwards.open_thanks", code=link.code, key=key),
        occasion=lambda key, now: by_link(link, version, submission_key=key, at=now, answered_in=language),
        draft=draft,
        language=language,
        draft_key=key,
        link=link,
        ends_at=link.closed_at,
    )


def _asked_as_a_test() -> _Asked | None:
    here, sent = url_for("responses.test_survey"), url_for("responses.test_sent")
    return _asked_to_try(None, here=here, sent=sent, notice=_(ONLY_A_TEST))


def _asked_to_try(version: SurveyVersion | None, *, here: str, sent: str, notice: str | None = None) -> _Asked | None:
    """Staff who try out what residents are sent, or this version. None while there is no service to be about."""
    invitation = sample_of(version, utc_now()) if version else sample_invitation(utc_now())
    if invitation is None:
        return None
    version, language = read_in_language(invitation.survey_version)
    return _Asked(
        version,
        about(invitation),
        about_contact(invitation),
        facts_known(invited(invitation)),
        token_digest(TEST_TOKEN),
        invitation.service.id,
        here=here,
        thanks_url=lambda _key: sent,
        notice=notice,
        language=language,
        token=TEST_TOKEN,
    )


def _show(asked: _Asked) -> ResponseReturnValue:
    """The page that the address names, or the one they had got to. No page is shown before its time."""
    if (over := _over(asked, utc_now())) is not None:
        return over
    page, chosen = request.args.get("page", type=int), request.args.get("answer")
    way, is_chosen = asked.way, page is None and is_option(asked.version, chosen)
    if page is None and asked.kept and not is_chosen:
        form = survey_form(asked.version, codes=way.on(way.last), kept=asked.kept)
        return _form_page(asked, way, way.last, form, is_resumed=True)
    page = way.nearest(page or 1)
    codes = way.on(page)
    if "missing" in request.args:  # led back here by a later page
        form = survey_form(asked.version, MultiDict(asked.kept), codes=codes)
        form.validate()
    else:
        form = survey_form(asked.version, codes=codes, kept=asked.kept, chosen=chosen if is_chosen else None)
    return _form_page(asked, way, page, form, is_preselected=is_chosen)


def _take(asked: _Asked) -> ResponseReturnValue:
    """Take one page: keep what was given on it and lead on, or send all that was given."""
    now = utc_now()
    if (over := _over(asked, now)) is not None:
        return over
    way, page, form = _page_sent(asked)
    nonce = _nonces().check(request.form.get("nonce", ""), asked.subject, asked.version.id, now=now)
    if nonce.state is not NonceState.GOOD or nonce.made_at is None or nonce.key is None:
        return _form_page(asked, way, page, form, notice=stood_open(is_last=way.is_last(page))), 400
    if "again" in request.args:
        write_from_here()
        if asked.draft is not None:
            forget_draft(asked.draft)
        return redirect(asked.here, code=303)
    key = asked.draft_key or nonce.key
    if _number_sent() > 1 and not asked.kept and response_by_key(key) is not None:
        return redirect(asked.thanks_url(key), code=303)  # sent before: its draft is gone
    if not form.validate():
        return _form_page(asked, way, page, form), 422
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


def _page_sent(asked: _Asked) -> tuple[Way, int, SurveyForm]:
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


def _lead_on(asked: _Asked, sent: _Sent, now: datetime) -> ResponseReturnValue:
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
        return _form_page(asked, way, sent.page, sent.form, notice=_(TOO_QUICK), nonce=request.form["nonce"])
    if asked.draft is not None and _is_draft_over(asked, taken):
        forget_draft(asked.draft)
    return redirect(asked.thanks_url(sent.key), code=303)


def _is_draft_over(asked: _Asked, taken: Submission) -> bool:
    """Many may hold the link of an invitation: what is held ends nobody's draft there. The draft of an open link is of
    whoever sent it."""
    return asked.link is not None or taken.response.state is ResponseState.COUNTED


def _is_one_of_many(asked: _Asked) -> bool:
    """Whether so many come from its address by links that anybody may follow that somebody has to look at them."""
    return asked.link is not None and is_one_too_many("answers by open links", MANY_OF_ONE_ADDRESS, key=by_address)


def _next_page(way: Way, page: int, answers: Mapping[str, str]) -> int | None:
    """None when this was the last one and nothing is missing before it."""
    if _goes_back():
        return way.nearest(page - 1)
    return page + 1 if page < way.last else way.short_of(answers)


def _handed_on(version: SurveyVersion, given: Mapping[str, str]) -> dict[str, str]:
    """What one page of a test hands on to the next: what was chosen, and no words."""
    questions = [item.question_version for item in version.items]
    passed = {question.question.code: question.kind for question in questions if question.question.code in given}
    return {code: "" if kind in WRITTEN else given[code] for code, kind in passed.items()}


def _over(asked: _Asked, now: datetime) -> ResponseReturnValue | None:
    """What stands in the place of the form once its time is over."""
    if asked.ends_at is None or now < asked.ends_at:
        return None
    if asked.answered_at is not None:
        return resident_page("responses/answered.html", stop_url=asked.stop_url, answered_at=asked.answered_at)
    return resident_page("responses/closed.html"), 410


def _unknown() -> ResponseReturnValue:
    speak_to_reader()
    return resident_page("responses/unknown.html"), 404


def _code_page(form: CodeForm) -> str:
    error = form.code.errors[0] if form.code.errors else None
    return resident_page(
        "responses/code.html",
        has_errors=error is not None,
        typed=form.code.data or "",
        error=error,
        errors=[("code", error)] if error else [],
        length=CODE_LENGTH,
        open_length=OPEN_CODE_LENGTH,
        never=", ".join(NEVER_IN_A_CODE),
    )


def _form_page(
    asked: _Asked,
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
        pictures=pictures_in(asked.version, asked.language),
        bsl_url=asked.version.bsl_url if page == 1 else "",
        is_easy_read=asked.language == EASY_READ,
        page_title=words.fill(_title_of(asked, way, page)),
        groups=in_groups(questions),
        errors=errors,
        notice=notice or (asked.notice if page == 1 else None),
        withdraw_url=url_for("changing.taking_back", token=asked.token) if asked.answered_at and page == 1 else None,
        is_preselected=is_preselected,
        nonce=nonce or _nonces().make(asked.subject, asked.version.id, now=now),
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


def _words_on(asked: _Asked, way: Way, page: int) -> Words:
    """What can be filled into a page: answers of those before it."""
    before = [code for earlier in range(1, page) for code in way.on(earlier)]
    return Words(asked.known, answers_in_words(asked.version.items, asked.kept, before))


def _title_of(asked: _Asked, way: Way, page: int) -> str:
    """The title of the page of the survey that begins here; where each question has a page of its own, none has one."""
    titles = asked.version.page_titles
    if not titles or asked.version.survey.paging is Paging.ONE_QUESTION:
        return ""
    place = {item.question_version.question.code: item.page for item in asked.version.items}
    earlier = {place[code] for number in range(1, page) for code in way.on(number)}
    here = place[way.on(page)[0]]
    return titles.get(str(here), "") if here not in earlier else ""


def _nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])
