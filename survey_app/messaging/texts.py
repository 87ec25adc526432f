"""Text messages: what one is, how long it may be, and how one is sent."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Protocol

# GSM 03.38: the characters of seven bits, and those that take two of them
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
ONE_PART, FURTHER_PART = 160, 153  # septets; a message of several parts spends some on their numbers
ONE_PART_UCS2, FURTHER_PART_UCS2 = 70, 67  # UTF-16 units, as soon as one character is none of GSM 03.38


@dataclass(frozen=True)
class TextMessage:
    """One message, complete. `message_id` is the same whenever the same message is sent again."""

    message_id: str
    recipient: str  # E.164
    body: str


class TextTransport(Protocol):
    """A way to send text messages. One transport carries many, then is closed."""

    def send(self, text: TextMessage) -> str | None:
        """Hand the message over; what its provider calls it. SendError when it was not taken, ServerTrouble when none
        would be.
        """
        ...

    def close(self) -> None: ...


def septets(body: str) -> int | None:
    """How many septets it takes in GSM 03.38; None where a character is not in there (Welsh circumflexes, Urdu)."""
    if not _BASIC.union(_EXTENDED).issuperset(body):
        return None
    return len(body) + sum(character in _EXTENDED for character in body)


def odd_characters(body: str) -> list[str]:
    """Those that make a whole message travel in UCS-2, each once, in their order."""
    return [character for character in dict.fromkeys(body) if character not in _BASIC | _EXTENDED]


def parts(body: str) -> int:
    """In how many parts it travels, each of which is paid for."""
    length = septets(body)
    one, further = (ONE_PART, FURTHER_PART) if length is not None else (ONE_PART_UCS2, FURTHER_PART_UCS2)
    if length is None:
        length = len(body.encode("utf-16-le")) // 2
    return 1 if length <= one else ceil(length / further)
