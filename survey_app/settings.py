"""Every setting of the environment: its type, default and help; read once; wrong ones stop the start."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

T = TypeVar("T")

PROJECT_ROOT = Path(__file__).resolve().parent.parent
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
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class SettingError(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


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
    reader = _Reader(environ)
    instance_path = _instance_path(reader)
    database_url = reader.checked("DATABASE_URL", _database_url) or f"sqlite:///{instance_path / 'survey.db'}"
    redis_url = reader.checked("REDIS_URL", _scheme("redis", "rediss", "unix"))
    is_embedded = database_url.startswith("sqlite") and redis_url is None
    keys = _Keys(reader, instance_path if is_embedded else None)
    base_url = (reader.checked("BASE_URL", _scheme("http", "https")) or "http://127.0.0.1:5000").rstrip("/")
    return Settings(
        instance_path=instance_path,
        database_url=database_url,
        database_replica_url=_replica_url(reader, database_url),
        replica_seconds_behind=reader.checked("REPLICA_SECONDS_BEHIND", _seconds_behind) or 10,
        base_url=base_url,
        uploads_url=reader.checked("UPLOADS_URL", _origin_apart_from(base_url)),
        redis_url=redis_url,
        mail_url=reader.checked("MAIL_URL", _scheme("smtp", "smtps")),
        notify_api_key=(notify_key := reader.checked("NOTIFY_API_KEY", _notify_key)),
        contacts_folder=reader.checked("CONTACTS_FOLDER", _whole_path),
        sentiment_weights=_sentiment_weights(reader),
        notify_base_url=(reader.checked("NOTIFY_BASE_URL", _notify_url) or NOTIFY).rstrip("/"),
        notify_callback_token=_callback_token(reader, is_required=notify_key is not None),
        secret_key=keys.get("SECRET_KEY", lambda: secrets.token_urlsafe(32), _secret_key),
        data_keys=keys.get("DATA_KEYS", lambda: Fernet.generate_key().decode(), _data_keys),
        index_key=keys.get("INDEX_KEY", _new_key, _key_of_32_bytes),
        signing_key=keys.get("SIGNING_KEY", _new_key, _key_of_32_bytes),
        trusted_proxies=reader.checked("TRUSTED_PROXIES", _count) or 0,
        soonest_answer_seconds=_seconds(reader.checked("SOONEST_ANSWER_SECONDS", _count)),
        session_hours=reader.checked("SESSION_HOURS", _hours) or 12,
        single_sign_on=_single_sign_on(reader),
        webhook_hosts=reader.checked("WEBHOOK_HOSTS", _hosts) or frozenset(),
        trusted_hosts=reader.checked("TRUSTED_HOSTS", _hosts) or frozenset(),
        sources=reader.sources,
    )


def sentiment_weights(environ: Mapping[str, str]) -> Path | None:
    """The one setting that commands need which judge comments and know nothing else of an installation."""
    return _sentiment_weights(_Reader(environ))


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


class _Reader:
    """Reads variables and remembers where each came from."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.sources: dict[str, str] = {}

    def checked(self, name: str, check: Callable[[str], T]) -> T | None:
        text = self._environ.get(name, "").strip()
        if not text:
            return None
        self.sources[name] = "environment"
        return _check(name, text, check)


class _Keys:
    """Keys come from the environment; an embedded instance makes its own once and keeps them in files of mode 0600."""

    def __init__(self, reader: _Reader, folder: Path | None) -> None:
        self._reader = reader
        self._folder = folder

    def get(self, name: str, make: Callable[[], str], check: Callable[[str], T]) -> T:
        given = self._reader.checked(name, check)
        if given is not None:
            return given
        if self._folder is None:
            raise SettingError(
                f"{name} is not set. With PostgreSQL or Redis all machines share it: set {name} in the environment."
            )
        path = self._folder / name.lower()
        if not path.exists():
            _write_once(path, make())
        self._reader.sources[name] = "file in INSTANCE_PATH"
        return _check(name, path.read_text().strip(), check)


