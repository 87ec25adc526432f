"""What is written by e-mail about a complaint: to the council without a word of it, to the person in their language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import in_words
from survey_app.kernel.translatable import for_translation

Translated = Callable[..., str]  # a sentence in the reader's language, with its %(places)s filled

WHAT_NEXT = for_translation(
    "We tell you within 30 days that we have your complaint. We look into it without delay, and tell you the outcome."
)
REGULATOR = for_translation(
    "If you are not happy with how we deal with it, you can complain to the Information Commissioner: "
    "ico.org.uk/make-a-complaint, phone 0303 123 1113."
)


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def notice(reference: str, *, acknowledge_by: date, page: str) -> Letter:
    """To whoever answers for data protection: that there is one, by when, and where. Nothing personal."""
    return Letter(
        f"A complaint about data: {reference}",
        f"Somebody complains about how we use their data. Its reference is {reference}.\n\n"
        f"By law we have to tell them by {in_words(acknowledge_by)} that we have it, and to answer it without undue "
        f"delay.\n\n{page}\n",
    )


def acknowledgement(
    reference: str, *, received_on: date, council: str, day: Callable[[date], str], translated: Translated
) -> Letter:
    """To the person: we have it."""
    return Letter(
        translated("We have your complaint (%(reference)s)", reference=reference),
        _paragraphs(
            translated(
                "On %(day)s you complained to us about how we use your data. We have your complaint, and look into it "
                "without delay. Then we tell you the outcome.",
                day=day(received_on),
            ),
            translated("Its reference is %(reference)s. Name it if you contact us about it.", reference=reference),
            translated(REGULATOR),
            council,
        ),
    )


def answer(
    reference: str,
    outcome: str,
    *,
    received_on: date,
    council: str,
    day: Callable[[date], str],
    translated: Translated,
) -> Letter:
    """To the person: what was found, in the words of whoever looked into it."""
    return Letter(
        translated("Our answer to your complaint (%(reference)s)", reference=reference),
        _paragraphs(
            translated(
                "On %(day)s you complained to us about how we use your data. This is our answer.", day=day(received_on)
            ),
            outcome,
            translated(REGULATOR),
            council,
        ),
    )


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
