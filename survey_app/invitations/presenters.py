"""The words of invitations and reminders."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import css_inline
from flask import render_template
from markupsafe import Markup, escape

from survey_app.contacts.models import AskingRules, Contact, Way
from survey_app.contacts.queries import asking_rules
from survey_app.invitations.codes import grouped
from survey_app.invitations.languages import Edition, editions_of, language_of_contact
from survey_app.invitations.message_texts import (
    ADVISED_PARTS,
    Slot,
    Written,
    filled,
    paragraphs,
    pipes_for,
    scale_asked_for,
    shortest_filled,
)
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageKind
from survey_app.invitations.queries import TEST_TOKEN, own_texts, sample_invitation
from survey_app.invitations.wording import (
    contact_noun,
    contact_pattern,
    in_sentence,
    people_asked,
    rated,
    shortened,
)
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.kernel.languages import ENGLISH, direction, html_language
from survey_app.kernel.translatable import for_translation
from survey_app.messaging.email import Email
from survey_app.messaging.texts import TextMessage, parts
from survey_app.organisation.channels import OF_THEIR_OWN, CustomerKind
from survey_app.organisation.models import Council
from survey_app.organisation.queries import the_council
from survey_app.surveys.models import Survey, SurveyVersion
from survey_app.surveys.queries import language_codes_of, version_in
from survey_app.surveys.scales import BEST, WORST, can_be_answered_by_text
from survey_app.web.language import spoken_in
from survey_app.web.templates import day as date_in_words
from survey_app.web.templates import short_day
from survey_app.web.templates import translated as _

# The words that differ from message to message; the rest of a letter is laid out once.
_OWN_WORDS = (
    *("subject", "contact_sentence", "survey_url", "survey_code", "asked_url", "stop_url", "open_until"),
    *pipes_for(Way.EMAIL),
)
_MARK = secrets.token_hex(8)  # stands around the name of such a word, and in no text of the council's
BETWEEN_EDITIONS = "\n\n\n· · ·\n\n"  # in the plain letter
# A text message with the service and the day, with the service, and with neither.
_ASK_BACK = (
    for_translation(
        "%(sender)s: how satisfied were you with %(service)s on %(day)s? "
        "Reply %(worst)s to %(best)s (%(best)s is %(label)s) or STOP. %(link)s"
    ),
    for_translation(
        "%(sender)s: how satisfied were you with %(service)s? "
        "Reply %(worst)s to %(best)s (%(best)s is %(label)s) or STOP. %(link)s"
    ),
    for_translation(
        "%(sender)s: how satisfied were you with us? "
        "Reply %(worst)s to %(best)s (%(best)s is %(label)s) or STOP. %(link)s"
    ),
)
_ASK_TO_OPEN = (
    for_translation("%(sender)s: how did we do about %(service)s on %(day)s? Answer at %(link)s or reply STOP"),
    for_translation("%(sender)s: how did we do about %(service)s? Answer at %(link)s or reply STOP"),
    for_translation("%(sender)s: how did we do? Answer at %(link)s or reply STOP"),
)
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
    editions: Sequence[Edition] = (Edition(),),
) -> Email:
    """The complete message in its languages. Its links only open pages, in the language in which they stand; nothing is
    stored until somebody presses a button there."""
    alike: list[_Alike] = []
    words: dict[str, str] = {}
    for place, edition in enumerate(editions):
        with spoken_in(edition.language):
            alike.append(_said_alike(invitation, rules, edition, is_alone=len(editions) == 1))
            own_words = _own_words(invitation, kind, tokens, edition, council=council, base_url=base_url)
        words |= {f"{place}.{name}": word for name, word in own_words.items()}
    words["subject"] = " | ".join(words[f"{place}.subject"] for place in range(len(editions)))
    text, html = _layouts(
        kind,
        tuple(alike),
        council_name=council.name,
        code_url=f"{base_url}/s" if tokens.code else None,
        privacy_url=f"{base_url}/privacy",
        complaint_url=council.complaint_url,
        complaint_phone=council.complaint_phone,
        postal_address=council.postal_address,
        brand_colour=council.brand_colour,
    )
    return Email(
        message_id=f"{invitation.reference}.{kind.value}",
        sender_name=council.sender_name,
        sender_email=council.sender_email,
        recipient=recipient,
        subject=words["subject"],
        text=text.filled(words),
        html=html.filled(words),
        unsubscribe_url=f"{base_url}/u/{tokens.opt_out}/one-click",
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
    editions: Sequence[Edition] = (Edition(),),
) -> TextMessage:
    """The text message. In two languages only where both fit into ADVISED_PARTS, else in that of the contact."""
    url = f"{base_url}/s/{tokens.answer}"

    def written(some: Sequence[Edition]) -> str:
        is_alone = len(some) == 1
        return "\n".join(_text_in(edition, invitation, kind, council, url, is_alone=is_alone) for edition in some)

    body = written(editions)
    if len(editions) > 1 and parts(body) > ADVISED_PARTS:
        language = language_of_contact(invitation)
        body = written([next((each for each in editions if each.language == language), Edition(language))])
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
    editions = [
        replace(edition, own=own) if edition.language == slot.language else edition
        for edition in editions_of(invitation, slot.kind, slot.way, own_texts(), sender.nation)
    ]
    if len(editions) == 1:
        editions = [replace(editions[0], own=own)]
    if slot.way is Way.SMS:
        return invitation_text(
            invitation, slot.kind, TRIED, council=sender, base_url=base_url, recipient=recipient, editions=editions
        )
    return invitation_email(
        invitation,
        slot.kind,
        TRIED,
        council=sender,
        rules=asking_rules(),
        base_url=base_url,
        recipient=recipient,
        editions=editions,
    )


def piped_words(invitation: Invitation, council: Council, code: str | None, language: str) -> dict[str, str]:
    """What the pipes of an e-mail or a letter bring, in the language of the text in which they stand."""
    with spoken_in(language):
        return {
            "service": in_sentence(invitation.service.name),
            "channel": _(contact_noun(invitation.channel)),
            "date": date_in_words(invitation.counts_on),
            "council": council.name,
            "closes": date_in_words(last_open_day(invitation)),
            "length": version_in(invitation.survey_version, language).length_sentence,
            "code": grouped(code or ""),
        }


def text_words(invitation: Invitation, council: Council, url: str, language: str) -> dict[str, str]:
    """What the pipes of a text message bring: it is short of room, so days have no year."""
    with spoken_in(language):
        return {
            "service": in_sentence(invitation.service.name),
            "channel": _(contact_noun(invitation.channel)),
            "date": short_day(invitation.counts_on),
            "council": council.sender_name,
            "closes": short_day(last_open_day(invitation)),
            "link": url,
        }


def opening_sentence(invitation: Invitation) -> str:
    """You called us on 10 March 2026 about housing."""
    return _(contact_pattern(invitation.channel)).format(
        day=date_in_words(invitation.counts_on), service=in_sentence(invitation.service.name)
    )


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
            opening_sentence(invitation),
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


def _query(language: str, *, is_alone: bool) -> str:
    """What a link says so that its page is in the language of its message. One in English alone says nothing: nobody
    knew better, and the reader's browser may."""
    return "" if is_alone and language == ENGLISH else f"lang={language}"


