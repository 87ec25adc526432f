"""Every setting of the environment: its type, default and help; read once; wrong ones stop the start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from survey_app.settings import checks
from survey_app.settings.checks import LOOPBACK_HOSTS
from survey_app.settings.reading import Keys, Reader, SettingError

__all__ = [
    "LOOPBACK_HOSTS",
    "NOTIFY",
    "PROJECT_ROOT",
    "REDIS_PATIENCE",
    "SETTINGS",
    "Setting",
    "SettingError",
    "Settings",
    "SingleSignOn",
    "describe",
    "load_settings",
    "sentiment_weights",
]

PROJECT_ROOT = Path(__file__).resolve().parents[2]
REDIS_PATIENCE: dict[str, str | int] = {"socket_connect_timeout": 2, "socket_timeout": 5}  # seconds
# Without these a cut cable is noticed after hours: what is sent into it is tried again, what it was to bring is waited
# for, and who was cut off holds locks. The options are for PostgreSQL's end of a connection, the others for ours.
POSTGRESQL_PATIENCE: dict[str, str | int] = {
    "connect_timeout": 5,  # seconds
    "keepalives_idle": 10,  # seconds, as are the next
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 "
    "-c tcp_user_timeout=15000",
}
NOTIFY = "https://api.notifications.service.gov.uk"


@dataclass(frozen=True)
class Setting:
    """One environment variable."""

    name: str
    kind: str
    default: str
    help: str


SETTINGS = (
    Setting("INSTANCE_PATH", "folder", "instance", "Where the embedded database, keys and outbox are kept."),
    Setting(
        "DATABASE_URL", "url", "sqlite in INSTANCE_PATH", "postgresql://user:password@host/name, or sqlite:///path."
    ),
    Setting(
        "DATABASE_REPLICA_URL",
        "url",
        "none",
        "postgresql:// of a streaming replica of DATABASE_URL: pages of figures and comments are read there.",
    ),
    Setting(
        "REPLICA_SECONDS_BEHIND",
        "number",
        "10",
        "A replica further behind than this is not read until it has caught up; 1 to 60.",
    ),
    Setting("BASE_URL", "url", "http://127.0.0.1:5000", "The address residents and staff use, as printed in links."),
    Setting(
        "UPLOADS_URL",
        "url",
        "none",
        "Another host of this server, like https://files.example.org: documents are downloaded there, without cookies.",
    ),
    Setting(
        "TRUSTED_HOSTS",
        "hosts",
        "none",
        "Other names than those of BASE_URL and UPLOADS_URL that this site answers to, comma-separated.",
    ),
    Setting(
        "TRUSTED_PROXIES",
        "number",
        "0",
        "How many proxies stand before the web server; they say who asks, by X-Forwarded-For.",
    ),
    Setting("REDIS_URL", "url", "none", "redis://host:6379/0 spreads jobs and limits over many machines."),
    Setting(
        "MAIL_URL",
        "url",
        "outbox folder",
        "smtp://user:password@host:587?starttls=1 or smtps://host:465; empty writes to the outbox folder.",
    ),
    Setting(
        "NOTIFY_API_KEY",
        "key",
        "none",
        "The API key of a GOV.UK Notify service, as Notify shows it once; with it text messages are sent, and e-mail.",
    ),
    Setting("NOTIFY_BASE_URL", "url", NOTIFY, "Where GOV.UK Notify answers; another address is a stand-in for tests."),
    Setting(
        "NOTIFY_CALLBACK_TOKEN",
        "text",
        "none",
        "What GOV.UK Notify shows when it calls back, at least 20 characters; required with NOTIFY_API_KEY.",
    ),
    Setting(
        "WEBHOOK_HOSTS",
        "hosts",
        "none",
        "Hosts of your own network that webhooks may reach: name or name:port, comma-separated. Others must be public.",
    ),
    Setting(
        "METRICS_TOKEN",
        "text",
        "none",
        "What Prometheus shows at /metrics, at least 20 characters; without it only this machine may read them.",
    ),
    Setting(
        "LOG_FORMAT",
        "text or json",
        "text",
        "json: one object a line, with one line for each request; text: for people, warnings and errors alone.",
    ),
    Setting(
        "CONTACTS_FOLDER",
        "folder",
        "none",
        "A folder from which the worker takes files of contacts; write them as .part and rename them to .csv.",
    ),
    Setting(
        "SENTIMENT_WEIGHTS",
        "file",
        "the one that ships",
        "Weights that judge comments, as `flask comments train` writes them; a process reads them once.",
    ),
    Setting(
        "SOONEST_ANSWER_SECONDS",
        "number",
        "1",
        "An answer sent sooner after its page was made is held for review; 0 holds none for that.",
    ),
    Setting(
        "OIDC_ISSUER",
        "url",
        "none",
        "The council's own sign-in (OpenID Connect); of Entra ID https://login.microsoftonline.com/<tenant id>/v2.0.",
    ),
    Setting("OIDC_CLIENT_ID", "text", "none", "Our id there; required with OIDC_ISSUER."),
    Setting("OIDC_CLIENT_SECRET", "key", "none", "Our secret there; required with OIDC_ISSUER."),
    Setting("OIDC_ROLE_CLAIM", "text", "roles", "The claim of the ID token that names somebody's roles here."),
    Setting(
        "OIDC_ONLY",
        "yes or no",
        "no",
        "yes: passwords let in only break-glass accounts and assessors; no: also people who never used OIDC_ISSUER.",
    ),
    Setting(
        "SESSION_HOURS",
        "number",
        "12",
        "After how many hours staff sign in again, whatever they do; 1 to 24. So they do after an hour without a page.",
    ),
    Setting("SECRET_KEY", "text", "made in INSTANCE_PATH", "Signs sessions and forms; at least 32 characters."),
    Setting(
        "DATA_KEYS",
        "keys",
        "made in INSTANCE_PATH",
        "Fernet keys for contact details and comments, newest first, comma-separated.",
    ),
    Setting(
        "INDEX_KEY",
        "key",
        "made in INSTANCE_PATH",
        "Base64 key of 32 bytes for keyed hashes of e-mail and phone; never rotated.",
    ),
    Setting(
        "SIGNING_KEY",
        "key",
        "made in INSTANCE_PATH",
        "Base64 Ed25519 private key of 32 bytes that signs evidence packs.",
    ),
)


@dataclass(frozen=True)
class SingleSignOn:
    """The council's own sign-in, and who we are there. With `is_only_way` local passwords are for emergencies."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role_claim: str = "roles"
    is_only_way: bool = False


