"""A council on real processes: commands, web server and worker as `make run` starts them, SMTP on loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import MetaData, create_engine

from survey_app import create_app
from survey_app.accounts.operations import create_user
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.measures.models import Target
from survey_app.settings import PROJECT_ROOT, load_settings
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.operations import publish_default_survey
from tests.factories import PASSWORD, make_council
from tests.smtp import SmtpServer, free_port, parts, smtp_server

PATIENCE_SECONDS = 240
BIN = Path(sys.executable).parent


class Council:
    """One running deployment, spoken to from outside: by its commands, by HTTP and by the mail that it sends."""

    def __init__(self, folder: Path, smtp: SmtpServer, environment: Mapping[str, str] = MappingProxyType({})) -> None:
        """`environment` says which database and which Redis; without it SQLite in the folder, and no Redis."""
        self.folder = folder
        self.smtp = smtp
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "INSTANCE_PATH": str(folder),
            "SOONEST_ANSWER_SECONDS": "0",  # these residents read nothing
            "BASE_URL": self.address,
            "MAIL_URL": smtp.url,
            **environment,
        }
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def flask(self, *arguments: str) -> str:
        """Run a command as people do; what it printed. Fails when the command does."""
        done = subprocess.run(
            [str(BIN / "flask"), *arguments],
            cwd=PROJECT_ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.flask(*arguments, "--json"))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as they lie in the database: nothing is decrypted."""
        return self._tables()[table]

    def content(self) -> bytes:
        """All that the database holds, with what its files have kept of deleted rows."""
        files = b"".join(path.read_bytes() for path in self.folder.glob("survey.db*"))
        return files + repr(self._tables()).encode()

    def _tables(self) -> dict[str, list[dict[str, Any]]]:
        engine, found = create_engine(load_settings(self.environment).database_url), MetaData()
        try:
            found.reflect(engine)
            with engine.connect() as connection:
                return {
                    name: [dict(row) for row in connection.execute(table.select()).mappings()]
                    for name, table in found.tables.items()
                }
        finally:
            engine.dispose()

    def set_up(self, services: dict[str, str]) -> None:
        """A migrated database with a council, its survey, target, services and a CSE lead."""
        self.flask("db", "upgrade")
        app = create_app(load_settings(self.environment))
        with app.app_context():
            with transaction():
                now = utc_now()
                make_council(created_at=now)
                publish_default_survey(now)
                target = Target(measure="satisfaction", value=0.9, comparator=Comparator.OVER, entered_at=now)
                target.valid_from = now.date().replace(year=now.year - 2, day=1)
                db.session.add(target)
            db.engine.dispose()
        path = self.folder / "services.csv"
        rows = [f"service,{code},{name}" for code, name in services.items()]
        path.write_text("kind,code,name\n" + "\n".join(rows) + "\n")
        self.flask("organisation", "import", str(path))
        with app.app_context():
            with transaction():
                create_user("lead@anyborough.example", "cse_lead", [], PASSWORD, utc_now())
            db.engine.dispose()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Web server and worker, until the block ends."""
        web = [str(BIN / "gunicorn"), "wsgi:app", "--bind", f"127.0.0.1:{self.port}", "--threads", "4"]
        worker = [str(BIN / "flask"), "jobs", "run"]
        log = (self.folder / "processes.log").open("wb")
        processes = [
            subprocess.Popen(command, cwd=PROJECT_ROOT, env=self.environment, stdout=log, stderr=log)
            for command in (web, worker)
        ]
        try:
            self.wait_for(self.is_ready, "the web server")
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)
            log.close()

    def wait_for(self, holds: Callable[[], bool], what: str, *, longer: timedelta = timedelta(0)) -> None:
        """Wait until something holds, `longer` than usual if need be; fail with its name when it never does."""
        deadline = time.monotonic() + PATIENCE_SECONDS + longer.total_seconds()
        while not holds():
            assert time.monotonic() < deadline, f"{what} did not come; see {self.folder / 'processes.log'}"
            time.sleep(0.05)

    def get(self, url: str) -> str:
        with self._opener.open(urllib.parse.urljoin(self.address, url)) as answer:
            return str(answer.read().decode())

    def post(self, url: str, **fields: str) -> str:
        data = urllib.parse.urlencode(fields).encode()
        with self._opener.open(urllib.parse.urljoin(self.address, url), data) as answer:
            return str(answer.read().decode())

    def sign_in(self, email: str) -> None:
        page = BeautifulSoup(self.get("/accounts/sign-in"), "html.parser")
        hidden = {str(f["name"]): str(f.get("value", "")) for f in page.select("form input[type=hidden]")}
        self.post("/accounts/sign-in", **hidden, email=email, password=PASSWORD)

    def survey_links(self) -> dict[str, str]:
        """The plain survey address in each message, by recipient."""
        return {
            str(message["To"]): re.findall(r"http://\S+/s/[\w-]+", parts(message)["text/plain"])[0]
            for message in self.smtp.taken
        }

    def answer(self, link: str, **answers: str) -> str:
        """Open the link, fill in the form and press Send; the page that follows."""
        page = BeautifulSoup(self.get(link), "html.parser")
        nonce = page.find("input", attrs={"name": "nonce"})
        assert nonce is not None
        return self.post(link, nonce=str(nonce["value"]), **answers)

    def is_ready(self) -> bool:
        try:
            return self.get("/health/ready").strip() == "ok"
        except (urllib.error.URLError, ConnectionError):
            return False


@contextmanager
def new_council(
    folder: Path, services: dict[str, str], environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Council]:
    """A council that is set up and running."""
    with smtp_server() as smtp:
        council = Council(folder, smtp, environment)
        council.set_up(services)
        with council.running():
            yield council
