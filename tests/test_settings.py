"""Settings: safe by themselves, wrong ones stop the start with one sentence, secrets are never shown."""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from survey_app.settings import PROJECT_ROOT, SETTINGS, SettingError, load_settings

KEY = base64.b64encode(bytes(range(32))).decode()
SECRETS = {
    "SECRET_KEY": "a secret of more than 32 characters",
    "DATA_KEYS": Fernet.generate_key().decode(),
    "INDEX_KEY": KEY,
    "SIGNING_KEY": KEY,
}
NOTIFY_KEY = "anyborough-11111111-2222-4333-8444-555555555555-66666666-7777-4888-9999-000000000000"
POSTGRES = "postgresql://survey:hunter2@db.example.org/survey"


def load(tmp_path: Path, **environment: str):
    return load_settings({"INSTANCE_PATH": str(tmp_path / "instance"), **environment})


def test_with_nothing_set_everything_lies_in_the_instance_folder(tmp_path):
    settings = load(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'survey.db'}"
    assert settings.base_url == "http://127.0.0.1:5000"
    assert settings.is_loopback
    assert not settings.is_https


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path):
    first, second = load(tmp_path), load(tmp_path)
    for name in ("secret_key", "data_keys", "index_key", "signing_key"):
        assert getattr(first, name) == getattr(second, name)
        assert stat.S_IMODE((tmp_path / "instance" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700


def test_each_instance_has_keys_of_its_own(tmp_path):
    assert load(tmp_path / "a").secret_key != load(tmp_path / "b").secret_key


@pytest.mark.parametrize("shared", [{"DATABASE_URL": POSTGRES}, {"REDIS_URL": "redis://cache.example.org:6379/0"}])
@pytest.mark.parametrize("missing", SECRETS)
def test_where_many_machines_share_them_keys_must_be_set(tmp_path, shared, missing):
    given = {name: value for name, value in SECRETS.items() if name != missing}
    with pytest.raises(SettingError, match=f"{missing} is not set"):
        load(tmp_path, **shared, **given)
    assert not (tmp_path / "instance" / missing.lower()).exists()


def test_with_all_keys_postgresql_is_taken(tmp_path):
    settings = load(tmp_path, DATABASE_URL=POSTGRES, **SECRETS)
    assert settings.database_url == "postgresql+psycopg://survey:hunter2@db.example.org/survey"
    assert list((tmp_path / "instance").iterdir()) == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (POSTGRES, "it is DATABASE_URL itself"),
        (POSTGRES.replace("postgresql", "postgres"), "it is DATABASE_URL itself"),
        ("sqlite:///copy.db", "only PostgreSQL has replicas"),
        ("replica.example.org", "it must start with postgresql://"),
    ],
)
def test_a_replica_is_another_server_of_postgresql(tmp_path, url, words):
    with pytest.raises(SettingError, match=f"DATABASE_REPLICA_URL is wrong: {words}"):
        load(tmp_path, DATABASE_URL=POSTGRES, DATABASE_REPLICA_URL=url, **SECRETS)
    settings = load(tmp_path, DATABASE_URL=POSTGRES, DATABASE_REPLICA_URL=f"{POSTGRES}_copy", **SECRETS)
    assert settings.database_replica_url == "postgresql+psycopg://survey:hunter2@db.example.org/survey_copy"
    assert settings.replica_seconds_behind == 10
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "mysql://host/name", "DATABASE_URL is wrong: it must start with postgresql://"),
        ("DATABASE_URL", "survey.db", "DATABASE_URL is wrong"),
        ("DATABASE_REPLICA_URL", POSTGRES, "DATABASE_REPLICA_URL is wrong: only PostgreSQL has replicas"),
        ("REPLICA_SECONDS_BEHIND", "0", "REPLICA_SECONDS_BEHIND is wrong: it must be a number of seconds from 1 to 60"),
        ("BASE_URL", "survey.example.org", "BASE_URL is wrong: it must look like http://host"),
        ("BASE_URL", "https://", "BASE_URL is wrong"),
        ("UPLOADS_URL", "files.example.org", "UPLOADS_URL is wrong: it must look like https://host"),
        ("UPLOADS_URL", "https://files.example.org/cse", "UPLOADS_URL is wrong: it must be an origin alone"),
        ("UPLOADS_URL", "http://127.0.0.1:5001", "UPLOADS_URL is wrong: it needs a host other than that of BASE_URL"),
        ("REDIS_URL", "http://cache", "REDIS_URL is wrong: it must look like redis://host"),
        ("MAIL_URL", "mail.example.org", "MAIL_URL is wrong: it must look like smtp://host"),
        ("SECRET_KEY", "too short", "SECRET_KEY is wrong: it needs at least 32 characters"),
        ("DATA_KEYS", "no key", "DATA_KEYS is wrong: each key must be 32 bytes"),
        ("DATA_KEYS", ",", "DATA_KEYS is wrong: at least one key is needed"),
        ("INDEX_KEY", "!", "INDEX_KEY is wrong: it is not base64"),
        ("NOTIFY_API_KEY", "secret", "NOTIFY_API_KEY is wrong: it must end with two ids of 36 characters"),
        ("NOTIFY_BASE_URL", "http://notify.example.org", "NOTIFY_BASE_URL is wrong: it must start with https://"),
        ("NOTIFY_BASE_URL", "notify.example.org", "NOTIFY_BASE_URL is wrong: it must look like https://host"),
        ("NOTIFY_CALLBACK_TOKEN", "too short", "NOTIFY_CALLBACK_TOKEN is wrong: it needs at least 20"),
        ("NOTIFY_CALLBACK_TOKEN", "with spaces in its twenty", "NOTIFY_CALLBACK_TOKEN is wrong"),
        ("METRICS_TOKEN", "too short", "METRICS_TOKEN is wrong: it needs at least 20"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is wrong: it must be text or json"),
        ("SESSION_HOURS", "0", "SESSION_HOURS is wrong: it must be a number of hours from 1 to 24"),
        ("SESSION_HOURS", "25", "SESSION_HOURS is wrong"),
        ("SESSION_HOURS", "a day", "SESSION_HOURS is wrong"),
        ("OIDC_ISSUER", "http://login.example.org", "OIDC_ISSUER is wrong: it must start with https://"),
        ("OIDC_ISSUER", "https://login.example.org/?a=b", "OIDC_ISSUER is wrong: it must be an address without"),
        ("OIDC_ISSUER", "https://us@login.example.org", "OIDC_ISSUER is wrong: it must be an address without"),
        ("OIDC_ISSUER", "https://login.microsoftonline.com/common/v2.0", "name the council's own tenant"),
        ("OIDC_ISSUER", "https://login.microsoftonline.com/organizations/v2.0", "name the council's own tenant"),
        ("OIDC_ISSUER", "https://login.microsoftonline.us/consumers/v2.0", "name the council's own tenant"),
        ("OIDC_ONLY", "perhaps", "OIDC_ONLY is wrong: it must be yes or no"),
        ("CONTACTS_FOLDER", "contacts", "CONTACTS_FOLDER is wrong: it must be a whole path"),
        ("SENTIMENT_WEIGHTS", "ours.json.gz", "SENTIMENT_WEIGHTS is wrong: it must be a whole path"),
        ("SIGNING_KEY", base64.b64encode(b"short").decode(), "SIGNING_KEY is wrong: it must be 32 bytes"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_should_be(tmp_path, name, value, words):
    with pytest.raises(SettingError, match=words):
        load(tmp_path, **{name: value})


def test_an_instance_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="INSTANCE_PATH is wrong"):
        load_settings({"INSTANCE_PATH": str(tmp_path / "file" / "instance")})


@pytest.mark.parametrize(
    ("base_url", "is_loopback", "is_https"),
    [
        ("http://localhost:8000", True, False),
        ("http://[::1]:5000", True, False),
        ("https://survey.example.org", False, True),
        ("http://127.0.0.1.example.org", False, False),
    ],
)
def test_only_this_machines_own_address_is_loopback(tmp_path, base_url, is_loopback, is_https):
    settings = load(tmp_path, BASE_URL=base_url)
    assert (settings.is_loopback, settings.is_https) == (is_loopback, is_https)


OIDC = {
    "OIDC_ISSUER": "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0",
    "OIDC_CLIENT_ID": "survey",
    "OIDC_CLIENT_SECRET": "a secret of ours",
}


def test_single_sign_on_is_off_unless_it_is_set_up(tmp_path):
    assert load(tmp_path).single_sign_on is None
    found = load(tmp_path, **OIDC).single_sign_on
    assert (found.issuer, found.role_claim, found.is_only_way) == (OIDC["OIDC_ISSUER"], "roles", False)
    assert "a secret of ours" not in repr(load(tmp_path, **OIDC))


@pytest.mark.parametrize("missing", OIDC)
def test_single_sign_on_needs_its_three_settings_together(tmp_path, missing):
    with pytest.raises(SettingError, match=f"{missing} is not set"):
        load(tmp_path, **{name: value for name, value in OIDC.items() if name != missing})


def test_only_single_sign_on_needs_one(tmp_path):
    with pytest.raises(SettingError, match="OIDC_ISSUER is not set"):
        load(tmp_path, OIDC_ONLY="yes")


@pytest.mark.parametrize(
    "issuer", ["https://login.council.example", "https://a.eu.auth0.com/", "http://127.0.0.1:9000/realms/staff"]
)
def test_an_issuer_is_kept_to_the_letter(tmp_path, issuer):
    assert load(tmp_path, **OIDC | {"OIDC_ISSUER": issuer}).single_sign_on.issuer == issuer


def test_a_notify_key_needs_the_token_of_the_callbacks(tmp_path):
    with pytest.raises(SettingError, match="NOTIFY_CALLBACK_TOKEN is not set"):
        load(tmp_path, NOTIFY_API_KEY=NOTIFY_KEY)
    settings = load(tmp_path, NOTIFY_API_KEY=NOTIFY_KEY, NOTIFY_CALLBACK_TOKEN="x" * 20)
    assert settings.notify_base_url == "https://api.notifications.service.gov.uk"
    assert load(tmp_path, NOTIFY_BASE_URL="http://127.0.0.1:6011/").notify_base_url == "http://127.0.0.1:6011"


def test_old_data_keys_are_kept_behind_the_newest(tmp_path):
    newest, old = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    assert load(tmp_path, DATA_KEYS=f"{newest}, {old}").data_keys == (newest, old)


class TestTheCommand:
    @pytest.fixture
    def runner(self, tmp_path, make_app):
        """Of an instance that made its keys itself."""
        app = make_app(load(tmp_path))
        with app.app_context():
            yield app.test_cli_runner()

    def test_shows_every_setting_with_type_default_help_and_source(self, runner):
        rows = json.loads(runner.invoke(args=["settings", "--json"]).stdout)
        assert [row["name"] for row in rows] == [setting.name for setting in SETTINGS]
        assert all(row[key] for row in rows for key in ("type", "default", "help", "source"))
        sources = {row["name"]: row["source"] for row in rows}
        assert sources["INSTANCE_PATH"] == "environment"
        assert sources["SECRET_KEY"] == "file in INSTANCE_PATH"
        assert sources["BASE_URL"] == "default"

    @pytest.mark.parametrize("arguments", [["settings"], ["settings", "--json"]])
    def test_never_shows_a_secret(self, runner, arguments):
        settings = runner.app.extensions["settings"]
        shown = runner.invoke(args=arguments).output
        assert "SECRET_KEY" in shown
        for name in ("secret_key", "index_key", "signing_key"):
            assert (settings.instance_path / name).read_text() not in shown
        assert settings.data_keys[0] not in shown

    def test_reads_for_people_too(self, runner):
        shown = runner.invoke(args=["settings"])
        assert shown.exit_code == 0
        assert "BASE_URL (url; default: http://127.0.0.1:5000; from: default)" in shown.stdout


def test_secrets_are_not_in_what_is_printed_of_the_settings(tmp_path):
    settings = load(
        tmp_path,
        DATABASE_URL=POSTGRES,
        MAIL_URL="smtp://user:hunter3@mail.example.org",
        NOTIFY_API_KEY=NOTIFY_KEY,
        NOTIFY_CALLBACK_TOKEN="hunter4-hunter4-hunter4",
        METRICS_TOKEN="hunter5-hunter5-hunter5",
        **SECRETS,
    )
    for secret in (*SECRETS.values(), NOTIFY_KEY, "hunter2", "hunter3", "hunter4", "hunter5"):
        assert secret not in repr(settings)


@pytest.mark.parametrize(
    "command", [["flask", "settings"], ["gunicorn", "--bind", "127.0.0.1:0", "wsgi:app"]], ids=["flask", "gunicorn"]
)
def test_a_wrong_setting_stops_the_start_with_one_line(tmp_path, command):
    program = Path(sys.executable).with_name(command[0])
    environment = {"PATH": os.environ["PATH"], "INSTANCE_PATH": str(tmp_path), "BASE_URL": "nowhere"}
    ended = subprocess.run(
        [program, *command[1:]],
        check=False,
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    said = [line for line in ended.stderr.splitlines() if "Starting gunicorn" not in line]
    assert said == ["BASE_URL is wrong: it must look like http://host."]
    assert ended.stdout == ""
