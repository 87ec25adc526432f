"""The databases that tests run on: each test gets a copy, made in milliseconds, of one that was migrated once."""

from __future__ import annotations

import base64
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from cryptography.fernet import Fernet
from flask_migrate import upgrade

from survey_app import create_app
from survey_app.extensions import db, transaction
from survey_app.settings import load_settings
from tests.servers import Postgresql, postgresql_server

KINDS = ("sqlite", "postgresql")
QUICK_HASH = {"argon2__rounds": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
CONFIG: Mapping[str, object] = {"TESTING": True, "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": QUICK_HASH}
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
        return {"INSTANCE_PATH": str(self.folder), "SOONEST_ANSWER_SECONDS": "0", **KEYS}

    @abstractmethod
    def copy(self, folder: Path) -> Database:
        """The same content in a database of its own. Nobody may be connected to the original."""

    def drop(self) -> None:  # noqa: B027 - a file goes with its folder
        """Remove what does not go with the folder."""

    def fill(self, work: Callable[[], object]) -> None:
        """Do this in an app of its own, commit it, and leave nobody connected."""
        app = create_app(load_settings(self.environment), CONFIG)
        with app.app_context():
            with transaction():
                work()
            db.session.remove()
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


Step = Callable[[], object]


class Templates:
    """The databases of one run: filled once, whatever the order of tests, and copied for each that wants one.

    A server starts with the first database that is asked of it, and ends with `servers`.
    """

    def __init__(self, new_folder: Callable[[], Path], servers: ExitStack) -> None:
        self._new_folder = new_folder
        self._servers = servers
        self._postgresql: Postgresql | None = None
        self._filled: dict[tuple[str, tuple[Step, ...]], Database] = {}

    def empty(self, kind: str) -> Database:
        """A new database without tables."""
        if kind == "sqlite":
            return SqliteDatabase(self._new_folder())
        return PostgresqlDatabase(self._new_folder(), self.postgresql)

    @property
    def postgresql(self) -> Postgresql:
        """The server of this run."""
        self._postgresql = self._postgresql or self._servers.enter_context(postgresql_server())
        return self._postgresql

    def filled(self, kind: str, *steps: Step) -> Database:
        """A migrated database in which these functions ran, one after the other; for copies only."""
        if (kind, steps) not in self._filled:
            if steps:
                database = self.filled(kind, *steps[:-1]).copy(self._new_folder())
                database.fill(steps[-1])
            else:
                database = self.empty(kind)
                database.fill(upgrade)
            self._filled[kind, steps] = database
        return self._filled[kind, steps]
