"""The words of invitations and reminders."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import css_inline
from flask import render_template
from markupsafe import escape

from survey_app.contacts.models import AskingRules, Contact, Way
from survey_app.contacts.queries import asking_rules
from survey_app.invitations.codes import grouped
from survey_app.invitations.message_texts import (
    Slot,
    Written,
    filled,
    paragraphs,
    pipes_for,
    scale_asked_for,
    shortest_filled,
)
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageKind
from survey_app.invitations.queries import TEST_TOKEN, sample_invitation
from survey_app.invitations.wording import (
    contact_noun,
    contact_pattern,
    contact_sentence,
    in_sentence,
    people_asked,
    rated,
    shortened,
)
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import in_words
from survey_app.messaging.email import Email
from survey_app.messaging.texts import TextMessage, parts
from survey_app.organisation.channels import OF_THEIR_OWN, CustomerKind
from survey_app.organisation.models import Council
from survey_app.organisation.queries import the_council
from survey_app.surveys.models import Survey
from survey_app.surveys.scales import BEST, WORST, can_be_answered_by_text
from survey_app.web.templates import day as date_in_words
from survey_app.web.templates import translated as _

# The words that differ from message to message; the rest of a letter is laid out once.
_OWN_WORDS = (
    *("subject", "contact_sentence", "survey_url", "survey_code", "asked_url", "stop_url", "open_until"),
    *pipes_for(Way.EMAIL),
)
_MARK = secrets.token_hex(8)  # stands around the name of such a word, and in no text of the council's
_STANDINGS = {
    InvitationState.ANSWERED: "answered",
    InvitationState.OPTED_OUT: "stopped",
    InvitationState.UNDELIVERABLE: "not_arrived",
}


@dataclass(frozen=True)
class Tokens:
    """The fresh tokens of one message, in clear: they exist here and in the message alone."""

    answer: str
    opt_out: str
    code: str | None = None  # to be typed where the links do not work


TRIED = Tokens(answer=TEST_TOKEN, opt_out=TEST_TOKEN)


class Layout:
    """A laid-out letter with gaps for the words of its own."""

    def __init__(self, text: str, written: Callable[[str], str]) -> None:
        self._pieces = re.split(f"{_MARK}(.+?){_MARK}", text)
        self._written = written

    def filled(self, words: Mapping[str, str]) -> str:
        pieces = self._pieces.copy()
        pieces[1::2] = (self._written(words[name]) for name in self._pieces[1::2])
        return "".join(pieces)


def invitation_email(
    invitation: Invitation,
    kind: MessageKind,
    tokens: Tokens,
    *,
    council: Council,
    rules: AskingRules,
    base_url: str,
    recipient: str,
    own: Written | None = None,
) -> Email:
    """The complete message. Its links only open pages; nothing is stored until somebody presses a button there.

    `own` is what the council wrote for it, around the question and above our footer; without it our words stand there.
    """
    title = _title(invitation)
    if kind is MessageKind.REMINDER:
        subject = _("Reminder: how did we do? %(title)s", title=title)
    else:
        subject = _("How did we do? %(title)s", title=title)
    stop_url = f"{base_url}/u/{tokens.opt_out}"
    own_words = {
        "subject": subject,
        "contact_sentence": contact_sentence(invitation.channel, invitation.counts_on, invitation.service.name),
        "survey_url": f"{base_url}/s/{tokens.answer}",
        "survey_code": grouped(tokens.code or ""),
        "asked_url": f"{base_url}/asked/{tokens.opt_out}",
        "stop_url": stop_url,
        "open_until": in_words(last_open_day(invitation)),
    }
    if own is not None:
        own_words |= piped_words(invitation, council, tokens.code)
        own_words["subject"] = " ".join(filled(own.subject, own_words).split())
    first = invitation.survey_version.items[0].question_version
    contact: Contact | None = invitation.contact  # a sample has none
    fraction = contact.draw_fraction if contact is not None else None
    text, html = _layouts(
        kind,
        own,
        lang="en",
        dir="ltr",
        council_name=council.name,
        length_sentence=invitation.survey_version.length_sentence,
        question=first.wording,
        options=tuple((option.label, option.code) for option in first.options if option.is_substantive),
        code_url=f"{base_url}/s" if tokens.code else None,
        privacy_url=f"{base_url}/privacy",
        complaint_url=council.complaint_url,
        complaint_phone=council.complaint_phone,
        postal_address=council.postal_address,
        brand_colour=council.brand_colour,
        why_me=why_me(rules, fraction=fraction, customers=invitation.survey_version.survey.customer_kind),
    )
    return Email(
        message_id=f"{invitation.reference}.{kind.value}",
        sender_name=council.sender_name,
        sender_email=council.sender_email,
        recipient=recipient,
        subject=own_words["subject"],
        text=text.filled(own_words),
        html=html.filled(own_words),
        unsubscribe_url=f"{stop_url}/one-click",
        links=(f"{base_url}/", council.complaint_url) if council.complaint_url else (f"{base_url}/",),
    )


def invitation_text(
    invitation: Invitation,
    kind: MessageKind,
    tokens: Tokens,
    *,
    council: Council,
    base_url: str,
    recipient: str,
    own: Written | None = None,
) -> TextMessage:
    """The text message, in one part where its words allow: the service's name is shortened, then the day is left out.

    A number alone answers the first question; the link opens all of them. `own` is what the council wrote instead: it
    does not go out where it asks for a number that would not be understood, for another version may ask first.
    """
    url = f"{base_url}/s/{tokens.answer}"
    takes_numbers = can_be_answered_by_text(invitation.survey_version)
    if own is not None and (takes_numbers or scale_asked_for(own.body) is None):
        body = shortest_filled(own.body, text_words(invitation, council, url))
    else:
        bodies = list(_text_bodies(invitation, kind, council=council, url=url))
        body = next((body for body in bodies if parts(body) == 1), bodies[0])
    return TextMessage(f"{invitation.reference}.{kind.value}", recipient, body)


def sample_message(
    slot: Slot,
    recipient: str,
    *,
    survey: Survey | None = None,
    own: Written | None = None,
    base_url: str,
    now: datetime,
) -> Email | TextMessage:
    """The message as it would go out today, about the first service. Refused while it cannot be written."""
    invitation, sender = sample_invitation(now, survey=survey, language=slot.language), the_council()
    if invitation is None or not sender.sender_email:
        raise Refused("A test message needs a sender and at least one service. Do those steps first.")
    if slot.way is Way.SMS:
        return invitation_text(
            invitation, slot.kind, TRIED, council=sender, base_url=base_url, recipient=recipient, own=own
        )
    return invitation_email(
        invitation,
        slot.kind,
        TRIED,
        council=sender,
        rules=asking_rules(),
        base_url=base_url,
        recipient=recipient,
        own=own,
    )


def piped_words(invitation: Invitation, council: Council, code: str | None) -> dict[str, str]:
    """What the pipes of an e-mail or a letter bring."""
    return {
        "service": in_sentence(invitation.service.name),
        "channel": contact_noun(invitation.channel),
        "date": in_words(invitation.counts_on),
        "council": council.name,
        "closes": in_words(last_open_day(invitation)),
        "length": invitation.survey_version.length_sentence,
        "code": grouped(code or ""),
    }


def text_words(invitation: Invitation, council: Council, url: str) -> dict[str, str]:
    """What the pipes of a text message bring: it is short of room, so days have no year."""
    return {
        "service": in_sentence(invitation.service.name),
        "channel": contact_noun(invitation.channel),
        "date": _short_day(invitation.counts_on),
        "council": council.sender_name,
        "closes": _short_day(last_open_day(invitation)),
        "link": url,
    }


def why_me(
    rules: AskingRules, *, fraction: float | None = None, customers: CustomerKind = CustomerKind.RESIDENT
) -> str:
    """Why this person was asked, and what taking part means for them.

    `fraction` is that of the draw which picked them; None where there was none yet.
    """
    picked_from = rules.sampling_fraction if fraction is None else fraction
    if customers in OF_THEIR_OWN:
        picked = f"{'You were picked at random from' if picked_from < 1 else 'We ask'} {people_asked(customers)}."
    elif picked_from < 1:
        picked = _("You were picked at random from people who contacted us.")
    else:
        picked = _("We ask people who contacted us.")
    sentences = [picked, _("Taking part is your choice and does not affect the service you get.")]
    if rules.reminder_after_days and rules.cooling_off_days:
        days = rules.cooling_off_days
        sentences.append(_("We send one reminder at most, and ask nobody more than once in %(days)s days.", days=days))
    elif rules.reminder_after_days:
        sentences.append(_("We send one reminder at most."))
    elif rules.cooling_off_days:
        sentences.append(_("We ask nobody more than once in %(days)s days.", days=rules.cooling_off_days))
    return " ".join(sentences)


@dataclass(frozen=True)
class AskedRow:
    """One survey as the person who was asked sees it. Nothing of what they answered stands in it."""

    title: str
    sentence: str
    messages: Sequence[tuple[MessageKind, Way, datetime]]
    standing: str  # answered, open, over, stopped, or not_arrived
    open_until: date


def asked_rows(invitations: Sequence[Invitation], sent: Mapping[int, list[Message]], now: datetime) -> list[AskedRow]:
    """What somebody was asked, with the messages that went out for it."""
    return [
        AskedRow(
            _title(invitation),
            _(contact_pattern(invitation.channel)).format(
                day=date_in_words(invitation.counts_on), service=in_sentence(invitation.service.name)
            ),
            [(m.kind, m.way, m.sent_at) for m in sent.get(invitation.id, ()) if m.sent_at],
            _standing(invitation, now),
            last_open_day(invitation),
        )
        for invitation in invitations
    ]


def _title(invitation: Invitation) -> str:
    """Your phone call about housing."""
    noun = _(contact_noun(invitation.channel))
    return _("Your %(contact)s about %(service)s", contact=noun, service=in_sentence(invitation.service.name))


def _standing(invitation: Invitation, now: datetime) -> str:
    if invitation.state is InvitationState.OPEN:
        return "open" if invitation.closes_at > now else "over"
    return _STANDINGS.get(invitation.state, "over")


def last_open_day(invitation: Invitation) -> date:
    """The last London day on which the link works; it works until midnight."""
    return london_day(invitation.closes_at - timedelta(seconds=1))


def _short_day(day: date) -> str:
    return f"{day.day} {day:%b}"


@lru_cache(maxsize=256)
def _layouts(
    kind: MessageKind, own: Written | None, *, options: tuple[tuple[str, str], ...], **words: str | None
) -> tuple[Layout, Layout]:
    """The plain and the rich letter of these words. Its styles are inlined here, once for many messages.

    The code stands in place of the link that the buttons have; without buttons the link itself is there.
    """
    gaps = {name: f"{_MARK}{name}{_MARK}" for name in _OWN_WORDS}
    links = [(label, f"{gaps['survey_url']}?answer={code}") for label, code in options]
    context: dict[str, Any] = {**words, **gaps, "options": links, "languages": [], "own": None}
    if own is not None:
        before, after = ([filled(paragraph, gaps) for paragraph in some] for some in paragraphs(own.body))
        context["own"] = {"before": before, "after": after, "lang": own.language}
    if not (options and words["code_url"]):
        context["survey_code"] = None
    plain, rich = (render_template(f"messages/{kind.value}.{ending}", **context) for ending in ("txt", "html"))
    inlined = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True).inline(rich)
    return Layout(plain, str), Layout(inlined, escape)


def _text_bodies(invitation: Invitation, kind: MessageKind, *, council: Council, url: str) -> Iterator[str]:
    """Ever shorter, the best first."""
    first = invitation.survey_version.items[0].question_version
    sender = f"Reminder. {council.sender_name}" if kind is MessageKind.REMINDER else council.sender_name
    customers, service = invitation.survey_version.survey.customer_kind, in_sentence(invitation.service.name)
    day = f" on {_short_day(invitation.counts_on)}"
    asks_back = can_be_answered_by_text(invitation.survey_version)
    if asks_back:
        best = next(option.label.lower() for option in first.options if option.score == BEST)
        asks = f"{sender}: how satisfied were you with "
        how = f"? Reply {WORST} to {BEST} ({BEST} is {best}) or STOP. {url}"
    else:
        asks, how = f"{sender}: how did we do about ", f"? Answer at {url} or reply STOP"
    for name in (service, *(shortened(service, length) for length in (30, 20, 12))):
        for when in (day, ""):
            yield f"{asks}{rated(customers, name) if asks_back else name}{when}{how}"
    yield f"{asks}us{how}"
