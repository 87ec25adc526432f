"""What the pages of staff who enter answers show, and what they say where no answer can be entered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from survey_app.invitations.models import Invitation
from survey_app.invitations.presenters import last_open_day
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import in_words
from survey_app.organisation.channels import Mode
from survey_app.responses.afterwards.presenters import SupportView, support_view
from survey_app.responses.assisted.card_days import CardDays, card_days
from survey_app.responses.assisted.queries import invitation_by_reference
from survey_app.responses.assisted.tickets import Holds, Ticket
from survey_app.responses.filling import Words, about_contact, about_visit
from survey_app.responses.links.queries import link_by_code
from survey_app.responses.models import LinkKind, OpenLink
from survey_app.responses.operations import Occasion, by_link, facts_known, invited
from survey_app.responses.presenters import about, about_link
from survey_app.responses.queries import counted_response
from survey_app.surveys.in_words import condition_in_words
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import newest_published, route_of, structure_of
from survey_app.surveys.routing import Facts


@dataclass(frozen=True)
class Ending:
    """Why no answer can be entered: the status of the page, and its words."""

    status: int
    title: str
    sentences: tuple[str, ...]


ANSWERED = Ending(
    409,
    "This person has answered already",
    (
        "Nothing was stored just now. We do not show what they said. They can change it, or take it back, with the "
        "link or the code in our message.",
    ),
)
OWN_CONTACT = Ending(
    403,
    "You handled this contact yourself",
    ("Ask a colleague to enter the answer. So nobody can say that staff mark their own work.",),
)


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked about a contact."""

    invitation: Invitation

    @property
    def version(self) -> SurveyVersion:
        return self.invitation.survey_version

    @property
    def about(self) -> tuple[str, str]:
        return about(self.invitation)

    @property
    def support(self) -> SupportView | None:
        """What to tell somebody who is in danger."""
        return support_view(self.invitation.service_id)

    def card_days(self, mode: Mode, now: datetime) -> CardDays | None:
        """A card that comes when the time to answer is over has to say that it was written before."""
        if mode is not Mode.PAPER or self.invitation.closes_at > now:
            return None
        closed_on = last_open_day(self.invitation)
        return card_days(london_day(now), closed_on=closed_on, contact_on=self.invitation.counts_on)

    def ending(self, mode: Mode, user_email: str, now: datetime) -> Ending | None:
        if counted_response(self.invitation.id) is not None:
            return ANSWERED
        if (self.invitation.adviser_ref or "").casefold() == user_email.casefold():
            return OWN_CONTACT
        if self.invitation.closes_at <= now and self.card_days(mode, now) is None:
            closed_on = in_words(last_open_day(self.invitation))
            return Ending(
                410,
                "This survey has closed",
                (
                    f"The time to answer ended on {closed_on}. Thank them for wanting to tell us.",
                    "If something still needs to be put right, help them as you always do, or take their complaint.",
                ),
            )
        return None

    @property
    def words(self) -> Words:
        """What is filled into the questions."""
        return Words(about_contact(self.invitation))

    def facts(self, ticket: Ticket, now: datetime) -> Facts:
        """What the conditions of the survey may ask of the contact."""
        return facts_known(self.occasion(ticket, None))

    def occasion(self, ticket: Ticket, written_on: date | None) -> Occasion:
        """It counts on the day of the contact, whichever day is on the card."""
        occasion = invited(self.invitation, mode=ticket.mode, is_staff_entered=True, submission_key=ticket.key)
        return replace(occasion, answered_at=day_starts_at(written_on)) if written_on is not None else occasion


@dataclass(frozen=True)
class OpenCard:
    """A card with the code of an open link, about the service that it lay out for."""

    link: OpenLink
    version: SurveyVersion
    support: None = None  # nobody is there who could be told

    @property
    def about(self) -> tuple[str, str]:
        return about_link(self.link)

    def card_days(self, mode: Mode, now: datetime) -> CardDays | None:
        closed_on = london_day(self.link.closed_at) if self.link.closed_at else None
        return card_days(london_day(now), closed_on=closed_on)

    def ending(self, mode: Mode, user_email: str, now: datetime) -> Ending | None:
        if self.card_days(mode, now) is None:
            return Ending(410, "Cards with this code are no longer entered", ("The survey on them closed long ago.",))
        return None

    @property
    def words(self) -> Words:
        return Words(about_visit(self.link))

    def facts(self, ticket: Ticket, now: datetime) -> Facts:
        return facts_known(self.occasion(ticket, london_day(now)))

    def occasion(self, ticket: Ticket, written_on: date | None) -> Occasion:
        """It counts on the day that is written on the card."""
        assert written_on is not None
        occasion = by_link(self.link, self.version, submission_key=ticket.key, at=day_starts_at(written_on))
        return replace(occasion, mode=ticket.mode, is_staff_entered=True)


Subject = Asked | OpenCard


def when_asked(version: SurveyVersion) -> dict[str, str]:
    """Of the questions that not everybody is asked, by code: when to ask them, and after which answers not to."""
    if route_of(version).is_same_for_all:
        return {}
    structure = structure_of(version)
    found: dict[str, list[str]] = {}
    for item in structure.items:
        said = found.setdefault(item.question.code, [])
        if item.show_if is not None:
            said.append(f"Ask this only if {condition_in_words(item.show_if, structure, {})}.")
        for rule in structure.rules:
            if rule.after_page < item.page and (rule.go_to is None or item.page < rule.go_to):
                condition = condition_in_words(rule.condition, structure, {}) if rule.condition else ""
                said += [f"Leave this out if {condition}."] if condition else []
    return {code: " ".join(said) for code, said in found.items() if said}


def subject_of(ticket: Ticket) -> Subject:
    """What the answer of a ticket is about. NotFound where that is there no more."""
    if ticket.holds is Holds.INVITATION:
        invitation = invitation_by_reference(ticket.name)
        if invitation is not None:
            return Asked(invitation)
    else:
        link = link_by_code(ticket.name, LinkKind.OPEN)
        version = newest_published(link.survey) if link is not None else None
        if link is not None and version is not None:
            return OpenCard(link, version)
    raise NotFound("There is nothing to answer here.")
