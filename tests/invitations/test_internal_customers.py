"""Internal customers and partners are asked a survey of their own, and are never counted among residents."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from survey_app.contacts.models import Contact
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, MessageKind
from survey_app.invitations.operations import draw_invitations
from survey_app.invitations.presenters import Tokens, invitation_email, invitation_text
from survey_app.measures.jobs import FOLD
from survey_app.organisation.channels import CustomerKind
from survey_app.organisation.models import Service
from survey_app.organisation.queries import the_council
from survey_app.responses.given import GivenAnswers
from survey_app.responses.operations import invited, record_response
from survey_app.settings import PROJECT_ROOT
from survey_app.surveys.operations import import_survey, publish_default_survey, publish_survey
from survey_app.surveys.reading import parse_survey
from survey_app.work.jobs import run_job
from tests.factories import NOON, make_contact, make_council, make_service

INTERNAL = (PROJECT_ROOT / "docs/surveys/internal-customers.json").read_text("utf-8")
NEXT_DAY = NOON + timedelta(days=1)
EACH = 12


@pytest.fixture
def housing(app: Flask) -> Service:
    """A council with the usual survey, and contacts of every kind of customer."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        service = make_service("housing")
        for kind in CustomerKind:
            for n in range(EACH):
                make_contact(service, email=f"{kind}{n}@{kind}.example.org", customer_kind=kind)
    return service


def publish_for(kind: CustomerKind) -> None:
    document = json.loads(INTERNAL) | {"code": f"{kind}-customers", "customer_kind": kind.value}
    with transaction():
        publish_survey(import_survey(parse_survey(json.dumps(document))[0], now=NOON), now=NOON)


def draw() -> dict[tuple[CustomerKind, str], int]:
    while draw_invitations(NEXT_DAY, "test"):
        pass
    by = (Contact.customer_kind, Contact.draw_outcome)
    rows = db.session.execute(select(*by, func.count()).group_by(*by)).all()
    return {(kind, outcome): count for kind, outcome, count in rows}


def answer_all() -> None:
    """Every resident is satisfied, nobody else is; one in two of those who are none answers."""
    asked = db.session.scalars(select(Invitation).order_by(Invitation.survey_version_id, Invitation.id)).all()
    for n, invitation in enumerate(asked):
        survey = invitation.survey_version.survey
        first = invitation.survey_version.items[0].question_version.question.code
        is_public = survey.customer_kind is CustomerKind.RESIDENT
        with transaction():
            invitation.state, invitation.sent_at = InvitationState.OPEN, NEXT_DAY
            if is_public or n % 2:
                given = GivenAnswers(choices={first: "5" if is_public else "2"})
                record_response(invited(invitation), given, now=NEXT_DAY + timedelta(hours=1))


def figure(runner: FlaskCliRunner, measure: str, *where: str) -> dict[str, object]:
    filters = [part for one in where for part in ("--where", one)]
    days = ("--from", "2026-03-01", "--to", "2026-03-31")
    result = runner.invoke(args=["measures", "show", measure, *days, *filters, "--json"])
    assert result.exit_code == 0, result.output
    db.session.rollback()  # the command only read, and what follows writes
    [found] = json.loads(result.stdout)["figures"]
    return {name: found[name] for name in ("value", "numerator", "base")}


def test_without_a_survey_of_their_own_they_are_not_asked(housing: Service) -> None:
    assert draw() == {
        (CustomerKind.RESIDENT, "asked"): EACH,
        (CustomerKind.BUSINESS, "asked"): EACH,
        (CustomerKind.INTERNAL, "internal"): EACH,
        (CustomerKind.PARTNER, "internal"): EACH,
    }


def test_each_is_asked_the_survey_of_their_kind_and_counts_in_its_own_figures(
    housing: Service, runner: FlaskCliRunner
) -> None:
    for kind in (CustomerKind.INTERNAL, CustomerKind.PARTNER):
        publish_for(kind)
    assert draw() == {(kind, "asked"): EACH for kind in CustomerKind}
    surveys = db.session.scalars(select(Invitation).join(Contact).where(Contact.customer_kind == CustomerKind.PARTNER))
    assert {invitation.survey_version.survey.code for invitation in surveys} == {"partner-customers"}
    answer_all()
    for _ in ("counted from the feed", "counted from the tallies"):
        assert figure(runner, "satisfaction") == {"value": 1.0, "numerator": 2 * EACH, "base": 2 * EACH}
        both = figure(runner, "satisfaction", "customer_kind=internal", "customer_kind=partner")
        assert both == {"value": 0.0, "numerator": 0, "base": EACH}
        alone = figure(runner, "satisfaction", "customer_kind=internal")
        assert alone["value"] is None  # half of EACH is too few to show
        assert figure(runner, "response_rate") == {"value": 1.0, "numerator": 2 * EACH, "base": 2 * EACH}
        own = figure(runner, "response_rate", "customer_kind=internal")
        assert own == {"value": 0.5, "numerator": EACH // 2, "base": EACH}
        assert figure(runner, "contacts", "customer_kind=partner")["value"] == EACH
        run_job(FOLD, worker="test")


def test_a_colleague_is_written_to_as_a_colleague(housing: Service) -> None:
    publish_for(CustomerKind.INTERNAL)
    draw()
    invitations = {i.survey_version.survey.customer_kind: i for i in db.session.scalars(select(Invitation))}
    words = {"council": the_council(), "base_url": "https://feedback.example"}
    tokens = Tokens("answer", "stop")

    def letter_and_text(kind: CustomerKind) -> tuple[str, str]:
        one = invitations[kind]
        letter = invitation_email(
            one, MessageKind.INVITATION, tokens, rules=asking_rules(), recipient="a@example.org", **words
        )
        text = invitation_text(one, MessageKind.INVITATION, tokens, recipient="+447700900123", **words)
        return letter.text, text.body

    letter, text = letter_and_text(CustomerKind.INTERNAL)
    assert "We ask colleagues who contacted us." in letter
    assert "the service that the contact centre gives to your team?" in letter
    assert "how satisfied were you with our help with housing on 10 Mar? Reply 1 to 5" in text
    letter, text = letter_and_text(CustomerKind.RESIDENT)
    assert "We ask people who contacted us." in letter
    assert "how satisfied were you with housing on 10 Mar? Reply 1 to 5" in text
