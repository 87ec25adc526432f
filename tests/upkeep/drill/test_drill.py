"""A drill proves a backup in scratch, on either database, names what is wrong, and leaves nothing behind."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import current_app
from sqlalchemy import make_url, select, text

from survey_app.audit.operations import seal_lines
from survey_app.evidence.documents.operations import store_document
from survey_app.evidence.models import EvidencePack, ExhibitKind
from survey_app.evidence.packs.making import make_pack
from survey_app.evidence.packs.operations import keep_pack
from survey_app.evidence.queries import framework_by_code
from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.operations.tallies import fold_all
from survey_app.organisation.models import Service
from survey_app.responses.models import SurveyResponse
from survey_app.upkeep.drill.operations import SCHEMA
from tests.databases import KINDS, Database, PostgresqlDatabase, Templates
from tests.evidence.conftest import make_year
from tests.evidence.test_pins import pin
from tests.factories import NOON, make_contact, withdraw
from tests.upkeep.backups.commands import Small, as_version_1, assert_refused, contents, done, flask

OLD = Path(__file__).parent.parent / "backups" / "schema_0001.zip"
PUBLIC = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # bytes 0 to 31, which the old backup was made under
OLD_KEYS = {"DATA_KEYS": PUBLIC, "INDEX_KEY": PUBLIC, "SIGNING_KEY": PUBLIC}
YEAR = Period.between(date(2025, 4, 1), date(2026, 3, 31))
LATER = NOON + timedelta(days=60)


def fill_what_can_be_proved() -> None:
    """Two frozen figures, of which an answer was withdrawn since one; a pack, a document, a sealed line, an address."""
    service = db.session.scalars(select(Service).order_by(Service.id)).first()
    assert service is not None
    make_contact(service)
    pin("1.3.1")
    withdraw(db.session.scalars(select(SurveyResponse).where(SurveyResponse.counts_on >= YEAR.first)).first())
    pin("5.3.1", query=make_query("timeliness", YEAR.first, YEAR.last), kind=ExhibitKind.FIGURE)
    store_document("Minutes.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"IEND\xaeB`\x82", now=NOON)
    settings = current_app.extensions["settings"]
    made = make_pack("cse", YEAR, settings=settings, now=LATER, tell=lambda _done, _step: None)
    framework = framework_by_code("cse")
    pack = EvidencePack(code="a0b1c2", framework=framework, first_on=YEAR.first, last_on=YEAR.last, asked_at=LATER)
    db.session.add(pack)
    keep_pack(pack, made.zipped, made.sha256, now=LATER)
    seal_lines(LATER, settings.signing_key)
    fold_all()


@pytest.fixture(autouse=True)
def scratch_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a drill makes its folder, and leaves nothing."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert [path.name for path in folder.iterdir() if path.name != ".lockfile"] == []  # of the test server


@pytest.fixture(scope="module", params=KINDS)
def council(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Database, Path]:
    """A council with its backup."""
    database = templates.filled(request.param, make_year, fill_what_can_be_proved)
    folder = tmp_path_factory.mktemp("backups") / "b"
    done(flask(database, "upkeep", "backup", folder))
    return database, folder


@pytest.mark.parametrize("there", ["default", *KINDS])
def test_a_drill_proves_all_there_is_and_leaves_nothing(
    council: tuple[Database, Path], templates: Templates, tmp_path: Path, there: str
) -> None:
    original, folder = council
    before, files = contents(original), {path.name: path.read_bytes() for path in folder.iterdir()}
    url = {
        "default": "",
        "sqlite": f"sqlite:///{tmp_path / 'drill.db'}",
        "postgresql": templates.filled("postgresql").environment["DATABASE_URL"],
    }[there]

    drilled = json.loads(
        done(flask(original, "upkeep", "drill", folder, "--json", *(["--database", url] if url else [])))
    )

    assert (drilled["ok"], drilled["differences"]) == (True, [])
    assert (drilled["passports"], drilled["same"], drilled["packs"], drilled["files"]) == (2, 1, 1, 1)
    (explained,) = drilled["explained"]
    assert "1 of 489 answers was withdrawn since" in explained["what"]
    assert drilled["audit_lines"] > 0
    assert drilled["encrypted_values"] == 1
    assert drilled["seconds"]["recovery"] > 0
    assert not (tmp_path / "drill.db").exists()
    if there == "postgresql":
        assert SCHEMA not in schemas(url)
    assert contents(original) == before
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def schemas(url: str) -> list[str]:
    with closing(connected(url)) as connection:
        return [name for (name,) in connection.execute("SELECT nspname FROM pg_namespace")]


def connected(url: str) -> psycopg.Connection[Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


DAMAGE = {
    "an answer that is gone": (
        "DELETE FROM answer WHERE response_id = (SELECT max(id) FROM survey_response WHERE state = 'counted')",
        "Tallies",
    ),
    "a response that is another": (
        "UPDATE survey_response SET reference = 'another' WHERE id = (SELECT max(id) FROM survey_response "
        "WHERE state = 'counted' AND counts_on BETWEEN '2025-04-01' AND '2026-03-31')",
        "Figure ",
    ),
    "a figure that was bettered": ("UPDATE frozen_passport SET document = replace(document, '2', '3')", "Figure "),
    "tallies that were raised": ("UPDATE day_tally SET count = count + 1", "Tallies"),
    "a line of the audit that is another": ("UPDATE audit_line SET subject = 'nobody' WHERE sealed_as = 1", "Audit"),
    "a pack that lacks a part": ("DELETE FROM pack_part", "Pack a0b1c2"),
    "a document of another size": ("UPDATE document SET content = substr(content, 2)", "Document "),
    "an address that no key opens": ("UPDATE contact_detail SET email = 'gAAAAAB'", "Column contact_detail.email"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_whatever_was_wrong_before_the_backup_is_named(
    council: tuple[Database, Path], tmp_path: Path, damage: str
) -> None:
    statement, where = DAMAGE[damage]
    folder = tmp_path / "copy"
    folder.mkdir()
    database = council[0].copy(folder)
    database.fill(lambda: db.session.execute(text(statement)))
    done(flask(database, "upkeep", "backup", tmp_path / "b"))

    result = flask(database, "upkeep", "drill", tmp_path / "b", "--json")

    database.drop()
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) == (1, False)
    assert any(each["where"].startswith(where) for each in found["differences"]), found["differences"]
    assert "not as they were" in result.stderr


def test_it_needs_no_database_but_its_own(council: tuple[Database, Path], tmp_path: Path) -> None:
    """As on another machine: the keys and the backup, and a server that is gone."""
    elsewhere = f"sqlite:///{tmp_path / 'gone' / 'survey.db'}"
    printed = done(flask(council[0], "upkeep", "drill", council[1], DATABASE_URL=elsewhere))
    assert "Restored in " in printed
    assert "2 frozen figures, of which 1 are the same and 1 others for a reason" in printed
    assert printed.endswith("Everything is as it was. Nothing of the drill is left.\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_of_the_first_release_that_made_any_gives_the_figures_of_then(
    templates: Templates, tmp_path: Path, kind: str
) -> None:
    """Made by that release, at schema 0001, before anything was sealed; loaded so, and then brought to the newest."""
    with zipfile.ZipFile(OLD) as kept:
        kept.extractall(tmp_path / "old")
    place = ["--database", templates.filled("postgresql").environment["DATABASE_URL"]] if kind == "postgresql" else []

    drilled = json.loads(
        done(flask(templates.empty("sqlite"), "upkeep", "drill", tmp_path / "old", "--json", *place, **OLD_KEYS))
    )

    assert (drilled["schema"], drilled["rows"]) == ("0001", 11_947)
    assert (drilled["passports"], drilled["same"], drilled["encrypted_values"]) == (9, 9, 45)


def test_a_backup_of_the_first_version_is_drilled_too(small: Small) -> None:
    as_version_1(small)
    done(flask(small[0], "upkeep", "drill", small[1]))


def test_a_damaged_backup_is_refused(small: Small) -> None:
    path = small[1] / "answer.ndjson.gz.sealed"
    path.write_bytes(path.read_bytes()[:-1])
    assert_refused(flask(small[0], "upkeep", "drill", small[1]), "answer.ndjson.gz.sealed is not as it was written")


def test_a_file_that_is_there_is_never_written_over(small: Small, tmp_path: Path) -> None:
    (tmp_path / "live.db").write_text("somebody's")
    result = flask(small[0], "upkeep", "drill", small[1], "--database", f"sqlite:///{tmp_path / 'live.db'}")
    assert_refused(result, "is there already")
    assert (tmp_path / "live.db").read_text() == "somebody's"


@pytest.mark.parametrize("url", ["mysql://host/name", "nothing", "sqlite://"])
def test_another_kind_of_database_is_refused(small: Small, url: str) -> None:
    assert_refused(flask(small[0], "upkeep", "drill", small[1], "--database", url), "must be postgresql://")


def test_a_server_that_does_not_answer_is_said_without_its_password(small: Small) -> None:
    url = "postgresql://me:secret-word@127.0.0.1:1/name"
    result = flask(small[0], "upkeep", "drill", small[1], "--database", url)
    assert_refused(result, "does not answer")
    assert "secret-word" not in result.output


@pytest.fixture
def busy(templates: Templates, tmp_path: Path) -> Iterator[PostgresqlDatabase]:
    """A database of PostgreSQL in which somebody works."""
    (tmp_path / "busy").mkdir()
    database = templates.filled("postgresql", make_year).copy(tmp_path / "busy")
    assert isinstance(database, PostgresqlDatabase)
    yield database
    database.drop()


def test_what_a_killed_drill_left_goes_with_the_next_and_nothing_else_does(
    small: Small, busy: PostgresqlDatabase
) -> None:
    url = busy.environment["DATABASE_URL"]
    before = contents(busy)
    with closing(connected(url)) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(f"CREATE TABLE {SCHEMA}.council (left_over integer)")

    done(flask(small[0], "upkeep", "drill", small[1], "--database", url))

    assert SCHEMA not in schemas(url)
    assert contents(busy) == before


def test_two_drills_in_one_database_keep_out_of_each_others_way(small: Small, busy: PostgresqlDatabase) -> None:
    url = busy.environment["DATABASE_URL"]
    with closing(connected(url)) as other:
        other.execute("SELECT pg_advisory_lock(4721331902)")
        assert_refused(flask(small[0], "upkeep", "drill", small[1], "--database", url), "Another drill runs")
