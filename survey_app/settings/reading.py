"""Variables of the environment, and keys that an embedded instance makes itself: read, and remembered where from."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class SettingError(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


class Reader:
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


class Keys:
    """Keys come from the environment; an embedded instance makes its own once and keeps them in files of mode 0600."""

    def __init__(self, reader: Reader, folder: Path | None) -> None:
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