@dataclass(frozen=True)
class Settings:
    """The settings of one process. `sources` says where each came from. What may hold a password is not printed."""

    instance_path: Path
    database_url: str = field(repr=False)
    database_replica_url: str | None = field(repr=False)
    replica_seconds_behind: int
    base_url: str
    uploads_url: str | None
    redis_url: str | None = field(repr=False)
    mail_url: str | None = field(repr=False)
    contacts_folder: Path | None
    sentiment_weights: Path | None
    notify_api_key: str | None = field(repr=False)
    notify_base_url: str
    notify_callback_token: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    data_keys: tuple[str, ...] = field(repr=False)
    index_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    trusted_proxies: int
    soonest_answer_seconds: int
    session_hours: int
    single_sign_on: SingleSignOn | None
    metrics_token: str | None = field(repr=False)
    logs_json: bool
    webhook_hosts: frozenset[str]
    trusted_hosts: frozenset[str]
    sources: Mapping[str, str]

    @property
    def is_loopback(self) -> bool:
        """True when BASE_URL is on this machine alone; demo users refuse to work anywhere else."""
        return urlsplit(self.base_url).hostname in LOOPBACK_HOSTS

    @property
    def is_https(self) -> bool:
        """True when people reach the site by https; cookies then never travel in clear."""
        return urlsplit(self.base_url).scheme == "https"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read all settings. SettingError when one is wrong, or missing where many machines must share it."""
    reader = Reader(environ)
    instance_path = _instance_path(reader)
    database_url = reader.checked("DATABASE_URL", checks.database_url) or f"sqlite:///{instance_path / 'survey.db'}"
    redis_url = reader.checked("REDIS_URL", checks.scheme("redis", "rediss", "unix"))
    is_embedded = database_url.startswith("sqlite") and redis_url is None
    keys = Keys(reader, instance_path if is_embedded else None)
    base_url = (reader.checked("BASE_URL", checks.scheme("http", "https")) or "http://127.0.0.1:5000").rstrip("/")
    return Settings(
        instance_path=instance_path,
        database_url=database_url,
        database_replica_url=_replica_url(reader, database_url),
        replica_seconds_behind=reader.checked("REPLICA_SECONDS_BEHIND", checks.seconds_behind) or 10,
        base_url=base_url,
        uploads_url=reader.checked("UPLOADS_URL", checks.origin_apart_from(base_url)),
        redis_url=redis_url,
        mail_url=reader.checked("MAIL_URL", checks.scheme("smtp", "smtps")),
        notify_api_key=(notify_key := reader.checked("NOTIFY_API_KEY", checks.notify_key)),
        contacts_folder=reader.checked("CONTACTS_FOLDER", checks.whole_path),
        sentiment_weights=_sentiment_weights(reader),
        notify_base_url=(reader.checked("NOTIFY_BASE_URL", checks.notify_url) or NOTIFY).rstrip("/"),
        notify_callback_token=_callback_token(reader, is_required=notify_key is not None),
        secret_key=keys.get("SECRET_KEY", lambda: secrets.token_urlsafe(32), checks.secret_key),
        data_keys=keys.get("DATA_KEYS", lambda: Fernet.generate_key().decode(), checks.data_keys),
        index_key=keys.get("INDEX_KEY", checks.new_key, checks.key_of_32_bytes),
        signing_key=keys.get("SIGNING_KEY", checks.new_key, checks.key_of_32_bytes),
        trusted_proxies=reader.checked("TRUSTED_PROXIES", checks.count) or 0,
        soonest_answer_seconds=_seconds(reader.checked("SOONEST_ANSWER_SECONDS", checks.count)),
        session_hours=reader.checked("SESSION_HOURS", checks.hours) or 12,
        single_sign_on=_single_sign_on(reader),
        metrics_token=reader.checked("METRICS_TOKEN", checks.long_token),
        logs_json=reader.checked("LOG_FORMAT", checks.log_format) == "json",
        webhook_hosts=reader.checked("WEBHOOK_HOSTS", checks.hosts) or frozenset(),
        trusted_hosts=reader.checked("TRUSTED_HOSTS", checks.hosts) or frozenset(),
        sources=reader.sources,
    )


def sentiment_weights(environ: Mapping[str, str]) -> Path | None:
    """The one setting that commands need which judge comments and know nothing else of an installation."""
    return _sentiment_weights(Reader(environ))


def describe(settings: Settings) -> list[dict[str, Any]]:
    """One entry a setting for `flask settings`: name, type, default, help and source; never a secret's value."""
    return [
        {
            "name": setting.name,
            "type": setting.kind,
            "default": setting.default,
            "help": setting.help,
            "source": settings.sources.get(setting.name, "default"),
        }
        for setting in SETTINGS
    ]


