"""The words of letters and cards, and the list that goes to the printer's mail merge."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from survey_app.contacts.models import AskingRules, Contact, Way
from survey_app.contacts.queries import asking_rules
from survey_app.invitations.codes import grouped
from survey_app.invitations.letters.operations import NewLetter
from survey_app.invitations.letters.printing import Letter, Letterhead, Mailing, Paper
from survey_app.invitations.message_texts import OwnTexts, Written, filled, paragraphs
from survey_app.invitations.models import Invitation, MessageKind
from survey_app.invitations.presenters import last_open_day, piped_words, why_me
from survey_app.invitations.queries import sample_invitation
from survey_app.invitations.wording import contact_noun, contact_sentence
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import SafeWriter
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import in_words
from survey_app.organisation.models import Council
from survey_app.organisation.presenters import printed_logo, without_scheme
from survey_app.organisation.queries import the_council
from survey_app.surveys.models import Survey

COLUMNS = ("reference", "case_ref", "customer_ref", "service", "contact_on", "open_until", "code")


def mailing_of(
    letters: Sequence[NewLetter],
    paper: Paper,
    *,
    council: Council,
    rules: AskingRules,
    base_url: str,
    now: datetime,
    texts: OwnTexts,
) -> Mailing:
    """The words of these letters; `texts` are those that the council wrote."""
    written = []
    for invitation, code in letters:
        survey_id, language = invitation.survey_version.survey_id, invitation.language
        own = texts.of(survey_id, MessageKind.INVITATION, Way.LETTER, language)
        opening, closing = _words(invitation, code, paper, council, own)
        written.append(_letter(invitation, code, opening, closing, council=council, rules=rules, base_url=base_url))
    return Mailing(paper, _letterhead(council, base_url, now), written, _csv(letters))


def sample_mailing(survey: Survey, own: Written | None, paper: Paper, *, base_url: str, now: datetime) -> Mailing:
    """One letter as it would be printed today, about the first service. Refused while it cannot be written."""
    invitation = sample_invitation(now, survey=survey)
    if invitation is None:
        raise Refused("A letter needs at least one service and a published survey. Do those steps first.")
    council, rules, code = the_council(), asking_rules(), "TEST"
    opening, closing = _words(invitation, code, paper, council, own)
    letter = _letter(invitation, code, opening, closing, council=council, rules=rules, base_url=base_url)
    return Mailing(paper, _letterhead(council, base_url, now), [letter], b"")


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


Paragraphs = tuple[str, ...]


def _words(
    invitation: Invitation, code: str, paper: Paper, council: Council, own: Written | None
) -> tuple[Paragraphs, Paragraphs]:
    """The paragraphs above and below the way in.

    A card may be read by whoever has it in hand: it does not say what the contact was about, nor how it was made.
    """
    is_open = paper is Paper.CARD
    if own is not None:
        words = piped_words(invitation, council, code, own.language)
        if is_open:
            words |= {"service": "our services", "channel": contact_noun(None)}
        above, below = (tuple(filled(text, words) for text in some) for some in paragraphs(own.body))
        return above, below
    length = invitation.survey_version.length_sentence
    if is_open:
        about = f"You contacted us on {in_words(invitation.counts_on)}. Please tell us how it went."
        return (f"{about} {length}",), ()
    sentence = contact_sentence(invitation.channel, invitation.counts_on, invitation.service.name)
    return (f"{sentence} Please tell us how it went.", length), ()


def _letter(
    invitation: Invitation,
    code: str,
    opening: Paragraphs,
    closing: Paragraphs,
    *,
    council: Council,
    rules: AskingRules,
    base_url: str,
) -> Letter:
    contact: Contact | None = invitation.contact  # a sample has none
    place, reference = without_scheme(base_url), contact.reference if contact else "TEST"
    stop = f"If you want no more surveys, go to {place}/s, enter the code and choose ‘Stop asking me’"
    if council.complaint_phone:
        stop += f", or call {council.complaint_phone} and give our reference {reference}"
    return Letter(
        reference=reference,
        opening=opening,
        code=grouped(code),
        survey_url=f"{base_url}/s/{code}",
        open_until=f"You can answer until {in_words(last_open_day(invitation))}.",
        closing=closing,
        why_me=why_me(rules, fraction=contact.draw_fraction if contact else None),
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
