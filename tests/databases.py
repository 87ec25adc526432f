"""The databases that tests run on: each test gets a copy, made in milliseconds, of one that was migrated once."""

from __future__ import annotations

import base64
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet
from flask_migrate import upgrade

from survey_app import create_app
from survey_app.extensions import db
from survey_app.settings import load_settings
from tests.servers import Postgresql

KINDS = ("sqlite", "postgresql")
KEYS: Mapping[str, str] = {
    "SECRET_KEY": secrets.token_urlsafe(32),
    "DATA_KEYS": Fernet.generate_key().decode(),
    "INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    "SIGNING_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
}


class Database(ABC):
    """One database, with the folder that is its app's INSTANCE_PATH."""

    kind: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which an app, a command or a server process uses this database."""
        return {"INSTANCE_PATH": str(self.folder), **KEYS}

    @abstractmethod
    def copy(self, folder: Path) -> Database:
        """The same content in a database of its own. Nobody may be connected to the original."""

    def drop(self) -> None:  # noqa: B027 - a file goes with its folder
        """Remove what does not go with the folder."""

    def migrate(self) -> None:
        """Bring it to the newest schema."""
        app = create_app(load_settings(self.environment))
        with app.app_context():
            upgrade()
            db.engine.dispose()


class SqliteDatabase(Database):
    kind = "sqlite"

    def copy(self, folder: Path) -> SqliteDatabase:
        shutil.copy(self.folder / "survey.db", folder / "survey.db")
        return SqliteDatabase(folder)


class PostgresqlDatabase(Database):
    kind = "postgresql"

    def __init__(self, folder: Path, server: Postgresql, name: str | None = None) -> None:
        super().__init__(folder)
        self._server = server
        self.name = name or server.create()

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"DATABASE_URL": self._server.url(self.name)}

    def copy(self, folder: Path) -> PostgresqlDatabase:
        return PostgresqlDatabase(folder, self._server, self._server.create(self.name))

    def drop(self) -> None:
        self._server.drop(self.name)