def _instance_path(reader: Reader) -> Path:
    path = (reader.checked("INSTANCE_PATH", Path) or PROJECT_ROOT / "instance").resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"INSTANCE_PATH is wrong: {path} cannot be made ({error.strerror}).") from error
    return path


def _sentiment_weights(reader: Reader) -> Path | None:
    return reader.checked("SENTIMENT_WEIGHTS", checks.whole_path)


def _seconds(given: int | None) -> int:
    return 1 if given is None else given


def _single_sign_on(reader: Reader) -> SingleSignOn | None:
    issuer = reader.checked("OIDC_ISSUER", checks.issuer)
    client_id = reader.checked("OIDC_CLIENT_ID", str)
    client_secret = reader.checked("OIDC_CLIENT_SECRET", str)
    role_claim = reader.checked("OIDC_ROLE_CLAIM", str) or "roles"
    is_only_way = reader.checked("OIDC_ONLY", checks.yes_or_no) or False
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": client_id, "OIDC_CLIENT_SECRET": client_secret}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == len(given) and not is_only_way:
        return None
    if issuer is None or client_id is None or client_secret is None:
        raise SettingError(f"{missing[0]} is not set. Single sign-on needs {', '.join(given)} together.")
    return SingleSignOn(issuer, client_id, client_secret, role_claim, is_only_way)


def _replica_url(reader: Reader, database_url: str) -> str | None:
    """That it holds the same data can only be seen once both answer: `survey_app.web.replica` looks."""

    def check(text: str) -> str:
        url = checks.database_url(text)
        if not (url.startswith("postgresql") and database_url.startswith("postgresql")):
            raise ValueError("only PostgreSQL has replicas; DATABASE_URL and it must both start with postgresql://")
        if url == database_url:
            raise ValueError("it is DATABASE_URL itself; name another server, or leave it out")
        return url

    return reader.checked("DATABASE_REPLICA_URL", check)


def _callback_token(reader: Reader, *, is_required: bool) -> str | None:
    token = reader.checked("NOTIFY_CALLBACK_TOKEN", checks.long_token)
    if token is None and is_required:
        raise SettingError(
            "NOTIFY_CALLBACK_TOKEN is not set. With NOTIFY_API_KEY it is needed: choose at least 20 characters, and "
            "give GOV.UK Notify the same."
        )
    return token
