"""The archive that LimeSurvey makes of a survey and its answers, opened without trust."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput

_MOST_FILES = 50
_MOST_BYTES = 200_000_000
_HARMLESS_BYTES = 5_000_000  # what is no larger unpacked may be packed as tightly as it likes
_MOST_RATIO = 200
_ARCHIVES = (".zip", ".lsa", ".gz", ".7z", ".rar", ".tar", ".xz", ".bz2")


def is_archive(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unpacked(content: bytes, name: str) -> dict[str, bytes]:
    """The files of an archive by their names. InvalidInput in one sentence for one that is broken, encrypted, larger
    unpacked than any survey, holds another archive, or has a path that leads out of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries, len(content), name)
            return {entry.filename: _read(archive, entry, name) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InvalidInput(f"{name} is a broken archive: it cannot be unpacked.") from error


def _check(entries: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > _MOST_FILES:
        raise InvalidInput(f"{name} is an archive of more than {_MOST_FILES} files: no survey is.")
    total = sum(entry.file_size for entry in entries)
    if total > _MOST_BYTES or total > max(_HARMLESS_BYTES, _MOST_RATIO * packed):
        raise InvalidInput(f"{name} would be {total // 1_000_000:,} MB unpacked, which no survey is.")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename:
            raise InvalidInput(f"{name} holds a file whose path leads out of it: {shortened(entry.filename)}.")
        if entry.flag_bits & 0x1:
            raise InvalidInput(f"{name} is encrypted: hand it over without a password.")
        if path.suffix.lower() in _ARCHIVES:
            raise InvalidInput(f"{name} holds another archive: {shortened(entry.filename)}.")
    if len(set(names)) < len(names):
        raise InvalidInput(f"{name} holds two files of the same name.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if is_archive(content):
        raise InvalidInput(f"{name} holds another archive: {shortened(entry.filename)}.")
    return content
