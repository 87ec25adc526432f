"""`flask upkeep serve` on an empty database, as `make run DEMO=none` starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from survey_app.settings import PROJECT_ROOT
from tests.databases import Database
from tests.factories import PASSWORD
from tests.smtp import free_port

PATIENCE_SECONDS = 120


@pytest.mark.slow
def test_the_printed_address_lets_the_first_administrator_in(empty_database: Database, tmp_path: Path) -> None:
    port, printed = free_port(), tmp_path / "printed"
    command = [str(Path(sys.executable).parent / "flask"), "upkeep", "serve", "--port", str(port), "--demo", "none"]
    with printed.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=os.environ | empty_database.environment, stdout=log, stderr=log
        )
        try:
            first_page = wait_for_address(printed, f"http://127.0.0.1:{port}")
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
            page = BeautifulSoup(open_patiently(opener, first_page), "html.parser")
            token = page.select_one("input[name=csrf_token]")
            assert token is not None
            form = {"csrf_token": str(token["value"]), "name": "Sam", "email": "sam@anyborough.example"}
            form |= {"password": PASSWORD, "password_again": PASSWORD}
            # stored although the command that started it all looked into the same database before
            with opener.open(first_page, urllib.parse.urlencode(form).encode()) as steps:
                assert steps.url.endswith("/admin/setup/")
        finally:
            process.terminate()
            process.wait(60)


def wait_for_address(printed: Path, site: str) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := re.search(rf"{site}/accounts/first/\S+", printed.read_text())):
        assert time.monotonic() < deadline, printed.read_text()
        time.sleep(0.1)
    return found[0]


def open_patiently(opener: urllib.request.OpenerDirector, address: str) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with opener.open(address) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
