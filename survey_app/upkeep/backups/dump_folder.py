"""The folder of a backup: written whole or not at all, and checked to the last byte before it is used."""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import io
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.upkeep.backups.dump_format import (
    Column,
    Keys,
    Manifest,
    TableFile,
    file_name,
    manifest_text,
    missing_keys,
    read_manifest,
    row_reader,
    row_writer,
    sealing_key,
)
from survey_app.upkeep.backups.sealed_stream import OpeningReader, SealingWriter, file_key

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
COMPRESSION = 6
BLOCK = 1 << 20


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `target` when the block ends well; otherwise nothing of it stays.

    It is only ours to read, and lies beside `target` meanwhile: a process that is killed leaves what it wrote under
    that other name. Refused where `target` is there and not an empty folder. OSError when it cannot be written.
    """
    target = target.absolute()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise Refused(f"{target} is there already and not an empty folder. Name a new one for each backup.")
    unfinished = Path(tempfile.mkdtemp(prefix=f"{target.name}.unfinished-", dir=target.parent))  # of mode 0700
    try:
        yield unfinished
        _sync(unfinished)
        unfinished.rename(target)  # in one step, over an empty folder too
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def write_table(
    folder: Path, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, data_key: str, salt: bytes
) -> TableFile:
    """Write one table, row by row, sealed under a key of its own; what the manifest has to say of it."""
    write = row_writer(columns)
    count = 0
    with _new_file(folder / file_name(name, is_sealed=True)) as file:
        hashing = _Hashing(file)
        sealing = SealingWriter(hashing, file_key(data_key, salt, name))
        with (
            gzip.GzipFile("", "wb", COMPRESSION, sealing, mtime=0) as packed,
            io.BufferedWriter(packed, BLOCK) as lines,
        ):
            for row in rows:
                lines.write(write(row).encode() + b"\n")
                count += 1
        sealing.finish()
    return TableFile(name, tuple(columns), count, hashing.sha256.hexdigest(), hashing.bytes)


def write_manifest(folder: Path, manifest: Manifest, keys: Keys) -> None:
    """Write what belongs to the backup, signed: whoever can change it could make themselves an administrator."""
    text = manifest_text(manifest).encode()
    signature = Ed25519PrivateKey.from_private_bytes(keys.signing_key).sign(text)
    for name, content in ((MANIFEST, text), (SIGNATURE, base64.b64encode(signature))):
        with _new_file(folder / name) as file:
            file.write(content)


@dataclass(frozen=True)
class Dump:
    """A backup that was checked: its signature, and every byte and row of it."""

    folder: Path
    manifest: Manifest
    _keys: Keys = field(repr=False)

    def rows(self, table: TableFile) -> Iterator[list[Any]]:
        """The rows of one table, in the order of its columns."""
        read = row_reader(table.columns)
        try:
            with self._lines(table) as lines:
                yield from map(read, lines)
        except _DAMAGE as error:
            raise _damaged(self.manifest.file(table)) from error

    def check(self, table: TableFile) -> None:
        """InvalidInput where the file of a table is not as it was written, or has not the rows that it should."""
        name = self.manifest.file(table)
        try:
            with (self.folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != table.sha256:
                    raise _damaged(name)
            with self._lines(table) as lines:
                rows = sum(block.count(b"\n") for block in iter(lambda: lines.read(BLOCK), b""))
        except FileNotFoundError as error:
            raise InvalidInput(f"{name} is missing from this backup.") from error
        except _DAMAGE as error:
            raise _damaged(name) from error
        if rows != table.rows:
            raise InvalidInput(f"{name} has {rows:,} rows, and should have {table.rows:,}.")

    @contextmanager
    def _lines(self, table: TableFile) -> Iterator[gzip.GzipFile]:
        """A file in clear, as lines or as bytes; all of it has to be read for its end to be known."""
        salt = self.manifest.salt
        with (self.folder / self.manifest.file(table)).open("rb") as file:
            key = None if salt is None else file_key(sealing_key(self.manifest, self._keys), salt, table.name)
            packed = file if key is None else io.BufferedReader(OpeningReader(file, key), BLOCK)
            with gzip.GzipFile(fileobj=packed) as lines:
                yield lines


def open_dump(folder: Path, keys: Keys, *, progress: Callable[[int], None] = lambda _bytes: None) -> Dump:
    """Check a whole backup before anything is done with it. `progress` is told the bytes of each file checked.

    Refused when it was made under other keys. InvalidInput when anything in it is not as it was written.
    """
    text = _read(folder / MANIFEST)
    manifest = read_manifest(text.decode(errors="replace"))
    if missing := missing_keys(manifest, keys):
        raise Refused(
            f"This backup was made under other keys: {', '.join(missing)}. Set the keys of the system that made it, "
            "or its contact details and comments could not be read and nobody would be recognised."
        )
    try:
        signature = base64.b64decode(_read(folder / SIGNATURE), validate=True)
        Ed25519PrivateKey.from_private_bytes(keys.signing_key).public_key().verify(signature, text)
    except (binascii.Error, InvalidSignature) as error:
        raise _damaged(MANIFEST) from error
    expected = {manifest.file(table) for table in manifest.tables} | {MANIFEST, SIGNATURE}
    if foreign := sorted({path.name for path in folder.iterdir()} - expected):
        raise InvalidInput(f"{', '.join(foreign)} does not belong to this backup.")
    dump = Dump(folder, manifest, keys)
    for table in manifest.tables:
        dump.check(table)
        progress(table.bytes)
    return dump


_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error, ValueError, TypeError)


def _damaged(name: str) -> InvalidInput:
    return InvalidInput(f"{name} is not as it was written: it is damaged, or somebody changed it.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InvalidInput(f"{path.parent} is no complete backup: {path.name} is missing.") from error


class _Hashing:
    """Passes bytes on to a file and keeps their number and hash."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()
        self.bytes = 0

    def write(self, content: bytes) -> int:
        self.sha256.update(content)
        self.bytes += len(content)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that only we can read, on the disk when the block ends."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
