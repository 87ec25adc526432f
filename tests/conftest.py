"""An app on a fresh, migrated database for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import upgrade

from survey_app import create_app
from survey_app.extensions import db
from survey_app.settings import Settings, load_settings

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with data for tests that lies beside the project; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database brought to the newest schema once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("migrated")
    app = create_app(load_settings({"INSTANCE_PATH": str(folder)}))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return folder / "survey.db"


@pytest.fixture
def settings(tmp_path: Path, migrated_database: Path) -> Settings:
    shutil.copy(migrated_database, tmp_path / "survey.db")
    return load_settings({"INSTANCE_PATH": str(tmp_path)})


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The app, with its context pushed, so that a test can speak to the database directly."""
    app = create_app(settings, {"TESTING": True})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()
