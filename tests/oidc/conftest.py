"""An app whose council has a sign-in of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from survey_app.extensions import db
from survey_app.settings import Settings, SingleSignOn
from tests.conftest import PersonsClient
from tests.factories import make_council, make_service
from tests.oidc.forger import CLIENT, SECRET, Forger, forger


@pytest.fixture
def provider() -> Iterator[Forger]:
    with forger() as made:
        yield made


@pytest.fixture
def app(settings: Settings, provider: Forger, make_app: Callable[[Settings], Flask]) -> Iterator[Flask]:
    app = make_app(replace(settings, single_sign_on=SingleSignOn(provider.issuer, CLIENT, SECRET)))
    with app.app_context():
        make_council()
        make_service("housing")
        db.session.commit()
        yield app


class Visitor(PersonsClient):
    """A browser that goes to the council's sign-in, and comes back with what is to be tried."""

    def leave(self, next_page: str = "") -> str:
        """Press the button; the address of the provider that the browser is sent to."""
        return address_on(self.send_form("/accounts/single-sign-on/", form_at="/accounts/sign-in", next=next_page))

    def come_back(self, url: str, code: str, **query: str) -> TestResponse:
        state = re.search(r"state=([^&]+)", url)
        assert state is not None
        return self.get("/accounts/single-sign-on/callback", query_string={"code": code, "state": state[1]} | query)

    def is_in(self) -> bool:
        return self.get("/accounts/").status_code == 200


def address_on(page: TestResponse) -> str:
    assert page.status_code == 200, page.text
    refresh = BeautifulSoup(page.text, "html.parser").find("meta", {"http-equiv": "refresh"})
    assert refresh is not None
    return str(refresh["content"]).removeprefix("0; url=")


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app, app.response_class)


@pytest.fixture
def signed_in(visitor: Visitor, provider: Forger) -> Callable[..., TestResponse]:
    """signed_in(roles=["adviser:housing"]) goes the whole way with these claims; the answer at its end."""

    def go(**claims: object) -> TestResponse:
        visitor.delete_cookie("session")
        url = visitor.leave()
        return visitor.come_back(url, provider.code_for(url, **claims))

    return go
