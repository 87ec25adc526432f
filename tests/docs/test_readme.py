"""What README, CONTRIBUTING and ARCHITECTURE tell people to do works, and what they name is there."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from survey_app.settings import PROJECT_ROOT
from tests.smtp import free_port

BIN = Path(sys.executable).parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md")
PATIENCE_SECONDS = 120
FILES = {
    "stops.csv": "email\nnever@example.org\n",
    "services.csv": "kind,code,name\nservice,parking,Parking\nteam,desk,Front desk\n",
    "contacts.csv": "reference,occurred_at,channel,service,email\nR-1,2026-03-09 10:00,phone,parking,r@example.org\n",
    "internal-customers.json": (PROJECT_ROOT / "docs/surveys/internal-customers.json").read_text("utf-8"),
}
# A test has neither the minute that the whole demo takes nor the patience for a worker that never ends.
SHORTER = {"flask demo load borough": "--scale 0.01", "flask jobs run": "--once"}


def text_of(document: str) -> str:
    return (PROJECT_ROOT / document).read_text(encoding="utf-8")


def commands(document: str, program: str) -> list[str]:
    """The command lines of a document's blocks that call this program, in order."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text_of(document), re.MULTILINE | re.DOTALL)
    lines = (part.strip() for block in blocks for line in block.splitlines() for part in line.split("#")[0].split("&&"))
    return [line for line in lines if line.startswith(f"{program} ")]


def scratch(folder: Path) -> dict[str, str]:
    """The environment of a deployment of its own."""
    taken = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "MAIL_URL"}}
    return taken | {"INSTANCE_PATH": str(folder / "instance"), "FLASK_APP": str(PROJECT_ROOT / "wsgi.py")}


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.read().strip() == b"ok")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.mark.soak
def test_the_commands_of_the_readme_run_in_their_order_and_then_the_site_is_served(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    lines = commands("README.md", "flask")
    assert len(lines) >= 9
    for line in lines:
        words = shlex.split(f"{line} {SHORTER.get(line, '')}")
        done = subprocess.run(
            [str(BIN / "flask"), *words[1:]], cwd=tmp_path, env=scratch(tmp_path), capture_output=True, check=False
        )
        assert done.returncode == 0, f"{line}: {done.stdout!r} {done.stderr!r}"
    assert (tmp_path / "pack.zip").exists()

    port = free_port()
    # the environment is there already: nothing is installed
    make = ["make", "--old-file=.venv/run", "run", f"PORT={port}", "DEMO=borough", f"BIN={BIN}"]
    with (tmp_path / "run.log").open("wb") as log:
        site = subprocess.Popen(
            make, cwd=PROJECT_ROOT, env=scratch(tmp_path), stdout=log, stderr=log, start_new_session=True
        )
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not is_ready(port):
                assert site.poll() is None and time.monotonic() < deadline, (tmp_path / "run.log").read_text()
                time.sleep(0.1)
        finally:
            os.killpg(site.pid, signal.SIGTERM)
            site.wait(30)
    printed = (tmp_path / "run.log").read_text()
    assert f"Open http://127.0.0.1:{port}" in printed
    assert "Sign in to the demo with the password" in printed


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_links_to_or_names_is_there(document: str) -> None:
    text = text_of(document)
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    folders = "survey_app|tests|templates|static|migrations|docs|benchmarks|\\.ci"
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", text)
    in_package = [f"survey_app/{path}" for path in re.findall(r"`([a-z_]+/[a-z_]+\.py)`", text)]
    in_package = [path for path in in_package if path.split("/")[1] not in folders.split("|")]
    missing = [path for path in (*linked, *named, *in_package) if not (PROJECT_ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_a_document_names_exists(document: str) -> None:
    named = set(re.findall(r"`?\bmake ([a-z]+)(?=[`\s]*(?:$|#|`| [A-Z]+=))", text_of(document), re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))


def test_make_help_says_what_each_target_is_for() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text_of("Makefile"), re.MULTILINE)
    command = ["make", "--no-print-directory", "help"]
    shown = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True).stdout
    helped = {line.split()[0] for line in shown.splitlines() if len(line.split()) > 2}
    assert set(phony.split()) == helped


PROMISED = (
    *("db upgrade", "demo load", "demo list", "users create", "organisation import", "contacts import", "jobs run"),
    *(
        "jobs list",
        "measures show",
        "measures import",
        "measures verify",
        "measures rebuild",
        "comments analyse",
        "comments evaluate",
    ),
    *("evidence frameworks import", "evidence pack", "evidence verify", "upkeep backup", "upkeep restore", "settings"),
)


@pytest.mark.parametrize("command", PROMISED)
def test_every_command_that_is_promised_so_far_has_its_help(runner: FlaskCliRunner, command: str) -> None:
    *group, name = command.split()
    listed = runner.invoke(args=[*group, "--help"]).output.split("Commands:")[1]
    assert re.search(rf"^  {name} +\S", listed, re.MULTILINE)
    assert runner.invoke(args=[*command.split(), "--help"]).exit_code == 0
