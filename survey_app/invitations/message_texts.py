"""What a council writes itself into its messages: what may be filled in, what may not be left out, how long it may be.

A council writes paragraphs and no markup. The question with its answers, the ways to stop and what taking part means
stay ours, so that no message goes out without them; in an e-mail and a letter `{{link}}` on a line of its own is their
place among the paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from survey_app.contacts.ways import Way
from survey_app.invitations.models import MessageKind
from survey_app.invitations.wording import shortened
from survey_app.messaging.texts import parts
from survey_app.surveys.piping import PIPE, pipes_in
from survey_app.surveys.scales import BEST, WORST

LONGEST_SUBJECT = 150
LONGEST_BODY: Mapping[Way, int] = MappingProxyType({Way.EMAIL: 4_000, Way.SMS: 1_000, Way.LETTER: 1_500})
MOST_PARTS, ADVISED_PARTS = 6, 2
ENGLISH = "en"

_MEANINGS = {
    "service": "what the contact was about, “council tax”",
    "channel": "how it was made, “phone call”",
    "date": "the day of the contact, “10 March 2026”",
    "council": "the council’s name",
    "closes": "the last day on which the survey can be answered",
    "length": "how long the survey is, in the sentence that stands in it",
    "code": "the code that opens the survey where it is typed",
    "link": "the way to the survey",
}
_OF_SUBJECT = ("service", "channel", "date", "council", "closes")
_OF_BODY: Mapping[Way, tuple[str, ...]] = {
    Way.EMAIL: tuple(_MEANINGS),
    Way.SMS: ("service", "channel", "date", "council", "closes", "link"),
    Way.LETTER: tuple(_MEANINGS),
}
_ASKS_FOR_A_NUMBER = (
    f"{{{{council}}}}: how satisfied were you with {{{{service}}}} on {{{{date}}}}? "
    f"Reply {WORST} to {BEST} ({BEST} is very satisfied) or STOP. {{{{link}}}}"
)
_ASKS_TO_OPEN = "{{council}}: how did we do about {{service}} on {{date}}? Answer at {{link}} or reply STOP"
_REMINDS = "We asked how it went and have not heard from you. This is our only reminder."
_BRACES = re.compile(r"[{}]+")
_LINK = re.compile(r"\{\{\s*link\s*\}\}")
_STOP = re.compile(r"\bstop(?:io|iwch)?\b", re.IGNORECASE)  # what `responses.sms` reads as a stop
_SCALE = re.compile(r"(?<![\d/.])([01])\D{1,6}(5|6|7|9|10)(?![\d/])")  # 1 to 5, 1-5, 1 i 5, 0 to 10
_NUMBER = re.compile(
    r"\b(?:reply|text|send|answer)\b(?: us| back| with| by)*(?: a| the)? (?:number|\d)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Written:
    """A text with its pipes, as somebody wrote it. Only an e-mail has a subject."""

    subject: str
    body: str
    language: str = ENGLISH

    @property
    def mark(self) -> str:
        """Says whether what stands there now is what a form was opened with."""
        return sha256(f"{self.subject}\n{self.body}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Slot:
    """A place where a text stands. There is no reminder by letter."""

    kind: MessageKind
    way: Way
    language: str = ENGLISH


def slots(language: str) -> list[Slot]:
    """All that can be worded in a language."""
    every = (Slot(kind, way, language) for kind in MessageKind for way in Way)
    return [slot for slot in every if (slot.kind, slot.way) != (MessageKind.REMINDER, Way.LETTER)]


@dataclass(frozen=True)
class OwnTexts:
    """What the council wrote for all its surveys, read once for many messages."""

    by_place: Mapping[tuple[int, Slot], Written]

    def of(self, survey_id: int, kind: MessageKind, way: Way, language: str) -> Written | None:
        """The text in this language, else the English one; None where ours stands."""
        own = self.by_place.get((survey_id, Slot(kind, way, language)))
        return own or self.by_place.get((survey_id, Slot(kind, way)))


def text_to_begin_with(slot: Slot, *, takes_numbers: bool) -> Written:
    """Our text as somebody can change it. It says of each contact alike what ours says of each in its own words."""
    is_reminder = slot.kind is MessageKind.REMINDER
    if slot.way is Way.SMS:
        asks = _ASKS_FOR_A_NUMBER if takes_numbers else _ASKS_TO_OPEN
        return Written("", f"{'Reminder. ' if is_reminder else ''}{asks}", slot.language)
    asks = _REMINDS if is_reminder else "Please tell us how it went."
    body = f"Your {{{{channel}}}} on {{{{date}}}} was about {{{{service}}}}. {asks} {{{{length}}}}\n\n{{{{link}}}}"
    subject = f"{'Reminder: how' if is_reminder else 'How'} did we do? Your {{{{channel}}}} about {{{{service}}}}"
    return Written(subject if slot.way is Way.EMAIL else "", body, slot.language)


def pipes_for(way: Way) -> dict[str, str]:
    """What can be filled into a text of this way, and what each means."""
    return {name: _MEANINGS[name] for name in _OF_BODY[way]}


def filled(text: str, words: Mapping[str, str]) -> str:
    """A text with its pipes filled in, once: what is filled in is never read for pipes. One without words stays."""
    return PIPE.sub(lambda found: words.get(found[1], found[0]), text)


def shortest_filled(body: str, words: Mapping[str, str]) -> str:
    """A text message. The service's name is shortened where that saves a part."""
    service = words["service"]
    names = (service, *(shortened(service, length) for length in (30, 20, 12)))
    return min((filled(body, {**words, "service": name}) for name in names), key=parts)


