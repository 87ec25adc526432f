"""What is linked to somebody is seen, and unlinked by an administrator, who never locks the last one out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from survey_app.accounts.models import Identity, User
from survey_app.accounts.people.operations import NOT_LINKED, NOT_ONESELF, THE_LAST
from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.settings import SingleSignOn
from tests.conftest import PersonsClient
from tests.factories import NOON, make_user

SUBJECT = "00000000-0000-4000-8000-000000000001"


def linked(role: str, provider, *, password: bool = True, issuer: str = "") -> User:
    """Somebody of this role who signs in by the council's account."""
    user = make_user(role)
    if not password:
        user.password = None
    identity = Identity(
        user_id=user.id, issuer=issuer or provider.issuer, tenant="t-1", subject=SUBJECT, linked_at=NOON
    )
    db.session.add(identity)
    db.session.commit()
    return user


def page_of(user: User) -> str:
    return f"/admin/users/{user.id}/"


def unlinking(client: PersonsClient, user: User, **values: str):
    return client.send_form(f"{page_of(user)}unlink", form_at=page_of(user), buffered=True, **values)


def is_linked(user: User) -> bool:
    return db.session.scalar(select(Identity.id).where(Identity.user_id == user.id)) is not None


@pytest.fixture
def boss(app) -> User:
    return make_user("administrator")


@pytest.fixture
def admin(app, boss) -> PersonsClient:
    client = PersonsClient(app, app.response_class)
    client.sign_in(boss.email)
    return client


@pytest.fixture
def sealed(app) -> PersonsClient:
    """The browser of a break-glass account: an administrator who counts for nobody's last."""
    user = make_user("administrator")
    user.is_break_glass = True
    db.session.commit()
    client = PersonsClient(app, app.response_class)
    client.sign_in(user.email)
    return client


class TestAnAdministrator:
    def test_sees_which_account_it_is_and_what_is_left_without_it(self, admin, provider):
        page = admin.get(page_of(linked("cse_lead", provider))).text
        assert SUBJECT in page
        assert "t-1" in page
        assert "Signs in by it" in page
        assert "Then they sign in with their password here again." in page

    def test_unlinks_it_and_the_password_works_again(self, app, admin, provider, boss):
        lead = linked("cse_lead", provider)
        theirs = PersonsClient(app, app.response_class)
        assert theirs.sign_in(lead.email).status_code == 200, "a password opens nothing while they are linked"
        assert "unlinked" in unlinking(admin, lead).location
        assert not is_linked(lead)
        line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
        assert (line.action, line.subject, line.actor_id) == (
            "single sign-on unlinked",
            f"user {lead.id}",
            str(boss.id),
        )
        assert SUBJECT not in str((line.before, line.after))
        assert theirs.sign_in(lead.email).status_code == 302
        assert "Council account</h2>" not in admin.get(page_of(lead)).text

    def test_is_told_that_without_a_password_a_link_must_be_sent(self, admin, provider):
        lead = linked("cse_lead", provider, password=False)
        assert "until they choose a password" in admin.get(page_of(lead)).text
        unlinking(admin, lead)
        assert "Send a new link to choose a password" in admin.get(page_of(lead)).text

    def test_is_told_of_an_account_that_no_longer_lets_anybody_in(self, admin, provider):
        lead = linked("cse_lead", provider, issuer="https://earlier.example")
        page = admin.get(page_of(lead)).text
        assert "earlier.example" in page
        assert "Not the sign-in of today" in page

    def test_does_not_unlink_what_is_not_linked(self, admin):
        answer = unlinking(admin, make_user("cse_lead"))
        assert answer.status_code == 409
        assert NOT_LINKED in answer.text

    def test_does_not_unlink_themselves(self, admin, boss, provider):
        db.session.add(Identity(user_id=boss.id, issuer=provider.issuer, subject=SUBJECT, linked_at=NOON))
        db.session.commit()
        assert "Unlink their" not in admin.get(page_of(boss)).text
        answer = unlinking(admin, boss)
        assert answer.status_code == 409
        assert NOT_ONESELF in answer.text
        assert is_linked(boss)

    @pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer"])
    def test_is_the_only_one_who_may(self, app, provider, role):
        lead = linked("administrator", provider)
        other = make_user(role)
        client = PersonsClient(app, app.response_class)
        client.sign_in(other.email)
        answer = client.send_form(f"{page_of(lead)}unlink", form_at="/accounts/")
        assert answer.status_code == 403
        assert is_linked(lead)


class TestTheLastAdministrator:
    def test_without_a_password_stays_linked(self, sealed, provider):
        last = linked("administrator", provider, password=False)
        answer = unlinking(sealed, last)
        assert answer.status_code == 409
        assert THE_LAST in answer.text
        assert is_linked(last)

    def test_is_not_the_last_beside_one_whose_password_works(self, admin, provider):
        assert unlinking(admin, linked("administrator", provider, password=False)).status_code == 303

    def test_is_the_last_beside_one_who_is_linked_to_a_sign_in_of_earlier(self, sealed, provider):
        linked("administrator", provider, issuer="https://earlier.example")
        assert unlinking(sealed, linked("administrator", provider, password=False)).status_code == 409

    def test_may_be_unlinked_where_a_password_is_left(self, sealed, provider):
        assert unlinking(sealed, linked("administrator", provider)).status_code == 303


class TestWhereItIsTheOnlyWay:
    @pytest.fixture
    def app(self, app, settings, make_app, provider):
        sign_in = SingleSignOn(provider.issuer, "survey", "secret", is_only_way=True)
        return make_app(replace(settings, single_sign_on=sign_in))

    def test_a_password_does_not_save_the_last_administrator(self, sealed, provider):
        make_user("administrator")  # with a password that opens nothing here
        last = linked("administrator", provider)
        assert "Then nothing lets them in" in sealed.get(page_of(last)).text
        answer = unlinking(sealed, last)
        assert answer.status_code == 409
        assert THE_LAST in answer.text

    def test_another_who_is_linked_does(self, sealed, provider):
        last = linked("administrator", provider)
        other = make_user("administrator")
        db.session.add(Identity(user_id=other.id, issuer=provider.issuer, subject="another", linked_at=NOON))
        db.session.commit()
        assert unlinking(sealed, last).status_code == 303


class TestOnesOwnPage:
    def test_says_what_is_linked(self, visitor, signed_in, provider):
        signed_in()
        assert "you sign in by it, at 127.0.0.1" in visitor.get("/accounts/").text
        identity = db.session.scalars(select(Identity)).one()
        page = visitor.get("/accounts/single-sign-on/link").text
        assert identity.subject in page
        assert "An administrator unlinks it" in page

    def test_says_nothing_where_nothing_is(self, admin):
        assert "you sign in by it" not in admin.get("/accounts/").text
