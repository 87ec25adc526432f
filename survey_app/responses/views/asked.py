"""Somebody in front of the form: by an invitation, by an open link, or to try it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from flask import request, url_for

from survey_app.invitations.queries import TEST_TOKEN, sample_invitation, sample_of
from survey_app.kernel.clock import utc_now
from survey_app.kernel.languages import ENGLISH
from survey_app.kernel.tokens import is_token, token_digest
from survey_app.kernel.translatable import for_translation
from survey_app.responses.filling import about_contact, about_visit
from survey_app.responses.language import read_in_language
from survey_app.responses.links.presenters import link_of_page
from survey_app.responses.models import OpenLink, SurveyDraft
from survey_app.responses.operations import (
    KEEP_OPEN_DRAFTS,
    Occasion,
    by_link,
    facts_known,
    invited,
    last_change_at,
)
from survey_app.responses.paging import Way, way_of
from survey_app.responses.presenters import (
    about,
    about_link,
    answered_notice,
)
from survey_app.responses.queries import (
    answers_kept,
    draft_of_key,
    standing_by_token,
)
from survey_app.surveys.kinds import WRITTEN
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import newest_published
from survey_app.surveys.routing import Facts
from survey_app.web.language import kept_language
from survey_app.web.templates import translated as _

ONLY_A_TEST = for_translation("This is a test. Nothing that you choose or write here is stored or counted.")


@dataclass(frozen=True)
class Asked:
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


def asked_by_token(token: str) -> Asked | None:
    standing = standing_by_token(token)
    if standing is None:
        return None
    invitation, answered_at = standing.invitation, standing.answered_at
    version, language = read_in_language(invitation.survey_version, standing.draft, invitation.language)
    return Asked(
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


def asked_by_link(code: str, key: str | None = None) -> Asked | None:
    """On its first page, or on the further ones that the key stands for: these ask what the first page asked."""
    link = link_of_page(code) if key is None or is_token(key) else None
    draft = draft_of_key(key) if link and key else None
    if link is None or (draft is not None and draft.open_link_id != link.id):
        return None
    version = draft.survey_version if draft else newest_published(link.survey)
    if version is None:
        return None
    shown, language = read_in_language(version, draft)
    return Asked(
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


def asked_as_a_test() -> Asked | None:
    here, sent = url_for("responses.test_survey"), url_for("responses.test_sent")
    return asked_to_try(None, here=here, sent=sent, notice=_(ONLY_A_TEST))


def asked_to_try(version: SurveyVersion | None, *, here: str, sent: str, notice: str | None = None) -> Asked | None:
    """Staff who try out what residents are sent, or this version. None while there is no service to be about."""
    invitation = sample_of(version, utc_now()) if version else sample_invitation(utc_now())
    if invitation is None:
        return None
    version, language = read_in_language(invitation.survey_version)
    return Asked(
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


def _handed_on(version: SurveyVersion, given: Mapping[str, str]) -> dict[str, str]:
    """What one page of a test hands on to the next: what was chosen, and no words."""
    questions = [item.question_version for item in version.items]
    passed = {question.question.code: question.kind for question in questions if question.question.code in given}
    return {code: "" if kind in WRITTEN else given[code] for code, kind in passed.items()}
