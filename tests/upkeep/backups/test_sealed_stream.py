"""A sealed stream comes back whole, and nothing that was done to it goes unseen."""

from __future__ import annotations

from io import BytesIO

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as some

from survey_app.upkeep.backups.sealed_stream import BLOCK, TAG, Damaged, OpeningReader, SealingWriter, file_key

KEY = bytes(range(32))
SEALED = BLOCK + TAG


def sealed(*pieces: bytes, key: bytes = KEY) -> bytes:
    file = BytesIO()
    writer = SealingWriter(file, key)
    for piece in pieces:
        assert writer.write(piece) == len(piece)
    writer.finish()
    return file.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    return OpeningReader(BytesIO(content), key).read()


@given(some.lists(some.integers(0, BLOCK + 1), max_size=4))
def test_what_was_written_in_pieces_comes_back_as_one(sizes: list[int]) -> None:
    pieces = [bytes([place + 1]) * size for place, size in enumerate(sizes)]
    assert opened(sealed(*pieces)) == b"".join(pieces)


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_every_length_comes_back_and_takes_a_tag_a_block(size: int) -> None:
    content = bytes(size)
    blocks = max(1, -(-size // BLOCK))
    assert len(sealed(content)) == size + blocks * TAG
    assert opened(sealed(content)) == content


THREE = sealed(b"a" * BLOCK, b"b" * BLOCK, b"c" * BLOCK)
FIRST, SECOND, LAST = (THREE[place : place + SEALED] for place in range(0, 3 * SEALED, SEALED))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(FIRST + SECOND, id="its last block cut off"),
        pytest.param(FIRST, id="all but its first block cut off"),
        pytest.param(b"", id="everything cut off"),
        pytest.param(THREE[:-1], id="its last byte cut off"),
        pytest.param(THREE + b"x", id="a byte added"),
        pytest.param(THREE + LAST, id="its last block twice"),
        pytest.param(SECOND + FIRST + LAST, id="two blocks swapped"),
        pytest.param(FIRST + LAST, id="a block left out"),
        pytest.param(FIRST + FIRST + SECOND + LAST, id="a block twice"),
        pytest.param(LAST, id="its last block alone"),
        pytest.param(FIRST[:9] + bytes([FIRST[9] ^ 1]) + FIRST[10:] + SECOND + LAST, id="a bit changed"),
        pytest.param(b"a" * BLOCK, id="in clear"),
    ],
)
def test_whatever_was_done_to_it_is_found(content: bytes) -> None:
    with pytest.raises(Damaged):
        opened(content)


def test_no_byte_of_a_changed_block_comes_out() -> None:
    reader = OpeningReader(BytesIO(FIRST + SECOND[:-1] + bytes([SECOND[-1] ^ 1]) + LAST), KEY)
    assert reader.read(BLOCK) == b"a" * BLOCK
    with pytest.raises(Damaged):
        reader.read(1)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Damaged):
        opened(THREE, bytes(32))


def test_each_file_of_each_backup_under_each_key_has_a_key_of_its_own() -> None:
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    keys = {
        file_key(data_key, salt, name) for data_key in (first, second) for salt in (b"a", b"b") for name in ("x", "y")
    }
    assert len(keys) == 8
    assert file_key(first, b"a", "x") in keys
