"""The words of letters and cards, and the list that goes to the printer's mail merge."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from survey_app.contacts.models import AskingRules
from survey_app.invitations.codes import grouped
from survey_app.invitations.letters.operations import NewLetter
from survey_app.invitations.letters.printing import Letter, Letterhead, Mailing, Paper
from survey_app.invitations.models import Invitation
from survey_app.invitations.presenters import last_open_day, why_me
from survey_app.invitations.wording import contact_sentence
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import SafeWriter
from survey_app.kernel.periods import in_words
from survey_app.organisation.models import Council
from survey_app.organisation.presenters import printed_logo, without_scheme

COLUMNS = ("reference", "case_ref", "customer_ref", "service", "contact_on", "open_until", "code")


def mailing_of(
    letters: Sequence[NewLetter], paper: Paper, *, council: Council, rules: AskingRules, base_url: str, now: datetime
) -> Mailing:
    """The words of these letters."""
    words = _open_words if paper is Paper.CARD else _closed_words
    written = [
        _letter(invitation, code, words(invitation), council=council, rules=rules, base_url=base_url)
        for invitation, code in letters
    ]
    return Mailing(paper, _letterhead(council, base_url, now), written, _csv(letters))


def _letterhead(council: Council, base_url: str, now: datetime) -> Letterhead:
    place = without_scheme(base_url)
    return Letterhead(
        council=council.name,
        postal_address=council.postal_address,
        colour=council.brand_colour,
        logo=printed_logo(council),
        printed_on=in_words(london_day(now)),
        heading="How did we do?",
        enter=f"Point the camera of your phone at the picture, or go to {place}/s and enter this code:",
        privacy=f"How we use your answers: {place}/privacy",
    )


def _closed_words(invitation: Invitation) -> str:
    sentence = contact_sentence(invitation.channel, invitation.counts_on, invitation.service.name)
    return f"{sentence} Please tell us how it went."


def _open_words(invitation: Invitation) -> str:
    """A card may be read by whoever has it in hand: it does not say what the contact was about."""
    return f"You contacted us on {in_words(invitation.counts_on)}. Please tell us how it went."


def _letter(
    invitation: Invitation, code: str, about: str, *, council: Council, rules: AskingRules, base_url: str
) -> Letter:
    place, reference = without_scheme(base_url), invitation.contact.reference
    stop = f"If you want no more surveys, go to {place}/s, enter the code and choose ‘Stop asking me’"
    if council.complaint_phone:
        stop += f", or call {council.complaint_phone} and give our reference {reference}"
    return Letter(
        reference=reference,
        about=about,
        length_sentence=invitation.survey_version.length_sentence,
        code=grouped(code),
        survey_url=f"{base_url}/s/{code}",
        open_until=f"You can answer until {in_words(last_open_day(invitation))}.",
        why_me=why_me(rules, fraction=invitation.contact.draw_fraction),
        stop=f"{stop}.",
    )


def _csv(letters: Sequence[NewLetter]) -> bytes:
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    writer.write(COLUMNS)
    for invitation, code in letters:
        contact = invitation.contact
        writer.write(
            (
                contact.reference,
                contact.case_ref,
                contact.customer_ref,
                invitation.service.name,
                contact.occurred_on.isoformat(),
                last_open_day(invitation).isoformat(),
                grouped(code),
            )
        )
    return text.getvalue().encode("utf-8-sig")
