"""`flask contacts redraw`: whoever was picked by hand stands out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, update
from time_machine import TimeMachineFixture

from survey_app.contacts.models import AskingRules, Contact, DrawSeed
from survey_app.contacts.sampling import draw_score
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, Message
from survey_app.invitations.operations import draw_invitations
from survey_app.organisation.models import Service
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_contact, make_council, make_service

NEXT_DAY = NOON + timedelta(days=1)
YEAR = ("--from", "2025-04-01", "--to", "2026-03-31")


@pytest.fixture(autouse=True)
def _next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def service(app: Flask) -> Service:
    """Forty people, about half of them asked."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        db.session.add(AskingRules(sampling_fraction=0.5))
        db.session.add(DrawSeed(first_on=date(2025, 4, 1), seed="5e" * 32, made_at=NOON))
        service = make_service()
        for number in range(40):
            make_contact(service, email=f"r{number}@example.org", reference=f"R{number:02}")
    while draw_invitations(NEXT_DAY, "test"):
        pass
    return service


def redraw(runner: FlaskCliRunner, *options: str, exit_code: int = 0) -> dict[str, Any]:
    result = runner.invoke(args=["contacts", "redraw", *YEAR, "--json", *options])
    assert result.exit_code == exit_code, result.output
    found: dict[str, Any] = json.loads(result.output)
    assert found["ok"] is (exit_code == 0)
    return found


def one(outcome: str) -> Contact:
    return db.session.scalars(
        select(Contact).where(Contact.draw_outcome == outcome).order_by(Contact.reference).limit(1)
    ).one()


def test_an_honest_draw_can_be_repeated(service: Service, runner: FlaskCliRunner) -> None:
    found = redraw(runner)
    asked = db.session.scalars(select(Invitation)).all()
    assert (found["repeated"], found["asked"], found["contradictions"]) == (40, len(asked), [])
    assert 10 < len(asked) < 30
    said = runner.invoke(args=["contacts", "redraw", *YEAR])
    assert "The draw repeated gives the same for each." in said.output


def test_a_change_of_the_fraction_afterwards_contradicts_nothing(service: Service, runner: FlaskCliRunner) -> None:
    with transaction():
        db.session.execute(update(AskingRules).values(sampling_fraction=0.01))
    assert redraw(runner)["contradictions"] == []


@pytest.mark.parametrize(
    ("outcome", "change", "what"),
    [
        ("asked", {"draw_outcome": "not_sampled"}, "there is an invitation, and the outcome is not_sampled"),
        ("asked", {"draw_outcome": "opted_out"}, "there is an invitation, and the outcome is opted_out"),
        ("asked", {"draw_fraction": None}, "it never came to the draw"),
        ("asked", {"draw_fraction": 0.0}, "is not under the fraction 0.0"),
        ("asked", {"reference": "another"}, "and the draw gives"),
        ("not_sampled", {"draw_score": 0.001}, "its score is stored as 0.001"),
        ("not_sampled", {"draw_fraction": 1.0}, "is under the fraction 1.0"),
        ("not_sampled", {"draw_outcome": "asked"}, "asked, and there is no invitation"),
        ("not_sampled", {"draw_outcome": "no_address"}, "the outcome is no_address, and it came to the draw"),
    ],
)
def test_every_change_by_hand_is_named(
    service: Service, runner: FlaskCliRunner, outcome: str, change: dict[str, object], what: str
) -> None:
    with transaction():
        picked = one(outcome)
        for column, value in change.items():
            setattr(picked, column, value)
    (found,) = redraw(runner, exit_code=1)["contradictions"]
    assert found["reference"] == picked.reference
    assert what in found["what"]


def test_somebody_who_was_asked_past_the_draw_is_named(service: Service, runner: FlaskCliRunner) -> None:
    with transaction():
        wanted, model = one("not_sampled"), db.session.scalars(select(Invitation)).first()
        assert model is not None
        facts = {key: getattr(model, key) for key in ("survey_version_id", "salt", "drawn_at", "closes_at")}
        added = Invitation(
            reference="PICKED", contact_id=wanted.id, service_id=service.id, counts_on=wanted.occurred_on, **facts
        )
        db.session.add_all([added, Message(invitation=added, kind="invitation", due_at=NOON)])
        wanted.draw_outcome = "asked"
    result = runner.invoke(args=["contacts", "redraw", *YEAR])
    assert result.exit_code == 1
    assert (
        f"{wanted.reference}: asked, and its score {wanted.draw_score} is not under the fraction 0.5" in result.output
    )


def test_who_was_drawn_before_there_was_a_seed_is_counted_apart(service: Service, runner: FlaskCliRunner) -> None:
    with transaction():
        one("asked").drawn_at = NOON - timedelta(days=1)
    assert redraw(runner)["before_a_seed"] == 1


def test_the_seed_is_secret_while_somebody_of_its_year_may_be_asked(
    service: Service, runner: FlaskCliRunner, time_machine: TimeMachineFixture
) -> None:
    refused = runner.invoke(args=["contacts", "redraw", *YEAR, "--show-seed", "--json"])
    assert refused.exit_code == 1
    assert "secret until 14/04/2026" in refused.output
    assert "5e5e" not in refused.output
    assert "seeds" not in redraw(runner)
    time_machine.move_to(datetime(2026, 4, 15, 9, tzinfo=UTC))
    seeds = redraw(runner, "--show-seed")["seeds"]
    assert seeds == {"2025-04-01": "5e" * 32}
    asked = one("asked")
    assert draw_score(bytes.fromhex(seeds["2025-04-01"]), asked.reference) == asked.draw_score


def test_days_in_the_wrong_order_are_a_wrong_use(app: Flask, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["contacts", "redraw", "--from", "2026-03-31", "--to", "2025-04-01"])
    assert result.exit_code == 2
