"""How a contact is named to the person who made it."""

from __future__ import annotations

from datetime import date

from survey_app.kernel.periods import in_words
from survey_app.kernel.translatable import for_translation
from survey_app.organisation.channels import OF_THEIR_OWN, Channel, CustomerKind

_SENTENCES = {
    Channel.PHONE: for_translation("You called us on {day} about {service}."),
    Channel.EMAIL: for_translation("You e-mailed us on {day} about {service}."),
    Channel.WEB: for_translation("You used our website on {day} about {service}."),
    Channel.WEBCHAT: for_translation("You chatted with us online on {day} about {service}."),
    Channel.SMS: for_translation("You sent us a text message on {day} about {service}."),
    Channel.SOCIAL: for_translation("You contacted us on social media on {day} about {service}."),
    Channel.FACE_TO_FACE: for_translation("You visited us on {day} about {service}."),
    Channel.LETTER: for_translation("You wrote to us on {day} about {service}."),
}
_ANY_CONTACT = for_translation("You contacted us on {day} about {service}.")
_NOUNS = {
    Channel.PHONE: for_translation("phone call"),
    Channel.EMAIL: for_translation("e-mail"),
    Channel.WEB: for_translation("visit to our website"),
    Channel.WEBCHAT: for_translation("online chat"),
    Channel.SMS: for_translation("text message"),
    Channel.SOCIAL: for_translation("message"),
    Channel.FACE_TO_FACE: for_translation("visit"),
    Channel.LETTER: for_translation("letter"),
}


_ASKED = {CustomerKind.INTERNAL: "colleagues", CustomerKind.PARTNER: "partners"}


def people_asked(customers: CustomerKind) -> str:
    """Whom a survey of this kind asks: "people who contacted us", "colleagues who contacted us"."""
    return f"{_ASKED.get(customers, 'people')} who contacted us"


def rated(customers: CustomerKind, service: str) -> str:
    """What somebody is asked to be satisfied with: the service, or how they were helped with their own."""
    return f"our help with {service}" if customers in OF_THEIR_OWN else service


def in_sentence(service: str) -> str:
    """A service's name inside a sentence: "Council tax" becomes "council tax", "NHS links" stays."""
    return service if service[:2].isupper() else service[:1].lower() + service[1:]


def shortened(name: str, length: int) -> str:
    """A name in so many characters at most, cut between words where that goes; with dots that any phone shows."""
    if len(name) <= length:
        return name
    kept = name[: length - 1]
    return (kept.rpartition(" ")[0] or kept[:-1]).rstrip(" ,;:-&") + ".."


def contact_sentence(channel: Channel | None, day: date, service: str) -> str:
    """You called us on 10 March 2026 about housing."""
    return contact_pattern(channel).format(day=in_words(day), service=in_sentence(service))


def contact_pattern(channel: Channel | None) -> str:
    """The sentence with places for {day} and {service}, to be translated before they are filled."""
    return _SENTENCES[channel] if channel else _ANY_CONTACT


def contact_noun(channel: Channel | None) -> str:
    return _NOUNS[channel] if channel else for_translation("contact")
