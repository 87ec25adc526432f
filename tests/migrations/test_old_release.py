"""A release is rolled out: the one before it serves residents and staff on the schema that the new one made."""

from __future__ import annotations

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from survey_app.kernel.clock import utc_now
from survey_app.settings import PROJECT_ROOT
from tests.databases import Database
from tests.journey.council import BIN
from tests.journey.recount import people
from tests.soak.keeper import asked_council
from tests.topology.kept import Kept

pytestmark = pytest.mark.slow


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=PROJECT_ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("the project's history is not here: the release with an older schema cannot be had")
    return done.stdout


@pytest.fixture
def old_release(tmp_path: Path) -> Path:
    """The newest state of the project before its newest migration."""
    added = git("log", "--first-parent", "-m", "--diff-filter=A", "--format=%H", "-n", "1", "--", "migrations/versions")
    if not (newest := added.decode().strip()):
        pytest.skip("the history that is here has no migration")
    folder = tmp_path / "old"
    with tarfile.open(fileobj=BytesIO(git("archive", f"{newest}^1"))) as archive:
        archive.extractall(folder, filter="data")
    here = {path.name for path in (PROJECT_ROOT / "migrations" / "versions").glob("*.py")}
    assert here - {path.name for path in (folder / "migrations" / "versions").glob("*.py")}
    return folder


def test_the_release_before_serves_on_the_newest_schema(database: Database, old_release: Path) -> None:
    everybody = people(3, {"why": [], "improve": []}, utc_now())
    with asked_council(database, everybody) as council, (database.folder / "old.log").open("wb") as log:
        web = [str(BIN / "gunicorn"), "wsgi:app", "--bind", f"127.0.0.1:{council.port}", "--threads", "4"]
        worker = [str(BIN / "flask"), "jobs", "run"]
        processes = [Kept(command, council.environment, log, folder=old_release) for command in (web, worker)]
        try:
            council.wait_for(lambda: len(council.smtp.taken) == len(everybody), "a message to everybody")
            council.wait_for(lambda: is_alive(council), "the web server")
            for link in council.survey_links().values():
                assert "We have your answers." in council.answer(link, satisfaction="5")
            council.sign_in("lead@anyborough.example")
            assert "satisfied" in council.get("/dashboards/")
            assert council.rows("survey_response")[0]["state"] == "counted"
        finally:
            assert [process.stop() for process in processes] == [0, 0]
        assert "Every tally is what the answers say." in council.flask("measures", "verify")


def is_alive(council) -> bool:
    try:
        return council.get("/health/live").strip() == "ok"
    except OSError:
        return False
