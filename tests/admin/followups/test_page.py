"""The rules of follow-ups and their owners: set by administrators, checked, audited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.actions.followups.queries import follow_up_rules, owners_by_service
from survey_app.actions.models import FollowUpRules
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from tests.conftest import PersonsClient
from tests.factories import make_council, make_service, make_user

PAGE = "/admin/follow-ups/"
GOOD = {
    "rules-is_on": "yes",
    "rules-highest_score": "3",
    "rules-first_contact_days": "1",
    "rules-close_days": "8",
    "rules-complaints_url": "https://complaints.example/{reference}",
}
SignIn = Callable[..., PersonsClient]


def rules() -> FollowUpRules:
    db.session.expire_all()
    return follow_up_rules()


def test_the_rules_are_set_with_an_audit_line(sign_in: SignIn) -> None:
    make_council()
    admin = sign_in("administrator")
    assert "within 2 working days" in " ".join(BeautifulSoup(admin.get(PAGE).text, "html.parser").get_text().split())
    assert admin.send_form(PAGE, **GOOD).status_code == 303
    found = rules()
    assert (found.highest_score, found.first_contact_days, found.close_days, found.asks_for_verdict) == (3, 1, 8, False)
    admin.send_form(PAGE, **GOOD)
    assert len(db.session.scalars(select(FollowUpRules)).all()) == 1
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "follow-up.rules changed")).one()
    assert (line.before or {})["highest_score"] == 2
    assert (line.after or {})["highest_score"] == 3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rules-is_on": ""}, "Choose one of the two."),
        ({"rules-highest_score": "9"}, "Choose one."),
        ({"rules-first_contact_days": "0"}, "Type 1 to 60 working days."),
        ({"rules-close_days": "soon"}, "Type 1 to 60 working days."),
        ({"rules-first_contact_days": "9"}, "Closing comes after the first contact"),
        ({"rules-complaints_url": "http://complaints.example"}, "beginning with https://"),
        ({"rules-complaints_url": "https://complaints.example/{id}"}, "Only {reference} may stand in braces"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(sign_in: SignIn, wrong: dict[str, str], words: str) -> None:
    make_council()
    page = sign_in("administrator").send_form(PAGE, **GOOD | wrong)
    assert page.status_code == 422
    assert words in page.text
    assert next(iter(wrong.values())) in page.text
    assert db.session.scalars(select(FollowUpRules)).all() == []


def test_a_service_gets_an_owner_who_sees_it_and_loses_it_again(sign_in: SignIn) -> None:
    make_council()
    with transaction():
        housing, waste = make_service("housing"), make_service("waste")
        manager = make_user("service_manager", "housing")
    admin = sign_in("administrator")
    wrong = {"owner-service": str(waste.id), "owner-user": str(manager.id)}
    page = admin.send_form(f"{PAGE}owners", form_at=PAGE, **wrong)
    assert (page.status_code, "their role and services must cover it" in page.text) == (422, True)
    right = {"owner-service": str(housing.id), "owner-user": str(manager.id)}
    assert admin.send_form(f"{PAGE}owners", form_at=PAGE, **right).status_code == 303
    assert owners_by_service() == {housing.id: manager.id}
    assert admin.send_form(f"{PAGE}owners", form_at=PAGE).status_code == 422
    admin.send_form(f"{PAGE}owners/{housing.id}/remove", form_at=PAGE)
    db.session.rollback()
    assert owners_by_service() == {}


def test_only_administrators_set_them(sign_in: SignIn) -> None:
    make_service("housing")
    assert sign_in("cse_lead").get(PAGE).status_code == 403
    assert sign_in("service_manager", "housing").get(PAGE).status_code == 403
