"""A file that says nothing without its key, and in which nothing is changed, moved, left out or cut off unseen.

It is written and read as a stream of blocks, each sealed with AES-256-GCM under its place and under whether it is the
last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár). A key seals one file and never another: it is
derived from a key of the installation, the salt of the backup and the name of the file, so that no file passes for
another one either.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

BLOCK = 1 << 16  # of clear bytes; a sealed one is longer by its tag
TAG = 16
SALT = 32
_PURPOSE = b"council-survey-backup file "


class Damaged(ValueError):
    """The file is not as it was sealed, or not under this key."""


class ByteWriter(Protocol):
    def write(self, content: bytes, /) -> int: ...


class ByteReader(Protocol):
    def read(self, size: int, /) -> bytes: ...


def file_key(data_key: str, salt: bytes, name: str) -> bytes:
    """The key of one file of one backup. `data_key` is a Fernet key, of which every bit counts."""
    return HKDF(SHA256(), 32, salt, _PURPOSE + name.encode()).derive(base64.urlsafe_b64decode(data_key))


class SealingWriter:
    """Seals what is written to it. `finish()` ends the file: without it, it reads as cut off."""

    def __init__(self, file: ByteWriter, key: bytes) -> None:
        self._file = file
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._place = 0

    def write(self, content: ReadableBuffer) -> int:
        self._waiting += memoryview(content).cast("B")
        while len(self._waiting) > BLOCK:  # the last block is only known at the end
            self._seal(bytes(self._waiting[:BLOCK]), is_last=False)
            del self._waiting[:BLOCK]
        return memoryview(content).nbytes

    def flush(self) -> None:
        """Nothing leaves before its block is full."""

    def finish(self) -> None:
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, block: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._place, is_last=is_last), block, None))
        self._place += 1


class OpeningReader(io.RawIOBase):
    """Reads what a SealingWriter wrote, block by block: no byte comes out before its block was found whole.

    Damaged where one is not, at the latest with the end of the file.
    """

    def __init__(self, file: ByteReader, key: bytes) -> None:
        self._file = file
        self._cipher = AESGCM(key)
        self._place = 0
        self._sealed = file.read(BLOCK + TAG)
        self._is_over = False
        self._clear = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        while not self._clear and not self._is_over:
            self._open()
        taken = self._clear[: len(target)]
        target[: len(taken)] = taken
        self._clear = self._clear[len(taken) :]
        return len(taken)

    def _open(self) -> None:
        following = self._file.read(BLOCK + TAG) if len(self._sealed) == BLOCK + TAG else b""
        self._is_over = not following
        try:
            clear = self._cipher.decrypt(_nonce(self._place, is_last=self._is_over), self._sealed, None)
        except (InvalidTag, ValueError) as error:
            raise Damaged("a block of this file is not as it was sealed") from error
        self._clear, self._sealed = memoryview(clear), following
        self._place += 1


def _nonce(place: int, *, is_last: bool) -> bytes:
    return place.to_bytes(11) + bytes([is_last])
