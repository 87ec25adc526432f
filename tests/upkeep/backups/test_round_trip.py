"""A backup of either database, restored into the other: the same rows, the same figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from survey_app.contacts.models import (
    ContactDetail,
)
from survey_app.extensions import db, transaction
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
    Message,
)
from survey_app.organisation.models import Service
from survey_app.responses.models import (
    ResponseChange,
    SurveyResponse,
)
from survey_app.surveys.models import SurveyVersion
from survey_app.upkeep.backups.dump_format import Keys
from survey_app.upkeep.backups.operations import write_backup
from survey_app.work.models import JobRun
from tests.conftest import PersonsClient
from tests.databases import KINDS, Database, Templates
from tests.factories import (
    NOON,
    make_answers,
    make_council,
    make_service,
    make_survey,
)
from tests.upkeep.backups.borough import TOKEN
from tests.upkeep.backups.commands import EVERY_WAY, OF_ITS_OWN, Fresh, contents, done, flask, opened

YEAR = ("--from", "2025-04-01", "--to", "2026-03-31", "--json")


def test_the_borough_has_rows_in_every_table(borough: Mapping[str, Database]) -> None:
    """Whoever adds a table gives it a row here, so that its way through a backup is tested."""
    assert [name for name, rows in contents(borough["sqlite"]).items() if not rows] == []


@dataclass(frozen=True)
class Restored:
    """One way of a backup: where it came from, where it went, and what the two commands printed."""

    original: Database
    database: Database
    backup: dict[str, Any]
    restore: dict[str, Any]


@pytest.fixture(scope="module", params=EVERY_WAY)
def restored(
    borough: Mapping[str, Database],
    templates: Templates,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Restored]:
    here, there = request.param
    database = templates.filled(there).copy(tmp_path_factory.mktemp(there))
    folder = tmp_path_factory.mktemp("backups") / "b"
    backup = json.loads(done(flask(borough[here], "upkeep", "backup", folder, "--json")))
    restore = json.loads(done(flask(database, "upkeep", "restore", folder, "--json")))
    yield Restored(borough[here], database, backup, restore)
    database.drop()


def test_a_restored_database_has_the_same_rows(restored: Restored) -> None:
    assert restored.restore["ok"] is True
    assert restored.restore["rows"] == restored.backup["rows"]
    before, after = contents(restored.original), contents(restored.database)
    assert {name for name in before if before[name] != after[name]} == OF_ITS_OWN
    assert set(before["audit_line"]) < set(after["audit_line"])


def test_a_restored_database_shows_the_same_figures(restored: Restored) -> None:
    for command in (
        ("measures", "show", "satisfaction", *YEAR),
        ("measures", "show", "satisfaction", "--by", "month", *YEAR),
        ("measures", "show", "timeliness", "--by", "service", *YEAR),
    ):
        assert json.loads(done(flask(restored.database, *command))) == json.loads(
            done(flask(restored.original, *command))
        )
    done(flask(restored.database, "measures", "verify"))


def test_a_pack_of_the_one_verifies_live_in_the_other(restored: Restored, tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"
    done(flask(restored.original, "evidence", "pack", *YEAR[:4], "--out", pack))

    verified = json.loads(done(flask(restored.database, "evidence", "verify", pack, "--live", "--json")))

    assert verified["figures"] > 0
    assert verified["problems"] == []


def test_residents_and_staff_go_on_where_they_were(restored: Restored, tmp_path: Path) -> None:
    database = restored.database.copy(tmp_path)
    with opened(database) as app:
        app.test_client_class = PersonsClient
        client = app.test_client()
        assert isinstance(client, PersonsClient)
        assert client.sign_in("lead@anyborough.example").status_code == 302
        assert db.session.scalars(select(ContactDetail.email)).one() == "priya@example.org"
        last = db.session.scalar(select(func.max(SurveyResponse.id))) or 0
        nonce = BeautifulSoup(client.get(f"/s/{TOKEN}").text, "html.parser").select_one("input[name=nonce]")
        assert nonce is not None
        assert client.post(f"/s/{TOKEN}", data={"nonce": nonce["value"], "satisfaction": "5"}).status_code == 303
        response = db.session.get_one(SurveyResponse, last + 1)
        assert db.session.get_one(Invitation, response.invitation_id).state is InvitationState.ANSWERED
    done(flask(database, "measures", "verify"))
    database.drop()


def test_leases_of_the_old_system_hold_nothing_up(restored: Restored) -> None:
    with opened(restored.database):
        message = db.session.scalars(select(Message)).one()
        assert (message.claimed_by, message.claimed_until, message.attempts) == (None, None, 1)
        assert db.session.scalars(select(JobRun.claimed_until)).all() == [None]
    assert restored.restore["waiting_messages"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_stands_at_one_instant_while_answers_are_recorded(fresh: Fresh, tmp_path: Path, kind: str) -> None:
    original, restored = fresh(kind), fresh("sqlite")
    with opened(original) as app:
        with transaction():
            make_council()
            survey, service = make_survey(), make_service()
            make_answers(survey, service, NOON.date(), {"satisfaction": "5"}, 20)
            version_id, service_id = survey.id, service.id

        def record_one() -> None:
            with app.app_context(), transaction():
                answered = db.session.get_one(SurveyVersion, version_id)
                make_answers(answered, db.session.get_one(Service, service_id), NOON.date(), {"satisfaction": "1"})

        def meanwhile(_rows: int) -> None:
            resident = Thread(target=record_one)
            resident.start()
            resident.join()

        keys = Keys(*(getattr(app.extensions["settings"], name) for name in ("data_keys", "index_key", "signing_key")))
        meanwhile(0)
        write_backup(tmp_path / "b", keys, now=NOON, progress=lambda _rows: meanwhile)
        recorded = db.session.scalar(select(func.count()).select_from(SurveyResponse)) or 0
        db.session.rollback()
    assert json.loads(done(flask(restored, "upkeep", "restore", tmp_path / "b", "--json")))["ok"] is True

    with opened(restored):
        assert db.session.scalar(select(func.count()).select_from(SurveyResponse)) == 21
        assert db.session.scalar(select(func.count()).select_from(ResponseChange)) == 63
    assert recorded > 25
