"""Somebody begins a form, and sends the rest of it a byte a minute. On SQLite one writes at a time: whoever wants to
write meanwhile must not have to wait for them."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from survey_app.extensions import db
from survey_app.invitations.models import InvitationToken, TokenPurpose
from survey_app.kernel.tokens import new_token, token_digest
from survey_app.settings import Settings
from tests.attacks.test_from_outside import ON_SQLITE, ROLES, address_of
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_link, make_service, make_survey

FORM = b"name=x&csrf_token=x"


class SlowBody(io.BytesIO):
    """The body of a request; while it is waited for somebody else tries to write."""

    def __init__(self, database: Path) -> None:
        super().__init__(FORM)
        self._database = database
        self.held = False

    def readinto(self, buffer: object) -> int:
        self._try_to_write()
        return super().readinto(buffer)  # type: ignore[arg-type]

    def read(self, size: int | None = -1) -> bytes:
        self._try_to_write()
        return super().read(size)

    def _try_to_write(self) -> None:
        with closing(sqlite3.connect(self._database, timeout=0, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")
            except sqlite3.OperationalError:
                self.held = True


@pytest.fixture
def is_held_up(settings: Settings) -> Callable[[PersonsClient, str], bool]:
    """Whether others cannot write while the body of a POST to this address is on its way."""

    def send(client: PersonsClient, path: str) -> bool:
        body = SlowBody(settings.instance_path / "survey.db")
        client.post(path, input_stream=body, content_type="application/x-www-form-urlencoded", content_length=len(FORM))
        return body.held

    return send


@ON_SQLITE
def test_nobody_is_held_up_by_a_stranger(app: Flask, client: PersonsClient, is_held_up: Callable[..., bool]) -> None:
    make_council()
    make_service()
    for rule in app.url_map.iter_rules():
        assert not is_held_up(client, address_of(app, rule)), rule
    assert not is_held_up(client, "/nowhere")
    assert not is_held_up(client, "/api/v1/nowhere")


@ON_SQLITE
def test_nor_by_a_resident_on_a_slow_line(client: PersonsClient, is_held_up: Callable[..., bool]) -> None:
    make_council()
    service, survey = make_service(), make_survey()
    invitation = make_invitation(service, survey, NOON.date(), closes_at=NOON + timedelta(days=36_500))
    tokens = {purpose: new_token() for purpose in (TokenPurpose.ANSWER, TokenPurpose.OPT_OUT)}
    for purpose, token in tokens.items():
        row = InvitationToken(token_sha256=token_digest(token), purpose=purpose, created_at=NOON)
        row.invitation = invitation
        db.session.add(row)
    link = make_link(service, survey)
    leave, answer = tokens[TokenPurpose.OPT_OUT], f"/s/{tokens[TokenPurpose.ANSWER]}"
    for path in (answer, f"/u/{leave}", f"/u/{leave}/one-click", f"/o/{link.code}"):
        assert client.get(path).status_code in (200, 302), path
        assert not is_held_up(client, path), path


@ON_SQLITE
def test_nor_by_whoever_has_signed_in(
    app: Flask, sign_in: Callable[..., PersonsClient], is_held_up: Callable[..., bool]
) -> None:
    make_council()
    make_service()
    for role in ROLES[:2]:
        client = sign_in(role)
        for rule in app.url_map.iter_rules():
            assert not is_held_up(client, address_of(app, rule)), f"{role}: {rule}"
        assert not is_held_up(client, "/nowhere"), role