@dataclass(frozen=True)
class _Alike:
    """What an edition says alike in many messages: its layout is kept by it."""

    language: str
    query: str
    own: Written | None
    length_sentence: str
    question: str
    question_language: str
    options: tuple[tuple[str, str], ...]
    why_me: str


def _said_alike(invitation: Invitation, rules: AskingRules, edition: Edition, *, is_alone: bool) -> _Alike:
    contact: Contact | None = invitation.contact  # a sample has none
    fraction = contact.draw_fraction if contact is not None else None
    asked = invitation.survey_version
    version = version_in(asked, edition.language)
    first = version.items[0].question_version
    return _Alike(
        language=edition.language,
        query=_query(edition.language, is_alone=is_alone),
        own=edition.own,
        length_sentence=version.length_sentence,
        question=first.wording,
        question_language=edition.language if edition.language in language_codes_of(asked) else ENGLISH,
        options=tuple((option.label, option.code) for option in first.options if option.is_substantive),
        why_me=why_me(rules, fraction=fraction, customers=asked.survey.customer_kind),
    )


def _own_words(
    invitation: Invitation, kind: MessageKind, tokens: Tokens, edition: Edition, *, council: Council, base_url: str
) -> dict[str, str]:
    """The words of an edition that differ from message to message."""
    title, own = _title(invitation), edition.own
    if kind is MessageKind.REMINDER:
        subject = _("Reminder: how did we do? %(title)s", title=title)
    else:
        subject = _("How did we do? %(title)s", title=title)
    words = {
        "subject": subject,
        "contact_sentence": opening_sentence(invitation),
        "survey_url": f"{base_url}/s/{tokens.answer}",
        "survey_code": grouped(tokens.code or ""),
        "asked_url": f"{base_url}/asked/{tokens.opt_out}",
        "stop_url": f"{base_url}/u/{tokens.opt_out}",
        "open_until": date_in_words(last_open_day(invitation)),
    }
    if own is not None:
        words |= piped_words(invitation, council, tokens.code, own.language)
        words["subject"] = " ".join(filled(own.subject, words).split())
    return words


