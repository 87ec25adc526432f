"""Adding people, refusing what will not do, ending access."""

from __future__ import annotations

import pytest

from survey_app.accounts.operations import create_user, deactivate, end_sessions
from survey_app.kernel.errors import InvalidInput
from tests.factories import NOON, PASSWORD, make_service, make_user


def test_the_address_is_kept_in_small_letters_and_the_password_only_as_argon2(app):
    user = create_user(" Priya.Shah@Example.ORG ", "administrator", [], PASSWORD, NOON)
    assert user.email == "priya.shah@example.org"
    assert user.password.startswith("$argon2id$")
    assert user.created_at == NOON


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (("priya", "administrator", [], PASSWORD), "'priya' is not an e-mail address"),
        (("a@b@c.org", "administrator", [], PASSWORD), "is not an e-mail address"),
        (
            ("a@example.org", "emperor", [], PASSWORD),
            "There is no role emperor. The roles are adviser, ",
        ),
        (("a@example.org", "administrator", [], "short"), "at least 12 characters"),
        (("a@example.org", "administrator", [], "x" * 129), "characters"),
        (("a@example.org", "service_manager", [], PASSWORD), "needs at least one service"),
        (("a@example.org", "cse_lead", ["housing"], PASSWORD), "sees all services"),
        (("a@example.org", "service_manager", ["housing", "hosing"], PASSWORD), "no service with the code hosing."),
    ],
)
def test_what_will_not_do_is_refused_with_its_reason(app, person, words):
    make_service("housing")
    with pytest.raises(InvalidInput, match=words):
        create_user(*person, NOON)


def test_an_address_is_taken_once_whatever_its_letters(app):
    create_user("a@example.org", "administrator", [], PASSWORD, NOON)
    with pytest.raises(InvalidInput, match=r"already a user a@example\.org"):
        create_user("A@EXAMPLE.org", "assessor", [], PASSWORD, NOON)


@pytest.mark.parametrize("end", [end_sessions, deactivate])
def test_ending_access_ends_the_sessions_that_are_open(app, client, end):
    user = make_user("administrator")
    client.sign_in(user.email)
    assert client.get("/accounts/").status_code == 200
    end(user, NOON)
    assert client.get("/accounts/").status_code == 302


def test_a_deactivated_user_cannot_sign_in_again(app, client):
    user = make_user("administrator")
    deactivate(user, NOON)
    assert "The e-mail address or the password is not right." in client.sign_in(user.email).text
