"""Every route, asked by every role, by nobody and by an API key of each scope: what it declares is what holds.

What a viewer sees of other services stands in test_other_services.py; which pages are open to assessors of those that
show evidence, in tests/evidence/assessors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Rule

from survey_app.accounts.keys.operations import make_key
from survey_app.accounts.keys.scopes import SCOPES
from survey_app.accounts.roles import ROLES, RoleName, permits
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.web.access import BY_KEY, PUBLIC, SIGNED_IN, access_of
from tests.audit.personal import personal_data_in
from tests.conftest import PersonsClient
from tests.factories import make_council, make_service, make_survey

# Rules of access are Python's, whichever database stands behind them.
pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")

ENDS_THE_WALK = {
    "security.logout",
    "accounts.sign_out",
    "accounts.end_all",
}  # whoever asks for them is nobody afterwards
LEAD_ON = {
    "/",  # the front door
    *(f"/accounts/second-step/{step}" for step in ("code", "recovery-code", "which")),  # for who gave a password
}
OF_ALL_SERVICES = {RoleName.CSE_LEAD, RoleName.DATA_PROTECTION_OFFICER, RoleName.ADMINISTRATOR, RoleName.ASSESSOR}


@pytest.fixture
def council(app: Flask) -> Flask:
    """A council with a service and a survey; forms are taken without their token, which is tested elsewhere."""
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction():
        make_council()
        make_service("housing")
        make_survey()
    return app


def walk(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Each route once for each way to ask: the method, an address of nothing that exists, and who may."""
    for rule in app.url_map.iter_rules():
        declared = access_of(app, rule.endpoint)
        assert declared is not None, rule.endpoint
        if rule.endpoint not in ENDS_THE_WALK:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, _address(app, rule), declared


def _address(app: Flask, rule: Rule) -> str:
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, IntegerConverter):
            values[name] = 987_654
        elif choices := getattr(converter, "regex", "").removeprefix("(?:").removesuffix(")").split("|")[0]:
            values[name] = choices if choices.isalpha() else "0123456789abcdef"
    with app.test_request_context():
        _, path = cast("tuple[str, str]", rule.build(values, append_unknown=False))
    return path


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_may_and_nothing_else(
    council: Flask, sign_in: Callable[..., PersonsClient], role: str
) -> None:
    client = sign_in(role) if role in OF_ALL_SERVICES else sign_in(role, "housing")
    wrong = []
    for method, address, declared in walk(council):
        if declared.startswith(BY_KEY):
            is_open = None  # who has signed in makes no difference: see below
        else:
            is_open = declared in (PUBLIC, SIGNED_IN) or permits([role], declared)
        if is_open and role == RoleName.ASSESSOR and declared in ("view_evidence", "assess"):
            is_open = None  # some of these are, and of the framework that they were invited to alone
        if address == "/admin/":
            is_open = None  # it holds what somebody may set, and is not there for whoever may set nothing
        answer = client.open(address, method=method, buffered=True)
        assert answer.status_code < 500, f"{method} {address}: {answer.status_code}"
        led_away = answer.status_code in (302, 401) and "/accounts/sign-in" in answer.headers.get("Location", "")
        is_refused = answer.status_code in (401, 403) or (led_away and declared != PUBLIC)
        if is_open is not None and is_refused == is_open:
            wrong.append(f"{method} {address} ({declared}): {answer.status_code}")
    assert wrong == []
    lines = db.session.scalars(select(AuditLine)).all()
    assert [found for line in lines for found in personal_data_in(line)] == []


def test_nobody_opens_what_is_public_and_nothing_else(council: Flask, client: PersonsClient) -> None:
    wrong = []
    for method, address, declared in walk(council):
        answer = client.open(address, method=method, buffered=True)
        is_sent = answer.status_code == 401 or answer.headers.get("Location", "").startswith("/accounts/sign-in")
        if is_sent == (declared == PUBLIC) and address not in LEAD_ON:
            wrong.append(f"{method} {address} ({declared}): {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_what_its_scope_says_and_no_page_of_staff(
    council: Flask, client: PersonsClient, scope: str
) -> None:
    with transaction():
        key = make_key("Telephone system", [scope], days=10, now=utc_now()).text
    wrong = []
    for method, address, declared in walk(council):
        if declared == PUBLIC:
            continue
        answer = client.open(address, method=method, headers={"Authorization": f"Bearer {key}"})
        if declared.startswith(BY_KEY):
            is_right = (answer.status_code in (401, 403)) != (declared in (BY_KEY, f"{BY_KEY}{scope}"))
        else:
            is_right = answer.status_code == 401 or answer.headers.get("Location", "").startswith("/accounts/sign-in")
        if not is_right:
            wrong.append(f"{method} {address} ({declared}): {answer.status_code}")
    assert wrong == []
