"""Of two who come in by the same link at the same moment, one does."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask

from survey_app.accounts.models import Role, User
from survey_app.accounts.operations import choose_first_password, create_first_administrator, invite_user
from survey_app.accounts.queries import welcome_link, welcomed_by
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from tests.factories import NOON, PASSWORD
from tests.threads import overtaken


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")  # SQLite has one writer at a time
def test_two_who_both_find_nobody_do_not_both_become_it(app: Flask) -> None:
    refused: list[str] = []

    def first(who: str) -> None:
        try:
            with transaction():
                create_first_administrator(f"{who}@example.org", who, PASSWORD, NOON)
        except Refused:
            refused.append(who)

    overtaken(app, partial(first, "slow"), partial(first, "quick"), after="FROM staff_user")
    assert db.session.query(User).count() == 1
    assert len(refused) == 1


def test_a_role_that_is_left_over_keeps_nobody_out(app: Flask) -> None:
    with transaction():
        db.session.add(Role(name="administrator"))
    with transaction():
        create_first_administrator("sam@example.org", "Sam", PASSWORD, NOON)
    assert db.session.query(User).one().role_names == ["administrator"]


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")  # SQLite has one writer at a time
def test_of_two_who_hold_one_welcome_only_one_chooses_the_password(app: Flask) -> None:
    with transaction():
        user = invite_user("sam@example.org", "Sam", "cse_lead", NOON)
    with app.test_request_context():
        key = welcome_link("", user).rpartition("/")[2]
    came_in: list[str] = []

    def choose(password: str) -> None:
        with transaction():
            found = welcomed_by(key, is_locked=True)
            if found is not None:
                choose_first_password(found, password, NOON)
                came_in.append(password)

    overtaken(
        app, partial(choose, "slow horse battery"), partial(choose, "quick horse battery"), after="FROM staff_user"
    )
    assert len(came_in) == 1
