"""What the pages on a survey's messages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.contacts.ways import Way
from survey_app.invitations.message_texts import (
    ADVISED_PARTS,
    Slot,
    Written,
    has_markup,
    scale_asked_for,
    shortest_filled,
    slots,
)
from survey_app.invitations.models import MessageKind, MessageText
from survey_app.invitations.queries import written_in
from survey_app.invitations.wording import contact_noun, in_sentence
from survey_app.kernel.tokens import new_token
from survey_app.messaging.texts import odd_characters, parts
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Council
from survey_app.surveys.plain_language import Advice, AdviceKind, advice

KINDS = {MessageKind.INVITATION: "Invitation", MessageKind.REMINDER: "Reminder"}
WAYS = {Way.EMAIL: "by e-mail", Way.SMS: "by text message", Way.LETTER: "by letter or card"}
LONGEST_DAY = "30 Sep"


@dataclass(frozen=True)
class SlotRow:
    """A place where a text stands, and what stands there."""

    slot: Slot
    label: str
    own: Written | None
    edited_at: datetime | None
    note: str


@dataclass(frozen=True)
class TextLength:
    """How long a text message is, and what it costs."""

    body: str
    characters: int
    parts: int
    odd: Sequence[str]  # the characters that make it travel in UCS-2; none: GSM-7
    pence: str | None  # of the whole message; None where the price of a part is not given


def label_of(slot: Slot) -> str:
    return f"{KINDS[slot.kind]} {WAYS[slot.way]}"


def slot_rows(language: str, rows: dict[Slot, MessageText], *, takes_numbers: bool) -> list[SlotRow]:
    """All that can be worded in a language, in the order in which people get it."""
    return [_slot_row(slot, rows.get(slot), takes_numbers=takes_numbers) for slot in slots(language)]


def _slot_row(slot: Slot, row: MessageText | None, *, takes_numbers: bool) -> SlotRow:
    own, note = written_in(row), ""
    if own is not None and slot.way is Way.SMS and not takes_numbers and scale_asked_for(own.body):
        note = "It asks for a number, which the first question no longer takes: ours goes out until you change it."
    return SlotRow(slot, label_of(slot), own, row.edited_at if row else None, note)


def longest_words(council: Council | None, services: Iterable[str], base_url: str) -> dict[str, str]:
    """The longest words that each pipe of a text message may bring today."""
    names = [in_sentence(name) for name in services] or ["our service"]
    return {
        "service": max(names, key=lambda name: (parts(f"{name}{'x' * 100}"), len(name))),
        "channel": max((contact_noun(channel) for channel in Channel), key=len),
        "date": LONGEST_DAY,
        "council": council.sender_name if council else "",
        "closes": LONGEST_DAY,
        "link": f"{base_url}/s/{'x' * len(new_token())}",
    }


def worst_case(written: Written, longest: dict[str, str], price: int | None) -> TextLength:
    """The longest that this text message may become; `price` is that of a part, in hundredths of a penny."""
    body = shortest_filled(written.body, longest)
    count = parts(body)
    pence = None if price is None else f"{count * price / 100:.2f}".rstrip("0").rstrip(".")
    return TextLength(body, len(body), count, odd_characters(body), pence)


def advice_on(written: Written, way: Way, length: TextLength | None) -> list[Advice]:
    """What could be better about a text. It stops nobody."""
    found = advice(written.subject, written.language) if written.subject else []
    found += [each for each in advice(written.body, written.language) if each not in found]
    if has_markup(written.body):
        sentence = "Tags such as <b> are shown as you typed them: a text has paragraphs and nothing else."
        found.append(Advice(AdviceKind.MARKUP, sentence))
    if length is not None and length.parts > ADVISED_PARTS:
        sentence = f"It travels in {length.parts} parts, and each is paid for. Two are enough for most."
        found.append(Advice(AdviceKind.LENGTH, sentence))
    if length is not None and length.odd:
        signs = " ".join(length.odd[:8])
        sentence = (
            f"Phones send {signs} only in an alphabet (UCS-2) with room for 70 characters in a part instead of 160. "
            "Without it the message is shorter; Welsh, Urdu and Punjabi need it."
        )
        found.append(Advice(AdviceKind.LENGTH, sentence, signs))
    return found
