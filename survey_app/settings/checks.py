"""What each kind of setting has to look like: the value, or ValueError with a sentence that says what is wrong."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def scheme(*schemes: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not (parts.netloc or parts.scheme == "unix"):
            raise ValueError(f"it must look like {schemes[0]}://host")
        _ = parts.port  # ValueError when it is no number
        return text

    return check


def origin_apart_from(base_url: str) -> Callable[[str], str]:
    """Of another host: cookies know hosts, and no ports."""

    def check(text: str) -> str:
        url = scheme("https", "http")(text).rstrip("/")
        if urlsplit(url).path or urlsplit(url).query or "@" in url:
            raise ValueError("it must be an origin alone, like https://files.example.org")
        if urlsplit(url).hostname == urlsplit(base_url).hostname:
            raise ValueError("it needs a host other than that of BASE_URL, whose cookies it would get")
        return url

    return check


def issuer(text: str) -> str:
    """As the provider writes it, to the letter: it stands so in every token."""
    parts = urlsplit(scheme("https", "http")(text))
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


def log_format(text: str) -> str:
    if text not in ("text", "json"):
        raise ValueError("it must be text or json")
    return text


def yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("it must be yes or no")
    return text == "yes"


def hours(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 24:
        raise ValueError("it must be a number of hours from 1 to 24")
    return int(text)


def count(text: str) -> int:
    if not text.isdecimal() or int(text) > 9:
        raise ValueError("it must be a number from 0 to 9")
    return int(text)


def hosts(text: str) -> frozenset[str]:
    hosts = frozenset(host.strip().lower() for host in text.split(",") if host.strip())
    for host in hosts:
        if not re.fullmatch(r"[a-z0-9_.-]+(?::[0-9]{1,5})?", host):
            raise ValueError("each must be a name or name:port, like records.council.internal:8443")
    return hosts


def whole_path(text: str) -> Path:
    """It need not be there: machines that run no worker may not see it."""
    path = Path(text)
    if not path.is_absolute():
        raise ValueError("it must be a whole path, like /srv/contacts")
    return path


def database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme == "sqlite" and separator:
        return text
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and separator:
        return f"postgresql+psycopg://{rest}"
    raise ValueError("it must start with postgresql:// or sqlite:///")


def seconds_behind(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 60:
        raise ValueError("it must be a number of seconds from 1 to 60")
    return int(text)


def notify_url(text: str) -> str:
    url = scheme("https", "http")(text)
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in LOOPBACK_HOSTS:
        raise ValueError("it must start with https://, for addresses and numbers travel there")
    return url


def notify_key(text: str) -> str:
    """A name, the service's id and a secret, joined by hyphens; the last two are UUIDs."""
    if not re.fullmatch(rf".+-{_UUID}-{_UUID}", text):
        raise ValueError("it must end with two ids of 36 characters, as GOV.UK Notify shows it")
    return text


def long_token(text: str) -> str:
    if len(text) < 20 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("it needs at least 20 letters, digits or signs, without spaces")
    return text


def secret_key(text: str) -> str:
    if len(text) < 32:
        raise ValueError("it needs at least 32 characters")
    return text


def data_keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    for key in keys:
        try:
            Fernet(key)
        except (ValueError, binascii.Error) as error:
            raise ValueError("each key must be 32 bytes in URL-safe base64") from error
    if not keys:
        raise ValueError("at least one key is needed")
    return keys


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def key_of_32_bytes(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("it is not base64") from error
    if len(key) != 32:
        raise ValueError("it must be 32 bytes in base64")
    return key
