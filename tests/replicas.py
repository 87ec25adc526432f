"""A streaming replica of a PostgreSQL server of our own, which tests stop, start and let fall behind."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.memory import folder_in_memory
from tests.servers import SYSTEM_USER, Postgresql, postgresql_program
from tests.smtp import free_port

PATIENCE_SECONDS = 60


class Replica:
    """One copy, which replays what its server writes."""

    def __init__(self, server: Postgresql, folder: Path) -> None:
        self._data, self._folder, self._port = folder / "data", folder, free_port()
        source = make_url(server.url("postgres")).set(drivername="postgresql")
        whole = source.render_as_string(hide_password=False)
        self._run("pg_basebackup", "-D", str(self._data), "-d", whole, "-R", "-X", "stream", "-c", "fast")

    def url(self, database: str) -> str:
        """What DATABASE_REPLICA_URL has to be for this database of its server."""
        return f"postgresql://postgres@/{database}?host={self._folder}&port={self._port}"

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c port={self._port}"
        self._run("pg_ctl", "-w", "-D", str(self._data), "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """At once, as when its machine fails."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-w", "-D", str(self._data), "-m", "immediate", "stop")

    def fall_behind(self) -> None:
        """Replay nothing more of what comes."""
        self._do("SELECT pg_wal_replay_pause()")
        self._wait_for("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    def catch_up(self) -> None:
        self._do("SELECT pg_wal_replay_resume()")

    def wait_until_it_has(self, server: Postgresql) -> None:
        """All that was written until now."""
        url = make_url(server.url("postgres")).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            written = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
        assert written is not None
        self._wait_for(f"SELECT pg_last_wal_replay_lsn() >= '{written[0]}'")

    def _do(self, statement: str) -> object:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute(statement).fetchone()
        return found and found[0]

    def _wait_for(self, question: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._do(question):
            assert time.monotonic() < deadline, question
            time.sleep(0.01)

    def _run(self, program: str, *arguments: str) -> None:
        postgresql_program(program, *arguments, folder=self._folder)


@contextmanager
def replica_of(server: Postgresql) -> Iterator[Replica]:
    """A copy that runs and follows, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="survey-replica-", dir=folder_in_memory()) as name:
        folder = Path(name)
        folder.chmod(0o700)
        if os.geteuid() == 0:
            shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)
        replica = Replica(server, folder)
        try:
            replica.start()
            yield replica
        finally:
            replica.stop()
