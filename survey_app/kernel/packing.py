"""The content of an uploaded file as text that can be encrypted: compressed, then in letters."""

from __future__ import annotations

import base64
import zlib


def packed(content: bytes) -> str:
    """Any bytes as text; a CSV takes a fraction of its size."""
    return base64.b64encode(zlib.compress(content)).decode("ascii")


def unpacked(text: str) -> bytes:
    """What `packed` was given."""
    return zlib.decompress(base64.b64decode(text))
