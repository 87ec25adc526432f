"""What is put into an image, what containers and units are given: held against what the app reads and needs."""

from __future__ import annotations

import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from survey_app.settings import PROJECT_ROOT, SETTINGS

DEPLOY = PROJECT_ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NAMES = {setting.name for setting in SETTINGS}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def taken_in() -> set[str]:
    """What .dockerignore lets through."""
    lines = (PROJECT_ROOT / ".dockerignore").read_text().splitlines()
    return {line[1:] for line in lines if line.startswith("!")}


class TestTheImage:
    def test_takes_in_nothing_but_what_is_named(self) -> None:
        lines = [line for line in (PROJECT_ROOT / ".dockerignore").read_text().splitlines() if line[:1] != "#"]
        assert lines[0] == "*"
        for kept_out in ("instance", ".git", ".env", "survey.env", "tests", "deploy", "docs", ".venv", "benchmarks"):
            assert not any(fnmatch(kept_out, pattern) for pattern in taken_in())

    def test_copies_what_is_there_and_all_that_is_taken_in(self) -> None:
        copied = {
            source
            for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
            for source in line.split()[:-1]
        }
        assert copied == taken_in()
        assert all((PROJECT_ROOT / source).exists() for source in copied)

    def test_takes_every_library_by_its_hash_and_as_it_was_built(self) -> None:
        assert "--require-hashes" in DOCKERFILE
        assert "--only-binary :all:" in DOCKERFILE

    def test_is_run_by_an_account_of_its_own(self) -> None:
        last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
        assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
        assert last.index("USER 10001") < last.index("CMD [")

    def test_is_asked_whether_it_can_serve(self) -> None:
        assert re.search(r"HEALTHCHECK .*\\\n .*/health/ready", DOCKERFILE)

    def test_holds_what_the_app_reads_at_its_start(self, tmp_path: Path) -> None:
        """The files of the image alone, without the rest of the project: a command of the app runs on them."""
        for name in taken_in():
            source, target = PROJECT_ROOT / name, tmp_path / "app" / name
            target.parent.mkdir(exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        done = subprocess.run(
            [str(PROJECT_ROOT / ".venv" / "bin" / "flask"), "db", "upgrade"],
            cwd=tmp_path / "app",
            env={"PATH": "/usr/bin:/bin", "FLASK_APP": "wsgi.py", "INSTANCE_PATH": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "data" / "survey.db").exists()


class TestTheContainers:
    def test_are_two_web_nodes_and_two_workers_with_all_that_they_stand_on(self, compose: dict[str, Any]) -> None:
        assert set(compose["services"]) == {
            *("nginx", "web1", "web2", "worker1", "worker2", "upgrade", "primary", "replica", "redis")
        }

    def test_may_do_as_little_as_they_need(self, compose: dict[str, Any]) -> None:
        for name, service in compose["services"].items():
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert "privileged" not in service, name

    def test_reach_the_database_from_inside_alone(self, compose: dict[str, Any]) -> None:
        assert compose["networks"]["inside"]["internal"] is True
        for name in ("primary", "replica", "redis"):
            assert compose["services"][name]["networks"] == ["inside"]
        assert [name for name, service in compose["services"].items() if "ports" in service] == ["nginx"]

    def test_start_when_the_schema_is_there(self, compose: dict[str, Any]) -> None:
        for name in ("web1", "web2", "worker1", "worker2"):
            waits = compose["services"][name]["depends_on"]
            assert waits["upgrade"] == {"condition": "service_completed_successfully"}
        assert compose["services"]["upgrade"]["command"] == ["flask", "db", "upgrade"]

    def test_are_given_files_that_are_there(self, compose: dict[str, Any]) -> None:
        for service in compose["services"].values():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                assert (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"]

    def test_hold_no_secret_in_their_file(self, compose: dict[str, Any]) -> None:
        for service in compose["services"].values():
            assert all("PASSWORD" not in name or name.endswith("_FILE") for name in service.get("environment", {}))

    @pytest.mark.parametrize("script", ["allow_replica.sh", "follow.sh"])
    def test_run_scripts_that_bash_reads(self, script: str) -> None:
        subprocess.run(["bash", "-n", str(DEPLOY / "compose" / script)], check=True, timeout=30)


class TestTheSettings:
    def test_of_the_example_are_settings_of_the_app(self) -> None:
        given = dict(re.findall(r"^([A-Z_]+)=(.*)$", (DEPLOY / "survey.env.example").read_text(), re.MULTILINE))
        assert set(given) <= NAMES
        assert {"DATABASE_URL", "REDIS_URL", "BASE_URL", "TRUSTED_PROXIES"} <= set(given)
        assert given["TRUSTED_PROXIES"] == "1"
        assert {given[key] for key in ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY", "SIGNING_KEY")} == {""}

    def test_with_secrets_in_them_are_kept_out_of_the_history(self) -> None:
        ignored = (PROJECT_ROOT / ".gitignore").read_text().split()
        assert {"/deploy/survey.env", "/deploy/*.txt", "/deploy/nginx/survey/tls/"} <= set(ignored)


class TestTheUnits:
    @pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
    def test_write_nowhere_but_in_their_own_folder(self, unit: Path) -> None:
        lines = unit.read_text().splitlines()
        for needed in (
            "ProtectSystem=strict",
            "NoNewPrivileges=yes",
            "User=survey",
            "StateDirectoryMode=0700",
            "PrivateTmp=yes",
            "CapabilityBoundingSet=",
        ):
            assert needed in lines
        own = next(line.removeprefix("StateDirectory=") for line in lines if line.startswith("StateDirectory="))
        assert all(folder.startswith("survey") for folder in own.split())
        assert not any(line.startswith("ReadWritePaths") for line in lines)

    def test_are_sandboxed_alike(self) -> None:
        def sandbox(unit: Path) -> str:
            text = unit.read_text()
            return text[text.index("StateDirectoryMode=") : text.index("SystemCallErrorNumber")]

        assert len({sandbox(unit) for unit in UNITS}) == 1

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd on this machine")
    def test_are_understood_by_systemd(self) -> None:
        files = [str(path) for path in sorted((DEPLOY / "systemd").iterdir())]
        said = subprocess.run(
            ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False, timeout=60
        ).stderr
        about_us = [line for line in said.splitlines() if line.startswith(("survey", str(DEPLOY)))]
        assert [line for line in about_us if "is not executable: No such file" not in line] == []

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd on this machine")
    @pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
    def test_are_exposed_as_little_as_systemd_calls_ok(self, unit: Path) -> None:
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if "unrecognized option" in done.stderr:
            pytest.skip("this systemd cannot judge a unit that is not installed")
        assert done.returncode == 0, done.stdout[-2000:]
