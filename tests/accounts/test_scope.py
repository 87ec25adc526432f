"""What a viewer may see."""

from __future__ import annotations

import pytest

from survey_app.accounts.queries import Nobody, demo_users, viewer_scope
from survey_app.organisation.queries import subtree_ids
from survey_app.organisation.scope import EVERYTHING, Scope
from tests.factories import make_service, make_user


@pytest.fixture
def tree(app):
    """housing > repairs > boilers, and waste beside it."""
    housing = make_service("housing")
    repairs = make_service("repairs", parent_id=housing.id)
    boilers = make_service("boilers", parent_id=repairs.id)
    waste = make_service("waste")
    return {"housing": housing.id, "repairs": repairs.id, "boilers": boilers.id, "waste": waste.id}


@pytest.mark.parametrize(
    ("own", "seen"),
    [
        (["housing"], {"housing", "repairs", "boilers"}),
        (["repairs"], {"repairs", "boilers"}),
        (["boilers", "waste"], {"boilers", "waste"}),
    ],
)
def test_a_service_manager_sees_own_services_and_those_below_only(tree, own, seen):
    assert viewer_scope(make_user("service_manager", *own)) == Scope(frozenset(tree[code] for code in seen))


def test_a_cse_lead_sees_everything(tree):
    assert viewer_scope(make_user("cse_lead")) == EVERYTHING


def test_a_manager_who_lost_all_services_sees_nothing(tree):
    manager = make_user("service_manager", "waste")
    manager.services.clear()
    assert viewer_scope(manager) == Scope(frozenset())


def test_nobody_sees_nothing(app):
    assert viewer_scope(Nobody()) == Scope(frozenset())


def test_a_tree_that_was_closed_into_a_ring_still_ends(app):
    upper = make_service("upper")
    lower = make_service("lower", parent_id=upper.id)
    upper.parent_id = lower.id
    assert subtree_ids(frozenset({lower.id})) == {upper.id, lower.id}


def test_demo_users_are_listed_and_real_ones_are_not(app):
    make_user("administrator")
    demo = make_user("cse_lead", is_demo=True)
    assert demo_users() == [demo]
