"""`flask demo notify`: a stand-in of GOV.UK Notify to look at."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskCliRunner

from survey_app.demo.notify_stand_in import TEMPLATES
from survey_app.messaging.notify import Notify, NotifyTexts
from survey_app.messaging.texts import TextMessage
from survey_app.settings import PROJECT_ROOT, SettingError, load_settings
from tests.databases import Database
from tests.notify import API_KEY, ENVIRONMENT
from tests.smtp import free_port


def test_without_a_key_it_says_what_to_set(runner: FlaskCliRunner, tmp_path: Path) -> None:
    said = runner.invoke(args=["demo", "notify", "--port", "6099"])
    assert said.exit_code == 1
    to_set = dict(re.findall(r"^(NOTIFY_\w+)=(\S+)$", said.stderr, flags=re.M))
    assert load_settings({"INSTANCE_PATH": str(tmp_path), **to_set}).notify_base_url == "http://127.0.0.1:6099"
    with pytest.raises(SettingError):
        load_settings({"INSTANCE_PATH": str(tmp_path), **to_set, "NOTIFY_CALLBACK_TOKEN": ""})


@pytest.fixture
def ctrl_c_is_heard() -> Iterator[None]:
    """A process that is started hears SIGINT, also where this one does not: a shell lets the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_it_shows_what_it_took_and_ends_at_ctrl_c(database: Database, kind: str) -> None:
    port = free_port()
    environment = (
        os.environ | dict(database.environment) | ENVIRONMENT | {"NOTIFY_BASE_URL": f"http://127.0.0.1:{port}"}
    )
    with subprocess.Popen(
        [Path(sys.executable).with_name("flask"), "demo", "notify", "--port", str(port)],
        cwd=PROJECT_ROOT,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        with closing(Notify(API_KEY, f"http://127.0.0.1:{port}")) as notify:
            NotifyTexts(notify, TEMPLATES["sms"]).send(
                TextMessage("a", "+447700900123", "How <b>did</b> we do? https://a.example/s/b")
            )
        page = requests.get(f"http://127.0.0.1:{port}/", timeout=5).text
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert 'How &lt;b&gt;did&lt;/b&gt; we do? <a href="https://a.example/s/b">https://a.example/s/b</a>' in page
    assert 'action="/text-back"' in page
