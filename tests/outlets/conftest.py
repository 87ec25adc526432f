"""Councils of each situation, made once for all the questions that are asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskCliRunner

from survey_app import create_app
from survey_app.accounts.keys.operations import make_key
from survey_app.extensions import db, transaction
from survey_app.settings import load_settings
from tests.compiled import share_compiled
from tests.conftest import PersonsClient
from tests.databases import CONFIG, Database, Templates
from tests.outlets.council import ADVISER, LEAD, NOW, Situation, make_placed
from tests.outlets.placed import Question


@dataclass(frozen=True)
class Standing:
    """A council that stands open, with who reads its figures: somebody who sees all, an adviser of Team Blue, a
    command line, and a system with a key."""

    situation: Situation
    app: Flask
    lead: PersonsClient
    adviser: PersonsClient
    runner: FlaskCliRunner
    key: str
    folder: Path
    opened: dict[str, BeautifulSoup] = field(default_factory=dict)  # pages by their address, once somebody asked
    letters: dict[Question, EmailMessage] = field(default_factory=dict)  # that were sent about it
    packed: dict[str, bytes] = field(default_factory=dict)  # the files of its pack of evidence, the same


Councils = Callable[[Situation], Standing]


@pytest.fixture(scope="module")
def councils(templates: Templates, kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Councils]:
    """councils(situation) is its council; the first who asks has it made, and all that ask later have the same."""
    made: dict[str, tuple[Database, Standing]] = {}

    def council(situation: Situation) -> Standing:
        if situation.name not in made:
            copy = templates.filled(kind, make_placed, *situation.steps).copy(tmp_path_factory.mktemp("council"))
            made[situation.name] = copy, _standing(situation, copy)
        return made[situation.name][1]

    yield council
    for copy, standing in made.values():
        with standing.app.app_context():
            db.session.remove()
            db.engine.dispose()
        copy.drop()


def _standing(situation: Situation, database: Database) -> Standing:
    app = create_app(load_settings(database.environment), CONFIG)
    share_compiled(app)
    app.test_client_class = PersonsClient
    with app.app_context():
        with transaction():
            key = make_key("Reporting", ["figures:read", "responses:read"], days=30, services=(), now=NOW).text
        lead, adviser = (cast(PersonsClient, app.test_client()) for _ in (LEAD, ADVISER))
        assert [lead.sign_in(LEAD).status_code, adviser.sign_in(ADVISER).status_code] == [302, 302]
    return Standing(situation, app, lead, adviser, app.test_cli_runner(), key, database.folder)


@pytest.fixture(autouse=True)
def _long_after() -> Iterator[None]:
    """Nothing of the days that are asked about is provisional."""
    with time_machine.travel(NOW, tick=False):
        yield
