"""Which part is counted, and what that asks of rows of each kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.contacts.models import Contact
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.measures.queries.cells import Facts, fact
from survey_app.measures.rules import USUAL, Rules
from survey_app.organisation.channels import CustomerKind
from survey_app.responses.models import ResponseState, SurveyDraft, SurveyResponse
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import Survey, SurveyVersion


@dataclass(frozen=True)
class Cut:
    """Which part is counted: the services (None: all), the customers, codes allowed by dimension, and the rules."""

    services: Collection[int] | None
    customers: Collection[CustomerKind]
    codes: Mapping[str, Collection[str]]
    rules: Rules = USUAL


def of_customers(cut: Cut) -> list[ColumnElement[bool]]:
    return [SurveyResponse.survey_version_id.in_(versions_for(cut.customers)), *within(SurveyResponse, cut)]


def drafts_of(cut: Cut) -> list[ColumnElement[bool]]:
    """Drafts that were not finished, of surveys of more than one page; of an invitation neither answered otherwise nor
    wrongly made."""
    return [
        of_several_pages(SurveyDraft, SurveyDraft.saved_at),
        SurveyDraft.survey_version_id.in_(versions_for(cut.customers)),
        *unfinished(),
        *within(SurveyDraft, cut),
    ]


def of_several_pages(
    facts: type[SurveyResponse | SurveyDraft], at: InstrumentedAttribute[datetime]
) -> ColumnElement[bool]:
    """Of surveys of which a page shows but a part, and did so already when this was sent or saved."""
    return exists().where(
        SurveyVersion.id == facts.survey_version_id,
        Survey.id == SurveyVersion.survey_id,
        Survey.paging != Paging.ONE_PAGE,
        or_(Survey.paging_since_at.is_(None), Survey.paging_since_at <= at),
    )


def unfinished() -> list[ColumnElement[bool]]:
    """A finished draft is deleted; one whose invitation was answered in another way is not a draft any more."""
    answered = exists().where(
        SurveyResponse.invitation_id == SurveyDraft.invitation_id, SurveyResponse.state == ResponseState.COUNTED
    )
    void = exists().where(Invitation.id == SurveyDraft.invitation_id, Invitation.state == InvitationState.VOID)
    return [~answered, ~void]


def valid_invitations(cut: Cut) -> list[ColumnElement[bool]]:
    return [Invitation.state != InvitationState.VOID, *invitations_of(cut)]


def contacts_of(cut: Cut) -> list[ColumnElement[bool]]:
    return [Contact.customer_kind.in_(cut.customers), *within(Contact, cut)]


def invitations_of(cut: Cut) -> list[ColumnElement[bool]]:
    """Those of a cut, wrongly made ones too."""
    of_whom = Invitation.contact.has(Contact.customer_kind.in_(cut.customers))
    return [of_whom, *within(Invitation, cut)]


def within(facts: type[Facts], cut: Cut) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [fact(facts, name).in_(codes) for name, codes in cut.codes.items()]
    if cut.services is not None:
        conditions.append(facts.service_id.in_(cut.services))
    return conditions


def versions_for(customers: Collection[CustomerKind]) -> Select[int]:
    return (
        select(SurveyVersion.id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Survey.customer_kind.in_(customers))
    )