@lru_cache(maxsize=256)
def _layouts(kind: MessageKind, editions: tuple[_Alike, ...], **words: str | None) -> tuple[Layout, Layout]:
    """The plain and the rich letter of these words. Its styles are inlined here, once for many messages."""
    texts, htmls = [], []
    for place, edition in enumerate(editions):
        context = _context(place, edition, words)
        with spoken_in(edition.language):
            texts.append(render_template(f"messages/{kind.value}.txt", **context))
            htmls.append(Markup(render_template(f"messages/{kind.value}.html", **context)))  # noqa: S704 - ours, escaped # nosec B704
    frame = {**_direction(editions[0].language), "subject": _gap("subject"), "editions": htmls, **words}
    rich = render_template("messages/layout.html", **frame)
    inlined = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True).inline(rich)
    return Layout(BETWEEN_EDITIONS.join(texts), str), Layout(inlined, escape)


def _context(place: int, edition: _Alike, words: Mapping[str, str | None]) -> dict[str, Any]:
    """What the template of an edition receives, with gaps for the words of each message.

    The code stands in place of the link that the buttons have; without buttons the link itself is there.
    """
    gaps = {name: _gap(f"{place}.{name}") for name in _OWN_WORDS}
    query = f"?{edition.query}" if edition.query else ""
    answer = f"{gaps['survey_url']}?{edition.query}&answer=" if query else f"{gaps['survey_url']}?answer="
    context: dict[str, Any] = {
        **words,
        **gaps,
        **{name: f"{gaps[name]}{query}" for name in ("survey_url", "asked_url", "stop_url")},
        **_direction(edition.language),
        "privacy_url": f"{words['privacy_url']}{query}",
        "length_sentence": edition.length_sentence,
        "question": edition.question,
        "question_in": _direction(edition.question_language),
        "options": [(label, f"{answer}{code}") for label, code in edition.options],
        "why_me": edition.why_me,
        "languages": [],
        "own": None,
    }
    if (own := edition.own) is not None:
        before, after = ([filled(paragraph, gaps) for paragraph in some] for some in paragraphs(own.body))
        context["own"] = {"before": before, "after": after, "lang": html_language(own.language)}
    if not (edition.options and words["code_url"]):
        context["survey_code"] = None
    return context


def _gap(name: str) -> str:
    return f"{_MARK}{name}{_MARK}"


def _direction(language: str) -> dict[str, str]:
    return {"lang": html_language(language), "dir": direction(language)}


def _text_in(
    edition: Edition, invitation: Invitation, kind: MessageKind, council: Council, url: str, *, is_alone: bool
) -> str:
    """A text message in one language, in one part where its words allow: the service's name is shortened, then the day
    is left out.

    A number alone answers the first question; the link opens all of them. What the council wrote instead does not go
    out where it asks for a number that would not be understood, for another version may ask first.
    """
    query, own = _query(edition.language, is_alone=is_alone), edition.own
    link = f"{url}?{query}" if query else url
    takes_numbers = can_be_answered_by_text(invitation.survey_version)
    if own is not None and (takes_numbers or scale_asked_for(own.body) is None):
        return shortest_filled(own.body, text_words(invitation, council, link, own.language))
    with spoken_in(edition.language):
        version = version_in(invitation.survey_version, edition.language)
        bodies = list(_text_bodies(invitation, version, kind, council=council, url=link))
    return next((body for body in bodies if parts(body) == 1), bodies[0])


def _text_bodies(
    invitation: Invitation, version: SurveyVersion, kind: MessageKind, *, council: Council, url: str
) -> Iterator[str]:
    """Ever shorter, the best first."""
    first, customers = version.items[0].question_version, invitation.survey_version.survey.customer_kind
    is_reminder, service = kind is MessageKind.REMINDER, in_sentence(invitation.service.name)
    facts = {
        "sender": " ".join((_("Reminder."), council.sender_name)) if is_reminder else council.sender_name,
        "day": short_day(invitation.counts_on),
        "link": url,
    }
    asks_back = can_be_answered_by_text(invitation.survey_version)
    patterns = _ASK_BACK if asks_back else _ASK_TO_OPEN
    if asks_back:
        best = next(option.label.lower() for option in first.options if option.score == BEST)
        facts |= {"worst": str(WORST), "best": str(BEST), "label": best}
    for name in (service, *(shortened(service, length) for length in (30, 20, 12))):
        facts["service"] = rated(customers, name) if asks_back else name
        for pattern in patterns[:2]:
            yield _(pattern, **facts)
    yield _(patterns[2], **facts)
