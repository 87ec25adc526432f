"""`flask users create`."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from tests.factories import PASSWORD, make_service


@pytest.fixture
def create(app, runner):
    def run(*arguments: str, password: str = PASSWORD):
        make_sure_of_services()
        return runner.invoke(args=["users", "create", *arguments, "--password-stdin"], input=f"{password}\n")

    def make_sure_of_services() -> None:
        if not db.session.scalar(select(User)):
            make_service("housing")
            make_service("waste")
            db.session.commit()

    return run


def test_the_user_can_sign_in_afterwards(create, client):
    done = create("ann@example.org", "--role", "service_manager", "--service", "housing", "--service", "waste")
    assert done.exit_code == 0
    assert done.stdout == "ann@example.org can sign in as service_manager.\n"
    assert client.sign_in("ann@example.org").status_code == 302


def test_the_act_is_audited_without_personal_data(create):
    create("ann@example.org", "--role", "service_manager", "--service", "housing")
    line = db.session.scalars(select(AuditLine)).one()
    assert (line.action, line.actor_kind) == ("user created", "command")
    assert line.after == {"role": "service_manager", "services": ["housing"]}
    assert "ann" not in line.subject


@pytest.mark.parametrize(
    ("arguments", "password", "sentence"),
    [
        (["ann@example.org", "--role", "emperor"], PASSWORD, "There is no role emperor."),
        (["ann@example.org", "--role", "adviser", "--service", "x"], PASSWORD, "There is no service with the code x."),
        (["ann", "--role", "administrator"], PASSWORD, "'ann' is not an e-mail address"),
        (["ann@example.org", "--role", "administrator"], "short", "at least 12 characters"),
    ],
)
def test_what_will_not_do_is_one_sentence_and_status_1(create, arguments, password, sentence):
    refused = create(*arguments, password=password)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert db.session.scalars(select(User)).all() == []
    assert db.session.scalars(select(AuditLine)).all() == []


def test_an_address_is_added_once(create):
    assert create("ann@example.org", "--role", "administrator").exit_code == 0
    again = create("Ann@example.org", "--role", "administrator")
    assert again.exit_code == 1
    assert "There is already a user ann@example.org." in again.stderr


def test_without_a_role_it_is_wrong_usage(create):
    assert create("ann@example.org").exit_code == 2


def test_the_password_is_asked_twice_and_never_shown(app, runner):
    arguments = ["users", "create", "ann@example.org", "--role", "administrator"]
    done = runner.invoke(args=arguments, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert PASSWORD not in done.output
