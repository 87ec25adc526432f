"""The words of invitations and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import css_inline
from flask import render_template

from survey_app.contacts.models import AskingRules
from survey_app.invitations.codes import grouped
from survey_app.invitations.models import Invitation, MessageKind
from survey_app.invitations.wording import contact_sentence, contact_title
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import in_words
from survey_app.messaging.email import Email
from survey_app.organisation.models import Council


@dataclass(frozen=True)
class Tokens:
    """The fresh tokens of one message, in clear: they exist here and in the message alone."""

    answer: str
    opt_out: str
    code: str | None = None  # to be typed where the links do not work


def invitation_email(
    invitation: Invitation,
    kind: MessageKind,
    tokens: Tokens,
    *,
    council: Council,
    rules: AskingRules,
    base_url: str,
    recipient: str,
) -> Email:
    """The complete message. Its links only open pages; nothing is stored until somebody presses a button there."""
    first = invitation.survey_version.items[0].question_version
    survey_url = f"{base_url}/s/{tokens.answer}"
    reminder = kind is MessageKind.REMINDER
    title = contact_title(invitation.channel, invitation.service.name)
    options = [(o.label, f"{survey_url}?answer={o.code}") for o in first.options if o.is_substantive]
    code = tokens.code if options else None  # without buttons the link itself has to be there
    context = {
        "lang": "en",
        "dir": "ltr",
        "council_name": council.name,
        "subject": f"Reminder: how did we do? {title}" if reminder else f"How did we do? {title}",
        "contact_sentence": contact_sentence(invitation.channel, invitation.counts_on, invitation.service.name),
        "length_sentence": invitation.survey_version.length_sentence,
        "question": first.wording,
        "options": options,
        "survey_url": f"{base_url}/s" if code else survey_url,
        "stop_url": f"{base_url}/u/{tokens.opt_out}",
        "privacy_url": f"{base_url}/privacy",
        "complaint_url": council.complaint_url,
        "complaint_phone": council.complaint_phone,
        "postal_address": council.postal_address,
        "open_until": in_words(last_open_day(invitation)),
        "brand_colour": council.brand_colour,
        "survey_code": grouped(code) if code else None,
        "languages": [],
        "why_me": why_me(rules),
    }
    template = f"messages/{kind.value}"
    return Email(
        message_id=f"{invitation.reference}.{kind.value}",
        sender_name=council.sender_name,
        sender_email=council.sender_email,
        recipient=recipient,
        subject=str(context["subject"]),
        text=render_template(f"{template}.txt", **context),
        html=_inliner().inline(render_template(f"{template}.html", **context)),
        unsubscribe_url=f"{base_url}/u/{tokens.opt_out}/one-click",
    )


def why_me(rules: AskingRules) -> str:
    """Why this person was asked, and what taking part means for them."""
    picked = "You were picked at random from" if rules.sampling_fraction < 1 else "We ask"
    reminder = "We send one reminder at most, and" if rules.reminder_after_days else "We"
    return (
        f"{picked} people who contacted us. Taking part is your choice and does not affect the service you get. "
        f"{reminder} ask nobody more than once in {rules.cooling_off_days} days."
    )


def last_open_day(invitation: Invitation) -> date:
    """The last London day on which the link works; it works until midnight."""
    return london_day(invitation.closes_at - timedelta(seconds=1))


@lru_cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)
