"""Databases to back up, and to restore into."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from survey_app.extensions import db, transaction
from survey_app.organisation.models import Team
from tests.databases import Database, Templates
from tests.factories import (
    NOON,
    make_answers,
    make_council,
    make_service,
    make_survey,
)
from tests.upkeep.backups.borough import fill_what_a_demo_leaves_empty, load_borough
from tests.upkeep.backups.commands import Fresh, Small, done, flask, opened


@pytest.fixture
def fresh(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    """fresh("postgresql") is a new database of that kind at the newest schema."""
    made: list[Database] = []

    def copy(kind: str) -> Database:
        made.append(templates.filled(kind).copy(tmp_path_factory.mktemp(kind)))
        return made[-1]

    yield copy
    for database in made:
        database.drop()


@pytest.fixture(scope="module")
def borough(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Database]]:
    """A borough that has rows in every table, on SQLite, and its restored copy on PostgreSQL."""
    first = templates.filled("sqlite", load_borough, fill_what_a_demo_leaves_empty)
    second = templates.filled("postgresql").copy(tmp_path_factory.mktemp("borough"))
    folder = tmp_path_factory.mktemp("backups") / "first"
    done(flask(first, "upkeep", "backup", folder))
    done(flask(second, "upkeep", "restore", folder))
    yield {"sqlite": first, "postgresql": second}
    second.drop()


@pytest.fixture(scope="module")
def small_original(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Small:
    database = templates.filled("sqlite").copy(tmp_path_factory.mktemp("small"))
    with opened(database), transaction():
        make_council()
        db.session.add(Team(code="team-housing", name="Housing team"))
        make_answers(make_survey(), make_service(), NOON.date(), {"satisfaction": "5"}, 20)
    done(flask(database, "upkeep", "backup", database.folder / "b"))
    return database, database.folder / "b"


@pytest.fixture
def small(small_original: Small, tmp_path: Path) -> Small:
    """A database with a council and some answers, and its backup, to be damaged."""
    database, folder = small_original
    return database.copy(tmp_path), Path(shutil.copytree(folder, tmp_path / "b"))
