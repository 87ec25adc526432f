"""What is written about a follow-up by e-mail: to its owner without a word about the person, and to the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import in_words

Translated = Callable[..., str]  # a sentence in the reader's language, with its %(places)s filled


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def reminder_letter(reference: str, service: str, *, what: str, due_on: date, is_late: bool, page: str) -> Letter:
    """To the owner: what is due, and where. Nothing personal stands in an e-mail. `what` is "contact" or "closing"."""
    wanted = "call or write to the person" if what == "contact" else "finish it and close it"
    day = in_words(due_on)
    if is_late:
        subject, first = f"Late: follow-up {reference}", f"Follow-up {reference} ({service}) is late."
        then = f"We were to {wanted} by {day}."
    else:
        subject, first = f"Due soon: follow-up {reference}", f"Follow-up {reference} ({service}) is due on {day}."
        then = f"By then we have to {wanted}."
    return Letter(
        subject,
        f"{first}\n\n{then} Somebody was not satisfied and asked to be contacted.\n\n{page}\n\n"
        "You get this because you own the follow-ups of this service. If it is somebody else’s, "
        "give it to them there.\n",
    )


def verdict_letter(service: str, *, council: str, link: str, open_until: date, translated: Translated) -> Letter:
    """To the resident, in their language where there is a translation: was it put right? The link only opens a page.
    `service` as it stands within a sentence."""
    paragraphs = (
        translated(
            "You told us that you were not satisfied with %(service)s, and asked us to contact you. We believe that "
            "it is settled now. Was it put right?",
            service=service,
        ),
        link,
        translated(
            "The page has three answers, and you choose one. If you say no, we look at it again. The link works until "
            "%(day)s. You do not have to answer.",
            day=in_words(open_until),
        ),
        council,
    )
    return Letter(translated("Was it put right?"), "\n\n".join(paragraphs) + "\n")
