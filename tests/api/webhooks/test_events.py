"""What happens is told in its own transaction, to those who want it, by references alone; and costs nothing else."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.api.webhooks.events import EVENTS
from survey_app.api.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from survey_app.api.webhooks.operations import WebhookFacts, add_webhook, stop_webhook
from survey_app.comments.models import Comment
from survey_app.comments.operations import analyse_comments
from survey_app.evidence.models import EvidencePack, Framework
from survey_app.evidence.packs.operations import ask_for_pack, keep_pack
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation
from survey_app.kernel.clock import utc_now
from survey_app.kernel.periods import Period
from survey_app.measures.operations.editions import publish_edition
from survey_app.measures.queries import published, read_standing
from survey_app.organisation.models import Service
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import SurveyResponse
from survey_app.responses.operations import change_response, invited, quarantine, record_response, release, withdraw
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_answers, make_invitation, make_service, make_user
from tests.statements import statements

DAY = NOON.date()
SAID = "Quick and polite, said Asha. I will stab you with a knife."
SATISFIED = GivenAnswers({"satisfaction": "5", "timeliness": "4"}, {"why": SAID})
LATER = NOON + timedelta(days=1)


@pytest.fixture
def survey(council: None) -> SurveyVersion:
    with transaction():
        return publish_default_survey(NOON)


@pytest.fixture
def housing(council: None) -> Service:
    with transaction():
        return make_service()


@pytest.fixture
def invitation(survey: SurveyVersion, housing: Service) -> Invitation:
    with transaction():
        return make_invitation(housing, survey, DAY)


@pytest.fixture
def records(council: None) -> Webhook:
    """A system that is told of everything."""
    return _told_of(*EVENTS)


def _told_of(*events: str) -> Webhook:
    with transaction():
        facts = WebhookFacts("Records", "https://93.184.215.14/", events)
        return add_webhook(facts, now=NOON)


def told(kind: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    db.session.expire_all()
    found = db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id))
    return [(event.kind, event.data) for event in found if kind in (None, event.kind)]


def answered(invitation: Invitation) -> SurveyResponse:
    with transaction():
        return record_response(invited(invitation), SATISFIED, now=NOON)


def test_the_life_of_an_answer_is_told_by_its_reference(records: Webhook, invitation: Invitation) -> None:
    response, by = answered(invitation), make_user("cse_lead").id
    with transaction():
        change_response(response, GivenAnswers({"satisfaction": "4"}), now=LATER)
    with transaction():
        quarantine(response, "scanner", now=LATER)
    with transaction():
        release(response, now=LATER, by=by)
    with transaction():
        withdraw(response, now=LATER)
        withdraw(response, now=LATER)
    assert [(kind, data["because"]) for kind, data in told()] == [
        ("response.recorded", "given"),
        ("response.changed", "changed"),
        ("response.withdrawn", "held"),
        ("response.recorded", "released"),
        ("response.withdrawn", "withdrawn"),
    ]
    assert told()[0][1] == {
        "response": response.reference,
        "survey": "after-contact",
        "version": response.survey_version.label,
        "service": "housing",
        "channel": "phone",
        "mode": "web",
        "counts_on": "2026-03-10",
        "because": "given",
    }


def test_an_answer_that_is_stored_once_is_told_once(records: Webhook, invitation: Invitation) -> None:
    assert answered(invitation).id == answered(invitation).id
    assert len(told()) == 1


def test_a_held_answer_is_told_when_it_counts_and_never_before(records: Webhook, invitation: Invitation) -> None:
    with transaction():
        held = record_response(invited(invitation), SATISFIED, now=NOON, quarantine_reason="scanner")
    assert told() == []
    with transaction():
        withdraw(held, now=LATER)
    assert told() == []


def test_what_is_not_stored_is_not_told(records: Webhook, invitation: Invitation) -> None:
    with pytest.raises(RuntimeError), transaction():
        record_response(invited(invitation), SATISFIED, now=NOON)
        raise RuntimeError("the power fails")
    assert told() == []


def test_a_comment_is_told_when_it_can_be_read_and_none_of_its_words(records: Webhook, invitation: Invitation) -> None:
    response = answered(invitation)
    analyse_comments(NOON, "test")
    comment = db.session.scalars(select(Comment)).one()
    assert told("comment.ready") == [
        (
            "comment.ready",
            {"comment": comment.reference, "response": response.reference, "question": "why", "service": "housing"},
        )
    ]
    ((_, alert),) = told("alert.raised")
    assert alert.keys() == {"alert", "kind", "response"}
    said = json.dumps(told()).lower()
    assert not [word for word in ("asha", "polite", "stab", "knife", "@") if word in said]


def test_published_tables_are_told(records: Webhook, survey: SurveyVersion, housing: Service) -> None:
    year = Period.between(date(2024, 4, 1), date(2025, 3, 31))
    with transaction():
        make_answers(survey, housing, date(2024, 6, 1), {"satisfaction": "5"}, 40)
    now = utc_now()
    standing = read_standing(now)
    definition = published.publishable("satisfaction")
    seen = published.proposed_edition(definition, year, [], standing=standing).edition.digest
    with transaction():
        edition = publish_edition("satisfaction", year, seen=seen, now=now)
    ((_, data),) = told("tables.published")
    assert data == {
        "measure": "satisfaction",
        "year": year.label,
        "edition": 1,
        "passport": edition.passport.code,
    }


def test_a_pack_that_is_ready_is_told(records: Webhook) -> None:
    with transaction():
        framework = Framework(code="cse", name="CSE")
        db.session.add(framework)
        pack: EvidencePack = ask_for_pack(framework, date(2025, 4, 1), date(2026, 3, 31), now=NOON)
    assert told() == []
    with transaction():
        keep_pack(pack, b"zip", "0" * 64, now=LATER)
    ((_, data),) = told("pack.made")
    days = {"from": "2025-04-01", "to": "2026-03-31"}
    assert data == {"pack": pack.code, "framework": "cse", "sha256": "0" * 64} | days


def test_each_hears_of_what_it_wants_and_one_that_is_stopped_of_nothing(invitation: Invitation) -> None:
    answers, comments, stopped = _told_of("response.recorded"), _told_of("comment.ready"), _told_of(*EVENTS)
    with transaction():
        stop_webhook(stopped, now=NOON)
    answered(invitation)
    analyse_comments(NOON, "test")
    rows = db.session.execute(
        select(WebhookDelivery.webhook_id, WebhookEvent.kind).join(WebhookDelivery.event).order_by(WebhookDelivery.id)
    ).all()
    assert [tuple(row) for row in rows] == [(answers.id, "response.recorded"), (comments.id, "comment.ready")]


def test_where_nobody_is_told_an_answer_costs_one_short_read(app: Flask, invitation: Invitation) -> None:
    with statements() as sent:
        answered(invitation)
    assert [statement for statement in sent if "webhook" in statement] == [
        statement for statement in sent if statement.startswith("SELECT webhook.id, webhook.events")
    ]
    assert sum("webhook" in statement for statement in sent) == 1
    assert told() == []