def _write_once(path: Path, content: str) -> None:
    """Write a whole file of mode 0600 or none: of two processes that start together, both read what one wrote."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # mkstemp gives mode 0600
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)


def _check(name: str, text: str, check: Callable[[str], T]) -> T:
    try:
        return check(text)
    except ValueError as error:
        raise SettingError(f"{name} is wrong: {error}.") from error


def _instance_path(reader: _Reader) -> Path:
    path = (reader.checked("INSTANCE_PATH", Path) or PROJECT_ROOT / "instance").resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"INSTANCE_PATH is wrong: {path} cannot be made ({error.strerror}).") from error
    return path


def _sentiment_weights(reader: _Reader) -> Path | None:
    return reader.checked("SENTIMENT_WEIGHTS", _whole_path)


def _scheme(*schemes: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not (parts.netloc or parts.scheme == "unix"):
            raise ValueError(f"it must look like {schemes[0]}://host")
        _ = parts.port  # ValueError when it is no number
        return text

    return check


def _origin_apart_from(base_url: str) -> Callable[[str], str]:
    """Of another host: cookies know hosts, and no ports."""

    def check(text: str) -> str:
        url = _scheme("https", "http")(text).rstrip("/")
        if urlsplit(url).path or urlsplit(url).query or "@" in url:
            raise ValueError("it must be an origin alone, like https://files.example.org")
        if urlsplit(url).hostname == urlsplit(base_url).hostname:
            raise ValueError("it needs a host other than that of BASE_URL, whose cookies it would get")
        return url

    return check


def _seconds(given: int | None) -> int:
    return 1 if given is None else given


def _single_sign_on(reader: _Reader) -> SingleSignOn | None:
    issuer = reader.checked("OIDC_ISSUER", _issuer)
    client_id = reader.checked("OIDC_CLIENT_ID", str)
    client_secret = reader.checked("OIDC_CLIENT_SECRET", str)
    role_claim = reader.checked("OIDC_ROLE_CLAIM", str) or "roles"
    is_only_way = reader.checked("OIDC_ONLY", _yes_or_no) or False
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": client_id, "OIDC_CLIENT_SECRET": client_secret}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == len(given) and not is_only_way:
        return None
    if issuer is None or client_id is None or client_secret is None:
        raise SettingError(f"{missing[0]} is not set. Single sign-on needs {', '.join(given)} together.")
    return SingleSignOn(issuer, client_id, client_secret, role_claim, is_only_way)


def _issuer(text: str) -> str:
    """As the provider writes it, to the letter: it stands so in every token."""
    parts = urlsplit(_scheme("https", "http")(text))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise ValueError("it must start with https://, for who signs in is decided there")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("it must be an address without a query, a fragment or a name")
    if (parts.hostname or "").startswith("login.microsoftonline.") and not re.fullmatch(
        rf"/{_UUID}/v2\.0/?", parts.path
    ):
        raise ValueError(
            "of Entra ID it must name the council's own tenant, https://login.microsoftonline.com/<tenant id>/v2.0; "
            "common, organizations and consumers let people of other organisations in"
        )
    return text


def _yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("it must be yes or no")
    return text == "yes"


def _hours(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 24:
        raise ValueError("it must be a number of hours from 1 to 24")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > 9:
        raise ValueError("it must be a number from 0 to 9")
    return int(text)


def _hosts(text: str) -> frozenset[str]:
    hosts = frozenset(host.strip().lower() for host in text.split(",") if host.strip())
    for host in hosts:
        if not re.fullmatch(r"[a-z0-9_.-]+(?::[0-9]{1,5})?", host):
            raise ValueError("each must be a name or name:port, like records.council.internal:8443")
    return hosts


def _whole_path(text: str) -> Path:
    """It need not be there: machines that run no worker may not see it."""
    path = Path(text)
    if not path.is_absolute():
        raise ValueError("it must be a whole path, like /srv/contacts")
    return path


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme == "sqlite" and separator:
        return text
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and separator:
        return f"postgresql+psycopg://{rest}"
    raise ValueError("it must start with postgresql:// or sqlite:///")


def _replica_url(reader: _Reader, database_url: str) -> str | None:
    """That it holds the same data can only be seen once both answer: `survey_app.web.replica` looks."""

    def check(text: str) -> str:
        url = _database_url(text)
        if not (url.startswith("postgresql") and database_url.startswith("postgresql")):
            raise ValueError("only PostgreSQL has replicas; DATABASE_URL and it must both start with postgresql://")
        if url == database_url:
            raise ValueError("it is DATABASE_URL itself; name another server, or leave it out")
        return url

    return reader.checked("DATABASE_REPLICA_URL", check)


def _seconds_behind(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 60:
        raise ValueError("it must be a number of seconds from 1 to 60")
    return int(text)


def _notify_url(text: str) -> str:
    url = _scheme("https", "http")(text)
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in LOOPBACK_HOSTS:
        raise ValueError("it must start with https://, for addresses and numbers travel there")
    return url


def _notify_key(text: str) -> str:
    """A name, the service's id and a secret, joined by hyphens; the last two are UUIDs."""
    if not re.fullmatch(rf".+-{_UUID}-{_UUID}", text):
        raise ValueError("it must end with two ids of 36 characters, as GOV.UK Notify shows it")
    return text


def _callback_token(reader: _Reader, *, is_required: bool) -> str | None:
    token = reader.checked("NOTIFY_CALLBACK_TOKEN", _long_token)
    if token is None and is_required:
        raise SettingError(
            "NOTIFY_CALLBACK_TOKEN is not set. With NOTIFY_API_KEY it is needed: choose at least 20 characters, and "
            "give GOV.UK Notify the same."
        )
    return token


def _long_token(text: str) -> str:
    if len(text) < 20 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("it needs at least 20 letters, digits or signs, without spaces")
    return text


def _secret_key(text: str) -> str:
    if len(text) < 32:
        raise ValueError("it needs at least 32 characters")
    return text


def _data_keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    for key in keys:
        try:
            Fernet(key)
        except (ValueError, binascii.Error) as error:
            raise ValueError("each key must be 32 bytes in URL-safe base64") from error
    if not keys:
        raise ValueError("at least one key is needed")
    return keys


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _key_of_32_bytes(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("it is not base64") from error
    if len(key) != 32:
        raise ValueError("it must be 32 bytes in base64")
    return key