def paragraphs(body: str) -> tuple[list[str], list[str]]:
    """The paragraphs before and after the place of the link; its own line is none of them."""
    before, _, after = (part.strip() for part in _around_link(body))
    return list(_divided(before)), list(_divided(after))


def subject_fault(subject: str) -> str | None:
    """What is wrong with the subject of an e-mail, in a sentence; None where nothing is."""
    if not subject.strip():
        return "Write a subject, or go back to our text."
    if len(subject.splitlines()) > 1:
        return "A subject is one line: take the line break out."
    if len(subject) > LONGEST_SUBJECT:
        return f"Shorten the subject to {LONGEST_SUBJECT} characters or fewer. It has {len(subject)}."
    return _pipe_fault(subject, _OF_SUBJECT, "a subject")


def body_fault(body: str, way: Way, *, takes_numbers: bool, longest: Mapping[str, str]) -> str | None:
    """What is wrong with a text, in a sentence; None where nothing is.

    `takes_numbers` is whether the survey's first question can be answered by a number in a text message; `longest`
    are the longest words that each pipe may bring.
    """
    if not body.strip():
        return "Write a text, or go back to ours."
    if len(body) > LONGEST_BODY[way]:
        return f"Shorten the text to {LONGEST_BODY[way]:,} characters or fewer. It has {len(body):,}."
    fault = _pipe_fault(body, _OF_BODY[way], f"a text for {_called(way)}") or _link_fault(body, way)
    if fault is None and way is Way.SMS:
        fault = _text_message_fault(body, takes_numbers=takes_numbers, longest=longest)
    return fault


def scale_asked_for(body: str) -> tuple[int, int] | None:
    """The numbers with which a text message asks to be answered; (1, 5) where it asks for "a number" alone.

    None where it asks for none.
    """
    if found := _SCALE.search(PIPE.sub("", body)):
        return int(found[1]), int(found[2])
    return (WORST, BEST) if _NUMBER.search(PIPE.sub("", body)) else None


def has_markup(body: str) -> bool:
    """Whether somebody wrote tags, which are shown as they were typed."""
    return re.search(r"</?[a-z][^<>]*>", body, re.IGNORECASE) is not None


def _pipe_fault(text: str, known: tuple[str, ...], where: str) -> str | None:
    there_are = f"In {where} there are {_listed([_piped(name) for name in known])}."
    for name in pipes_in(text):
        if name not in known:
            why = "cannot stand here" if name in _MEANINGS else "is not known"
            return f"{_piped(name)} {why}. {there_are}"
    if broken := _BRACES.search(PIPE.sub("", text)):
        return f"“{broken[0]}” opens or closes nothing: a name stands in two braces on each side. {there_are}"
    return None


def _link_fault(body: str, way: Way) -> str | None:
    links = len(_LINK.findall(body))
    if links == 0:
        return "Without {{link}} nobody can answer. Write it where the way to the survey is to stand."
    if links > 1:
        return "Write {{link}} once: the way to the survey stands in one place."
    if way is not Way.SMS and not _around_link(body)[1]:
        return "Write {{link}} on a line of its own: there the way to the survey stands, laid out by us."
    return None


def _text_message_fault(body: str, *, takes_numbers: bool, longest: Mapping[str, str]) -> str | None:
    scale = scale_asked_for(body)
    if scale is not None and not takes_numbers:
        return (
            "This text asks for a number, and the first question of the survey cannot be answered by one. "
            "Ask people to open {{link}} instead."
        )
    if scale is not None and scale != (WORST, BEST):
        return f"Replies are read as a number from {WORST} to {BEST}, where {BEST} is best. Ask for these."
    if not _STOP.search(body):
        return "Say how to stop: “Reply STOP for no more surveys.” Whoever replies STOP is not asked again."
    if (needed := parts(shortest_filled(body, longest))) > MOST_PARTS:
        return f"With the longest service name this is {needed} parts, and {MOST_PARTS} are the most. Shorten the text."
    return None


def _around_link(body: str) -> tuple[str, str, str]:
    """What stands before, the line of the link alone, and what stands after; the line is "" where there is none."""
    lines = body.splitlines()
    for place, line in enumerate(lines):
        if _LINK.fullmatch(line.strip()):
            return "\n".join(lines[:place]), line, "\n".join(lines[place + 1 :])
    return body, "", ""


def _divided(text: str) -> Iterator[str]:
    return (part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())


def _called(way: Way) -> str:
    return {Way.EMAIL: "e-mails", Way.SMS: "text messages", Way.LETTER: "letters"}[way]


def _piped(name: str) -> str:
    return f"{{{{{name}}}}}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
