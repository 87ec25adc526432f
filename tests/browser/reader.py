"""Somebody who reads every page as each person, sends every form, and keeps what they met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from survey_app.demo.operations import DEMO_PASSWORD
from tests.attacks.forms import Form, forms_of
from tests.attacks.poison import payload
from tests.attacks.reading import EVALUATED, SHEETS, file_faults, page_faults, shown, tree
from tests.browser.councils import STAFF
from tests.browser.registry import NOT_PAGES
from tests.conftest import PersonsClient

LONG = payload(999, "javascript:", None)
SHORT = "\"'></script><q998z onx=1>q998z"  # without braces, which some texts refuse


@dataclass
class Reader:
    """Reads as each member of staff and as a resident, and keeps what it met."""

    app: Flask
    address: str
    clients: dict[str, PersonsClient] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    forms: dict[tuple[str, frozenset[str]], tuple[str, Form]] = field(default_factory=dict)
    files: dict[str, tuple[str, str, Form | None]] = field(default_factory=dict)

    def client(self, who: str) -> PersonsClient:
        if who not in self.clients:
            client = self.clients[who] = cast(PersonsClient, self.app.test_client())
            if who in STAFF:
                data = {"email": STAFF[who], "password": DEMO_PASSWORD}
                answer = client.post("/accounts/sign-in", base_url=self.address, data=data)
                assert answer.status_code == 302
        return self.clients[who]

    def look(self, who: str, path: str) -> None:
        """Learn what a page lets somebody send, and which files it leads to."""
        answer = self.client(who).get(path, base_url=self.address, buffered=True)
        if answer.mimetype != "text/html":
            return
        page = tree(answer.get_data())
        for form in forms_of(page, path):
            self.forms.setdefault((self.endpoint(form.action, "POST"), form.names), (who, form))
        for where in (link.get("href", "") for link in page.iter("a")):
            if where.startswith("/") and (endpoint := self.endpoint(where, "GET")) in NOT_PAGES:
                self.files.setdefault(endpoint, (who, where, None))

    def get(self, who: str, path: str) -> None:
        self.read(who, self.client(who).get(path, base_url=self.address, buffered=True), path)

    def try_addresses(self, who: str, form: Form) -> None:
        """No form takes an address that runs."""
        data = form.filled(SHORT, everywhere=False)
        data |= {name: "javascript:alert(1)//" for name, kind, _ in form.fields if kind == "url" or "url" in name}
        answer = self.client(who).post(form.action, base_url=self.address, data=data, buffered=True)
        if answer.status_code in (302, 303):
            self.wrong.append(f"{form.action} takes an address that runs")

    def send(self, who: str, form: Form, words: str, *, everywhere: bool) -> None:
        """Send a form, and read where it leads."""
        self.app.extensions["tries"].reset()
        self.sent.add(endpoint := self.endpoint(form.action, "POST"))
        answer = self.client(who).post(
            form.action, base_url=self.address, data=form.filled(words, everywhere=everywhere), buffered=True
        )
        if answer.mimetype in SHEETS:
            self.files.setdefault(endpoint, (who, form.action, form))
        self.read(who, answer, f"POST {form.action}")
        where = answer.headers.get("Location", "")
        if answer.status_code in (302, 303) and where.startswith("/"):
            self.look(who, where)
            self.get(who, where)

    def read(self, who: str, answer: TestResponse, path: str) -> None:
        if answer.status_code >= 500:
            self.wrong.append(f"{path}: {answer.status_code}")
        elif answer.mimetype in SHEETS:
            self.seen |= shown(answer.get_data().decode("utf-8", "replace"))
            faults = file_faults(SHEETS[answer.mimetype], answer.get_data())
            self.wrong += [f"{who} at {path}: {fault[:60]}" for fault in faults]
        elif answer.mimetype in ("text/html", "application/atom+xml", "image/svg+xml"):
            self.seen |= shown(answer.text)
            self.wrong += [f"{who} at {path}: {fault}" for fault in page_faults(tree(answer.get_data()))]
            if EVALUATED.search(answer.get_data()):
                self.wrong.append(f"{who} at {path}: a template was evaluated")
        else:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            if answer.mimetype == "application/json":
                self.seen |= shown(answer.text)

    def endpoint(self, path: str, method: str) -> str:
        try:
            return str(self.app.url_map.bind("").match(path.partition("?")[0], method=method)[0])
        except HTTPException:
            return path
