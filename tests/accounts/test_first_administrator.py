"""Of two who would be the first administrator at the same moment, one is."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask

from survey_app.accounts.models import Role, User
from survey_app.accounts.operations import create_first_administrator
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
