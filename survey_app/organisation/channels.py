"""The ways a contact can come in, the ways an answer can be given, and who a customer can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class _Named:
    """Where this process reads what the council calls its channels; nowhere: all are called as usual."""

    read: Callable[[], Mapping[Channel, str]] = dict


def use_names(read: Callable[[], Mapping[Channel, str]]) -> None:
    """Call channels by these names from now on, wherever they are shown; who is not among them has its usual one."""
    _Named.read = staticmethod(read)


class Channel(StrEnum):
    """How the customer reached the council."""

    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    WEBCHAT = "webchat"
    SMS = "sms"
    SOCIAL = "social"
    FACE_TO_FACE = "face_to_face"
    LETTER = "letter"

    @property
    def label(self) -> str:
        """As the council calls it."""
        return _Named.read().get(self) or self.usual_label

    @property
    def usual_label(self) -> str:
        """As it is called where a council has no name of its own for it."""
        return _CHANNEL_LABELS[self]


@dataclass(frozen=True)
class ChannelFacts:
    """What a council says about a channel. An empty name is the usual one; what is not used is not offered to staff,
    and still taken from files: what happened is counted."""

    name: str = ""
    is_used: bool = True


_CHANNEL_LABELS = {
    Channel.PHONE: "Phone",
    Channel.EMAIL: "E-mail",
    Channel.WEB: "Web form",
    Channel.WEBCHAT: "Webchat",
    Channel.SMS: "Text message",
    Channel.SOCIAL: "Social media",
    Channel.FACE_TO_FACE: "Face to face",
    Channel.LETTER: "Letter",
}


class Mode(StrEnum):
    """How the answer was given, which is not the channel of the contact."""

    WEB = "web"
    SMS = "sms"
    PHONE = "phone"
    KIOSK = "kiosk"
    EMBED = "embed"
    PAPER = "paper"
    IMPORTED = "imported"

    @property
    def label(self) -> str:
        return _MODE_LABELS[self]


_MODE_LABELS = {
    Mode.WEB: "Web page",
    Mode.SMS: "Text message",
    Mode.PHONE: "Phone, entered by staff",
    Mode.KIOSK: "Kiosk",
    Mode.EMBED: "Inside another page",
    Mode.PAPER: "Paper, entered by staff",
    Mode.IMPORTED: "Imported",
}


class CustomerKind(StrEnum):
    """Residents and businesses are the council's public; internal customers and partners have their own survey."""

    RESIDENT = "resident"
    BUSINESS = "business"
    INTERNAL = "internal"
    PARTNER = "partner"

    @property
    def label(self) -> str:
        """All of them, as a heading: Internal customers."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    CustomerKind.RESIDENT: "Residents",
    CustomerKind.BUSINESS: "Businesses",
    CustomerKind.INTERNAL: "Internal customers",
    CustomerKind.PARTNER: "Partners",
}
PUBLIC = (CustomerKind.RESIDENT, CustomerKind.BUSINESS)  # whose answers make the headline
OF_THEIR_OWN = (CustomerKind.INTERNAL, CustomerKind.PARTNER)  # who have a survey and figures of their own
