"""Two administrators, or one who presses twice, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask

from survey_app.contacts.models import Contact, ContactsFile
from survey_app.contacts.operations import forget_file, import_file, keep_file, undo_import
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import NotFound, Refused
from survey_app.organisation.models import Council
from survey_app.organisation.operations import CouncilFacts, set_up_council
from tests.factories import NOON, make_council, make_service
from tests.threads import overtaken

FACTS = CouncilFacts("Anyborough Council", "England", "", "https://anyborough.example/complaints", "")
FILE = b"reference,occurred_at,channel,service\nC-1,2026-03-09 10:00,phone,waste\n"


def held(file_id: int) -> ContactsFile:
    """The file as a page found it, before somebody else did something with it."""
    return db.session.get_one(ContactsFile, file_id)


def elsewhere(app: Flask, act: Callable[[], object]) -> None:
    """What another administrator does, and commits, in between."""
    with app.app_context(), transaction():
        act()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")  # SQLite has one writer at a time
class TestOnPostgresql:
    @pytest.fixture
    def file_id(self, app: Flask) -> int:
        with transaction():
            make_council()
            make_service("waste")
            file_id = keep_file("c.csv", FILE, now=NOON).id
        db.session.remove()
        return file_id

    def test_a_file_that_was_forgotten_meanwhile_cannot_be_imported(self, app: Flask, file_id: int) -> None:
        with pytest.raises(NotFound), transaction():
            file = held(file_id)
            elsewhere(app, lambda: forget_file(held(file_id), now=NOON))
            import_file(file, now=NOON)
        assert db.session.query(Contact).count() == 0

    def test_a_file_that_was_imported_meanwhile_is_not_forgotten(self, app: Flask, file_id: int) -> None:
        with pytest.raises(Refused), transaction():
            file = held(file_id)
            elsewhere(app, lambda: import_file(held(file_id), now=NOON))
            forget_file(file, now=NOON)
        assert db.session.query(ContactsFile).one().imported_at == NOON

    def test_a_file_forgotten_by_two_is_forgotten_once(self, app: Flask, file_id: int) -> None:
        with pytest.raises(NotFound), transaction():
            file = held(file_id)
            elsewhere(app, lambda: forget_file(held(file_id), now=NOON))
            forget_file(file, now=NOON)

    def test_an_import_undone_by_two_is_undone_once(self, app: Flask, file_id: int) -> None:
        elsewhere(app, lambda: import_file(held(file_id), now=NOON))
        with pytest.raises(NotFound), transaction():
            file = held(file_id)
            elsewhere(app, lambda: undo_import(held(file_id), now=NOON))
            undo_import(file, now=NOON)

    def test_a_council_set_up_by_two_is_one(self, app: Flask) -> None:
        refused: list[str] = []

        def set_up(name: str) -> None:
            try:
                with transaction():
                    set_up_council(replace(FACTS, name=name), now=NOON)
            except Refused:
                refused.append(name)

        overtaken(app, partial(set_up, "Slowborough"), partial(set_up, "Quickborough"), after="FROM council")
        assert db.session.query(Council).one().name == "Quickborough"
        assert refused == ["Slowborough"]


def test_a_file_with_a_very_long_name_is_kept(app: Flask) -> None:
    with transaction():
        make_council()
        assert keep_file("a" * 250 + ".csv", FILE, now=NOON).id
