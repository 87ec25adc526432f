"""What each role may do."""

from __future__ import annotations

import pytest

from survey_app.accounts.roles import PERMISSIONS, ROLES, RoleName, permits, sees_everything


def test_every_role_has_its_rule_and_every_permission_a_meaning():
    assert set(ROLES) == set(RoleName)
    assert {permission for rule in ROLES.values() for permission in rule.permissions} == set(PERMISSIONS)


@pytest.mark.parametrize("role", ["adviser", "service_manager"])
def test_advisers_and_managers_see_their_own_services_only(role):
    assert not sees_everything([role])


@pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer", "administrator", "assessor"])
def test_the_others_see_all_services(role):
    assert sees_everything([role])


def test_one_limited_role_is_enough_to_limit():
    assert not sees_everything(["assessor", "service_manager"])


@pytest.mark.parametrize("names", [[], ["emperor"]])
def test_who_has_no_role_sees_and_may_nothing(names):
    assert not sees_everything(names)
    assert not any(permits(names, permission) for permission in PERMISSIONS)


def test_permissions_of_several_roles_add_up():
    assert permits(["assessor", "administrator"], "manage_users")
    assert permits(["assessor", "administrator"], "view_evidence")


def test_only_the_administrator_adds_people():
    assert [name for name, rule in ROLES.items() if "manage_users" in rule.permissions] == ["administrator"]
